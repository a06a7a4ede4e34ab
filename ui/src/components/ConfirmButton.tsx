// A button for what cannot be undone: it asks first, in a dialog that says what would be lost.
import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import styles from "./ConfirmButton.module.css";

type ConfirmButtonProps = {
  /** On the button; ends with `…`, for it asks for more. */
  caption: string;
  icon?: ReactNode;
  disabled?: boolean;
  question: string;
  /** What would be lost. */
  children: ReactNode;
  /** On the button that does it: a verb. */
  verb: string;
  onConfirm: () => void;
};

export function ConfirmButton(props: ConfirmButtonProps) {
  const { caption, icon, disabled = false, question, children, verb, onConfirm } = props;
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger render={<Button icon={icon} disabled={disabled} />}>{caption}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles["backdrop"]} />
        <AlertDialog.Popup className={styles["popup"]}>
          <AlertDialog.Title className={styles["title"]}>{question}</AlertDialog.Title>
          <AlertDialog.Description className={styles["description"]}>{children}</AlertDialog.Description>
          <div className={styles["actions"]}>
            <AlertDialog.Close render={<Button />}>Cancel</AlertDialog.Close>
            <AlertDialog.Close render={<Button className={styles["danger"]} onClick={onConfirm} />}>
              {verb}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
