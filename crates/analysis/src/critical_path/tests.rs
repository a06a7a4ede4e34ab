//! The critical path of drawn and of random trees.

use model::{DurationNanos, RowFlags, Source, SpanId, SpanRow, StringTable, TraceId};
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

/// Checks the path, as numbers of spans with start and end.
fn check(spans: &[Drawn], expected: &[(u64, i64, i64)]) {
    let table = table(spans);
    let number = |row: u32| u64::from_be_bytes(table.rows[row as usize].span_id.0);
    let got: Vec<(u64, i64, i64)> = critical_path(&table)
        .iter()
        .map(|segment| (number(segment.row), segment.start.0, segment.end.0))
        .collect();
    assert_eq!(got, expected, "{spans:?}");
}

#[test]
fn the_child_that_ended_last_is_waited_for() {
    check(&[(1, 0, 0, 10)], &[(1, 0, 10)]);
    check(
        &[(1, 0, 0, 100), (2, 1, 10, 40), (3, 1, 50, 90), (4, 3, 60, 70)],
        &[(1, 0, 10), (2, 10, 40), (1, 40, 50), (3, 50, 60), (4, 60, 70), (3, 70, 90), (1, 90, 100)],
    );
    // In parallel: 2 ends before 3 does, and was still running when 3 began.
    check(&[(1, 0, 0, 100), (2, 1, 10, 60), (3, 1, 20, 90)], &[(1, 0, 20), (3, 20, 90), (1, 90, 100)]);
    // 2 ended just when 3 began.
    check(&[(1, 0, 0, 100), (2, 1, 0, 50), (3, 1, 50, 100)], &[(2, 0, 50), (3, 50, 100)]);
}

#[test]
fn what_reaches_beyond_its_parent_is_cut() {
    check(&[(1, 0, 10, 50), (2, 1, 20, 90)], &[(1, 10, 20), (2, 20, 50)]);
    check(&[(1, 0, 10, 50), (2, 1, 0, 30)], &[(2, 10, 30), (1, 30, 50)]);
    // A child that begins after its parent's end keeps nobody waiting.
    check(&[(1, 0, 0, 10), (2, 1, 20, 30)], &[(1, 0, 10)]);
}

#[test]
fn spans_without_an_end_last_as_long_as_what_is_below() {
    check(&[(1, 0, 0, -1), (2, 1, 10, 40)], &[(1, 0, 10), (2, 10, 40)]);
    check(&[(1, 0, 0, -1)], &[]);
    check(&[(1, 0, 0, 50), (2, 1, 10, -1)], &[(1, 0, 50)]);
}

#[test]
fn several_roots_follow_one_another() {
    check(&[(1, 0, 0, 10), (2, 0, 20, 30)], &[(1, 0, 10), (2, 20, 30)]);
    check(&[(1, 0, 0, 25), (2, 0, 20, 30)], &[(2, 20, 30)]);
    check(&[], &[]);
}

#[test]
fn odd_times_do_no_harm() {
    check(&[(1, 0, 0, 0), (2, 1, 0, 0)], &[]);
    check(&[(1, 0, 5, 0), (2, 1, 3, 9)], &[]);
    check(&[(1, 0, i64::MIN, -1), (2, 1, 0, i64::MAX)], &[(1, i64::MIN, 0), (2, 0, i64::MAX)]);
}

#[test]
fn a_million_levels_and_a_million_siblings_are_walked() {
    let n = 1_000_000_i64;
    let number = |i: i64| u64::try_from(i).unwrap();
    let deep: Vec<Drawn> = (1..=n).map(|i| (number(i), number(i - 1), i, 3 * n - i)).collect();
    assert_eq!(critical_path(&table(&deep)).len(), 2 * deep.len() - 1);
    let mut wide: Vec<Drawn> = vec![(1, 0, 0, 4 * n)];
    wide.extend((2..=n).map(|i| (number(i), 1, 2 * i, 2 * i + 1)));
    assert_eq!(critical_path(&table(&wide)).len(), 2 * wide.len() - 1);
}

/// Trees of up to 40 spans: each below an earlier one, or a root if `roots` says so.
fn trees(is_well_formed: bool) -> impl Strategy<Value = Vec<Drawn>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0..100_i64, 0..100_i64), 1..40).prop_map(
        move |raw| {
            let mut spans: Vec<Drawn> = Vec::new();
            for (i, (parent, a, b)) in raw.into_iter().enumerate() {
                let id = i as u64 + 1;
                if spans.is_empty() {
                    spans.push((id, 0, 0, 1 + a + b));
                    continue;
                }
                let (parent, _, from, until) = spans[parent.index(spans.len())];
                let (start, end) = if is_well_formed {
                    let start = from + a % (until - from + 1);
                    (start, start + b % (until - start + 1))
                } else {
                    (a, b)
                };
                spans.push((id, parent, start, end));
            }
            spans
        },
    )
}

proptest! {
    #[test]
    fn on_well_formed_trees_the_path_fills_the_root(spans in trees(true)) {
        let path = critical_path(&table(&spans));
        let (_, _, start, end) = spans[0];
        let mut at = start;
        for segment in &path {
            prop_assert_eq!(segment.start.0, at);
            prop_assert!(segment.end.0 > at);
            at = segment.end.0;
        }
        prop_assert_eq!(at, end);
    }

    /// What a collapsed row shows relies on it.
    #[test]
    fn the_path_enters_a_subtree_once(spans in trees(false)) {
        let table = table(&spans);
        let path = critical_path(&table);
        for row in 0..table.rows.len() {
            let is_below = |segment: &&Segment| {
                (row..table.subtree_end[row] as usize).contains(&(segment.row as usize))
            };
            let below: Vec<&Segment> = path.iter().filter(is_below).collect();
            if let (Some(first), Some(last)) = (below.first(), below.last()) {
                let within = path.iter().filter(|one| first.start <= one.start && one.end <= last.end);
                prop_assert_eq!(within.count(), below.len());
            }
        }
    }

    #[test]
    fn on_any_tree_the_path_lies_within_the_trace_and_never_overlaps(spans in trees(false)) {
        let table = table(&spans);
        let path = critical_path(&table);
        let latest = spans.iter().map(|(_, _, start, end)| *start.max(end)).max().unwrap();
        for pair in path.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start);
        }
        for segment in &path {
            let row = &table.rows[segment.row as usize];
            prop_assert!(segment.start.0 >= table.base.0 && segment.end.0 <= latest);
            prop_assert!(segment.start >= row.start && segment.end.0 <= row.start.0 + row.duration.0);
        }
    }
}
