// Tells the lines of a stack trace that are about the user's code from those of libraries.

export interface StackLine {
  readonly text: string;
  readonly isLibrary: boolean;
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
    return { text, isLibrary: isInLibraryFrame || (isFrame && libraryPath.test(text)) };
  });
}
