// Shows the programs to copy, for the chosen experiment.
import { useState } from "react";
import type { ExperimentSummary } from "../../api/messages.ts";
import { CodeBlock } from "../../components/CodeBlock.tsx";
import { Select } from "../../components/Select.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { newSpanSeed } from "./span-seed.ts";
import { type Snippet, type SnippetId, snippetsFor } from "./snippets.ts";
import styles from "./Snippets.module.css";

type SnippetsProps = {
  url: string;
  experiments: readonly ExperimentSummary[];
  defaultExperimentId: string;
};

export function Snippets({ url, experiments, defaultExperimentId }: SnippetsProps) {
  const [chosen, setChosen] = useState<SnippetId>("python-mlflow");
  const [experimentId, setExperimentId] = useState(defaultExperimentId);
  const [seed] = useState(newSpanSeed);
  const snippets = snippetsFor({ url, experimentId }, seed);
  // Copied, a request gets ids and times of its own: the same ones twice would be one trace.
  const freshCode = (id: SnippetId, index: number): string =>
    snippetsFor({ url, experimentId }, newSpanSeed()).find((one) => one.id === id)?.blocks[index]?.code ?? "";

  return (
    <div className={styles["snippets"]}>
      <div className={styles["target"]}>
        <span className={styles["targetLabel"]}>Experiment</span>
        <Select
          label="Experiment for the traces"
          value={experimentId}
          onChange={setExperimentId}
          options={experiments.map((one) => ({
            value: one.experiment_id,
            label: one.name,
            detail: `id ${one.experiment_id}`,
          }))}
        />
      </div>
      <Tabs
        label="Language"
        value={chosen}
        onChange={setChosen}
        className={styles["tabs"]}
        items={snippets.map((snippet) => ({
          value: snippet.id,
          label: snippet.label,
          panel: <Blocks snippet={snippet} freshCode={(index) => freshCode(snippet.id, index)} />,
        }))}
      />
    </div>
  );
}

function Blocks({ snippet, freshCode }: { snippet: Snippet; freshCode: (index: number) => string }) {
  return (
    <div className={styles["blocks"]} data-testid={`snippet-${snippet.id}`}>
      {snippet.blocks.map(({ title, code }, index) => (
        <CodeBlock key={title} title={title} code={code} copied={() => freshCode(index)} />
      ))}
    </div>
  );
}
