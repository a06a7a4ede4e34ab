//! Outlines of small traces word by word, and the bound of large ones.

use model::{
    Cost, DurationNanos, ExperimentId, ExperimentSource, Source, SpanRow, StringTable, TokenUsage, TraceId,
    TraceState, TraceSummary,
};
use proptest::prelude::*;

use super::*;
use crate::tree::arrange;

/// Number, parent (0 for none), name, start and end in ms, whether it failed.
type Drawn<'a> = (u64, u64, &'a str, i64, i64, bool);

fn table(spans: &[Drawn<'_>]) -> SpanTable {
    let mut strings = StringTable::default();
    let rows = spans
        .iter()
        .map(|&(id, parent, name, start, end, is_error)| SpanRow {
            span_id: SpanId(id.to_be_bytes()),
            parent_span_id: (parent != 0).then_some(SpanId(parent.to_be_bytes())),
            name: strings.intern(name),
            service: strings.intern("shop"),
            span_type: 0,
            scope: 0,
            kind: 0,
            status: if is_error { ERROR } else { 0 },
            source: Source::OpenTelemetry,
            flags: RowFlags(0),
            start: UnixNanos(start * 1_000_000),
            duration: DurationNanos((end - start) * 1_000_000),
            input_tokens: None,
            output_tokens: None,
            cost_pico_usd: None,
        })
        .collect();
    arrange(TraceId([1; 16]), strings, rows)
}

fn info() -> TraceInfo {
    TraceInfo {
        trace_id: TraceId([1; 16]),
        client_trace_id: None,
        experiment_id: ExperimentId::DEFAULT,
        experiment_source: ExperimentSource::Default,
        client_request_id: None,
        request_time: UnixNanos(0),
        execution_duration_ms: None,
        state: TraceState::Ok,
        is_finalized: false,
        name: None,
        request_preview: Some("Where is\nmy order?".to_owned()),
        response_preview: None,
        session: None,
        user: None,
        usage: TokenUsage { input: Some(3), output: Some(4), ..TokenUsage::default() },
        is_usage_final: false,
        cost: Cost { total: Some(1_500_000_000), ..Cost::default() },
        is_cost_final: false,
        summary: TraceSummary {
            n_spans: 2,
            n_errors: 1,
            services: vec!["shop".to_owned(), "db".to_owned()],
            root_name: Some("POST /ask".to_owned()),
            ..TraceSummary::default()
        },
        is_pinned: false,
    }
}

#[test]
fn the_head_says_what_the_trace_adds_up_to() {
    let table = table(&[(1, 0, "POST /ask", 0, 1500, false)]);
    let text = markdown(&info(), &table, &told_rows(&table), &HashMap::new());
    assert_eq!(
        text.split_once("\n## Spans").unwrap().0,
        "# Trace: POST /ask\n\n- id: 01010101010101010101010101010101\n- state: OK\n- duration: 1.50 s\n\
         - spans: 2, errors: 1\n- services: shop, db\n- tokens: 3 in, 4 out\n- cost: $0.001500\n\
         - request: Where is my order?\n"
    );
}

/// The part below the heading of the spans.
fn spans_of(table: &SpanTable, details: &HashMap<SpanId, Detail>) -> String {
    let text = markdown(&info(), table, &told_rows(table), details);
    text.split_once("start of the trace.\n\n").unwrap().1.to_owned()
}

#[test]
fn spans_are_indented_with_what_is_known_of_them() {
    let table = table(&[
        (1, 0, "POST /ask", 0, 1500, false),
        (2, 1, "chat <b>`plan`</b>\n# not a heading", 100, 1400, true),
    ]);
    let detail = Detail {
        status_message: "rate limited".to_owned(),
        model: Some("gpt-4o".to_owned()),
        time_to_first_token_ns: Some(620_000_000),
    };
    assert_eq!(
        spans_of(&table, &HashMap::from([(SpanId(2_u64.to_be_bytes()), detail)])),
        "- **POST /ask**: shop · 1.50 s · at 0 ns\n  - **chat ‹b› plan ‹/b› # not a heading**: shop · 1.30 s · at 100 ms \
         · model gpt-4o · first token after 620 ms · ERROR: rate limited\n"
    );
}

#[test]
fn of_many_spans_errors_stay_and_the_others_are_counted() {
    let mut spans: Vec<Drawn<'_>> = vec![(1, 0, "root", 0, 10, false), (2, 1, "middle", 0, 10, false)];
    spans.extend((3..5000).map(|id| (id, 2, "leaf", 0, 1, id == 4000)));
    let table = table(&spans);
    let told = told_rows(&table);
    assert_eq!(told.len(), MAX_SPANS);
    let text = spans_of(&table, &HashMap::new());
    assert_eq!(text.matches("ERROR").count(), 1);
    // 4,999 spans, of which 300 are told.
    assert!(text.contains("    - … 4699 more below\n"), "{text}");
    assert!(text.len() < 40_000);
}

#[test]
fn durations_have_three_digits() {
    let cases = [
        (0, "0 ns"),
        (999, "999 ns"),
        (12_000, "12.0 µs"),
        (842_000_000, "842 ms"),
        (4_210_003_127, "4.21 s"),
    ];
    for (nanos, expected) in cases {
        assert_eq!(duration(nanos), expected);
    }
}

proptest! {
    #[test]
    fn every_span_is_told_or_counted(parents in prop::collection::vec(0..60_u64, 1..900)) {
        let spans: Vec<Drawn<'_>> = (1..).zip(&parents).map(|(id, &parent)| (id, parent % id, "s", 0, 1, parent == 7)).collect();
        let table = table(&spans);
        let told = told_rows(&table);
        prop_assert!(told.len() <= MAX_SPANS);
        let text = spans_of(&table, &HashMap::new());
        let counted: usize = text.lines().filter_map(|line| line.trim().strip_prefix("- … ")?.split(' ').next()?.parse::<usize>().ok()).sum();
        prop_assert_eq!(told.len() + counted, spans.len());
        for &row in &told {
            let parent = table.parent[row as usize];
            prop_assert!(parent < 0 || told.contains(&u32::try_from(parent).unwrap()));
        }
    }
}
