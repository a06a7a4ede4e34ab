//! Hostile bodies in protobuf.

use super::wire::{attribute, field, fixed64, int, nested, post_protobuf, span, spans, varint};
use super::{Case, Ids, Keeps};

const OTLP: &str = "OTLP";
const OURS: &str = "ours";
const ENCODING: &str = "protobuf encoding";

pub(super) fn cases(ids: Ids) -> Vec<Case> {
    let good = || span(ids.neighbour, &[field(5, b"neighbour")]);
    let with = |fields: &[Vec<u8>]| spans(&[good(), span(ids.hostile, fields)]);
    let with_ids = |trace_id: &[u8], span_id: &[u8]| {
        spans(&[good(), [field(1, trace_id), field(2, span_id), field(5, b"bad")].concat()])
    };
    let mut cases = Vec::new();
    let mut add = |name, body: Vec<u8>, status, says, keeps, by| {
        cases.push(Case { name, bytes: post_protobuf(&body), status, says, keeps, by });
    };

    let whole = with(&[field(5, b"hostile")]);
    add(
        "protobuf cut in the middle",
        whole[..whole.len() / 2].to_vec(),
        400,
        "protobuf",
        Keeps::Nothing,
        OTLP,
    );
    add(
        "protobuf without its last byte",
        whole[..whole.len() - 1].to_vec(),
        400,
        "protobuf",
        Keeps::Nothing,
        OTLP,
    );
    add(
        "bytes after the protobuf message",
        [whole.clone(), vec![0xff]].concat(),
        400,
        "protobuf",
        Keeps::Nothing,
        OTLP,
    );
    let huge = [b"\x0a".to_vec(), varint(u64::MAX), whole.clone()].concat();
    add("a length of 2^64 − 1 around all spans", huge, 400, "protobuf", Keeps::Nothing, OTLP);
    add(
        "a text as protobuf",
        b"hello, is this the trace server?".to_vec(),
        400,
        "protobuf",
        Keeps::Nothing,
        OTLP,
    );
    add("JSON as protobuf", br#"{"resourceSpans":[]}"#.to_vec(), 400, "protobuf", Keeps::Nothing, OTLP);
    let noise: Vec<u8> = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    add("noise as protobuf", noise, 400, "protobuf", Keeps::Nothing, OTLP);
    add("an empty body", Vec::new(), 400, "no spans found", Keeps::Nothing, "MLflow");

    let partial = |says| (200, says, Keeps::Neighbour, OTLP);
    for (name, fields, (status, says, keeps, by)) in [
        ("a length beyond the end of its span", b"\x4a\x7f".to_vec(), partial("not a valid span")),
        (
            "a length of 2^64 − 1 within a span",
            [b"\x4a".to_vec(), varint(u64::MAX)].concat(),
            partial("not a valid span"),
        ),
        (
            "a varint of eleven bytes",
            [vec![0x30], vec![0xff; 10], vec![1]].concat(),
            partial("not a valid span"),
        ),
        ("a span's name as a number", int(5, 7), partial("not a valid span")),
        ("a start time as a text", field(7, b"12345678"), partial("not a valid span")),
        ("field number zero", vec![0, 0], partial("not a valid span")),
        ("wire type 7", vec![0x4f], partial("not a valid span")),
        ("a group without its end", b"\xfb\x01\x08\x01".to_vec(), partial("not a valid span")),
        ("a parent id of 9 bytes", field(4, &[1; 9]), partial("longer than 8 bytes")),
    ] {
        add(name, with(&[fields]), status, says, keeps, by);
    }

    let id = [ids.hostile; 16];
    add("no trace id", with_ids(b"", &id[..8]), 200, "trace_id is missing", Keeps::Neighbour, OTLP);
    add("no span id", with_ids(&id, b""), 200, "span_id is missing", Keeps::Neighbour, OTLP);
    add(
        "a trace id of 17 bytes",
        with_ids(&[1; 17], &id[..8]),
        200,
        "longer than 16 bytes",
        Keeps::Neighbour,
        OTLP,
    );
    add("a span id of 9 bytes", with_ids(&id, &[1; 9]), 200, "longer than 8 bytes", Keeps::Neighbour, OTLP);
    add("a trace id of zeros", with_ids(&[0; 16], &id[..8]), 200, "all zero", Keeps::Neighbour, OTLP);
    add("a span id of zeros", with_ids(&id, &[0; 8]), 200, "all zero", Keeps::Neighbour, OTLP);
    add("a trace id of 15 bytes, padded", with_ids(&[9; 15], &id[..8]), 200, "", Keeps::Neighbour, "MLflow");
    add("a span id of 7 bytes, padded", with_ids(&id, &id[..7]), 200, "", Keeps::All, "MLflow");

    let accepted = |by| (200, "", Keeps::All, by);
    let start_and_end = |start, end| vec![fixed64(7, start), fixed64(8, end)];
    let link = field(13, &[field(1, b"abc"), field(2, b"")].concat());
    let double = |value: f64| [vec![0x21], value.to_le_bytes().to_vec()].concat();
    let list = |value: &[u8]| field(5, &field(1, value));
    for (name, fields, (status, says, keeps, by)) in [
        (
            "unknown fields, groups among them",
            vec![field(99, b"x"), b"\xfb\x01\x08\x01\xfc\x01".to_vec()],
            accepted(ENCODING),
        ),
        (
            "texts that are not UTF-8, with U+FFFD for what is no text",
            vec![field(5, b"\xff\xfe"), attribute(b"\xc3\x28", &field(1, b"\x80"))],
            accepted(OURS),
        ),
        ("NUL in texts", vec![field(5, b"a\0b"), attribute(b"\0", &field(1, b"\0"))], accepted(OTLP)),
        (
            "a value of 1,000 nested lists, kept as text from the 32nd on",
            vec![attribute(b"deep", &nested(1_000, true))],
            accepted(OURS),
        ),
        (
            "a value of 1,000 nested key-value lists, kept as text from the 32nd on",
            vec![attribute(b"deep", &nested(1_000, false))],
            accepted(OURS),
        ),
        ("a value of 10,000 nested lists", vec![attribute(b"deep", &nested(10_000, true))], accepted(OURS)),
        ("a link whose ids are none, shown as a link to nowhere", vec![link], accepted(OURS)),
        ("a span that is its own parent", vec![field(4, &[ids.hostile; 8])], accepted(OTLP)),
        ("no times", vec![], accepted(OTLP)),
        ("a span that ends before it begins", start_and_end(2_000, 1_000), accepted(OTLP)),
        (
            "times in the year 2262, at the end of signed nanoseconds",
            start_and_end(i64::MAX as u64 - 1, i64::MAX as u64),
            accepted(OTLP),
        ),
        ("times of 2^64 − 1", start_and_end(u64::MAX, u64::MAX), accepted(OTLP)),
        ("a span from 0 to 2^64 − 1", start_and_end(0, u64::MAX), accepted(OTLP)),
        (
            "NaN and infinities",
            vec![attribute(b"nan", &double(f64::NAN)), attribute(b"inf", &list(&double(f64::NEG_INFINITY)))],
            accepted(OTLP),
        ),
        ("an unknown kind and status", vec![int(6, 99), field(15, &int(3, 77))], accepted(ENCODING)),
        ("a kind of 2^64 − 1", vec![int(6, u64::MAX)], accepted(ENCODING)),
        (
            "empty and repeated keys",
            vec![attribute(b"", b""), attribute(b"k", &int(3, 1)), attribute(b"k", &int(3, 2))],
            accepted(OURS),
        ),
        ("a name of 1 MB", vec![field(5, &vec![b'x'; 1 << 20])], accepted(OURS)),
        ("10,000 empty events", vec![field(11, b"").repeat(10_000)], accepted(OURS)),
        (
            "markup and control characters",
            vec![field(5, b"<script>alert(1)</script>\x1b[31m\r\n")],
            accepted(OURS),
        ),
    ] {
        add(name, with(&fields), status, says, keeps, by);
    }

    let twice =
        spans(&[good(), span(ids.hostile, &[field(5, b"first")]), span(ids.hostile, &[field(5, b"second")])]);
    add("one span id twice in a request: the last one counts", twice, 200, "", Keeps::All, "MLflow");
    let child = |own: u8, parent: u8| {
        [field(1, &[ids.hostile; 16]), field(2, &[own; 8]), field(4, &[parent; 8])].concat()
    };
    let cycle = spans(&[good(), child(1, 2), child(2, 3), child(3, 1)]);
    add("three spans that are each other's parents", cycle, 200, "", Keeps::All, OTLP);
    let chain: Vec<Vec<u8>> = (1..=2_000_u64)
        .map(|n| {
            let (own, parent) = (n.to_be_bytes(), (n - 1).to_be_bytes());
            [field(1, &[ids.hostile; 16]), field(2, &own), field(4, &parent)].concat()
        })
        .chain([good()])
        .collect();
    add("a chain of 2,000 parents", spans(&chain), 200, "", Keeps::All, OTLP);
    let shared = field(
        1,
        &[field(1, &attribute(b"deep", &nested(1_000, true)).split_off(0)), field(2, &field(2, &good()))]
            .concat(),
    );
    add(
        "a resource with an unknown field where its attributes should be",
        shared,
        200,
        "",
        Keeps::Neighbour,
        ENCODING,
    );
    let empty_spans = field(1, &field(2, &b"\x12\x00".repeat(2 << 20)));
    add("2 million empty spans in 4 MB", empty_spans, 413, "send smaller batches", Keeps::Nothing, OURS);
    let many = field(1, &field(2, &b"\x12\x00".repeat(100_001)));
    add("100,001 spans", many, 413, "max_request_spans", Keeps::Nothing, OURS);
    add("a resource without spans", field(1, &field(1, b"")), 200, "", Keeps::Nothing, OTLP);
    cases
}
