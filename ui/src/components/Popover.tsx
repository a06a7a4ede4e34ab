// A button that opens a panel beside it; focus, Escape and roles come from Base UI.
import { Popover as BasePopover } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import { useState } from "react";
import styles from "./Popover.module.css";

type PopoverProps = {
  /** The button. */
  trigger: ReactElement;
  title: string;
  /** Gets a way to close the panel. */
  children: (close: () => void) => ReactNode;
};

export function Popover({ trigger, title, children }: PopoverProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <BasePopover.Root open={isOpen} onOpenChange={setIsOpen}>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal>
        <BasePopover.Positioner className={styles["positioner"]} sideOffset={6} align="end" collisionPadding={8}>
          <BasePopover.Popup className={styles["popup"]}>
            <BasePopover.Title className={styles["title"]}>{title}</BasePopover.Title>
            {children(() => setIsOpen(false))}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}
