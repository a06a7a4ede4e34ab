// The newest requests of a group: spans, headers, resource, and the payload as a download.
import { Download } from "lucide-react";
import type { RejectedRequest } from "../../api/messages.ts";
import { payloadUrl } from "../../api/queries.ts";
import { formatBytes, formatExactTime, formatInteger, formatListTime } from "../../base/format.ts";
import { AttributeTable } from "../../span-detail/AttributeTable.tsx";
import styles from "./Requests.module.css";

type RequestsProps = { groupId: string; requests: readonly RejectedRequest[] };

export function Requests({ groupId, requests }: RequestsProps) {
  return (
    <ol className={styles["list"]}>
      {requests.map((request, place) => (
        <li key={request.request_id}>
          <details className={styles["request"]} open={place === 0} data-testid="rejected-request">
            <summary className={styles["summary"]}>
              <time title={formatExactTime(request.time_unix_nano)}>{formatListTime(request.time_unix_nano)}</time>
              <span className={styles["names"]}>{namesText(request)}</span>
              {request.n_waiting > 0 && <span>{formatInteger(request.n_waiting)} waiting</span>}
              <span className={styles["size"]}>{formatBytes(request.n_bytes)}</span>
            </summary>
            <Content groupId={groupId} request={request} />
          </details>
        </li>
      ))}
    </ol>
  );
}

function namesText({ span_names: names, n_waiting: nWaiting }: RejectedRequest): string {
  if (names.length === 0) return nWaiting === 0 ? "no readable spans" : "";
  return names.length < nWaiting ? `${names.join(", ")}, …` : names.join(", ");
}

function Content({ groupId, request }: { groupId: string; request: RejectedRequest }) {
  return (
    <div className={styles["content"]}>
      <section>
        <h4 className={styles["title"]}>Headers</h4>
        {request.headers.length === 0 ? (
          <p className={styles["quiet"]}>None that matter</p>
        ) : (
          <dl className={styles["headers"]}>
            {request.headers.map(({ name, value }, place) => (
              <div key={place}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      {request.resource.length > 0 && (
        <section>
          <h4 className={styles["title"]}>Resource</h4>
          <AttributeTable attributes={request.resource} />
        </section>
      )}
      <a className={styles["download"]} href={payloadUrl(groupId, request.request_id)} download>
        <Download size={13} aria-hidden />
        Payload as it came, {formatBytes(request.n_bytes)}
      </a>
    </div>
  );
}
