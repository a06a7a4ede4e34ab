// The button that changes an experiment: its name, what people say of it, its tags.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, X } from "lucide-react";
import { useState } from "react";
import type { ExperimentSummary } from "../../api/messages.ts";
import { saveSettings, updateExperiment } from "../../api/mutations.ts";
import { settingsQuery } from "../../api/queries.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { Popover } from "../../components/Popover.tsx";
import styles from "./ExperimentForm.module.css";
import { problemOf, type TagDraft, tagDrafts, tagsOf } from "./tag-drafts.ts";

type EditExperimentProps = {
  experiment: ExperimentSummary;
  /** Whether traces that name no experiment go there. */
  isDefault: boolean;
};

export function EditExperiment({ experiment, isDefault }: EditExperimentProps) {
  return (
    <Popover
      trigger={<IconButton label={`Edit ${experiment.name}…`} icon={<Pencil size={13} />} />}
      title={`Experiment ${experiment.experiment_id}`}
    >
      {(close) => <EditForm experiment={experiment} isDefault={isDefault} onDone={close} />}
    </Popover>
  );
}

function EditForm({ experiment, isDefault, onDone }: EditExperimentProps & { onDone: () => void }) {
  const [name, setName] = useState(experiment.name);
  const [description, setDescription] = useState(experiment.description ?? "");
  const [tags, setTags] = useState(() => tagDrafts(experiment.tags));
  const [becomesDefault, setBecomesDefault] = useState(isDefault);
  const settings = useQuery(settingsQuery()).data;
  const save = useMutation(saveSettings(useQueryClient()));
  const update = useMutation({
    ...updateExperiment(experiment.experiment_id),
    onSuccess: () => {
      if (isDefault || !becomesDefault || settings === undefined) return onDone();
      const next = { ...settings, default_experiment_id: experiment.experiment_id };
      return save.mutate(next, { onSuccess: onDone });
    },
  });
  const failure = update.error ?? save.error;
  const problem = problemOf(name, tags);
  const change = (index: number, more: Partial<TagDraft>): void =>
    setTags(tags.map((tag, place) => (place === index ? { ...tag, ...more } : tag)));
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null) update.mutate({ name: name.trim(), description, tags: tagsOf(experiment.tags, tags) });
      }}
    >
      <label className={styles["label"]}>
        Name
        <input value={name} onChange={(event) => setName(event.target.value)} maxLength={500} spellCheck={false} />
      </label>
      <label className={styles["label"]}>
        Description
        <textarea value={description} rows={3} onChange={(event) => setDescription(event.target.value)} />
      </label>
      <fieldset className={styles["tags"]}>
        <legend className={styles["label"]}>Tags</legend>
        {tags.map((tag, index) => (
          <div key={tag.id} className={styles["tag"]}>
            <input
              value={tag.key}
              aria-label={`Key of tag ${index + 1}`}
              placeholder="key"
              onChange={(event) => change(index, { key: event.target.value })}
              maxLength={250}
              spellCheck={false}
            />
            <input
              value={tag.value}
              aria-label={`Value of tag ${index + 1}`}
              placeholder="value"
              onChange={(event) => change(index, { value: event.target.value })}
              spellCheck={false}
            />
            <IconButton
              label={`Remove tag ${index + 1}`}
              icon={<X size={13} />}
              onClick={() => setTags(tags.filter((_, place) => place !== index))}
            />
          </div>
        ))}
        <Button
          variant="ghost"
          icon={<Plus size={13} aria-hidden />}
          onClick={() => setTags([...tags, { id: nextId(tags), key: "", value: "" }])}
        >
          Add a tag
        </Button>
      </fieldset>
      <label
        className={styles["choice"]}
        title={isDefault ? "Choose another experiment to change that" : undefined}
        data-disabled={isDefault || undefined}
      >
        <input
          type="checkbox"
          checked={becomesDefault}
          disabled={isDefault}
          onChange={(event) => setBecomesDefault(event.target.checked)}
        />
        Traces that name no experiment come here
      </label>
      {(failure ?? problem) !== null && (
        <p role="alert" className={styles["problem"]}>
          {failure?.message ?? problem}
        </p>
      )}
      <div className={styles["actions"]}>
        <Button variant="ghost" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" disabled={problem !== null || update.isPending || save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

function nextId(tags: readonly TagDraft[]): number {
  return Math.max(0, ...tags.map(({ id }) => id)) + 1;
}
