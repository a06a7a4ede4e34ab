import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { emptyQuery, type SpanQuery } from "../../trace-model/find.ts";
import { arbitrarySpans, randomFrom } from "../../trace-model/testing/arbitrary.ts";
import { buildTable } from "../../trace-model/testing/build.ts";
import { drawSpans, drawTable } from "../../trace-model/testing/draw.ts";
import { measures } from "../geometry.ts";
import { fakeLayout } from "../testing/fake-layout.ts";
import type { FoundCount, WaterfallListener } from "./listener.ts";
import { Waterfall } from "./waterfall.ts";
import * as fc from "fast-check";

const pageWidth = 1000;
const pageHeight = measures.axisHeight + 10 * measures.rowHeight;

/** Frames run when the test says so. */
const frames: (() => void)[] = [];
let waterfall: Waterfall | null = null;

beforeEach(() => {
  frames.length = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  fakeLayout(pageWidth, pageHeight);
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => frames.push(callback));
  vi.stubGlobal("cancelAnimationFrame", () => (frames.length = 0));
});

afterEach(() => {
  waterfall?.destroy();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function open(listener: Partial<WaterfallListener> = {}): Waterfall {
  const root = document.createElement("div");
  const minimap = document.createElement("div");
  document.body.append(minimap, root);
  const silent = {
    onSelect: ignore,
    onInspect: ignore,
    onSearch: ignore,
    onCriticalPath: ignore,
    onFound: ignore,
    onFitChange: ignore,
    onFocusChange: ignore,
    onGutterWidth: ignore,
    onPainted: ignore,
  };
  waterfall = new Waterfall(root, { ...silent, ...listener }, { label: "Spans", gutterWidth: 300, minimap });
  return waterfall;
}

function ignore(): void {
  // A listener that nobody asked for.
}

/** Runs the frames that were asked for, and lets the rows rest. */
function runFrames(): void {
  paint();
  vi.advanceTimersByTime(200);
}

function paint(): void {
  for (const frame of frames.splice(0)) frame();
}

function grid(): HTMLElement {
  return document.querySelector('[role="treegrid"]') as HTMLElement;
}

function rows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>('[data-testid="waterfall-row"]'));
}

function names(): string[] {
  return rows().map((row) => row.querySelector('[data-part="label"]')?.textContent ?? "");
}

function press(key: string): void {
  grid().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  runFrames();
}

function scrollTo(row: number): void {
  grid().scrollTop = row * measures.rowHeight;
  grid().dispatchEvent(new Event("scroll"));
  runFrames();
}

const agent = drawTable(`
                  0....5....10...15...20    service.name=agent
  plan            [===================]     type=AGENT source=mlflow
    llm.chat        [=========]             type=LLM source=mlflow
    http.get                   [====]       kind=client source=opentelemetry-inferred !error
`);
const hundred = buildTable(
  Array.from({ length: 100 }, (_, i) => ({ name: `s${i}`, depth: 0, start: i * 10, duration: 10 })),
);

describe("rows", () => {
  test("say what they are to those who see them and to those who don't", () => {
    open().setTable(agent);
    runFrames();
    const facts = rows().map((row) => ({
      id: row.dataset["spanId"],
      source: row.dataset["source"],
      badge: row.querySelector('[data-testid="source-badge"]')?.textContent,
      level: row.getAttribute("aria-level"),
      expanded: row.getAttribute("aria-expanded"),
      text: row.textContent,
    }));
    expect(facts).toMatchInlineSnapshot(`
      [
        {
          "badge": "MLflow",
          "expanded": "true",
          "id": "0000000000000001",
          "level": "1",
          "source": "mlflow",
          "text": "plan, Agent, errors below: 1, MLflow20.0 ms",
        },
        {
          "badge": "MLflow",
          "expanded": null,
          "id": "0000000000000002",
          "level": "2",
          "source": "mlflow",
          "text": "llm.chat, Model call, MLflow10.0 ms",
        },
        {
          "badge": "OTel?",
          "expanded": null,
          "id": "0000000000000003",
          "level": "2",
          "source": "opentelemetry-inferred",
          "text": "http.get, Client call, error, OTel?5.00 ms",
        },
      ]
    `);
    expect(grid().getAttribute("aria-rowcount")).toBe("3");
  });

  test("hostile names are text", () => {
    const name = `<img src=x onerror=alert(1)>`;
    open().setTable(buildTable([{ name, depth: 0, start: 0, duration: 1 }]));
    runFrames();
    expect(document.querySelector("img")).toBe(null);
    expect(names()).toEqual([name]);
  });

  test("are as many as are in view, and in order, wherever one scrolls", () => {
    open().setTable(hundred);
    runFrames();
    expect(names()).toEqual(Array.from({ length: 10 }, (_, i) => `s${i}`));
    const random = randomFrom(7);
    for (let step = 0; step < 60; step++) {
      const at = step % 3 === 0 ? Math.floor(random() * 90) : Math.floor(random() * 4) + (step % 30);
      scrollTo(at);
      expect(names()).toEqual(Array.from({ length: 10 }, (_, i) => `s${at + i}`));
      expect(rows().map((row) => row.getAttribute("aria-rowindex"))).toEqual(
        Array.from({ length: 10 }, (_, i) => String(at + i + 1)),
      );
    }
  });

  test("rows that stay in view keep their element", () => {
    open().setTable(hundred);
    runFrames();
    const before = new Map(rows().map((row) => [row.dataset["spanId"], row]));
    scrollTo(3);
    expect(rows().filter((row) => before.get(row.dataset["spanId"]) === row)).toHaveLength(7);
  });
});

