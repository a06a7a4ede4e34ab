import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClipboardContext } from "../../components/clipboard-context.ts";
import { SearchableText } from "../SearchableText.tsx";
import { JsonText } from "./JsonText.tsx";
import { longestAtOnce } from "./json-node.ts";

let scrolled: string[] = [];
let copied: string[] = [];

beforeEach(() => {
  [scrolled, copied] = [[], []];
  vi.spyOn(window, "getSelection").mockReturnValue(null);
  // jsdom lays nothing out; what would come into sight is noted.
  Element.prototype.scrollIntoView = function scrollIntoView() {
    scrolled.push(this.textContent ?? "");
  };
});

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(Element.prototype, "scrollIntoView");
});

function show(text: string) {
  render(
    <ClipboardContext
      value={(what) => {
        copied.push(what);
        return Promise.resolve();
      }}
    >
      <JsonText text={text} label="the value" />
    </ClipboardContext>,
  );
}

const order = JSON.stringify({ order: { id: 8841, "ship to": ["Ann", "Köln"] }, paid: true });

function rowTexts(): string[] {
  return screen.getAllByRole("treeitem").map((row) => row.textContent ?? "");
}

describe("keys", () => {
  test("move, open and close as in any tree", async () => {
    const user = userEvent.setup();
    show(order);
    const tree = screen.getByRole("tree");
    const active = (): string | undefined => screen.getByRole("treeitem", { selected: true }).textContent ?? undefined;
    tree.focus();
    await user.keyboard("{ArrowDown}");
    expect(active()).toBe("order 2 keys");
    expect(tree.getAttribute("aria-activedescendant")).toBe(screen.getByRole("treeitem", { selected: true }).id);
    await user.keyboard("{ArrowLeft}");
    expect(rowTexts()).toEqual(["order 2 keys", "paid true"]);
    await user.keyboard("{ArrowRight}{ArrowRight}");
    expect(active()).toBe("id 8841");
    await user.keyboard("{ArrowLeft}");
    expect(active()).toBe("order 2 keys");
    await user.keyboard("{End}");
    expect(active()).toBe("paid true");
  });

  test("copy the value and its address", async () => {
    const user = userEvent.setup();
    show(order);
    screen.getByRole("tree").focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}cp");
    expect(copied).toEqual(["Ann", '$.order["ship to"][0]']);
    await user.keyboard("{ArrowUp}c");
    expect(copied.at(-1)).toBe('[\n  "Ann",\n  "Köln"\n]');
  });
});

test("the search opens what is closed, marks what it found, and steps around", async () => {
  const user = userEvent.setup();
  show(order);
  await user.click(screen.getByRole("treeitem", { name: /order/ }));
  expect(rowTexts()).toHaveLength(2);
  await user.type(screen.getByRole("searchbox"), "KÖLN");
  expect(await screen.findByText("1 of 1")).toBeTruthy();
  expect(document.querySelector("mark")?.textContent).toBe("Köln");
  await user.clear(screen.getByRole("searchbox"));
  await user.type(screen.getByRole("searchbox"), "d");
  // "order", "id" and "paid".
  expect(await screen.findByText("1 of 3")).toBeTruthy();
  await user.keyboard("{Enter}{Enter}");
  expect(screen.getByText("3 of 3")).toBeTruthy();
  await user.keyboard("{Enter}");
  expect(screen.getByText("1 of 3")).toBeTruthy();
  await user.keyboard("{Escape}");
  expect(document.querySelector("mark")).toBe(null);
});

test("a match in the folded part of a long text is shown with what is around it", async () => {
  const user = userEvent.setup();
  show(JSON.stringify({ long: `${"x".repeat(5000)} needle ${"y".repeat(5000)}` }));
  await user.type(screen.getByRole("searchbox"), "needle");
  expect(await screen.findByText("1 of 1")).toBeTruthy();
  expect(document.querySelector("mark")?.textContent).toBe("needle");
});

test("a text that is too long to be read at once becomes a tree all the same", async () => {
  const text = JSON.stringify({ long: "x".repeat(longestAtOnce), end: "here" });
  show(text);
  expect(screen.getByRole("status").textContent).toBe("Reading…");
  expect(await screen.findByRole("treeitem", { name: /end here/ })).toBeTruthy();
});

test("a text that only begins like JSON stays text", async () => {
  show(`{${"x".repeat(longestAtOnce)}`);
  expect(await screen.findByText(/^\{x+/)).toBeTruthy();
});

test("a text of megabytes is searched in all of its length", async () => {
  const user = userEvent.setup();
  render(
    <SearchableText text={`${"line\n".repeat(100_000)}needle one\n${"line\n".repeat(100)}Needle two`} label="text" />,
  );
  await user.type(screen.getByRole("searchbox"), "needle");
  expect(screen.getByText("1 of 2")).toBeTruthy();
  expect(scrolled.at(-1)).toBe("needle");
  await user.keyboard("{Enter}");
  expect(document.querySelector("mark[data-current]")?.textContent).toBe("Needle");
  await user.clear(screen.getByRole("searchbox"));
  await user.type(screen.getByRole("searchbox"), "nowhere");
  expect(screen.getByText("none")).toBeTruthy();
});
