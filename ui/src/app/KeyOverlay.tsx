// The dialog that lists all keys.
import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { IconButton } from "../components/Button.tsx";
import { Kbd } from "../components/Kbd.tsx";
import { keyGroups } from "./keyboard-map.ts";
import styles from "./KeyOverlay.module.css";

export function KeyOverlay({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles["backdrop"]} />
        <Dialog.Popup className={styles["popup"]}>
          <header className={styles["head"]}>
            <Dialog.Title className={styles["title"]}>Keys</Dialog.Title>
            <Dialog.Close render={<IconButton label="Close" icon={<X size={15} />} />} />
          </header>
          <div className={styles["groups"]}>
            {keyGroups.map((group) => (
              <section key={group.title}>
                <h3 className={styles["groupTitle"]}>{group.title}</h3>
                <dl>
                  {group.keys.map(({ keys, does }) => (
                    <div key={does} className={styles["row"]}>
                      <dt>{does}</dt>
                      <dd>
                        {keys.map((key) => (
                          <Kbd key={key}>{key}</Kbd>
                        ))}
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
