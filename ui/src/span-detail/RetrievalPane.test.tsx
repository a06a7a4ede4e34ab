import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { formatScore, scoreShares } from "./document-scores.ts";
import { RetrievalPane } from "./RetrievalPane.tsx";
import { llmView } from "./testing/llm.ts";

afterEach(cleanup);

test("documents have their place, id, score and content; long ones and metadata are folded", async () => {
  const user = userEvent.setup();
  const values = [{ key: "page", value: { intValue: "7" } }];
  const llm = llmView({
    kind: "RETRIEVER",
    query: "Where is my order?",
    documents: [
      {
        id: "faq.md",
        content: `Orders leave daily. ${"x".repeat(400)} end`,
        score: 0.91,
        metadata: { kvlistValue: { values } },
      },
      { id: null, content: "<script>alert(1)</script>", score: null },
      { id: "empty", content: null, score: 0.2 },
    ],
  });
  const { container } = render(<RetrievalPane llm={llm} />);
  expect(screen.getByText("Where is my order?")).toBeTruthy();
  const cards = screen.getAllByTestId("document");
  expect(cards.map((card) => card.querySelector("header")?.textContent)).toEqual(["1faq.md0.91", "2", "3empty0.2"]);
  expect(container.querySelector("script")).toBe(null);
  expect(screen.getByText("Its content was not sent")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Show all 424 B" }));
  expect(screen.getByText(/ end$/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Metadata" }));
  expect(screen.getByRole("treeitem", { name: /page 7/ })).toBeTruthy();
});

test("embeddings are counted, with their dimension and model", () => {
  const llm = llmView({
    kind: "EMBEDDING",
    query: "some text",
    embeddings: { count: 2, dimension: 1536 },
    model_asked: "text-embedding-3-small",
  });
  render(<RetrievalPane llm={llm} />);
  expect(screen.getAllByRole("definition").map(({ textContent }) => textContent)).toEqual([
    "text-embedding-3-small",
    "2",
    "1,536",
  ]);
});

test("scores from 0 to 1 are shares, others are measured by the largest, none has no bar", () => {
  expect(scoreShares([0.5, 1, null])).toEqual([0.5, 1, null]);
  expect(scoreShares([30, 15, -2, undefined, Number.NaN])).toEqual([1, 0.5, 0, null, null]);
  expect(formatScore(0.912345)).toBe("0.9123");
  expect(formatScore(12)).toBe("12");
});
