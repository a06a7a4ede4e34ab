// What the open page can do that has no key: its parts say so, the palette offers it.

export type PageCommand = {
  /** As a person would ask for it; unique on a page. */
  does: string;
  run: () => void;
};

const offered = new Set<readonly PageCommand[]>();

/** Offers commands until the returned function is called. */
export function offerCommands(commands: readonly PageCommand[]): () => void {
  offered.add(commands);
  return () => offered.delete(commands);
}

export function offeredCommands(): PageCommand[] {
  return [...offered].flat();
}
