// The button that makes an experiment: it asks for a name and leads to the new one.
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { createExperiment } from "../../api/mutations.ts";
import { Button } from "../../components/Button.tsx";
import { Popover } from "../../components/Popover.tsx";
import styles from "./ExperimentForm.module.css";

export function NewExperiment() {
  return (
    <Popover trigger={<Button icon={<Plus size={14} aria-hidden />}>New experiment…</Button>} title="New experiment">
      {() => <NameForm />}
    </Popover>
  );
}

function NameForm() {
  const [name, setName] = useState("");
  const navigate = useNavigate();
  const create = useMutation({
    ...createExperiment(),
    onSuccess: ({ experiment_id: experimentId }) =>
      navigate({ to: "/experiments/$experimentId", params: { experimentId } }),
  });
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") create.mutate(name.trim());
      }}
    >
      <label className={styles["label"]}>
        Name
        <input value={name} onChange={(event) => setName(event.target.value)} maxLength={500} spellCheck={false} />
      </label>
      {create.error && (
        <p role="alert" className={styles["problem"]}>
          {create.error.message}
        </p>
      )}
      <div className={styles["actions"]}>
        <Button type="submit" variant="primary" disabled={name.trim() === "" || create.isPending}>
          Create
        </Button>
      </div>
    </form>
  );
}
