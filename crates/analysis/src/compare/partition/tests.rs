//! The pieces of drawn and of random trees.

use model::{DurationNanos, RowFlags, Source, SpanId, SpanRow, StringTable, TraceId, UnixNanos};
use proptest::prelude::*;

use super::*;
use crate::tree::arrange;

/// Number, parent (0 for none), start, end (−1 for none).
type Drawn = (u64, u64, i64, i64);

fn table(spans: &[Drawn]) -> SpanTable {
    let rows = spans.iter().map(|&(id, parent, start, end)| SpanRow {
        span_id: SpanId(id.to_be_bytes()),
        parent_span_id: (parent != 0).then_some(SpanId(parent.to_be_bytes())),
        name: 0,
        service: 0,
        span_type: 0,
        scope: 0,
        kind: 0,
        status: 0,
        source: Source::OpenTelemetry,
        flags: RowFlags(if end < 0 { RowFlags::NOT_ENDED } else { 0 }),
        start: UnixNanos(start),
        duration: DurationNanos(if end < 0 { 0 } else { (end - start).max(0) }),
        input_tokens: None,
        output_tokens: None,
        cost_pico_usd: None,
    });
    arrange(TraceId([1; 16]), StringTable::default(), rows.collect())
}

/// Checks what each span gets, what is nobody's, and that this is all there is.
fn check(spans: &[Drawn], expected: &[(u64, i64)], other: i64) {
    let table = table(spans);
    let pieces = partition(&table);
    let mut got: Vec<(u64, i64)> =
        table.rows.iter().map(|row| u64::from_be_bytes(row.span_id.0)).zip(pieces.self_ns).collect();
    got.sort_unstable();
    let sum: i64 = expected.iter().map(|(_, piece)| piece).sum();
    assert_eq!((got.as_slice(), pieces.other_ns), (expected, other), "{spans:?}");
    assert_eq!(sum + other, pieces.duration_ns, "{spans:?}");
}

#[test]
fn a_tree_within_its_root_is_cut_along_the_critical_path() {
    check(
        &[(1, 0, 0, 100), (2, 1, 10, 40), (3, 1, 50, 90), (4, 3, 60, 70)],
        &[(1, 30), (2, 30), (3, 30), (4, 10)],
        0,
    );
    // 2 and 3 at once: 3 ended last, and was begun while 2 ran.
    check(&[(1, 0, 0, 100), (2, 1, 10, 60), (3, 1, 20, 90)], &[(1, 30), (2, 0), (3, 70)], 0);
}

#[test]
fn between_roots_nothing_ran() {
    check(&[(1, 0, 0, 10), (2, 0, 30, 50)], &[(1, 10), (2, 20)], 20);
    // At once: the second was begun before the first ended.
    check(&[(1, 0, 0, 25), (2, 0, 20, 30)], &[(1, 20), (2, 10)], 0);
}

#[test]
fn a_child_that_outlives_its_root_is_followed_there() {
    check(&[(1, 0, 0, 10), (2, 1, 5, 30)], &[(1, 5), (2, 25)], 0);
    // Its own child is deeper.
    check(&[(1, 0, 0, 10), (2, 1, 5, 30), (3, 2, 12, 20)], &[(1, 5), (2, 17), (3, 8)], 0);
    // Within the root it is cut at its parent's end, as on the critical path.
    check(&[(1, 0, 0, 40), (2, 1, 0, 10), (3, 2, 5, 30)], &[(1, 30), (2, 5), (3, 5)], 0);
    // A child that begins after its root ended: nothing ran in between.
    check(&[(1, 0, 0, 10), (2, 1, 20, 30)], &[(1, 10), (2, 10)], 10);
}

#[test]
fn a_child_whose_clock_is_ahead_has_the_time_before_its_root() {
    check(&[(1, 0, 10, 50), (2, 1, 0, 30)], &[(1, 20), (2, 30)], 0);
}

