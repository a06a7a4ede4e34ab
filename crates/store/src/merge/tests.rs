//! Merging changes where bodies are and nothing else.

use std::time::Duration;

use model::{AnyValue, Attribute, Exporter, SpanGroup};
use proptest::collection::vec;
use proptest::prelude::*;
use testkit::{span_id, strategies, trace_id};

use super::*;
use crate::MAX_INLINE_VALUE_BYTES;
use crate::fixture::{Bench, eager, merge_all, run, spans_of};

/// Numbers of bodies in blocks and of copies that spans point to.
async fn bodies_and_copies(bench: &Bench) -> (i64, i64) {
    let bodies = bench.number("SELECT coalesce(sum(n_spans), 0) FROM block").await;
    (
        bodies,
        bench
            .number(
                "SELECT coalesce(sum((otel_block IS NOT NULL) + (mlflow_block IS NOT NULL)), 0) FROM span",
            )
            .await,
    )
}

/// Requests that meet in a few traces and spans, so that copies replace and join one another.
fn requests() -> impl Strategy<Value = Vec<(Exporter, SpanGroup)>> {
    let place = |group: SpanGroup, picks: Vec<(u8, u64)>| {
        let spans = group.spans.into_iter().zip(picks).map(|(mut span, (trace, id))| {
            (span.trace_id, span.span_id) = (trace_id(trace), span_id(id));
            if id == 3 {
                let text = span.name.repeat(1 + MAX_INLINE_VALUE_BYTES / span.name.len().max(1));
                span.attributes.push(Attribute::new("large", AnyValue::String(text)));
            }
            span
        });
        SpanGroup { spans: spans.collect(), resource: group.resource, scope: group.scope }
    };
    let group = (strategies::group(), vec((1..4_u8, 1..5_u64), 4))
        .prop_map(move |(group, picks)| place(group, picks));
    let exporter = prop_oneof![Just(Exporter::OpenTelemetry), Just(Exporter::Mlflow)];
    vec((exporter, group), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requests_that_share_a_block_are_stored_as_alone_and_merged_as_any(
        requests in requests(),
        fate in vec((any::<bool>(), proptest::bool::weighted(0.2)), 12),
    ) {
        run(async {
            let (shared, alone) = (Bench::new(), Bench::new());
            for ((exporter, group), (is_journaled, is_to_fail)) in requests.into_iter().zip(fate) {
                if is_journaled {
                    shared.put_journaled(exporter, group.clone(), is_to_fail).await;
                } else {
                    shared.put(exporter, group.clone()).await;
                }
                if !(is_journaled && is_to_fail) {
                    alone.put(exporter, group).await;
                }
            }
            let expected = alone.contents().await;
            prop_assert_eq!(shared.contents().await, expected.clone());
            // No block but those that were stored: a place is taken only where a body is.
            let n_empty = "SELECT count(*) FROM block WHERE n_bytes = 0";
            prop_assert_eq!(shared.number(n_empty).await, 0);
            merge_all(&shared.store, eager()).await;
            prop_assert_eq!(shared.contents().await, expected);
            let (n_bodies, n_copies) = bodies_and_copies(&shared).await;
            prop_assert_eq!(n_bodies, n_copies);
            Ok(())
        })?;
    }

    #[test]
    fn merging_loses_no_copy_and_keeps_no_dead_body(requests in requests(), block_bytes in prop_oneof![Just(1_usize), Just(5_000)]) {
        run(async {
            let bench = Bench::new();
            for (exporter, group) in requests {
                bench.put(exporter, group).await;
            }
            let before = bench.contents().await;
            merge_all(&bench.store, eager().with_block_bytes(block_bytes)).await;
            prop_assert_eq!(bench.contents().await, before);
            if block_bytes == 1 {
                let (n_bodies, n_copies) = bodies_and_copies(&bench).await;
                prop_assert_eq!(n_bodies, n_copies);
                prop_assert_eq!(bench.number("SELECT count(*) FROM block WHERE is_settled = 0").await, 0);
            }
            let n_orphans = "SELECT count(*) FROM large_value WHERE hash NOT IN (SELECT hash FROM block_large_value)";
            prop_assert_eq!(bench.number(n_orphans).await, 0);
            let n_dangling = "SELECT count(*) FROM block_large_value WHERE block_id NOT IN (SELECT block_id FROM block)";
            prop_assert_eq!(bench.number(n_dangling).await, 0);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_write_that_fails_takes_no_body_along_of_blocks_that_were_full_before_it() {
    // 20 kB each, so that the fourth fills the block that they share, and the fifth begins another.
    let groups: Vec<SpanGroup> = (1..=8).map(|trace| spans_of(trace, 0..20, 1_000)).collect();
    for failing in 0..groups.len() {
        let (shared, alone) = (Bench::new(), Bench::new());
        for (index, group) in groups.iter().enumerate() {
            shared.put_journaled(Exporter::OpenTelemetry, group.clone(), index == failing).await;
        }
        for (_, group) in groups.iter().enumerate().filter(|(index, _)| *index != failing) {
            alone.put(Exporter::OpenTelemetry, group.clone()).await;
        }
        assert_eq!(shared.contents().await, alone.contents().await, "{failing}");
        assert_eq!(shared.number("SELECT count(*) FROM block WHERE n_bytes = 0").await, 0);
    }
}

#[tokio::test]
async fn small_blocks_of_several_traces_become_large_ones_with_each_trace_together() {
    let bench = Bench::new();
    for round in 0..20 {
        for trace in 1..=10 {
            bench.put(Exporter::OpenTelemetry, spans_of(trace, round * 2..round * 2 + 2, 1_000)).await;
        }
    }
    let merged = merge_all(&bench.store, Merger::new(Duration::ZERO)).await;
    // 400 spans of about 1,030 bytes are 6 blocks of 64 kB and some; a rest that fills no block would stay as it was.
    assert_eq!(merged.n_before, 200);
    assert!((6..=8).contains(&merged.n_after), "{merged:?}");
    let n_runs = bench.number("SELECT count(*) FROM block_trace").await;
    // A step takes 512 kB, so all is merged at once; a trace is cut only where a block is full.
    assert!(n_runs <= 10 + 8, "{n_runs} runs");
}

#[tokio::test]
async fn a_trace_that_still_grows_is_left_alone_until_it_fills_a_block() {
    let bench = Bench::new();
    bench.put(Exporter::OpenTelemetry, spans_of(1, 0..40, 1_000)).await;
    let newest = bench.store.read(|tx| tx.newest_block()).await.unwrap();
    bench.put(Exporter::OpenTelemetry, spans_of(1, 40..50, 1_000)).await;
    let look = |block_bytes: usize| bench.store.read(move |tx| Plan::make(tx, 0, newest, block_bytes));
    assert!(look(60_000).await.unwrap().plan.is_none(), "40 kB of a busy trace wait");
    let plan = look(30_000).await.unwrap().plan.expect("40 kB are more than a block");
    assert_eq!(plan.old_blocks, [newest]);
}

#[test]
fn a_block_is_old_enough_when_it_was_there_that_long_ago() {
    let mut merger = Merger::new(Duration::from_secs(10));
    let start = Instant::now();
    let mut newest_quiet =
        |seconds, newest| merger.newest_quiet(start + Duration::from_secs(seconds), newest);
    assert_eq!(newest_quiet(0, 5), None);
    assert_eq!(newest_quiet(9, 8), None);
    assert_eq!(newest_quiet(10, 9), Some(5));
    assert_eq!(newest_quiet(18, 9), Some(5));
    assert_eq!(newest_quiet(30, 9), Some(9));
}

#[tokio::test]
async fn what_changed_between_plan_and_write_stays_as_it_is() {
    let bench = Bench::new();
    bench.put(Exporter::OpenTelemetry, spans_of(1, 0..4, 100)).await;
    // One block for all four.
    let plan = bench.store.read(|tx| Plan::make(tx, 0, i64::MAX, 500)).await.unwrap().plan.unwrap();
    let mut again = spans_of(1, 1..2, 100);
    again.spans[0].name = "replaced".to_owned();
    bench.put(Exporter::OpenTelemetry, again).await;
    let before = bench.contents().await;
    bench.store.write(0, move |tx| tx.apply(&plan)).await.unwrap();
    assert_eq!(bench.contents().await, before);
    assert_eq!(
        bodies_and_copies(&bench).await,
        (5, 4),
        "the body that was replaced meanwhile was written once more"
    );
    merge_all(&bench.store, eager()).await;
    assert_eq!(bodies_and_copies(&bench).await, (4, 4));
}
