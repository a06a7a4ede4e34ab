// Which two traces are compared and how they are looked at, as it stands in the address.

/** One waterfall of both, two of them, or what differs by how much. */
export type CompareLayout = "merged" | "side" | "list";

export interface CompareView {
  /** 32 hex digits; null if the address names none. */
  readonly baseline: string | null;
  readonly candidate: string | null;
  readonly layout: CompareLayout;
  readonly isOnlyChanges: boolean;
  /** Id of the selected merged row: see compare-model/merged-ids.ts. */
  readonly span: string | null;
}

/** The parameters of an address; all are text. */
export type CompareSearch = { baseline?: string; candidate?: string; v?: string; u?: string; span?: string };

/** Returns the view of an address; what it does not understand is left out. */
export function compareViewOf(search: Readonly<Record<string, unknown>>): CompareView {
  const id = (name: string, digits: number): string | null => {
    const value = search[name];
    if (typeof value !== "string") return null;
    const hex = value.replace(/^tr-/, "").toLowerCase();
    return new RegExp(`^[0-9a-f]{${digits}}$`).test(hex) ? hex : null;
  };
  return {
    baseline: id("baseline", 32),
    candidate: id("candidate", 32),
    layout: search["v"] === "side" ? "side" : search["v"] === "list" ? "list" : "merged",
    isOnlyChanges: search["u"] === "1",
    span: id("span", 16),
  };
}

/** Returns the parameters of a view. */
export function compareSearchOf({ baseline, candidate, layout, isOnlyChanges, span }: CompareView): CompareSearch {
  return {
    ...(baseline === null ? {} : { baseline }),
    ...(candidate === null ? {} : { candidate }),
    ...(layout === "merged" ? {} : { v: layout }),
    ...(isOnlyChanges ? { u: "1" } : {}),
    ...(span === null ? {} : { span }),
  };
}