#[test]
fn an_orphan_is_a_root() {
    check(&[(1, 9, 0, 10), (2, 8, 10, 30)], &[(1, 10), (2, 20)], 0);
}

#[test]
fn a_span_without_an_end_lasts_as_long_as_what_is_below() {
    check(&[(1, 0, 0, -1), (2, 1, 10, 40)], &[(1, 10), (2, 30)], 0);
    check(&[(1, 0, 0, -1)], &[(1, 0)], 0);
    check(&[(1, 0, 0, 50), (2, 1, 10, -1)], &[(1, 50), (2, 0)], 0);
}

#[test]
fn reversed_times_and_cycles_do_no_harm() {
    check(&[(1, 0, 5, 0), (2, 1, 3, 9)], &[(1, 0), (2, 6)], 0);
    check(&[(1, 2, 0, 10), (2, 1, 2, 4)], &[(1, 8), (2, 2)], 0);
    check(&[(1, 0, 0, 0), (2, 0, 14, 14), (3, 0, 41, 41)], &[(1, 0), (2, 0), (3, 0)], 41);
    check(&[], &[], 0);
}

#[test]
fn fifty_thousand_spans_that_outlive_their_root_are_cut() {
    let n = 50_000_i64;
    let mut spans: Vec<Drawn> = vec![(1, 0, 0, 1)];
    spans.extend((2..=n).map(|i| (u64::try_from(i).unwrap(), 1, i, 3 * n - i)));
    let pieces = partition(&table(&spans));
    assert_eq!(pieces.self_ns.iter().sum::<i64>() + pieces.other_ns, pieces.duration_ns);
}

#[test]
fn only_the_outermost_value_counts() {
    // 1 > 2 > 3, and 4 beside 2: 3 repeats what 2 tells.
    let table = table(&[(1, 0, 0, 100), (2, 1, 10, 40), (3, 2, 20, 30), (4, 1, 50, 60)]);
    let values = [None, Some(7), Some(7), Some(2)];
    assert_eq!(counted(&table, &values), [None, Some(7), None, Some(2)]);
}

/// Trees of up to 40 spans, of any shape and any times.
fn trees() -> impl Strategy<Value = Vec<Drawn>> {
    prop::collection::vec((0..40_u64, 0..100_i64, -1..100_i64), 0..40).prop_map(|raw| {
        let numbered = (1_u64..).zip(raw);
        numbered
            .map(|(id, (parent, start, end))| (id, if parent == id { 0 } else { parent }, start, end))
            .collect()
    })
}

proptest! {
    #[test]
    fn pieces_sum_exactly(spans in trees()) {
        let table = table(&spans);
        let pieces = partition(&table);
        let start = spans.iter().map(|(_, _, start, _)| *start).min().unwrap_or(0);
        let end = spans.iter().map(|(_, _, start, end)| *start.max(end)).max().unwrap_or(0);
        prop_assert_eq!(pieces.duration_ns, end - start);
        prop_assert!(pieces.self_ns.iter().all(|piece| *piece >= 0) && pieces.other_ns >= 0);
        prop_assert_eq!(pieces.self_ns.iter().sum::<i64>() + pieces.other_ns, pieces.duration_ns);
    }

    /// *Other* is exactly the time in which no span ran.
    #[test]
    fn what_is_nobodys_is_idle(spans in trees()) {
        let table = table(&spans);
        let ends = ends(&table);
        let runs = |at: i64| table.rows.iter().zip(&ends).any(|(row, end)| row.start.0 <= at && at < *end);
        let start = table.rows.iter().map(|row| row.start.0).min().unwrap_or(0);
        let end = ends.iter().copied().max().unwrap_or(0);
        let idle = (start..end).filter(|&at| !runs(at));
        prop_assert_eq!(i64::try_from(idle.count()).unwrap(), partition(&table).other_ns);
    }
}
