// The addresses that Traceloupe listens on, to copy into an exporter, with a notice where a port was taken.
import { originOf, portOf, roleNames } from "../../api/listeners.ts";
import type { Listener, Status } from "../../api/messages.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import styles from "./HomePage.module.css";

export function Listeners({ status }: { status: Status }) {
  return (
    <section className={styles["section"]} aria-labelledby="listeners">
      <h3 id="listeners" className={styles["sectionTitle"]}>
        Listening on
      </h3>
      <ul>
        {status.listeners.map((listener) => (
          <ListenerRow key={listener.role} listener={listener} />
        ))}
      </ul>
    </section>
  );
}

function ListenerRow({ listener }: { listener: Listener }) {
  const { role, address, asked, is_fallback } = listener;
  const origin = originOf(address, window.location.hostname);
  return (
    <li className={styles["listener"]} data-testid={`listener-${role}`}>
      <span className={styles["dot"]} data-on aria-hidden />
      <span className={styles["address"]}>{origin}</span>
      <CopyButton text={origin} label={`Copy ${origin}`} />
      <span className={styles["role"]}>{roleNames[role]}</span>
      {is_fallback && (
        <span className={styles["fallback"]}>Port {portOf(asked)} is taken by another program: send here instead</span>
      )}
    </li>
  );
}
