// The shape of a waterfall while it loads: what stands where, without its content.
import { Skeleton } from "./Skeleton.tsx";
import styles from "./WaterfallSkeleton.module.css";

/** Level, share of the name's room, start and width of the bar in percent: an ordinary trace. */
const rows = [
  [0, 62, 0, 100],
  [1, 48, 2, 34],
  [2, 70, 4, 14],
  [2, 40, 19, 15],
  [1, 56, 37, 42],
  [2, 64, 38, 22],
  [3, 36, 40, 16],
  [2, 52, 62, 15],
  [1, 44, 81, 17],
] as const;

/** `isPaired` has a bar of either side in each row. */
export function WaterfallSkeleton({ isPaired = false }: { isPaired?: boolean }) {
  return (
    <div className={styles["rows"]}>
      {rows.map(([level, name, start, width], place) => (
        <div key={place} className={styles["row"]}>
          <span className={styles["name"]} style={{ paddingLeft: level * 12 }}>
            <Skeleton width={`${name}%`} />
          </span>
          <span className={styles["chart"]} data-paired={isPaired || undefined}>
            {isPaired && <Bar start={start} width={width} height={4} />}
            <Bar start={start} width={isPaired ? width * 0.88 : width} height={isPaired ? 6 : 10} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Bar({ start, width, height }: { start: number; width: number; height: number }) {
  return (
    <span className={styles["bar"]} style={{ marginLeft: `${start}%`, width: `${width}%` }}>
      <Skeleton height={height} />
    </span>
  );
}
