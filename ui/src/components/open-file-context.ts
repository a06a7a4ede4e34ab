// Gives pages a way to let the user choose files of traces; the app provides it.
import { createContext, useContext } from "react";

export const OpenFileContext = createContext<() => void>(() => {});

export function useOpenFile(): () => void {
  return useContext(OpenFileContext);
}
