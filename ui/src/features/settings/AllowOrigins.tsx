// The origins of web pages that may send traces, to add to and to take from.
import { X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../components/Button.tsx";
import { parseOrigin } from "./limit.ts";
import styles from "./SettingsPage.module.css";

type AllowOriginsProps = { origins: readonly string[]; onChange: (origins: string[]) => void };

export function AllowOrigins({ origins, onChange }: AllowOriginsProps) {
  const [text, setText] = useState("");
  const [reason, setReason] = useState<string | null>(null);
  const add = (): void => {
    const parsed = parseOrigin(text);
    if ("reason" in parsed) {
      setReason(parsed.reason);
      return;
    }
    setReason(null);
    setText("");
    if (!origins.includes(parsed.origin)) onChange([...origins, parsed.origin]);
  };
  return (
    <div className={styles["origins"]}>
      {origins.length > 0 && (
        <ul aria-label="Allowed origins">
          {origins.map((origin) => (
            <li key={origin} className={styles["origin"]}>
              <code>{origin}</code>
              <IconButton
                label={`Remove ${origin}`}
                icon={<X size={13} />}
                onClick={() => onChange(origins.filter((one) => one !== origin))}
              />
            </li>
          ))}
        </ul>
      )}
      <form
        className={styles["addOrigin"]}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <input
          className={styles["text"]}
          value={text}
          placeholder="https://app.example"
          aria-label="Origin to allow"
          aria-invalid={reason !== null}
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            setReason(null);
          }}
        />
        <Button type="submit" disabled={text.trim() === ""}>
          Allow
        </Button>
      </form>
      {reason !== null && (
        <p role="alert" className={styles["invalid"]}>
          {reason}
        </p>
      )}
    </div>
  );
}
