//! Each finding on a small trace that has it, and none on one that is well.

use model::{DurationNanos, Source, SpanRow, StringTable, TraceId, UnixNanos};

use super::*;
use crate::tree::arrange;

fn codes(doctor: Doctor) -> Vec<(&'static str, u64)> {
    doctor.findings().iter().map(|finding| (finding.code, finding.n_spans)).collect()
}

fn span_id(number: u64) -> SpanId {
    SpanId(number.to_be_bytes())
}

/// Rows from number, parent, service and start; all last 10 ns.
fn look(rows: &[(u64, u64, &str, i64)], flags: u8) -> Vec<(&'static str, u64)> {
    let mut strings = StringTable::default();
    let mut row = |&(number, parent, service, start): &(u64, u64, &str, i64)| SpanRow {
        span_id: span_id(number),
        parent_span_id: (parent != 0).then(|| span_id(parent)),
        name: 0,
        service: strings.intern(service),
        span_type: 0,
        scope: 0,
        kind: 0,
        status: 0,
        source: Source::OpenTelemetry,
        flags: RowFlags(flags),
        start: UnixNanos(start),
        duration: DurationNanos(10),
        input_tokens: None,
        output_tokens: None,
        cost_pico_usd: None,
    };
    let rows = rows.iter().map(&mut row).collect();
    let mut doctor = Doctor::default();
    doctor.look_at_rows(&arrange(TraceId([1; 16]), strings, rows));
    codes(doctor)
}

#[test]
fn the_shape_of_the_tree_is_judged() {
    assert_eq!(look(&[(1, 0, "a", 0), (2, 1, "b", 1)], 0), []);
    assert_eq!(look(&[(1, 9, "a", 0)], 0), [("orphan", 1)]);
    assert_eq!(look(&[(1, 2, "a", 0), (2, 1, "a", 1)], 0), [("cycle", 1)]);
    assert_eq!(look(&[(1, 0, "a", 0)], RowFlags::NOT_ENDED), [("never_ended", 1)]);
    let nameless = [(1, 0, "", 0), (2, 1, "unknown_service:python", 1), (3, 1, "unknown_services", 1)];
    assert_eq!(look(&nameless, 0), [("no_service_name", 2)]);
}

#[test]
fn a_clock_is_skewed_only_between_services() {
    assert_eq!(look(&[(1, 0, "a", 5), (2, 1, "b", 4)], 0), [("clock_skew", 1)]);
    assert_eq!(look(&[(1, 0, "a", 5), (2, 1, "b", 5)], 0), []);
    assert_eq!(look(&[(1, 0, "a", 5), (2, 1, "a", 4)], 0), []);
}

#[test]
fn a_finding_lists_a_hundred_spans_and_counts_all() {
    let rows: Vec<(u64, u64, &str, i64)> = (1..=101).map(|number| (number, 0, "", 0)).collect();
    assert_eq!(look(&rows, 0), [("no_service_name", 101)]);
    let mut doctor = Doctor::default();
    (0..101).for_each(|number| doctor.add(span_id(number), orphan()));
    assert_eq!(doctor.findings()[0].span_ids.len(), MAX_SPAN_IDS);
}

fn look_at(attributes: &[(&str, &str)]) -> Vec<(&'static str, u64)> {
    let mut span = Span::new(TraceId([1; 16]), span_id(1), "s");
    let attribute = |(key, text): &(&str, &str)| Attribute::new(*key, AnyValue::String((*text).to_owned()));
    span.attributes = attributes.iter().map(attribute).collect();
    (span.start_time_unix_nano, span.end_time_unix_nano) = (10, 20);
    look_at_one(&span)
}

fn look_at_one(span: &Span) -> Vec<(&'static str, u64)> {
    let mut doctor = Doctor::default();
    doctor.look_at_span(span, &[], &Prices::bundled());
    codes(doctor)
}

#[test]
fn the_values_of_a_span_are_judged() {
    assert_eq!(look_at(&[("a", r#""{\"b\": 1}""#)]), [("double_encoded_json", 1)]);
    for fine in [r#"{"b": 1}"#, r#""just quoted""#, r#""{broken""#, r#""[not json]""#] {
        assert_eq!(look_at(&[("a", fine)]), [], "{fine}");
    }
    assert_eq!(look_at(&[("a", "a long text...[truncated]")]), [("truncated", 1)]);
    assert_eq!(look_at(&[("a", "é truncated in the middle")]), []);
    assert_eq!(
        look_at(&[("http.method", "GET"), ("http.request.method", "GET"), ("http.target", "/")]),
        [("deprecated_attribute", 1)],
        "one finding for all names"
    );
}

#[test]
fn the_times_of_a_span_are_judged() {
    let at = |start, end| {
        let mut span = Span::new(TraceId([1; 16]), span_id(1), "s");
        (span.start_time_unix_nano, span.end_time_unix_nano) = (start, end);
        look_at_one(&span)
    };
    assert_eq!(at(20, 10), [("ends_before_start", 1)]);
    assert_eq!(at(0, 10), [("no_start_time", 1)]);
    assert_eq!(at(0, 0), [("no_start_time", 1)]);
    for fine in [(10, 10), (10, 20), (10, 0)] {
        assert_eq!(at(fine.0, fine.1), [], "{fine:?}");
    }
}

#[test]
fn a_call_without_its_words_says_how_to_get_them() {
    let call = [("gen_ai.operation.name", "chat"), ("gen_ai.request.model", "gpt-4o")];
    assert_eq!(look_at(&call), [("content_not_captured", 1)]);
    let mut told = call.to_vec();
    told.push(("gen_ai.input.messages", r#"[{"role":"user","parts":[{"type":"text","content":"hi"}]}]"#));
    assert_eq!(look_at(&told), []);
}

#[test]
fn the_worst_comes_first() {
    let mut doctor = Doctor::default();
    for kind in [no_service(), orphan(), cycle()] {
        doctor.add(span_id(1), kind);
    }
    assert_eq!(codes(doctor), [("cycle", 1), ("orphan", 1), ("no_service_name", 1)]);
}
