// Sorts spans into the eight categories that have a colour and an icon.
// It decides how a span looks only; what a span *is* (its normalised kind) is for the server to say.

import type { SpanColumns } from "./span-table.ts";

/** The categories, in the order of their numbers in the `category` column. Names end CSS tokens: `--k-server`. */
export const spanCategories = ["server", "llm", "tool", "retr", "agent", "db", "http", "oth"] as const;

export type SpanCategory = (typeof spanCategories)[number];

/** What a reader of the screen hears for the icon. */
export const categoryNames: Readonly<Record<SpanCategory, string>> = {
  server: "Server",
  llm: "Model call",
  tool: "Tool",
  retr: "Retrieval",
  agent: "Agent",
  db: "Database",
  http: "Client call",
  oth: "Span",
};

/** MLflow's span types (and the names that server-side rules give to other conventions). */
const categoryOfType: Readonly<Record<string, SpanCategory>> = {
  LLM: "llm",
  CHAT_MODEL: "llm",
  EMBEDDING: "llm",
  TOOL: "tool",
  RETRIEVER: "retr",
  RERANKER: "retr",
  AGENT: "agent",
  WORKFLOW: "agent",
};

const databaseScope =
  /sql|postgres|psycopg|asyncpg|[/.-]pg$|redis|mongo|cassandra|elasticsearch|dynamo|memcache|database/i;
const databaseStatement = /^(select|insert|update|delete|merge|begin|commit|rollback)\b/i;
/** The longest of these words and the character that ends it. */
const statementBytes = "rollback".length + 1;

function categoryOfKind(kind: number, isDatabaseCall: () => boolean): SpanCategory {
  if (kind === 2 || kind === 5) return "server";
  if (kind === 3 || kind === 4) return isDatabaseCall() ? "db" : "http";
  return "oth";
}

/**
 * Returns the category column: a type says most, then the OTLP kind, then the library that made the span.
 * Types and scopes repeat, so each is judged once; names may all differ.
 */
export function categoriesOf(columns: SpanColumns): Uint8Array {
  const { nSpans, strings, spanType, kind, scope, name } = columns;
  const ofType = once((type) => categoryOfType[strings.label(type).toUpperCase()]);
  const isDatabaseScope = once((index) => databaseScope.test(strings.label(index)));
  const categories = new Uint8Array(nSpans);
  for (let span = 0; span < nSpans; span++) {
    const category =
      ofType(spanType[span] ?? 0) ??
      categoryOfKind(
        kind[span] ?? 0,
        () =>
          isDatabaseScope(scope[span] ?? 0) || databaseStatement.test(strings.start(name[span] ?? 0, statementBytes)),
      );
    categories[span] = spanCategories.indexOf(category);
  }
  return categories;
}

/** Judges each string of a column once. */
function once<T>(judge: (index: number) => T): (index: number) => T {
  const known = new Map<number, { readonly verdict: T }>();
  return (index) => {
    let found = known.get(index);
    if (found === undefined) {
      found = { verdict: judge(index) };
      known.set(index, found);
    }
    return found.verdict;
  };
}

/** Returns the category of a span of a table. */
export function categoryAt(table: { readonly category: Uint8Array }, span: number): SpanCategory {
  return spanCategories[table.category[span] ?? 0] ?? "oth";
}

/** Returns the categories that a table has, in their order. */
export function categoriesIn(table: { readonly category: Uint8Array }): SpanCategory[] {
  const isIn = new Uint8Array(spanCategories.length);
  for (const category of table.category) isIn[category] = 1;
  return spanCategories.filter((_, number) => isIn[number] === 1);
}
