// Tells the lines of a stack trace that are about the user's code from those of libraries.

export interface StackLine {
  readonly text: string;
  readonly isLibrary: boolean;
  /** Whether it names a place in code; other lines are messages, or source below such a line. */
  readonly isFrame: boolean;
}

/** Lines that are told together: of libraries, or not. */
export interface StackGroup {
  readonly isLibrary: boolean;
  readonly lines: readonly StackLine[];
  readonly nFrames: number;
}

/** Longer traces are cut in the middle of nowhere by their makers already. */
const mostLines = 2000;

const libraryPath =
  /site-packages|dist-packages|node_modules|node:internal|lib\/python\d|<frozen |\(java\.|\bat (?:java|jdk|sun|kotlin|scala|org\.springframework)\.|\/go\/pkg\/mod\/|\/rustc\/|\.cargo\/registry/;

/** Returns the lines; a line of source below a Python frame belongs to that frame. */
export function stackLinesOf(stackTrace: string): StackLine[] {
  let isInLibraryFrame = false;
  return stackTrace.split("\n", mostLines).map((text) => {
    const isFrame = /^\s*(File "|at )|^\s+\S+:\d+/.test(text);
    const isIndented = /^\s/.test(text);
    if (isFrame) isInLibraryFrame = libraryPath.test(text);
    else if (!isIndented) isInLibraryFrame = false;
    return { text, isLibrary: isInLibraryFrame, isFrame };
  });
}

/** Returns the lines in groups, in order. */
export function stackGroupsOf(lines: readonly StackLine[]): StackGroup[] {
  const groups: { isLibrary: boolean; lines: StackLine[]; nFrames: number }[] = [];
  for (const line of lines) {
    let group = groups.at(-1);
    if (group?.isLibrary !== line.isLibrary) {
      group = { isLibrary: line.isLibrary, lines: [], nFrames: 0 };
      groups.push(group);
    }
    group.lines.push(line);
    if (line.isFrame) group.nFrames++;
  }
  return groups;
}
