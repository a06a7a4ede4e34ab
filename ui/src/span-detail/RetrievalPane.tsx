// What was asked of a retriever, reranker or embedding model, and what it found.
import { useState } from "react";
import type { Document, LlmView } from "../api/messages.ts";
import { formatBytes, formatInteger } from "../base/format.ts";
import { Button } from "../components/Button.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { NotCaptured } from "./chat/NotCaptured.tsx";
import { Via } from "./chat/Via.tsx";
import { formatScore, scoreShares } from "./document-scores.ts";
import { Fold } from "./Fold.tsx";
import paneStyles from "./panes.module.css";
import styles from "./retrieval.module.css";
import { Text } from "./Text.tsx";
import { startOf } from "./text-chunks.ts";
import { ValueView } from "./ValueView.tsx";

const targets = ["kind", "query", "documents", "input_documents", "embeddings", "model_asked", "model_answered"];

export function RetrievalPane({ llm }: { llm: LlmView }) {
  const { query, documents, input_documents: candidates, embeddings } = llm;
  const model = llm.model_answered ?? llm.model_asked;
  return (
    <div className={paneStyles["pane"]} data-testid="retrieval">
      {query && (
        <section className={paneStyles["section"]}>
          <header className={paneStyles["sectionHead"]}>
            <h3 className={paneStyles["sectionTitle"]}>{embeddings ? "Embedded text" : "Query"}</h3>
            <CopyButton text={query} label="Copy query" />
          </header>
          <div className={styles["query"]}>
            <Text text={query} />
          </div>
        </section>
      )}
      {(embeddings || model) && (
        <dl className={styles["facts"]}>
          {model && (
            <>
              <dt>Model</dt>
              <dd>{model.slice(0, 200)}</dd>
            </>
          )}
          {embeddings && (
            <>
              <dt>Embeddings</dt>
              <dd>{formatInteger(embeddings.count)}</dd>
              <dt>Dimension</dt>
              <dd>{embeddings.dimension ? formatInteger(embeddings.dimension) : "not told"}</dd>
            </>
          )}
        </dl>
      )}
      {llm.not_captured && <NotCaptured content={llm.not_captured} />}
      {documents.length > 0 && <Documents title="Documents" documents={documents} />}
      {candidates.length > 0 && <Documents title="Candidates" documents={candidates} />}
      {documents.length + candidates.length === 0 && !embeddings && !llm.not_captured && (
        <p className={paneStyles["quiet"]}>This span names no documents</p>
      )}
      <Via llm={llm} targets={targets} />
    </div>
  );
}

/** More come when asked for. */
const firstDocuments = 50;

function Documents({ title, documents }: { title: string; documents: readonly Document[] }) {
  const [nShown, setNShown] = useState(firstDocuments);
  const shares = scoreShares(documents.map(({ score }) => score));
  const nMore = Math.min(firstDocuments, documents.length - nShown);
  return (
    <section className={paneStyles["section"]}>
      <header className={paneStyles["sectionHead"]}>
        <h3 className={paneStyles["sectionTitle"]}>
          {title} <span className={paneStyles["quiet"]}>{formatInteger(documents.length)}</span>
        </h3>
      </header>
      <ol className={styles["documents"]}>
        {documents.slice(0, nShown).map((document, place) => (
          <DocumentCard key={place} document={document} place={place} share={shares[place] ?? null} />
        ))}
      </ol>
      {nMore > 0 && (
        <Button onClick={() => setNShown(nShown + firstDocuments)}>
          Show {formatInteger(nMore)} more of {formatInteger(documents.length)}
        </Button>
      )}
    </section>
  );
}

/** A text that three lines may not hold. */
const longContent = 180;

function DocumentCard({ document, place, share }: { document: Document; place: number; share: number | null }) {
  const { id, content, score, metadata } = document;
  const [isOpen, setIsOpen] = useState(false);
  const text = content ?? "";
  const isLong = text.length > longContent || text.split("\n", 5).length > 3;
  return (
    <li className={styles["document"]} data-testid="document">
      <header className={styles["documentHead"]}>
        <span className={styles["place"]}>{place + 1}</span>
        <span className={styles["id"]} title={id?.slice(0, 1000)}>
          {id?.slice(0, 200)}
        </span>
        {typeof score === "number" && (
          <span className={styles["score"]} title={`Score ${score}`}>
            {share !== null && (
              <span className={styles["track"]} aria-hidden>
                <span className={styles["bar"]} style={{ display: "block", width: `${share * 100}%` }} />
              </span>
            )}
            {formatScore(score)}
          </span>
        )}
        {text !== "" && <CopyButton text={text} label={`Copy document ${place + 1}`} />}
      </header>
      {text === "" ? (
        <p className={paneStyles["quiet"]}>Its content was not sent</p>
      ) : isOpen || !isLong ? (
        <Text text={text} />
      ) : (
        <p className={styles["content"]} dir="auto">
          {startOf(text, 1000)}
        </p>
      )}
      {isLong && (
        <button type="button" className={styles["more"]} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? "Show less" : `Show all ${formatBytes(text.length)}`}
        </button>
      )}
      {metadata && (
        <Fold title="Metadata">
          <ValueView value={metadata} />
        </Fold>
      )}
    </li>
  );
}
