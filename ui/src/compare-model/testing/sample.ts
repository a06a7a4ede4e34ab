// Two runs of one agent that differ in most of the ways a row can; used by tests only.

import { drawSpans } from "../../trace-model/testing/draw.ts";
import { changeBits } from "../comparison.ts";
import type { TestRow } from "./build.ts";

export const sampleBaseline = drawSpans(`
             0....5....10...15...20    service.name=agent
  answer     [===================]     type=AGENT
    embed    [===]
    rank         [===]
    cache             [=]              type=TOOL
    chat               [===]           type=LLM
    send                     [=]       type=TOOL
`);

export const sampleCandidate = drawSpans(`
             0....5....10...15...20...25    service.name=agent
  answer     [=======================]      type=AGENT
    embed    [===]
    rank         [===]
    chat               [=======]            type=LLM
    search                      [=]         type=TOOL
    search                         [=]      type=TOOL !error
    send                             [=]    type=TOOL !error
`);

export const sampleRows: readonly TestRow[] = [
  {
    depth: 0,
    verdict: "changed",
    baseline: 0,
    candidate: 0,
    changes: changeBits.duration,
    deltas: { duration: 4e6, self: 1e6 },
  },
  { depth: 1, verdict: "unchanged", baseline: 1, candidate: 1, deltas: { duration: 0, self: 0 } },
  { depth: 1, verdict: "unchanged", baseline: 2, candidate: 2, deltas: { duration: 0, self: 0 } },
  { depth: 1, verdict: "removed", baseline: 3, deltas: { duration: -2e6, self: -2e6 } },
  {
    depth: 1,
    verdict: "changed",
    baseline: 4,
    candidate: 3,
    changes: changeBits.duration | changeBits.content,
    deltas: { duration: 4e6, self: 4e6, tokens: 120, cost: 3e8 },
  },
  { depth: 1, verdict: "added", label: "search ×2", groupKind: 1, iterations: [0, 2], isDownstream: true },
  { depth: 2, verdict: "added", candidate: 4, deltas: { duration: 2e6, self: 2e6 }, isDownstream: true },
  { depth: 2, verdict: "added", candidate: 5, deltas: { duration: 2e6, self: 2e6 }, isDownstream: true },
  {
    depth: 1,
    verdict: "changed",
    baseline: 5,
    candidate: 6,
    changes: changeBits.status,
    deltas: { duration: 0, self: 0 },
    isDownstream: true,
  },
];
