// Keeps what was there when something was paused.
import { useState } from "react";

/** Returns the value, or the one of the moment from which it `isFrozen`; each `subject` has a moment of its own. */
export function useFrozen<Value>(value: Value, isFrozen: boolean, subject = ""): Value {
  const [kept, setKept] = useState<{ value: Value; subject: string } | null>(null);
  if (isFrozen && kept?.subject === subject) return kept.value;
  // Derived while rendering: no frame shows another one.
  if (isFrozen) setKept({ value, subject });
  else if (kept !== null) setKept(null);
  return value;
}
