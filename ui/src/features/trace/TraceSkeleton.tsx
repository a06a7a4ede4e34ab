// The page of a trace while it loads: its shape, without its content.
import { Skeleton } from "../../components/Skeleton.tsx";
import styles from "./TraceSkeleton.module.css";

const rows = [0, 1, 2, 2, 3, 2, 3, 1, 1];

export function TraceSkeleton() {
  return (
    <div className={styles["page"]} role="status" aria-label="Loading the trace">
      <div className={styles["header"]}>
        <Skeleton width={240} height={12} />
        <Skeleton width={60} height={12} />
        <Skeleton width={60} height={12} />
      </div>
      <div className={styles["rows"]}>
        {rows.map((level, place) => (
          <div key={place} className={styles["row"]} style={{ paddingLeft: 10 + level * 12 }}>
            <Skeleton width={150 - level * 12} />
            <span style={{ marginLeft: 150 + place * 24 }} className={styles["bar"]}>
              <Skeleton width={360 - level * 90} />
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
