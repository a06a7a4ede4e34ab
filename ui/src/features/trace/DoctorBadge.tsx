// What the doctor found in a trace: a quiet badge, and behind it what each finding means, how to fix it, and where it is.
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Stethoscope } from "lucide-react";
import { useEffect, useState } from "react";
import type { FindingSeverity } from "../../api/messages.ts";
import { analysisQuery } from "../../api/queries.ts";
import { formatCount, formatInteger } from "../../base/format.ts";
import { Popover } from "../../components/Popover.tsx";
import { hrefOf } from "../../span-detail/span-address.ts";
import styles from "./DoctorBadge.module.css";
import { DoctorFindings } from "./DoctorFindings.tsx";

/** The waterfall is painted first. */
const patienceMs = 400;

export function DoctorBadge({ traceId }: { traceId: string }) {
  const router = useRouter();
  const isLate = useLater(patienceMs);
  const { data } = useQuery({ ...analysisQuery(traceId), enabled: isLate });
  const findings = data?.findings ?? [];
  const [worst] = findings;
  if (worst === undefined) return null;
  return (
    <Popover
      title={`${formatCount(findings.length, "finding")} of the doctor`}
      trigger={
        <button
          type="button"
          className={styles["badge"]}
          data-severity={worst.severity}
          data-testid="doctor-badge"
          aria-label={`${formatCount(findings.length, "finding")} of the doctor, ${meaningOf[worst.severity]}`}
          title={findings.map(({ title }) => title).join("\n")}
        >
          <Stethoscope size={13} aria-hidden />
          {formatInteger(findings.length)}
        </button>
      }
    >
      {(close) => (
        <DoctorFindings
          traceId={traceId}
          findings={findings}
          onOpenSpan={(spanId) => {
            close();
            router.history.push(hrefOf({ traceId, spanId }));
          }}
        />
      )}
    </Popover>
  );
}

/** Of the worst finding. */
const meaningOf: Readonly<Record<FindingSeverity, string>> = {
  error: "the trace is shown otherwise than it was sent",
  warning: "something is missing or wrong in what was sent",
  info: "worth knowing",
};

/** Whether so much time has passed since the element was there. */
function useLater(delayMs: number): boolean {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), delayMs);
    return () => clearTimeout(timer);
  }, [delayMs]);
  return isLate;
}
