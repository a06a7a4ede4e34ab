// A button with a menu of things to do. Keyboard and roles come from Base UI.
import { Menu } from "@base-ui/react/menu";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import styles from "./OptionsMenu.module.css";

export type MenuAction = { label: string; icon: ReactNode; onChoose: () => void };

type ActionsMenuProps = { label: string; icon: ReactNode; caption: string; actions: readonly MenuAction[] };

export function ActionsMenu({ label, icon, caption, actions }: ActionsMenuProps) {
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <Button icon={icon} aria-label={label}>
            {caption}
          </Button>
        }
      />
      <Menu.Portal>
        <Menu.Positioner className={styles["positioner"]} sideOffset={4} align="end">
          <Menu.Popup className={styles["popup"]}>
            {actions.map((action) => (
              <Menu.Item key={action.label} className={styles["item"]} onClick={action.onChoose}>
                <span className={styles["icon"]}>{action.icon}</span>
                <span className={styles["text"]}>{action.label}</span>
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
