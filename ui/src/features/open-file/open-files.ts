// Sends files of traces to the server, one request after the other, and keeps account of what was taken and what was not.
import { ApiError } from "../../api/client.ts";
import { type ExportAnswer, type ExportBody, sendExport } from "../../api/send-export.ts";
import { formatCount } from "../../base/format.ts";
import { isUnread, type Piece } from "./piece.ts";
import { readFile } from "./read-file.ts";

export type Problem = { where: string | null; reason: string };

export type FileReport = {
  name: string;
  nSpans: number;
  nLogs: number;
  /** Traces of which something was taken, as `Piece` names them. */
  traceIds: ReadonlySet<string>;
  problems: readonly Problem[];
  /** Problems that are not listed one by one. */
  nMoreProblems: number;
  isDone: boolean;
};

/** Problems of a file that are told one by one. */
const mostProblems = 50;

type Send = (request: ExportBody) => Promise<ExportAnswer>;

/** Calls `onProgress` with the reports of all files whenever there is something new, at the end once more; returns them. */
export async function openFiles(
  files: readonly File[],
  onProgress: (reports: readonly FileReport[]) => void,
  signal: AbortSignal,
  send: Send = sendExport,
): Promise<readonly FileReport[]> {
  const reports = files.map(({ name }): FileReport => newReport(name));
  for (const [place, file] of files.entries()) {
    const note = (change: (report: FileReport) => FileReport): void => {
      const before = reports[place];
      if (before !== undefined) reports[place] = change(before);
      onProgress([...reports]);
    };
    // Files, and the requests in each, are sent in their order: a log record after its span, no more than one request in memory.
    // oxlint-disable-next-line no-await-in-loop
    for await (const read of readFile(file)) {
      if (signal.aborted) return reports;
      if (isUnread(read)) note((report) => withProblem(report, read));
      else {
        const outcome = await outcomeOf(read, send);
        note((report) => withOutcome(report, read, outcome));
      }
    }
    note((report) => ({ ...report, isDone: true }));
  }
  return reports;
}

function newReport(name: string): FileReport {
  return { name, nSpans: 0, nLogs: 0, traceIds: new Set(), problems: [], nMoreProblems: 0, isDone: false };
}

type Outcome = { nTaken: number; problem: string | null };

async function outcomeOf(piece: Piece, send: Send): Promise<Outcome> {
  const { format, signal, body, traceIds, nItems } = piece;
  const [traceName = ""] = traceIds;
  try {
    const { nRejected, reason } = await send({ format, signal, body, traceName });
    if (nRejected === 0) return { nTaken: nItems, problem: null };
    const what = formatCount(nRejected, signal === "traces" ? "span" : "log record");
    return { nTaken: Math.max(0, nItems - nRejected), problem: `${what} refused: ${reason}` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { nTaken: 0, problem: error.message };
  }
}

function withOutcome(report: FileReport, piece: Piece, { nTaken, problem }: Outcome): FileReport {
  const isTraces = piece.signal === "traces";
  const taken = {
    ...report,
    nSpans: report.nSpans + (isTraces ? nTaken : 0),
    nLogs: report.nLogs + (isTraces ? 0 : nTaken),
    traceIds: isTraces && nTaken > 0 ? new Set([...report.traceIds, ...piece.traceIds]) : report.traceIds,
  };
  return problem === null ? taken : withProblem(taken, { where: piece.where, reason: problem });
}

function withProblem(report: FileReport, problem: Problem): FileReport {
  if (report.problems.length >= mostProblems) return { ...report, nMoreProblems: report.nMoreProblems + 1 };
  return { ...report, problems: [...report.problems, problem] };
}

/** Returns the one trace that files held, or null. */
export function onlyTraceOf(reports: readonly FileReport[]): string | null {
  const ids = new Set(reports.flatMap(({ traceIds }) => [...traceIds]));
  const [only] = ids;
  return ids.size === 1 && only !== undefined ? only : null;
}

/** Says what was taken of a file. */
export function takenText({ nSpans, nLogs, traceIds }: FileReport): string {
  const parts = [
    ...(nSpans > 0 ? [`${formatCount(nSpans, "span")} of ${formatCount(traceIds.size, "trace")}`] : []),
    ...(nLogs > 0 ? [formatCount(nLogs, "log record")] : []),
  ];
  return parts.length === 0 ? "Nothing was taken" : parts.join(", ");
}