test("rows that fly past are told once they rest, and what the user does to them at once", () => {
  open().setTable(hundred);
  paint();
  expect(names()).toEqual([]);
  vi.advanceTimersByTime(0);
  expect(names()[0]).toBe("s0");
  const scrollOn = (row: number): void => {
    grid().scrollTop = row * measures.rowHeight;
    grid().dispatchEvent(new Event("scroll"));
    paint();
  };
  for (const row of [10, 20, 30]) {
    scrollOn(row);
    vi.advanceTimersByTime(50);
    expect(names()[0]).toBe("s0");
  }
  // The pointer asks for frames too; they put nothing off.
  window.dispatchEvent(new Event("resize"));
  grid().dispatchEvent(new MouseEvent("pointermove", { clientX: 5, clientY: 90, bubbles: true }));
  paint();
  vi.advanceTimersByTime(50);
  expect(names()[0]).toBe("s30");
  scrollOn(40);
  grid().dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true, cancelable: true }));
  paint();
  expect(document.querySelector('[aria-selected="true"]')).not.toBe(null);
});

describe("selection", () => {
  test("moves by keys, is told to the page, and is the active row", () => {
    const selected: (string | null)[] = [];
    open({ onSelect: (spanId) => selected.push(spanId) }).setTable(agent);
    runFrames();
    for (const key of ["j", "j", "e", "h", "h", "l", "Escape"]) press(key);
    expect(selected).toEqual(["0000000000000001", "0000000000000002", "0000000000000003", "0000000000000001", null]);
  });

  test("brings its row into view from wherever it is", () => {
    const shown = open();
    shown.setTable(hundred);
    shown.select("0000000000000050");
    runFrames();
    const active = document.getElementById(grid().getAttribute("aria-activedescendant") ?? "");
    expect(active?.dataset["spanId"]).toBe("0000000000000050");
    expect(active?.getAttribute("aria-selected")).toBe("true");
    scrollTo(0);
    expect(grid().hasAttribute("aria-activedescendant")).toBe(false);
  });

  test("of an unknown span is none", () => {
    const shown = open();
    shown.setTable(agent);
    shown.select("ffffffffffffffff");
    runFrames();
    expect(rows().every((row) => row.getAttribute("aria-selected") === "false")).toBe(true);
  });

  test("keys with modifiers are left to the browser", () => {
    open().setTable(agent);
    runFrames();
    const event = new KeyboardEvent("keydown", { key: "a", ctrlKey: true, bubbles: true, cancelable: true });
    grid().dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });
});

test("collapse all leaves the roots, and again everything", () => {
  open().setTable(agent);
  runFrames();
  press("Z");
  expect(names()).toEqual(["plan"]);
  expect(rows()[0]?.getAttribute("aria-expanded")).toBe("false");
  press("Z");
  expect(names()).toEqual(["plan", "llm.chat", "http.get"]);
});

const deep = drawTable(`
             0....5....10...15...20
  a          [===================]
    b        [==============]
      c      [============]
        d0   [=]
        d1   [=]
        d2   [=]
        d3   [=]
        d4   [=]
        d5   [=]
        d6   [=]
        d7   [=]
        d8   [=]
        d9   [=]
    e                           [==]
`);

