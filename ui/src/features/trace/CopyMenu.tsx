// What one can take of a trace to the clipboard: its link, its id, its OTLP, an outline for a language model.
import { Bot, Braces, Check, Copy, Hash, Link, TriangleAlert } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { fetchMarkdown, fetchOtlpJson } from "../../api/queries.ts";
import { offerCommands } from "../../base/page-commands.ts";
import { ActionsMenu } from "../../components/ActionsMenu.tsx";
import { useCopyText } from "../../components/clipboard-context.ts";
import styles from "./TraceHeader.module.css";

const shownForMs = 2_000;

/** `name` is what MLflow's clients call the trace, if that is not made from its id. */
export function CopyMenu({ traceId, name }: { traceId: string; name: string | null }) {
  const copyText = useCopyText();
  const [outcome, setOutcome] = useState<{ text: string; isFailure: boolean } | null>(null);

  useEffect(() => {
    if (outcome === null || outcome.isFailure) return undefined;
    const timer = setTimeout(() => setOutcome(null), shownForMs);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = (make: () => string | Promise<string>): void => {
    // Within the click, so that engines that ask for one allow the clipboard for a text that is at hand.
    const made = make();
    const copied = typeof made === "string" ? copyText(made) : made.then(copyText);
    copied.then(
      () => setOutcome({ text: "Copied", isFailure: false }),
      (error: unknown) =>
        setOutcome({ text: error instanceof Error ? error.message : "Copying failed", isFailure: true }),
    );
  };
  const actions = [
    { label: "Link to this view", icon: <Link size={13} />, onChoose: () => copy(() => location.href) },
    { label: "Trace id", icon: <Hash size={13} />, onChoose: () => copy(() => name ?? traceId) },
    {
      label: "Outline for an AI (Markdown)",
      icon: <Bot size={13} />,
      onChoose: () => copy(() => fetchMarkdown(traceId)),
    },
    { label: "OTLP/JSON", icon: <Braces size={13} />, onChoose: () => copy(() => fetchOtlpJson(traceId)) },
  ];
  // Those that have no key.
  const onOffer = useEffectEvent((label: string) => actions.find((action) => action.label === label)?.onChoose());
  useEffect(() => {
    const labels = ["Trace id", "Outline for an AI (Markdown)", "OTLP/JSON"];
    return offerCommands(labels.map((label) => ({ does: `Copy: ${label}`, run: () => onOffer(label) })));
  }, []);
  const onKey = useEffectEvent((key: string) =>
    // The span that is selected is in the address.
    copy(() => (key === "Y" ? location.href : (new URLSearchParams(location.search).get("span") ?? name ?? traceId))),
  );
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "y" && event.key !== "Y") return;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      onKey(event.key);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <>
      <ActionsMenu
        label="Copy…"
        caption={outcome?.isFailure === false ? outcome.text : "Copy"}
        icon={
          outcome === null ? <Copy size={14} /> : outcome.isFailure ? <TriangleAlert size={14} /> : <Check size={14} />
        }
        actions={actions}
      />
      <span role="status" className={outcome?.isFailure ? styles["failed"] : styles["said"]}>
        {outcome?.text}
      </span>
    </>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]") !== null
  );
}
