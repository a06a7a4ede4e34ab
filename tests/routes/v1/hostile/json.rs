//! Hostile bodies in JSON.

use super::wire::post_json;
use super::{Case, Ids, Keeps};

const OTLP: &str = "OTLP/JSON";
const OURS: &str = "ours";
const JSON: &str = "RFC 8259";
const PROTO: &str = "protobuf JSON";

pub(super) fn cases(ids: Ids) -> Vec<Case> {
    let good = format!(
        r#"{{"traceId":"{}","spanId":"{}","name":"neighbour"}}"#,
        tests::otlp::trace_id(ids.neighbour),
        &tests::otlp::trace_id(ids.neighbour)[..16]
    );
    let (trace_id, span_id) =
        (tests::otlp::trace_id(ids.hostile), tests::otlp::trace_id(ids.hostile)[..16].to_owned());
    let hostile = |fields: &[u8]| {
        [format!(r#"{{"traceId":"{trace_id}","spanId":"{span_id}""#).as_bytes(), fields, b"}"].concat()
    };
    let spans = |items: &[&[u8]]| {
        [br#"{"resourceSpans":[{"scopeSpans":[{"spans":["#.to_vec(), items.join(&b','), b"]}]}]}".to_vec()]
            .concat()
    };
    let with = |fields: &[u8]| spans(&[good.as_bytes(), &hostile(fields)]);
    let mut cases = Vec::new();
    let mut add = |name, body: Vec<u8>, status, says, keeps, by| {
        cases.push(Case { name, bytes: post_json(&body), status, says, keeps, by });
    };

    let whole = with(br#","name":"hostile""#);
    add("JSON cut in the middle", whole[..whole.len() / 2].to_vec(), 400, "JSON", Keeps::Nothing, JSON);
    add("JSON without its last brace", whole[..whole.len() - 1].to_vec(), 400, "JSON", Keeps::Nothing, JSON);
    add("two JSON documents", [whole.clone(), whole.clone()].concat(), 400, "JSON", Keeps::Nothing, JSON);
    add("a comma too many", with(b","), 400, "JSON", Keeps::Nothing, JSON);
    add(
        "a comment in JSON",
        [b"/* spans */".to_vec(), whole.clone()].concat(),
        400,
        "JSON",
        Keeps::Nothing,
        JSON,
    );
    add(
        "NaN as a bare word",
        with(br#","attributes":[{"key":"k","value":{"doubleValue":NaN}}]"#),
        400,
        "JSON",
        Keeps::Nothing,
        JSON,
    );
    add("UTF-16", whole.iter().flat_map(|byte| [*byte, 0]).collect(), 400, "JSON", Keeps::Nothing, JSON);
    add("blanks", b"   \r\n\t ".to_vec(), 400, "JSON", Keeps::Nothing, JSON);
    for (name, body) in [
        ("a list as the document", &b"[]"[..]),
        ("null as the document", b"null"),
        ("a text as the document", br#""spans""#),
        ("a number as the document", b"1e308"),
        ("a number where spans should be", br#"{"resourceSpans":5}"#),
    ] {
        add(name, body.to_vec(), 400, "JSON", Keeps::Nothing, PROTO);
    }
    add("an empty object", b"{}".to_vec(), 400, "no spans found", Keeps::Nothing, "MLflow");
    let twice = [br#"{"resourceSpans":[],"#.to_vec(), whole[1..].to_vec()].concat();
    add("the spans' key twice", twice, 400, "duplicate", Keeps::Nothing, OURS);
    let deep = [b"[".repeat(500_000), b"]".repeat(500_000)].concat();
    add(
        "500,000 nested lists where spans should be",
        [br#"{"resourceSpans":"#.to_vec(), deep.clone(), b"}".to_vec()].concat(),
        400,
        "JSON",
        Keeps::Nothing,
        OURS,
    );
    add(
        "half a million objects as spans",
        spans(&vec![&b"{}"[..]; 500_000]),
        413,
        "max_request_spans",
        Keeps::Nothing,
        OURS,
    );

    for (name, fields, says) in [
        ("a repeated key in a span", &br#","name":"a","name":"b""#[..], "duplicate"),
        ("the number 1e400", br#","attributes":[{"key":"k","value":{"doubleValue":1e400}}]"#, "out of range"),
        (
            "an integer beyond 64 bits",
            br#","attributes":[{"key":"k","value":{"intValue":"9223372036854775808"}}]"#,
            "64-bit",
        ),
        (
            "an integer of 400 digits",
            br#","attributes":[{"key":"k","value":{"intValue":1e399}}]"#,
            "out of range",
        ),
        ("a time before 1970", br#","startTimeUnixNano":-1"#, "64-bit"),
        ("a time with a fraction", br#","startTimeUnixNano":1.5"#, "64-bit"),
        ("a time as a date", br#","startTimeUnixNano":"2026-11-22T00:00:00Z""#, "64-bit"),
        ("an unknown kind's name", br#","kind":"SPAN_KIND_ROBOT""#, "SPAN_KIND_ROBOT"),
        ("a kind of 1.5", br#","kind":1.5"#, "SPAN_KIND"),
        ("attributes as an object", br#","attributes":{"k":"v"}"#, "not a valid span"),
        ("an attribute's value without its type", br#","attributes":[{"key":"k","value":"v"}]"#, "AnyValue"),
        (
            "bytes that are not base64",
            br#","attributes":[{"key":"k","value":{"bytesValue":"***"}}]"#,
            "base64",
        ),
        (
            "a truth value as a text",
            br#","attributes":[{"key":"k","value":{"boolValue":"yes"}}]"#,
            "not a valid span",
        ),
    ] {
        add(name, with(fields), 200, says, Keeps::Neighbour, PROTO);
    }
    let other_id = |trace_id: &str, span_id: &str| {
        spans(&[good.as_bytes(), format!(r#"{{"traceId":"{trace_id}","spanId":"{span_id}"}}"#).as_bytes()])
    };
    for (name, trace_id, span_id) in [
        ("ids in base64", "W47/95gDgQPSabYzgT/GDA==", "7uGbfsPBsXQ="),
        ("ids with 0x before them", "0x5b8efff798038103d269b633813fc6", "0xeee19b7ec3c1b1"),
        ("a trace id with dashes, like a UUID", "5b8efff7-9803-8103-d269-b633813fc60c", "eee19b7ec3c1b174"),
        ("a trace id of 31 digits", "5b8efff798038103d269b633813fc60", "eee19b7ec3c1b174"),
    ] {
        add(name, other_id(trace_id, span_id), 200, "not hexadecimal", Keeps::Neighbour, OTLP);
    }
    add(
        "a list where a span should be",
        spans(&[good.as_bytes(), br#"["00"]"#]),
        200,
        "not a valid span",
        Keeps::Neighbour,
        PROTO,
    );
    add(
        "null where a span should be",
        spans(&[good.as_bytes(), b"null"]),
        200,
        "not a valid span",
        Keeps::Neighbour,
        PROTO,
    );

    let levels = 1_000;
    let nested = [
        br#","attributes":[{"key":"deep","value":"#.to_vec(),
        br#"{"arrayValue":{"values":["#.repeat(levels),
        b"{}".to_vec(),
        b"]}}".repeat(levels),
        b"}]".to_vec(),
    ];
    let unknown = [br#","unknown":"#.to_vec(), deep].concat();
    for (name, fields, by) in [
        ("a value of 1,000 nested lists in JSON, kept as text from the 32nd on", nested.concat(), OURS),
        ("an unknown key with 500,000 nested lists", unknown, OTLP),
        ("lone surrogates, with U+FFFD in their place", br#","name":"cut \ud83d","attributes":[{"key":"\udc00","value":{"stringValue":"\ud83d"}}]"#.to_vec(), OURS),
        ("bytes that are not UTF-8, with U+FFFD in their place", b",\"name\":\"\xff\xfe\"".to_vec(), OURS),
        ("\\u0000 in texts", br#","name":"a\u0000b","attributes":[{"key":"\u0000","value":{"stringValue":"\u0000"}}]"#.to_vec(), JSON),
        ("integers as floats, as JavaScript writes them", br#","startTimeUnixNano":1.795358868e18"#.to_vec(), OURS),
        ("null for everything", br#","name":null,"kind":null,"attributes":null,"events":null,"links":null,"status":null,"startTimeUnixNano":null"#.to_vec(), PROTO),
        ("\"NaN\" and \"Infinity\"", br#","attributes":[{"key":"k","value":{"doubleValue":"NaN"}},{"key":"l","value":{"doubleValue":"Infinity"}}]"#.to_vec(), PROTO),
        ("a value with two types: the last one counts", br#","attributes":[{"key":"k","value":{"intValue":"1","stringValue":"x"}}]"#.to_vec(), OURS),
    ] {
        add(name, with(&fields), 200, "", Keeps::All, by);
    }
    add("a byte order mark", [b"\xef\xbb\xbf".to_vec(), whole.clone()].concat(), 200, "", Keeps::All, OURS);
    let upper = String::from_utf8(whole).expect("text").replace(&trace_id, &trace_id.to_uppercase());
    add("ids in upper case", upper.into_bytes(), 200, "", Keeps::All, OTLP);
    cases
}
