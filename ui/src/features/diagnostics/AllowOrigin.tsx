// Lets web pages of a refused origin send traces from now on.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useId } from "react";
import { saveSettings } from "../../api/mutations.ts";
import { settingsQuery } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import styles from "./GroupDetail.module.css";

export function AllowOrigin({ origin }: { origin: string }) {
  const titleId = useId();
  const settings = useQuery(settingsQuery()).data;
  const save = useMutation(saveSettings(useQueryClient()));
  const isAllowed = settings?.allow_origins.includes(origin) === true;
  return (
    <section className={styles["action"]} aria-labelledby={titleId}>
      <div className={styles["actionText"]}>
        <h3 id={titleId} className={styles["actionTitle"]}>
          <code>{origin}</code> {isAllowed ? "is allowed" : "is not allowed"}
        </h3>
        <p className={styles["actionNote"]}>
          {isAllowed
            ? "Its pages may send traces from now on; the settings take it back"
            : "Allow it if these pages are yours: they may then send traces and change what is stored here"}
        </p>
        {save.error && (
          <p role="alert" className={styles["failed"]}>
            Not allowed: {save.error.message}
          </p>
        )}
      </div>
      <div className={styles["actionTools"]}>
        {isAllowed ? (
          <span className={styles["done"]}>
            <Check size={14} aria-hidden /> Allowed
          </span>
        ) : (
          <Button
            variant="primary"
            disabled={settings === undefined || save.isPending}
            onClick={() => settings && save.mutate({ ...settings, allow_origins: [...settings.allow_origins, origin] })}
          >
            Allow this origin
          </Button>
        )}
      </div>
    </section>
  );
}
