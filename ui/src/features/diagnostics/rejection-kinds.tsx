// Names the kinds of rejection in plain words, each with a glyph of its own.
import {
  Bug,
  DatabaseZap,
  FileArchive,
  FileQuestion,
  FileX,
  Fingerprint,
  FlaskConicalOff,
  Globe,
  Hash,
  KeyRound,
  LockKeyhole,
  type LucideIcon,
  Scaling,
  Server,
  Signpost,
  Split,
} from "lucide-react";
import type { RejectionKind } from "../../api/messages.ts";

type KindLook = { title: string; icon: LucideIcon; tone: "warn" | "error" };

const looks: Readonly<Record<RejectionKind, KindLook>> = {
  unknown_experiment: { title: "Unknown experiment", icon: FlaskConicalOff, tone: "warn" },
  bad_experiment_id: { title: "Experiment id is not a number", icon: Hash, tone: "warn" },
  other_experiment: { title: "Trace is in another experiment", icon: Split, tone: "warn" },
  content_type: { title: "Unknown content type", icon: FileQuestion, tone: "warn" },
  compression: { title: "Unreadable compression", icon: FileArchive, tone: "warn" },
  too_large: { title: "Too large", icon: Scaling, tone: "warn" },
  undecodable: { title: "Unreadable body", icon: FileX, tone: "warn" },
  bad_spans: { title: "Spans with invalid ids", icon: Fingerprint, tone: "warn" },
  wrong_path: { title: "Wrong path", icon: Signpost, tone: "warn" },
  foreign_origin: { title: "Web page not allowed", icon: Globe, tone: "warn" },
  foreign_host: { title: "Host name not allowed", icon: Server, tone: "warn" },
  unauthorized: { title: "Token missing or wrong", icon: KeyRound, tone: "warn" },
  tls: { title: "TLS to a plain port", icon: LockKeyhole, tone: "warn" },
  unavailable: { title: "Store could not take it", icon: DatabaseZap, tone: "error" },
  internal: { title: "Defect of Traceloupe", icon: Bug, tone: "error" },
};

export function kindTitle(kind: RejectionKind): string {
  return looks[kind].title;
}

export function KindIcon({ kind, size = 16 }: { kind: RejectionKind; size?: number }) {
  const { icon: Icon, tone } = looks[kind];
  return <Icon size={size} strokeWidth={1.75} color={`var(--${tone === "error" ? "err" : "warn"})`} aria-hidden />;
}
