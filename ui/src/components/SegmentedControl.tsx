// Picks one of a few options that are all in view.
import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import type { ReactNode } from "react";
import styles from "./SegmentedControl.module.css";

export type Segment<Value extends string> = { value: Value; label: string; icon?: ReactNode };

type SegmentedControlProps<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  segments: readonly Segment<Value>[];
};

export function SegmentedControl<Value extends string>(props: SegmentedControlProps<Value>) {
  const { label, value, onChange, segments } = props;
  return (
    <RadioGroup aria-label={label} value={value} onValueChange={(next) => onChange(next)} className={styles["group"]}>
      {segments.map((segment) => (
        <Radio.Root key={segment.value} value={segment.value} className={styles["segment"]}>
          {segment.icon}
          {segment.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
