// A menu of options that stay: groups of which several, or one, may be chosen. Keyboard and roles come from Base UI.
import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./Button.tsx";
import styles from "./OptionsMenu.module.css";

type Item = { value: string; label: string };

export type OptionsGroup =
  | {
      kind: "several";
      title: string;
      items: readonly Item[];
      chosen: readonly string[];
      onChange: (chosen: string[]) => void;
    }
  | { kind: "one"; title: string; items: readonly Item[]; chosen: string; onChange: (chosen: string) => void };

type OptionsMenuProps = {
  label: string;
  icon: ReactNode;
  groups: readonly OptionsGroup[];
  /** Whether the button shows that something is chosen. */
  isOn?: boolean;
  disabled?: boolean;
};

export function OptionsMenu({ label, icon, groups, isOn = false, disabled = false }: OptionsMenuProps) {
  return (
    <Menu.Root>
      <Menu.Trigger
        disabled={disabled}
        render={<IconButton label={label} icon={icon} className={styles["trigger"]} data-on={isOn} />}
      />
      <Menu.Portal>
        <Menu.Positioner className={styles["positioner"]} sideOffset={4} align="end">
          <Menu.Popup className={styles["popup"]}>
            {groups.map((group) => (
              <Group key={group.title} group={group} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Group({ group }: { group: OptionsGroup }) {
  if (group.kind === "one") {
    return (
      <Menu.RadioGroup className={styles["group"]} value={group.chosen} onValueChange={group.onChange}>
        <Title>{group.title}</Title>
        {group.items.map(({ value, label }) => (
          <Menu.RadioItem key={value} value={value} className={styles["item"]} closeOnClick={false}>
            <Menu.RadioItemIndicator className={styles["indicator"]}>
              <Check size={13} />
            </Menu.RadioItemIndicator>
            <span className={styles["text"]}>{label}</span>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    );
  }
  const toggle = (value: string, isChosen: boolean): void => {
    const chosen = group.items.map((item) => item.value).filter((one) => one !== value && group.chosen.includes(one));
    group.onChange(isChosen ? [...chosen, value] : chosen);
  };
  return (
    <Menu.Group className={styles["group"]}>
      <Title>{group.title}</Title>
      {group.items.map(({ value, label }) => (
        <Menu.CheckboxItem
          key={value}
          className={styles["item"]}
          checked={group.chosen.includes(value)}
          onCheckedChange={(isChosen) => toggle(value, isChosen)}
          closeOnClick={false}
        >
          <Menu.CheckboxItemIndicator className={styles["indicator"]}>
            <Check size={13} />
          </Menu.CheckboxItemIndicator>
          <span className={styles["text"]}>{label}</span>
        </Menu.CheckboxItem>
      ))}
    </Menu.Group>
  );
}

/** Base UI names its group by it where it stands within a plain group; a radio group is named by its title as text. */
function Title({ children }: { children: string }) {
  return <div className={styles["title"]}>{children}</div>;
}
