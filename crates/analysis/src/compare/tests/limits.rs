//! Traces that are deep, wide, or of very different sizes.

use model::{AnyValue, Attribute, Span};
use testkit::{span_id, trace_id};

use super::drawn::Trace;
use crate::compare::{Alignment, Counts, Options, align};

fn span(number: u64, parent: u64, name: &str, start: u64, length: u64) -> (Span, String) {
    let mut span = Span::new(trace_id(1), span_id(number), name);
    span.parent_span_id = (parent > 0).then(|| span_id(parent));
    span.start_time_unix_nano = 1_000_000_000 + start * 1_000;
    span.end_time_unix_nano = span.start_time_unix_nano + length * 1_000;
    (span, "shop".to_owned())
}

fn with_input((mut span, service): (Span, String), input: String) -> (Span, String) {
    span.attributes.push(Attribute::new("gen_ai.input.messages", AnyValue::String(input)));
    (span, service)
}

fn aligned(baseline: &Trace, candidate: &Trace) -> Alignment {
    align(baseline.side(), candidate.side(), &Options::default())
}

#[test]
fn a_chain_of_five_thousand_levels_needs_no_stack() {
    let chain = |wrapped_at: Option<u64>| {
        let mut spans = Vec::new();
        let mut parent = 0;
        for level in 0..5_000 {
            if wrapped_at == Some(level) {
                spans.push(span(10_000, parent, "retry", level, 20_000 - 2 * level));
                parent = 10_000;
            }
            let name = format!("layer {}", ["a", "b", "c", "d", "e", "f"][(level % 6) as usize]);
            spans.push(span(level + 1, parent, &name, level, 20_000 - 2 * level));
            parent = level + 1;
        }
        Trace::of(spans)
    };
    let (baseline, candidate) = (chain(None), chain(Some(2_500)));
    std::thread::scope(|scope| {
        let small = std::thread::Builder::new().stack_size(128 * 1024);
        let counts =
            small.spawn_scoped(scope, || aligned(&baseline, &candidate).counts()).unwrap().join().unwrap();
        assert_eq!(counts, Counts { unchanged: 5_000, added: 1, ..Counts::default() });
    });
}

#[test]
fn a_hundred_spans_are_found_among_many() {
    let wide = |n_spans: u64| {
        let mut spans = vec![span(1, 0, "import", 0, 1_000)];
        spans.extend(
            (2..=n_spans)
                .map(|number| with_input(span(number, 1, "insert", number, 1), format!("row {number}"))),
        );
        Trace::of(spans)
    };
    // Every twentieth of many, so that they are spread.
    let few = Trace::of(
        std::iter::once(span(1, 0, "import", 0, 1_000))
            .chain(
                (1..100)
                    .map(|at| with_input(span(at * 20, 1, "insert", at * 20, 1), format!("row {}", at * 20))),
            )
            .collect(),
    );
    let alignment = aligned(&few, &wide(20_000));
    assert_eq!(alignment.counts(), Counts { unchanged: 100, added: 19_900, ..Counts::default() });
    assert_eq!(
        (alignment.groups[0].baseline_iterations, alignment.groups[0].candidate_iterations),
        (99, 19_999)
    );
}

#[test]
fn too_many_siblings_for_the_table_are_aligned_within_a_band() {
    // 5,000 by 5,000 is more than 4,000,000 cells. No two inputs are equal, so that order decides; one is missing.
    let wide = |side: &str, left_out: u64| {
        let mut spans = vec![span(1, 0, "import", 0, 1_000)];
        let numbers = (2..=5_001).filter(|number| *number != left_out);
        spans.extend(numbers.map(|number| {
            with_input(
                span(number, 1, "insert", number * 2, 1),
                format!("{side} {}", number * 7_919 % 100_003),
            )
        }));
        Trace::of(spans)
    };
    let counts = aligned(&wide("left", 3_000), &wide("right", 0)).counts();
    assert_eq!(counts, Counts { unchanged: 1, changed: 4_999, added: 1, ..Counts::default() });
}

#[test]
fn a_trace_that_grows_keeps_its_partners() {
    // What arrived later is added; nothing that was paired is paired otherwise.
    let all: Vec<(Span, String)> = (1..=200)
        .map(|number| {
            let lot = span(
                number,
                number / 3,
                ["a", "b", "c", "d"][(number * 7 % 4) as usize],
                number,
                500 - number,
            );
            with_input(lot, format!("part {}", number % 9))
        })
        .collect();
    let whole = Trace::of(all.clone());
    for n_arrived in [1, 2, 50, 199] {
        let growing = Trace::of(all[..n_arrived].to_vec());
        let alignment = aligned(&growing, &whole);
        for row in &alignment.rows {
            if let (Some(baseline), Some(candidate)) = (row.baseline, row.candidate) {
                assert_eq!(growing.number(baseline), whole.number(candidate));
            }
        }
        assert_eq!(alignment.counts().removed, 0);
    }
}