describe("sticky ancestors", () => {
  test("a click on one leads to it", () => {
    const selected: (string | null)[] = [];
    open({ onSelect: (spanId) => selected.push(spanId) }).setTable(deep);
    runFrames();
    scrollTo(4);
    const y = measures.axisHeight + 1.5 * measures.rowHeight;
    grid().dispatchEvent(new MouseEvent("click", { clientX: 150, clientY: y, bubbles: true }));
    runFrames();
    expect(selected).toEqual(["0000000000000002"]);
    expect(names()).toContain("b");
  });
});

describe("focus", () => {
  test("shows a subtree alone with the way back, and f of a leaf is that of its parent", () => {
    const paths: string[] = [];
    const shown = open({ onFocusChange: (path) => paths.push(path.map((step) => step.name).join(" › ")) });
    shown.setTable(deep);
    shown.select("0000000000000004");
    runFrames();
    press("f");
    expect(names()).toEqual(["c", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"]);
    expect(rows()[0]?.getAttribute("aria-level")).toBe("1");
    expect(paths).toEqual(["a › b › c"]);
    shown.focusOn("0000000000000002");
    runFrames();
    expect(names()[0]).toBe("b");
    press("F");
    expect(names()[0]).toBe("a");
    expect(paths).toEqual(["a › b › c", "a › b", ""]);
  });

  test("is kept by a newer table, and left for a span elsewhere", () => {
    const shown = open();
    shown.setTable(deep);
    shown.focusOn("0000000000000003");
    runFrames();
    shown.setTable({ ...deep });
    runFrames();
    expect(names()[0]).toBe("c");
    shown.select("000000000000000e");
    runFrames();
    expect(names()).toContain("e");
  });
});

describe("the look", () => {
  const cells = (): string[][] =>
    rows().map((row) => Array.from(row.querySelectorAll("[data-column]"), (cell) => cell.textContent));

  test("has the columns that were chosen, in their order", () => {
    const shown = open();
    const priced = drawSpans(`
                  0....5....10...15...20
      plan        [===================]
        llm       [=========]            tokens=1204/188
        open                [==>
    `).map((span, index) => (index === 1 ? Object.assign(span, { cost: 293_400_000 }) : span));
    shown.setTable(buildTable(priced));
    runFrames();
    expect(cells().map(([duration]) => duration)).toEqual(["20.0 ms", "10.0 ms", "running"]);
    shown.setLook({ columns: ["self", "tokens", "cost"], coloring: "kind" });
    runFrames();
    // The open span is known to run until the end of the trace: nothing of the plan's time is its own.
    expect(cells()).toEqual([
      ["0 ns", "", ""],
      ["10.0 ms", "1,392", "$0.00029"],
      ["10.0 ms", "", ""],
    ]);
    shown.setLook({ columns: [], coloring: "kind" });
    runFrames();
    expect(cells()).toEqual([[], [], []]);
  });

  test("says beside the name what the colour says", () => {
    const shown = open();
    const table = drawTable(`
              0....5....10
      a       [=========]    service.name=web
        b     [====]         service.name=db
        c     [===]          service.name=web
    `);
    shown.setTable(table);
    runFrames();
    const badges = (): string[] =>
      rows().map((row) => row.querySelector('[data-testid="source-badge"]')?.textContent ?? "");
    expect(badges()).toEqual(["OTel", "OTel", "OTel"]);
    shown.setLook({ columns: ["duration"], coloring: "service" });
    runFrames();
    expect(badges()).toEqual(["web", "db", "web"]);
    // A newer table keeps the look.
    shown.setTable({ ...table });
    runFrames();
    expect(badges()).toEqual(["web", "db", "web"]);
  });
});

describe("find", () => {
  const counts: (string | null)[] = [];
  const openAsking = (query: Partial<SpanQuery>, isFilter: boolean): Waterfall => {
    counts.length = 0;
    const tell = (count: FoundCount | null): void => {
      counts.push(count === null ? null : `${count.place ?? "-"}/${count.nFound}`);
    };
    const shown = open({ onFound: tell });
    shown.setTable(deep);
    runFrames();
    shown.find({ ...emptyQuery, ...query }, isFilter);
    runFrames();
    return shown;
  };
  const dimmed = (): string[] =>
    rows()
      .filter((row) => row.dataset["dimmed"] === "true")
      .map((row) => row.querySelector('[data-part="label"]')?.textContent ?? "");

  test("dims all else, and n and N walk through what was found, round the end", () => {
    openAsking({ text: "c" }, false);
    expect(names()).toHaveLength(10);
    expect(dimmed()).not.toContain("c");
    expect(dimmed()).toContain("d0");
    for (const key of ["n", "n", "N"]) press(key);
    expect(counts).toEqual(["-/1", "1/1"]);
    expect(document.querySelector('[aria-selected="true"]')?.textContent).toContain("c");
  });

  test("a filter leaves what was found and the way to it", () => {
    const shown = openAsking({ text: "d3" }, true);
    expect(names()).toEqual(["a", "b", "c", "d3"]);
    expect(dimmed()).toEqual(["a", "b", "c"]);
    shown.find(emptyQuery, true);
    runFrames();
    expect(names()).toHaveLength(10);
    expect(counts.at(-1)).toBe(null);
  });

  test("what is collapsed is found all the same, and opens", () => {
    openAsking({ text: "d3" }, false);
    press("Z");
    expect(dimmed()).toEqual([]);
    press("n");
    expect(names()).toContain("d3");
  });

  test("a newer table is asked again", () => {
    const shown = openAsking({ text: "e" }, true);
    expect(names()).toEqual(["a", "e"]);
    shown.setTable(
      buildTable([
        { name: "a", depth: 0, start: 0, duration: 9e6 },
        { name: "late e", depth: 1, start: 1, duration: 1 },
      ]),
    );
    runFrames();
    expect(names()).toEqual(["a", "late e"]);
    expect(counts.at(-1)).toBe("-/1");
  });

  test("/ asks the page for the words", () => {
    const onSearch = vi.fn<() => void>();
    open({ onSearch }).setTable(deep);
    runFrames();
    press("/");
    expect(onSearch).toHaveBeenCalledTimes(1);
  });
});

test("a newer table keeps selection and collapsed spans, and says once more when it is painted", async () => {
  const onPainted = vi.fn<() => void>();
  const onSelect = vi.fn<() => void>();
  const shown = open({ onPainted, onSelect });
  const spans = drawSpans(`
               0....5....10
    a          [====]
      b        [==]
    c             [==]
  `);
  const numbered = spans.map((span, index) => Object.assign(span, { spanId: BigInt(index + 10) }));
  shown.setTable(buildTable(numbered));
  shown.select("000000000000000c");
  runFrames();
  await vi.waitFor(() => expect(onPainted).toHaveBeenCalledTimes(1));
  press("Z");
  const root = { name: "root", depth: 0, start: 0, duration: 9e6, spanId: 1n };
  shown.setTable(buildTable([root, ...numbered.map((span) => Object.assign(span, { depth: span.depth + 1 }))]));
  runFrames();
  await vi.waitFor(() => expect(onPainted).toHaveBeenCalledTimes(2));
  expect(names()).toEqual(["root", "a", "c"]);
  expect(document.querySelector('[aria-selected="true"]')?.getAttribute("data-span-id")).toBe("000000000000000c");
  expect(onSelect).not.toHaveBeenCalled();
});

test("wheel with Ctrl zooms and says that the trace no longer fits; 0 fits it again", () => {
  const fits: boolean[] = [];
  open({ onFitChange: (isFit) => fits.push(isFit) }).setTable(agent);
  runFrames();
  const turn = new WheelEvent("wheel", { deltaY: -200, ctrlKey: true, bubbles: true, cancelable: true });
  grid().dispatchEvent(turn);
  runFrames();
  expect(turn.defaultPrevented).toBe(true);
  press("0");
  expect(fits).toEqual([false, true]);
  const plain = new WheelEvent("wheel", { deltaY: 100, bubbles: true, cancelable: true });
  grid().dispatchEvent(plain);
  expect(plain.defaultPrevented).toBe(false);
});

test("any keys in any trace leave a selection that is on its row", () => {
  const keys = fc.array(
    fc.constantFrom("j", "k", "h", "l", "e", "E", "Z", "End", "Home", "PageDown", "PageUp", "w", "0"),
  );
  fc.assert(
    fc.property(
      arbitrarySpans(40).filter(({ length }) => length > 0),
      keys,
      (spans, pressed) => {
        let selected: string | null = null;
        const shown = open({ onSelect: (spanId) => (selected = spanId) });
        shown.setTable(buildTable(spans));
        runFrames();
        for (const key of pressed) press(key);
        const marked = document.querySelector('[aria-selected="true"]')?.getAttribute("data-span-id") ?? null;
        const isHidden = pressed.includes("Z") || pressed.includes("h");
        expect(marked === selected || (isHidden && marked === null)).toBe(true);
        shown.destroy();
        document.body.replaceChildren();
      },
    ),
    { numRuns: 40 },
  );
});
