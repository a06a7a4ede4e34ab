// The comparison while it loads: its shape, without its content.
import { PageHeader } from "../../components/PageHeader.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { WaterfallSkeleton } from "../../components/WaterfallSkeleton.tsx";
import styles from "./CompareSkeleton.module.css";

export function CompareSkeleton() {
  return (
    <div className={styles["page"]} role="status" aria-label="Comparing the two traces">
      <PageHeader title="Compare">
        <Skeleton width={170} height={12} />
        <Skeleton width={170} height={12} />
      </PageHeader>
      <div className={styles["summary"]}>
        <Skeleton width={110} height={28} />
        <Skeleton height={16} />
      </div>
      <div className={styles["bar"]}>
        <Skeleton width={90} height={12} />
        <Skeleton width={70} height={12} />
        <Skeleton width={70} height={12} />
      </div>
      <div className={styles["minimap"]} />
      <div className={styles["axis"]} />
      <WaterfallSkeleton isPaired />
    </div>
  );
}
