import { afterEach, describe, expect, test } from "vitest";
import {
  clockField,
  formatBytes,
  formatCost,
  formatCount,
  formatDuration,
  formatExactDuration,
  formatExactTime,
  formatInteger,
  formatListTime,
  formatName,
  formatShare,
  formatTokens,
  millisOfClockField,
  setNumberFormat,
  setTimeZone,
} from "./format.ts";

describe("durations have three significant digits and a unit", () => {
  test.each([
    ["0", "0 ns"],
    ["1", "1 ns"],
    ["999", "999 ns"],
    ["1000", "1.00 µs"],
    ["12000", "12.0 µs"],
    ["999499", "999 µs"],
    ["999500", "1.00 ms"],
    ["842000000", "842 ms"],
    ["999999999", "1.00 s"],
    ["4210003127", "4.21 s"],
    ["59949999999", "59.9 s"],
    ["59960000000", "1.00 min"],
    ["90000000000", "1.50 min"],
    ["5400000000000", "1.50 h"],
    ["169200000000000", "47.0 h"],
    ["172800000000000", "2.00 d"],
    ["360000000000000000", "4,167 d"],
    ["-1500000", "−1.50 ms"],
    ["9223372036854775807", "106,752 d"],
  ])("%s → %s", (nanos, text) => {
    expect(formatDuration(nanos)).toBe(text);
    expect(formatDuration(BigInt(nanos))).toBe(text);
  });

  test("exact form keeps every digit beyond 2^53", () => {
    expect(formatExactDuration("9223372036854775807")).toBe("9,223,372,036,854,775,807 ns");
  });
});

describe("times", () => {
  const noon = new Date(2026, 10, 22, 12, 0, 0);
  const nanosOf = (date: Date): string => `${date.getTime()}000000`;

  test("today shows the time only, another day its date, another year the year", () => {
    expect(formatListTime(nanosOf(new Date(2026, 10, 22, 10, 14, 54)), noon)).toBe("10:14:54");
    expect(formatListTime(nanosOf(new Date(2026, 10, 21, 23, 59, 59)), noon)).toBe("21 Nov 23:59:59");
    expect(formatListTime(nanosOf(new Date(2025, 0, 2, 3, 4, 5)), noon)).toBe("2 Jan 2025 03:04");
  });

  test("in UTC all pages say the same", () => {
    setTimeZone("utc");
    try {
      // 2023-11-14T22:13:20Z, by the definition of Unix time.
      expect(formatExactTime("1700000000000000001")).toBe("2023-11-14 22:13:20.000000001 UTC");
      expect(formatListTime("1700000000000000000", new Date("2023-11-14T00:00:00Z"))).toBe("22:13:20");
      expect(formatListTime("1700000000000000000", new Date("2023-11-15T00:00:00Z"))).toBe("14 Nov 22:13:20");
    } finally {
      setTimeZone("local");
    }
  });

  test("the exact time keeps all nine digits", () => {
    const nanos = (BigInt(new Date(2026, 10, 22, 10, 14, 54).getTime()) * 1_000_000n + 123_456_789n).toString();
    expect(formatExactTime(nanos)).toMatch(/^2026-11-22 10:14:54\.123456789 [+−]\d\d:\d\d$/);
  });
});

test.each([
  [0, "0"],
  [9999, "9,999"],
  [12_408, "12.4k"],
  [999_499, "999k"],
  [999_500, "1.00M"],
  [3_100_000, "3.10M"],
])("tokens %s → %s", (tokens, text) => expect(formatTokens(tokens)).toBe(text));

test.each([
  [61, 100, "61 %"],
  [1, 1, "100 %"],
  [0, 5, "0 %"],
  [9.94, 100, "9.9 %"],
  [9.96, 100, "10 %"],
  [2, 100, "2 %"],
  [1, 10_000, "< 0.1 %"],
  [1, 0, "0 %"],
])("%d of %d → %s", (part, whole, text) => expect(formatShare(part, whole)).toBe(text));

test.each([
  ["0", "$0"],
  ["290000000", "$0.00029"],
  ["2100000000", "$0.0021"],
  ["1200000000000", "$1.20"],
  ["1", "< $0.000001"],
])("cost %s → %s", (pico, text) => expect(formatCost(pico)).toBe(text));

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1024, "1.00 KiB"],
  [327_155_712, "312 MiB"],
])("size %s → %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test("counts agree in number", () => {
  expect([0, 1, 2, 12_408].map((n) => formatCount(n, "span"))).toEqual([
    "0 spans",
    "1 span",
    "2 spans",
    "12,408 spans",
  ]);
  expect(formatInteger("-1234567")).toBe("−1,234,567");
});

test("names have at most 300 characters, and none is cut in half", () => {
  expect(formatName("x".repeat(300))).toBe("x".repeat(300));
  expect(formatName("x".repeat(1_000_000))).toBe(`${"x".repeat(300)}…`);
  expect(formatName(`${"x".repeat(299)}𝄞y`)).toBe(`${"x".repeat(299)}…`);
});

test("a field for date and time holds the clock of the page, to the second, and is read back", () => {
  setTimeZone("utc");
  expect(clockField(Date.UTC(2026, 10, 22, 10, 14, 54, 999))).toBe("2026-11-22T10:14:54");
  expect(millisOfClockField("2026-11-22T10:14:54")).toBe(Date.UTC(2026, 10, 22, 10, 14, 54));
  expect(millisOfClockField("2026-11-22T10:14")).toBe(Date.UTC(2026, 10, 22, 10, 14));
  expect(millisOfClockField("")).toBeNull();
  setTimeZone("local");
  for (const month of [0, 6]) {
    const millis = Date.UTC(2026, month, 22, 10, 14, 54);
    expect(millisOfClockField(clockField(millis))).toBe(millis);
  }
});

describe("numbers are written as the setting says", () => {
  afterEach(() => setNumberFormat("comma"));

  test.each([
    ["comma", ["12,408", "4.21 s", "15,000 d", "12.4k", "0.4 %", "$0.00029", "$1,234.50", "1.50 MiB", "< 0.1 %"]],
    ["point", ["12.408", "4,21 s", "15.000 d", "12,4k", "0,4 %", "$0,00029", "$1.234,50", "1,50 MiB", "< 0,1 %"]],
    [
      "space",
      ["12\u202f408", "4,21 s", "15\u202f000 d", "12,4k", "0,4 %", "$0,00029", "$1\u202f234,50", "1,50 MiB", "< 0,1 %"],
    ],
  ] as const)("%s", (format, texts) => {
    setNumberFormat(format);
    expect([
      formatInteger(12_408),
      formatDuration(4_210_003_127),
      formatDuration("1296000000000000000"),
      formatTokens(12_408),
      formatShare(4, 1000),
      formatCost("290000000"),
      formatCost("1234500000000000"),
      formatBytes(1.5 * 1024 * 1024),
      formatShare(1, 100_000),
    ]).toEqual(texts);
  });
});
