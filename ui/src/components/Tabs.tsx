// Tabs with optional counts; keyboard and roles come from Base UI.
import { Tabs as BaseTabs } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import styles from "./Tabs.module.css";

export type TabItem<Value extends string> = { value: Value; label: string; count?: number; panel: ReactNode };

type TabsProps<Value extends string> = {
  /** Names the group to screen readers. */
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  items: readonly TabItem<Value>[];
  className?: string | undefined;
};

export function Tabs<Value extends string>({ label, value, onChange, items, className }: TabsProps<Value>) {
  return (
    <BaseTabs.Root
      value={value}
      onValueChange={(next) => onChange(next as Value)}
      className={className ? `${styles["root"]} ${className}` : styles["root"]}
    >
      <BaseTabs.List className={styles["list"]} aria-label={label} activateOnFocus>
        {items.map((item) => (
          <BaseTabs.Tab key={item.value} value={item.value} className={styles["tab"]}>
            {item.label}
            {item.count !== undefined && <span className={styles["count"]}>{item.count}</span>}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {items.map((item) => (
        <BaseTabs.Panel key={item.value} value={item.value} className={styles["panel"]}>
          {item.panel}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
