// Whether what is shown may be changed: not in a frame of another page, which could trick a person into it.
import { createContext } from "react";

export const ReadOnlyContext = createContext(false);
