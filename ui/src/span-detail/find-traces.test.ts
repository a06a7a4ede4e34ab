import { expect, test } from "vitest";
import { assessmentCondition, attributeCondition, resourceCondition, textQuery } from "./find-traces.ts";

test.each([
  ["gen_ai.request.model", { stringValue: "gpt-4o" }, "span.attributes.gen_ai.request.model = 'gpt-4o'"],
  ["my key", { stringValue: "a" }, "span.attributes.`my key` = 'a'"],
  ["http-status", { intValue: "404" }, "span.attributes.`http-status` = '404'"],
  ["ok", { boolValue: true }, "span.attributes.ok = 'true'"],
  ["said", { stringValue: "it's" }, 'span.attributes.said = "it\'s"'],
  // Neither quote can hold it; neither a key with a backtick, a list, a text of lines, or one of a megabyte.
  ["said", { stringValue: 'it\'s "so"' }, null],
  ["`", { stringValue: "a" }, null],
  ["list", { arrayValue: { values: [] } }, null],
  ["lines", { stringValue: "a\nb" }, null],
  ["long", { stringValue: "a".repeat(1e6) }, null],
])("%s %j", (key, value, condition) => {
  expect(attributeCondition(key, value)).toBe(condition);
});

test("of a resource only the service can be asked for", () => {
  expect(resourceCondition("service.name", { stringValue: "api" })).toBe("service = 'api'");
  expect(resourceCondition("host.name", { stringValue: "api" })).toBeNull();
});

test("a text is searched for in quotes", () => {
  expect(textQuery(" a = b ")).toBe("'a = b'");
  expect(textQuery("")).toBeNull();
});

test("an assessment is asked for by its value as people read it", () => {
  expect(assessmentCondition("feedback", "helpful", "true")).toBe("feedback.helpful = 'true'");
  expect(assessmentCondition("expectation", "my answer", '"a \\"b\\""')).toBe("expectation.`my answer` = 'a \"b\"'");
  // A value that the list cut cannot be asked for.
  expect(assessmentCondition("feedback", "long", '"cut of')).toBeNull();
});
