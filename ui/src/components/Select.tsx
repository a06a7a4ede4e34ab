// Picks one of several named things; keyboard, typing ahead and roles come from Base UI.
import { Select as BaseSelect } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import styles from "./Select.module.css";

export type SelectOption = { value: string; label: string; detail?: string };

type SelectProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly SelectOption[];
  disabled?: boolean;
};

export function Select({ label, value, onChange, options, disabled = false }: SelectProps) {
  return (
    <BaseSelect.Root
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      disabled={disabled}
    >
      <BaseSelect.Trigger className={styles["trigger"]} aria-label={label}>
        <BaseSelect.Value className={styles["value"]} />
        <BaseSelect.Icon className={styles["chevron"]}>
          <ChevronsUpDown size={12} />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner
          className={styles["positioner"]}
          sideOffset={4}
          alignItemWithTrigger={false}
          align="start"
        >
          <BaseSelect.Popup className={styles["popup"]}>
            {options.map((option) => (
              <BaseSelect.Item key={option.value} value={option.value} className={styles["item"]}>
                <BaseSelect.ItemIndicator className={styles["indicator"]}>
                  <Check size={13} />
                </BaseSelect.ItemIndicator>
                <BaseSelect.ItemText className={styles["text"]}>{option.label}</BaseSelect.ItemText>
                {option.detail !== undefined && <span className={styles["detail"]}>{option.detail}</span>}
              </BaseSelect.Item>
            ))}
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
