// How many rows differ and how, where the runs began to differ, and the tools that walk through it.
import { ChevronDown, ChevronUp, Search, Split } from "lucide-react";
import type { Comparison as ComparisonDocument } from "../../api/messages.ts";
import { formatCount, formatInteger, formatName } from "../../base/format.ts";
import { IconButton } from "../../components/Button.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import type { SignName } from "../../compare-model/signs.ts";
import styles from "./ChangeBar.module.css";
import { signIcons } from "./SignSprite.tsx";

type ChangeBarProps = {
  document: ComparisonDocument;
  isOnlyChanges: boolean;
  onOnlyChanges: (isOnlyChanges: boolean) => void;
  /** Whether there is a waterfall to walk through; a list of changes has nothing else to leave out. */
  isWaterfall: boolean;
  isFinding: boolean;
  onFind: () => void;
  onSelectRow: (row: number) => void;
  onStep: (direction: "next-change" | "previous-change") => void;
};

export function ChangeBar(props: ChangeBarProps) {
  const { document, isOnlyChanges, onOnlyChanges, isWaterfall, isFinding, onFind, onSelectRow, onStep } = props;
  const { counts, first_divergence: divergence } = document;
  const nChanges = counts.changed + counts.added + counts.removed + counts.moved;
  return (
    <div className={styles["bar"]} role="group" aria-label="Changes">
      {isWaterfall && (
        <button
          type="button"
          className={styles["toggle"]}
          aria-pressed={isOnlyChanges}
          title="Show only what changed (u)"
          onClick={() => onOnlyChanges(!isOnlyChanges)}
        >
          Only changes
        </button>
      )}
      <Count sign="other" tone="changed" count={counts.changed} word="changed" />
      <Count sign="added" tone="added" count={counts.added} word="added" />
      <Count sign="removed" tone="removed" count={counts.removed} word="removed" />
      <Count sign="moved" tone="moved" count={counts.moved} word="moved" />
      <span className={styles["quiet"]}>{formatInteger(counts.unchanged)} unchanged</span>
      {divergence && (
        <button
          type="button"
          className={styles["divergence"]}
          title={`The first model call whose input differs; ${formatCount(divergence.n_downstream, "row")} began after it`}
          onClick={() => onSelectRow(divergence.row)}
          data-testid="first-divergence"
        >
          <Split size={13} aria-hidden />
          first divergence: <b>{formatName(divergence.label)}</b>
          <span className={styles["downstream"]}>{formatInteger(divergence.n_downstream)} downstream</span>
        </button>
      )}
      <span className={styles["space"]} />
      <span className={styles["steps"]} hidden={!isWaterfall}>
        <IconButton
          label="Previous change ([)"
          icon={<ChevronUp size={14} />}
          disabled={nChanges === 0}
          onClick={() => onStep("previous-change")}
        />
        <IconButton
          label="Next change (])"
          icon={<ChevronDown size={14} />}
          disabled={nChanges === 0}
          onClick={() => onStep("next-change")}
        />
        <span className={styles["keys"]} aria-hidden>
          <Kbd>[</Kbd> <Kbd>]</Kbd>
        </span>
        <IconButton label="Find spans (/)" icon={<Search size={14} />} aria-pressed={isFinding} onClick={onFind} />
      </span>
    </div>
  );
}

type CountProps = { sign: SignName; tone: string; count: number; word: string };

function Count({ sign, tone, count, word }: CountProps) {
  if (count === 0) return null;
  const Icon = signIcons[sign];
  return (
    <span className={styles["count"]} data-tone={tone}>
      <Icon size={12} strokeWidth={2.2} aria-hidden />
      {formatInteger(count)} {word}
    </span>
  );
}
