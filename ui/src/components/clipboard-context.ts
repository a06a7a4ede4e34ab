// Gives components a way to copy text without knowing the platform; the app provides it.
import { createContext, useContext } from "react";

export type CopyText = (text: string) => Promise<void>;

const unavailable: CopyText = () => Promise.reject(new Error("Copying is not available"));

export const ClipboardContext = createContext<CopyText>(unavailable);

export function useCopyText(): CopyText {
  return useContext(ClipboardContext);
}
