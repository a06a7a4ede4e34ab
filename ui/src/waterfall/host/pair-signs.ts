// What a merged row shows beside that of a span: the sign of its verdict, and how it was recognised.

import { isChange, verdictOf } from "../../compare-model/comparison.ts";
import type { MergedTrace } from "../../compare-model/merged-trace.ts";
import { rowAt } from "../../compare-model/merged-trace.ts";
import { hintOf, signOf, wordsOf } from "../../compare-model/signs.ts";
import type { SpanIndex } from "../../trace-model/span-table.ts";
import styles from "./waterfall.module.css";

export class PairSigns {
  /** Where the canvas shows the sign; its words are for screen readers and on hover. */
  readonly sign = document.createElement("span");
  /** Behind the name. */
  readonly hint = document.createElement("span");
  readonly #words = document.createElement("span");

  constructor() {
    this.sign.className = styles["sign"] ?? "";
    this.sign.dataset["part"] = "sign";
    this.#words.className = styles["spoken"] ?? "";
    this.sign.append(this.#words);
    this.hint.className = styles["note"] ?? "";
    this.hint.dataset["part"] = "hint";
  }

  /** Writes what a row says; nothing for a row of one trace. */
  show(merged: MergedTrace | null, place: SpanIndex): void {
    const row = merged === null ? null : rowAt(merged, place);
    if (merged === null || row === null) {
      this.sign.hidden = true;
      this.hint.textContent = "";
      this.#setRow(merged === null ? undefined : "gap", undefined);
      return;
    }
    const { comparison } = merged;
    const sign = signOf(comparison, row);
    const words = wordsOf(comparison, row);
    const hint = hintOf(merged, place);
    this.sign.hidden = false;
    this.sign.dataset["sign"] = sign;
    this.sign.title = words;
    this.#words.textContent = `${words}, `;
    this.hint.textContent = hint.text;
    this.hint.title = hint.title;
    this.#setRow(verdictOf(comparison, row), isChange(comparison, row));
  }

  #setRow(verdict: string | undefined, isChanged: boolean | undefined): void {
    const row = this.sign.closest<HTMLElement>('[role="row"]');
    if (row === null) return;
    if (verdict === undefined) delete row.dataset["verdict"];
    else row.dataset["verdict"] = verdict;
    if (isChanged === undefined) delete row.dataset["changed"];
    else row.dataset["changed"] = String(isChanged);
  }
}
