import { expect, test } from "vitest";
import { logRecord } from "./testing/span.ts";
import { severityOf } from "./timeline.ts";

// The short names of the OpenTelemetry log data model, "Displaying severity".
test.each([
  [1, "TRACE"],
  [4, "TRACE"],
  [5, "DEBUG"],
  [9, "INFO"],
  [12, "INFO"],
  [13, "WARN"],
  [17, "ERROR"],
  [20, "ERROR"],
  [21, "FATAL"],
  [24, "FATAL"],
])("severity %i is %s", (severity_number, want) => {
  expect(severityOf(logRecord({ severity_number }))?.name).toBe(want);
});

test("the source's own word wins, and stands alone where no number was said", () => {
  expect(severityOf(logRecord({ severity_number: 18, severity_text: "Critical" }))).toEqual({
    name: "Critical",
    tone: "error",
  });
  expect(severityOf(logRecord({ severity_text: "notice" }))).toEqual({ name: "notice", tone: "neutral" });
  expect(severityOf(logRecord())).toBe(null);
});
