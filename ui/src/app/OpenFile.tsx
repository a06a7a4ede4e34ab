// Opens files of traces: chosen by Ctrl+O or dropped on the window. Says what was taken of each and what was not, and why.
import { Dialog } from "@base-ui/react/dialog";
import { Link, useRouter } from "@tanstack/react-router";
import { Check, FileUp, TriangleAlert, X } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { Button, IconButton } from "../components/Button.tsx";
import { OpenFileContext } from "../components/open-file-context.ts";
import { formatInteger } from "../base/format.ts";
import { type FileReport, onlyTraceOf, openFiles, takenText } from "../features/open-file/open-files.ts";
import overlay from "./KeyOverlay.module.css";
import styles from "./OpenFile.module.css";

/** What a file chooser offers first; whatever is chosen is read by what is in it. */
const accepted = ".json,.jsonl,.ndjson,.pb,.binpb,.bin,.proto,.otlp,.gz";

export function OpenFile({ children }: { children: ReactNode }) {
  const input = useRef<HTMLInputElement>(null);
  const { reports, open, close } = useOpening();
  const choose = (): void => input.current?.click();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key !== "o") return;
      event.preventDefault();
      input.current?.click();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
  const isOver = useDrop(open);
  return (
    <OpenFileContext value={choose}>
      {children}
      <input
        ref={input}
        type="file"
        multiple
        accept={accepted}
        hidden
        aria-label="Files of traces"
        data-testid="open-file"
        onChange={(event) => {
          open([...(event.target.files ?? [])]);
          // The same file can be chosen again.
          event.target.value = "";
        }}
      />
      {isOver && (
        <div className={styles["drop"]} aria-hidden>
          <p>
            <FileUp size={20} strokeWidth={1.5} />
            Drop to open
          </p>
        </div>
      )}
      <Dialog.Root open={reports !== null} onOpenChange={(isOpen) => !isOpen && close()}>
        <Dialog.Portal>
          <Dialog.Backdrop className={overlay["backdrop"]} />
          <Dialog.Popup className={styles["popup"]} data-testid="open-file-report">
            {reports !== null && <Reports reports={reports} close={close} />}
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </OpenFileContext>
  );
}

function useOpening() {
  const router = useRouter();
  const [reports, setReports] = useState<readonly FileReport[] | null>(null);
  const stop = useRef<AbortController>(new AbortController());
  const close = (): void => {
    stop.current.abort();
    setReports(null);
  };
  const open = (files: readonly File[]): void => {
    if (files.length === 0) return;
    stop.current.abort();
    const current = new AbortController();
    stop.current = current;
    const show = (next: readonly FileReport[]): void => {
      if (!current.signal.aborted) setReports(next);
    };
    void openFiles(files, show, current.signal).then((done) => {
      if (current.signal.aborted) return;
      const only = onlyTraceOf(done);
      // With something left to say the user goes on from there.
      if (only === null || done.some(({ problems }) => problems.length > 0)) return;
      setReports(null);
      router.history.push(`/traces/${encodeURIComponent(only)}`);
    });
  };
  return { reports, open, close };
}

/** Takes files that are dropped anywhere; returns whether some are over the window. */
function useDrop(open: (files: readonly File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const take = useEffectEvent(open);
  useEffect(() => {
    const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
    const onOver = (event: DragEvent): void => {
      if (!isFiles(event)) return;
      // Else the browser would leave the page for the file.
      event.preventDefault();
      setIsOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      if (!isFiles(event)) return;
      event.preventDefault();
      setIsOver(false);
      take([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragenter", onOver);
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragenter", onOver);
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, []);
  return isOver;
}

function Reports({ reports, close }: { reports: readonly FileReport[]; close: () => void }) {
  const isDone = reports.every((report) => report.isDone);
  const only = onlyTraceOf(reports);
  const hasTraces = reports.some(({ traceIds }) => traceIds.size > 0);
  return (
    <>
      <header className={overlay["head"]}>
        <Dialog.Title className={overlay["title"]}>{isDone ? "Opened files" : "Opening files…"}</Dialog.Title>
        <Dialog.Close render={<IconButton label={isDone ? "Close" : "Stop"} icon={<X size={15} />} />} />
      </header>
      <ul className={styles["files"]}>
        {reports.map((report, place) => (
          // Two files may have the same name.
          // oxlint-disable-next-line react/no-array-index-key
          <FileEntry key={place} report={report} />
        ))}
      </ul>
      {isDone && (
        <footer className={styles["foot"]}>
          {hasTraces && (
            <Link
              to={only === null ? "/traces" : "/traces/$traceId"}
              params={{ traceId: only ?? "" }}
              className={styles["go"]}
              onClick={close}
            >
              {only === null ? "Show the list of traces" : "Show the trace"}
            </Link>
          )}
          <Button onClick={close}>Close</Button>
        </footer>
      )}
    </>
  );
}

function FileEntry({ report }: { report: FileReport }) {
  const { name, problems, nMoreProblems, isDone } = report;
  const isBad = problems.length > 0;
  const Icon = isBad ? TriangleAlert : Check;
  return (
    <li className={styles["file"]} data-bad={isBad || undefined}>
      <p className={styles["line"]}>
        {isDone || isBad ? <Icon size={14} aria-hidden /> : <span className={styles["busy"]} aria-hidden />}
        <b title={name} dir="auto">
          {name}
        </b>
        <span role="status" className={styles["taken"]}>
          {isDone || report.nSpans + report.nLogs > 0 ? takenText(report) : "Reading…"}
        </span>
      </p>
      {isBad && (
        <ul className={styles["problems"]}>
          {problems.map(({ where, reason }, place) => (
            // oxlint-disable-next-line react/no-array-index-key
            <li key={place}>
              {where !== null && <b>{where}: </b>}
              <span dir="auto">{reason}</span>
            </li>
          ))}
          {nMoreProblems > 0 && <li>and {formatInteger(nMoreProblems)} more</li>}
        </ul>
      )}
    </li>
  );
}
