// The page of a trace while it loads: its shape, without its content.
import { Skeleton } from "../../components/Skeleton.tsx";
import { WaterfallSkeleton } from "../../components/WaterfallSkeleton.tsx";
import styles from "./TraceSkeleton.module.css";

const facts = [58, 74, 46, 62];

export function TraceSkeleton() {
  return (
    <div className={styles["page"]} role="status" aria-label="Loading the trace">
      <div className={styles["header"]}>
        <Skeleton width={240} height={12} />
        <Skeleton width={60} height={12} />
        <Skeleton width={60} height={12} />
      </div>
      <div className={styles["main"]}>
        <div className={styles["minimap"]} />
        <div className={styles["find"]}>
          <Skeleton width={260} height={12} />
        </div>
        <div className={styles["axis"]} />
        <WaterfallSkeleton />
      </div>
      <div className={styles["side"]}>
        <Skeleton width={64} height={12} />
        {facts.map((width) => (
          <div key={width} className={styles["fact"]}>
            <Skeleton width="56%" />
            <Skeleton width={`${width}%`} />
          </div>
        ))}
      </div>
    </div>
  );
}
