// The icons of the categories of spans.
import type { LucideIcon } from "lucide-react";
import { ArrowRightLeft, Bot, Circle, Database, FileSearch, Server, Sparkles, Wrench } from "lucide-react";
import type { SpanCategory } from "../trace-model/span-category.ts";
import { categoryNames } from "../trace-model/span-category.ts";

export const spanIcons: Readonly<Record<SpanCategory, LucideIcon>> = {
  server: Server,
  llm: Sparkles,
  tool: Wrench,
  retr: FileSearch,
  agent: Bot,
  db: Database,
  http: ArrowRightLeft,
  oth: Circle,
};

export function SpanIcon({ category, size = 15 }: { category: SpanCategory; size?: number }) {
  const Icon = spanIcons[category];
  return <Icon size={size} strokeWidth={1.9} color={`var(--k-${category})`} aria-label={categoryNames[category]} />;
}
