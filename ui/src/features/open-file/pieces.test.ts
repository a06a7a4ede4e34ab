import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joined, protobufBytes, protobufFields } from "../../base/protobuf-fields.ts";
import { jsonPieces } from "./json-pieces.ts";
import { splitJson } from "./json-split.ts";
import { isUnread } from "./piece.ts";
import { protobufPieces } from "./protobuf-pieces.ts";

type Request = { resourceSpans: { resource: unknown; scopeSpans: { scope: unknown; spans: { name: string }[] }[] }[] };

const hostileText = fc.oneof(fc.string(), fc.constantFrom('"]}', '\\"', "\\", "{[", '",', '\\\\"'));
const requests = fc.array(
  fc.record({
    resource: fc.record({ attributes: fc.array(hostileText, { maxLength: 2 }) }),
    scopeSpans: fc.array(
      fc.record({
        scope: fc.record({ name: hostileText }),
        spans: fc.array(fc.record({ name: hostileText, n: fc.double() }), { maxLength: 5 }),
      }),
      { maxLength: 3 },
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Every span with what it belongs to, in order. */
const flat = ({ resourceSpans }: Request): string[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => JSON.stringify([resource, scope, span]))),
  );

describe("splitting JSON", () => {
  test("no span is lost, each keeps its resource and scope, whatever stands in the texts", () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 400 }), fc.constantFrom(0, 2), (resourceSpans, max, indent) => {
        const parts = splitJson(JSON.stringify({ resourceSpans }, null, indent), "traces", max);
        const read = parts.map((part) => JSON.parse(part) as Request);
        const whole = JSON.parse(JSON.stringify({ resourceSpans })) as Request;
        expect(read.flatMap(flat)).toEqual(flat(whole));
      }),
    );
  });

  test("parts are as large as is asked, and numbers stay as they are written", () => {
    const spans = Array.from({ length: 10 }, (_, place) => `{"name":"${place}","t":18446744073709551615}`);
    const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[${spans.join(",")}]}]}]}`;
    const parts = splitJson(text, "traces", 160);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.every((part) => part.length <= 160 && part.includes("18446744073709551615"))).toBe(true);
  });
});

describe("what is in a document", () => {
  const reasonOf = (text: string): string | undefined => jsonPieces(text, null).find(isUnread)?.reason;
  const id = "0af7651916cd43dd8448eb211c80319c";

  test.each([
    { text: "{", reason: /no JSON/ },
    { text: "[1]", reason: /no object/ },
    { text: '{"data":[{"traceID":"1"}]}', reason: /neither resourceSpans/ },
    { text: '{"spans":[]}', reason: /no span/ },
    { text: '{"spans":[{"name":"a"}]}', reason: /which trace/ },
  ])("$text", ({ text, reason }) => expect(reasonOf(text)).toMatch(reason));

  test("links name other traces, which are not those of the file", () => {
    const span = { traceId: id.toUpperCase(), links: [{ traceId: "f".repeat(32) }] };
    const [piece] = jsonPieces(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }), null);
    expect(piece).toMatchObject({ traceIds: [id], nItems: 1, signal: "traces" });
  });

  test("a trace that an MLflow client named keeps its name", () => {
    const attributes = { "mlflow.traceRequestId": '"my trace"' };
    const file = { info: {}, data: { spans: [{ trace_id: btoa("0123456789abcdef"), attributes }] } };
    expect(jsonPieces(JSON.stringify(file), null)).toMatchObject([{ format: "mlflow", traceIds: ["my trace"] }]);
    delete (attributes as Record<string, string>)["mlflow.traceRequestId"];
    expect(jsonPieces(JSON.stringify(file), null)).toMatchObject([
      { traceIds: ["tr-30313233343536373839616263646566"] },
    ]);
  });
});

describe("protobuf", () => {
  const spanOf = (byte: number, size: number): Uint8Array =>
    joined([protobufBytes(1, [new Uint8Array(16).fill(byte)]), protobufBytes(5, [new Uint8Array(size)])]);
  const requestOf = (spans: readonly Uint8Array[]): Uint8Array =>
    protobufBytes(1, [
      protobufBytes(1, [new Uint8Array()]),
      protobufBytes(2, [joined(spans.map((span) => protobufBytes(2, [span])))]),
    ]);

  test("a request is cut between spans, and each part has what surrounds them", () => {
    const spans = [1, 1, 2, 2].map((byte) => spanOf(byte, 200));
    const pieces = protobufPieces(requestOf(spans), 600);
    expect(pieces).toMatchObject([
      { traceIds: ["01".repeat(16)], nItems: 2 },
      { traceIds: ["02".repeat(16)], nItems: 2 },
    ]);
    for (const piece of pieces) {
      const body = isUnread(piece) || typeof piece.body === "string" ? new Uint8Array() : piece.body;
      expect(body.length).toBeLessThanOrEqual(600);
      const [group] = protobufFields(body) ?? [];
      expect(protobufFields(body.subarray(group?.from, group?.to))?.map(({ number }) => number)).toEqual([1, 2]);
    }
  });

  test("the Collector's file has a length before each request", () => {
    const frame = (message: Uint8Array): Uint8Array => {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, message.length);
      return joined([length, message]);
    };
    const file = joined([frame(requestOf([spanOf(1, 1)])), frame(requestOf([spanOf(2, 1)]))]);
    expect(protobufPieces(file)).toMatchObject([{ where: "message 1" }, { where: "message 2" }]);
  });

  test("any other bytes are told, and never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(protobufPieces(bytes).length).toBeGreaterThan(0);
      }),
    );
    expect(protobufPieces(Uint8Array.from([1, 2, 3]))).toMatchObject([{ reason: /neither/ }]);
  });
});
