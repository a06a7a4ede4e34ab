// Asks the trace list for a name, in the language of docs/query.md, which has quotes but no way to write both of them.

/** Returns the filter that finds traces of a name; with both kinds of quotes in the name it may find others, too. */
export function nameFilter(name: string): string {
  if (!name.includes("'")) return `name = '${name}'`;
  if (!name.includes('"')) return `name = "${name}"`;
  return `name LIKE '${name.replaceAll("'", "_")}'`;
}
