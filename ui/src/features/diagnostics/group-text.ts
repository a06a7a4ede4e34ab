// Says who sent a rejected request, how many came, and what a person can do with them. Pure.
import type { ExperimentSummary, RejectedDetail, RejectedGroup } from "../../api/messages.ts";
import { formatCount } from "../../base/format.ts";

/** Returns the name of the client: its SDK, else the first product of its user agent, else its address. */
export function clientName({ sdk, user_agent: userAgent, client_address: address }: RejectedGroup): string {
  if (sdk) return sdk;
  const [product] = userAgent.split(" ", 1);
  return product ? product : address;
}

/** Returns `POST /v1/trace`, or `gRPC …TraceService/Export` without the package that every such path has. */
export function requestLine({ transport, method, path }: RejectedGroup): string {
  if (transport !== "grpc") return `${method} ${path}`;
  return `gRPC ${path.slice(path.lastIndexOf(".") + 1)}`;
}

/** Returns what the client spoke: of one that speaks TLS nothing more is known. */
export function transportName({ kind, transport }: RejectedGroup): string {
  if (kind === "tls") return "TLS";
  return transport === "grpc" ? "gRPC" : "HTTP";
}

export function waitingText(nWaiting: number): string {
  return formatCount(nWaiting, "span or log record", "spans and log records");
}

/**
 * Returns the experiment that accepting should name: the one that the request named if it exists by now, else that of the
 * settings, else the first.
 */
export function experimentToAccept(
  { requests }: Pick<RejectedDetail, "requests">,
  experiments: readonly ExperimentSummary[],
  defaultExperimentId: string,
): string | null {
  const named = requests.flatMap(({ headers }) => headers).find(({ name }) => name === "x-mlflow-experiment-id")?.value;
  const wanted = [named?.trim(), defaultExperimentId];
  const active = experiments.filter((one) => one.lifecycle_stage === "active");
  const found = wanted.find((id) => active.some((one) => one.experiment_id === id));
  return found ?? active[0]?.experiment_id ?? null;
}

/** Returns the group to show after one has gone: the next one, else the one before it. */
export function neighbourOf(groups: readonly RejectedGroup[], groupId: string): string | null {
  const place = groups.findIndex((group) => group.group_id === groupId);
  return (groups[place + 1] ?? groups[place - 1])?.group_id ?? null;
}
