// Tags of an experiment as a form holds them, and back. Pure.

/** `id` keeps a row its own while others come and go. */
export type TagDraft = { id: number; key: string; value: string };

/** Tags of MLflow itself are not the user's own: they are not offered, and stay. */
function isOwn(key: string): boolean {
  return !key.startsWith("mlflow.");
}

export function tagDrafts(tags: Readonly<Record<string, string>>): TagDraft[] {
  return Object.entries(tags)
    .filter(([key]) => isOwn(key))
    .map(([key, value], id) => ({ id, key, value }));
}

/** Rows without a key and a value are as if they were not there. */
export function tagsOf(before: Readonly<Record<string, string>>, drafts: readonly TagDraft[]): Record<string, string> {
  const kept = Object.entries(before).filter(([key]) => !isOwn(key));
  const own = drafts.filter(({ key }) => key.trim() !== "").map(({ key, value }) => [key.trim(), value] as const);
  return Object.fromEntries([...kept, ...own]);
}

/** Why the form cannot be saved; null if it can. */
export function problemOf(name: string, drafts: readonly TagDraft[]): string | null {
  if (name.trim() === "") return "The name is missing";
  const keys = drafts.map(({ key }) => key.trim());
  if (drafts.some(({ value }, index) => keys[index] === "" && value !== "")) return "A tag has no key";
  const twice = keys.find((key, index) => key !== "" && keys.indexOf(key) !== index);
  return twice === undefined ? null : `${twice} is there twice`;
}
