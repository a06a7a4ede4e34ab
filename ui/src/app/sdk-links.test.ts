import { expect, test } from "vitest";
import { addressOfHash, notebookTraceNames } from "./sdk-links.ts";

const id = "0af7651916cd43dd8448eb211c80319c";

test.each([
  // As `mlflow.end_run()` prints them.
  ["#/experiments/0", "/experiments/0"],
  ["#/experiments/7/runs/abc123", "/experiments/7?filter=run_id%20%3D%20'abc123'"],
  ["#/experiments/7/runs/abc123?workspace=team", "/experiments/7?filter=run_id%20%3D%20'abc123'"],
  // As mlflow.genai.evaluate() does.
  ["#/experiments/7/evaluation-runs?selectedRunUuid=abc123", "/experiments/7?filter=run_id%20%3D%20'abc123'"],
  ["#/experiments/7/overview", "/experiments/7"],
  ["#/experiments/7/traces", "/experiments/7"],
  // As MLflow's own pages have a trace.
  [`#/experiments/7/traces?selectedEvaluationId=tr-${id}`, `/traces/${id}`],
  [`#/experiments/7/traces/tr-${id}`, `/traces/${id}`],
  [`#/experiments/7/runs/abc/traces?selectedTraceId=tr-${id}`, `/traces/${id}`],
  // A client may call a trace anything that is one component of a path.
  ["#/experiments/7/traces?selectedEvaluationId=order%2017", "/traces/order%2017"],
  ["#/experiments/7/traces?selectedEvaluationId=a%2Fb", "/experiments/7"],
  ["#/experiments/7/chat-sessions", "/sessions?experiment=7"],
  ["#/experiments/7/chat-sessions/a%2Fb", "/sessions/a%2Fb?experiment=7"],
  ["#/experiments", "/experiments"],
  ["#/experiments/%E0%A4%A", "/experiments/%25E0%25A4%25A"],
  ["#/experiments/..%2F..%2Fsettings", "/experiments/..%2F..%2Fsettings"],
  ["#/", null],
  ["#/models/m", null],
  ["#section", null],
  ["", null],
])("%s → %s", (hash, address) => {
  expect(addressOfHash(hash)?.replaceAll("%27", "'") ?? null).toBe(address);
});

test("a notebook names traces in MLflow's form, with other parameters beside them", () => {
  const other = id.replace("0", "1");
  const search = `?trace_id=tr-${id}&experiment_id=0&trace_id=tr-${other}&trace_id=tr-${id}&trace_id=order%2017&trace_id=a%2Fb&version=3.18.0`;
  expect(notebookTraceNames(search)).toEqual([id, other, "order 17"]);
});
