import { expect, test } from "vitest";
import { problemOf, tagDrafts, tagsOf } from "./tag-drafts.ts";

const tags = { team: "search", "mlflow.experimentKind": "genai", stage: "test" };

test("tags are edited and those of MLflow stay unseen", () => {
  const drafts = tagDrafts(tags);
  expect(drafts.map(({ key }) => key)).toEqual(["team", "stage"]);
  expect(tagsOf(tags, drafts)).toEqual(tags);
  expect(tagsOf(tags, drafts.slice(1))).toEqual({ "mlflow.experimentKind": "genai", stage: "test" });
  expect(
    tagsOf(tags, [
      { id: 9, key: " new ", value: "v" },
      { id: 10, key: "", value: "" },
    ]),
  ).toEqual({
    "mlflow.experimentKind": "genai",
    new: "v",
  });
});

test("what cannot be saved is told", () => {
  const draft = (key: string, value: string) => ({ id: 0, key, value });
  expect(problemOf("n", [draft("a", "1"), draft("", "")])).toBeNull();
  expect(problemOf(" ", [])).toBe("The name is missing");
  expect(problemOf("n", [draft("", "1")])).toBe("A tag has no key");
  expect(problemOf("n", [draft("a", "1"), draft(" a", "2")])).toBe("a is there twice");
});
