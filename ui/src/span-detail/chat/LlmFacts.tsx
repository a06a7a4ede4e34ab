// What is known of a model call beside its messages: models, tokens, cost, parameters, and by which convention.
import type { LlmCost, LlmView, PromptTemplate, Tokens } from "../../api/messages.ts";
import { formatCost, formatDuration, formatInteger } from "../../base/format.ts";
import { Badge } from "../../components/Badge.tsx";
import { nodeOfAnyValue, textOfNode } from "../json/json-node.ts";
import { hasChildren } from "../json/open-paths.ts";
import { JsonTree } from "../json/JsonTree.tsx";
import { Fold } from "../Fold.tsx";
import { Text } from "../Text.tsx";
import { ValueView } from "../ValueView.tsx";
import styles from "./chat.module.css";

export function LlmFacts({ llm }: { llm: LlmView }) {
  const rows = rowsOf(llm);
  if (rows.length === 0 && llm.parameters.length === 0 && !llm.prompt) return null;
  return (
    <dl className={styles["facts"]} data-testid="llm-facts">
      {rows.map(({ name, value }) => (
        <div key={name} className={styles["factRow"]}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {llm.prompt && <Prompt prompt={llm.prompt} />}
      {llm.parameters.length > 0 && <Parameters llm={llm} />}
    </dl>
  );
}

function rowsOf(llm: LlmView): { name: string; value: React.ReactNode }[] {
  const { model_asked: asked, model_answered: answered, tokens, cost, time_to_first_token_ns: firstToken } = llm;
  const rows: { name: string; value: React.ReactNode }[] = [];
  if (asked || answered) {
    rows.push({
      name: "Model",
      value: (
        <span className={styles["words"]}>
          <span className={styles["mono"]}>{short(asked ?? answered ?? "")}</span>
          {asked && answered && asked !== answered && (
            <>
              <span aria-label="answered by">→</span>
              <span className={styles["mono"]}>{short(answered)}</span>
            </>
          )}
          {llm.provider && <span className={styles["quiet"]}>{short(llm.provider)}</span>}
        </span>
      ),
    });
  }
  if (tokens) rows.push({ name: "Tokens", value: <TokenWords tokens={tokens} /> });
  if (cost?.total_pico_usd) rows.push({ name: "Cost", value: <CostWords cost={cost} /> });
  if (firstToken) {
    rows.push({ name: "First token", value: `after ${formatDuration(firstToken)}` });
  } else if (llm.is_streaming === true) {
    rows.push({ name: "Streamed", value: "yes, the first token was not timed" });
  }
  const finish = llm.finish_reasons.filter((reason) => reason !== "");
  if (finish.length > 0) rows.push({ name: "Finished", value: short(finish.join(", ")) });
  if (llm.agent) rows.push({ name: "Agent", value: short(llm.agent) });
  if (llm.workflow) rows.push({ name: "Workflow", value: short(llm.workflow) });
  if (llm.session) rows.push({ name: "Session", value: short(llm.session) });
  if (llm.user) rows.push({ name: "User", value: short(llm.user) });
  if (llm.tags.length > 0) rows.push({ name: "Tags", value: short(llm.tags.slice(0, 40).join(", ")) });
  return rows;
}

/** Names come from senders: what is longer than a line says nothing more. */
function short(text: string): string {
  return text.slice(0, 200);
}

function TokenWords({ tokens }: { tokens: Tokens }) {
  const { input, output, cached_read: read, cached_write: written, reasoning, total } = tokens;
  const known = (count: number | null | undefined): count is number => count !== null && count !== undefined;
  const parts = (all: readonly (string | false)[]): string => all.filter(Boolean).join(", ");
  const ofInput = parts([
    known(read) && read > 0 && `${formatInteger(read)} cached`,
    known(written) && written > 0 && `${formatInteger(written)} written to the cache`,
  ]);
  const ofOutput = known(reasoning) && reasoning > 0 ? `${formatInteger(reasoning)} reasoning` : "";
  return (
    <span className={styles["words"]}>
      {known(input) && (
        <span>
          <b>{formatInteger(input)}</b> in{ofInput && <span className={styles["quiet"]}> ({ofInput})</span>}
        </span>
      )}
      {known(output) && (
        <span>
          <b>{formatInteger(output)}</b> out{ofOutput && <span className={styles["quiet"]}> ({ofOutput})</span>}
        </span>
      )}
      {/* Thoughts of some providers are in the sum alone. */}
      {known(total) && total > (input ?? 0) + (output ?? 0) && (
        <span>
          <b>{formatInteger(total)}</b> in all
        </span>
      )}
    </span>
  );
}

function CostWords({ cost }: { cost: LlmCost }) {
  const { total_pico_usd: total, input_pico_usd: input, output_pico_usd: output } = cost;
  return (
    <span className={styles["words"]}>
      <b>{formatCost(total ?? "0")}</b>
      {input && output && (
        <span className={styles["quiet"]}>
          {formatCost(input)} in, {formatCost(output)} out
        </span>
      )}
      {cost.is_computed && (
        <Badge title={`Computed from the price table${cost.priced_as ? `, as ${cost.priced_as}` : ""}`}>computed</Badge>
      )}
    </span>
  );
}

/** The prompt of a registry that the messages were made from. */
function Prompt({ prompt: { name, version, template, variables } }: { prompt: PromptTemplate }) {
  return (
    <div className={styles["factRow"]}>
      <dt>Prompt</dt>
      <dd>
        {(name || version) && (
          <span className={styles["words"]}>
            {name && <span>{short(name)}</span>}
            {version && <span className={styles["quiet"]}>version {short(version)}</span>}
          </span>
        )}
        {template && (
          <Fold title="Template" note={template.slice(0, 200)}>
            <Text text={template} isMono />
          </Fold>
        )}
        {variables && (
          <Fold title="Variables">
            <ValueView value={variables} />
          </Fold>
        )}
      </dd>
    </div>
  );
}

/** What changes an answer most, in the order in which it is told; the rest is folded. */
const weighty = [
  "temperature",
  "top_p",
  "top_k",
  "max_tokens",
  "max_output_tokens",
  "max_completion_tokens",
  "reasoning_effort",
  "tool_choice",
  "response_format",
  "seed",
  "stop",
  "stop_sequences",
];
const [mostChips, longestChip] = [8, 40];

function Parameters({ llm }: { llm: LlmView }) {
  const parameters = llm.parameters.map(({ name, value }) => ({ name, node: nodeOfAnyValue(value) }));
  const rank = ({ name }: (typeof parameters)[number]): number => (weighty.indexOf(name) + 99) % 99;
  const fits = ({ node }: (typeof parameters)[number]): boolean =>
    !hasChildren(node) && textOfNode(node).length <= longestChip && !textOfNode(node).includes("\n");
  const isFew = parameters.length <= mostChips && parameters.every(fits);
  const chips = isFew
    ? parameters
    : parameters.filter((one) => weighty.includes(one.name) && fits(one)).slice(0, mostChips);
  const others = parameters.filter((one) => !chips.includes(one));
  return (
    <div className={styles["factRow"]}>
      <dt>Parameters</dt>
      <dd>
        {chips.length > 0 && (
          <div className={styles["chips"]}>
            {chips
              .toSorted((one, other) => rank(one) - rank(other))
              .map(({ name, node }, place) => (
                <span key={place} className={styles["chip"]}>
                  {name.slice(0, 80)} <b>{textOfNode(node)}</b>
                </span>
              ))}
          </div>
        )}
        {others.length > 0 && (
          <Fold
            title={chips.length > 0 ? `${formatInteger(others.length)} more` : formatInteger(others.length)}
            note={others
              .slice(0, 20)
              .map(({ name }) => name.slice(0, 80))
              .join(", ")}
          >
            <JsonTree
              label="Parameters"
              node={{
                kind: "object",
                size: others.length,
                children: () => others.map(({ name, node }) => ({ key: name, node })),
              }}
            />
          </Fold>
        )}
      </dd>
    </div>
  );
}

/** Tools that the model could call, folded. */
export function ToolDefinitions({ llm }: { llm: LlmView }) {
  const { tools } = llm;
  if (tools.length === 0) return null;
  const names = tools.slice(0, 20).map(({ name }) => name.slice(0, 60));
  return (
    <div className={styles["message"]} data-role="tools" data-testid="tool-definitions">
      <Fold
        title={<span className={styles["role"]}>tools</span>}
        note={
          <>
            <b className={styles["count"]}>{formatInteger(tools.length)}</b> {names.join(", ")}
          </>
        }
      >
        <ul className={styles["definitions"]}>
          {tools.slice(0, 200).map((tool, place) => (
            <li key={place}>
              <Fold
                title={<span className={styles["mono"]}>{tool.name.slice(0, 200)}</span>}
                note={tool.description?.slice(0, 200)}
              >
                {tool.description && <p className={styles["paragraph"]}>{tool.description.slice(0, 4000)}</p>}
                {tool.parameters ? <ValueView value={tool.parameters} /> : <p className={styles["quiet"]}>No schema</p>}
              </Fold>
            </li>
          ))}
        </ul>
        {tools.length > 200 && <p className={styles["quiet"]}>The first 200 of {formatInteger(tools.length)}</p>}
      </Fold>
    </div>
  );
}
