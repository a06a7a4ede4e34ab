//! Retention removes the oldest first, never a pinned trace, and leaves what remains whole.

use std::collections::{BTreeSet, HashMap};

use model::{AnyValue, Attribute, Exporter, InstrumentationScope, LogRecord, Resource, SpanGroup};
use proptest::collection::vec;
use proptest::prelude::*;
use testkit::trace_id;

use super::*;
use crate::fixture::{Bench, eager, merge_all, run, spans_of};

const NOW: UnixNanos = UnixNanos(1_795_358_868_000_000_000);

/// Spans of a trace that took one second from `seconds` on.
fn timed(trace: u8, ids: std::ops::Range<u64>, bytes: usize, seconds: u64) -> SpanGroup {
    let mut group = spans_of(trace, ids, bytes);
    for span in &mut group.spans {
        span.start_time_unix_nano = seconds * 1_000_000_000;
        span.end_time_unix_nano = span.start_time_unix_nano + 1_000_000_000;
    }
    group
}

async fn retain(bench: &Bench, policy: RetentionPolicy) -> BTreeSet<TraceId> {
    let mut removed = BTreeSet::new();
    loop {
        let step = bench.store.retention_step(policy, NOW).await.unwrap();
        removed.extend(step.removed);
        if !step.has_more {
            return removed;
        }
    }
}

async fn pin(bench: &Bench, trace: u8, is_pinned: bool) -> bool {
    bench.store.write(0, move |tx| tx.pin_trace(trace_id(trace), is_pinned)).await.unwrap()
}

async fn report(bench: &Bench) -> RetentionReport {
    bench.store.read(|tx| tx.retention_report()).await.unwrap()
}

/// Counts rows that belong to no trace, or to no block.
async fn n_orphans(bench: &Bench) -> i64 {
    bench
        .number(
            "WITH known AS (SELECT trace_key FROM trace) SELECT
                 (SELECT count(*) FROM span WHERE trace_key NOT IN known)
               + (SELECT count(*) FROM span_usage WHERE trace_key NOT IN known)
               + (SELECT count(*) FROM span_mark WHERE trace_key NOT IN known)
               + (SELECT count(*) FROM span_link WHERE trace_key NOT IN known)
               + (SELECT count(*) FROM trace_tag WHERE trace_key NOT IN known)
               + (SELECT count(*) FROM block_trace WHERE trace_key NOT IN known)
               + (SELECT count(*) FROM block WHERE block_id NOT IN (SELECT block_id FROM block_trace))
               + (SELECT count(*) FROM block_large_value WHERE block_id NOT IN (SELECT block_id FROM block))
               + (SELECT count(*) FROM large_value WHERE hash NOT IN (SELECT hash FROM block_large_value))
               + (SELECT count(*) FROM trace_remains)",
        )
        .await
}

/// A trace: when it began, how many bytes of noise each of its spans has, whether a large value, whether pinned.
fn traces() -> impl Strategy<Value = Vec<(u64, usize, bool, bool)>> {
    vec((1..1_000_u64, 100..9_000_usize, any::<bool>(), prop::bool::weighted(0.2)), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_oldest_go_until_the_bound_holds_and_pinned_traces_stay(
        traces in traces(),
        share in 0..120_u64,
        is_merged in any::<bool>(),
    ) {
        run(async {
            let bench = Bench::new();
            let empty = bench.store.read(|tx| tx.space()).await.unwrap().used;
            for (number, (seconds, bytes, is_large, is_pinned)) in (1..).zip(&traces) {
                let mut group = timed(number, 0..5, *bytes, *seconds);
                if *is_large {
                    // Shared by some traces, so that it must outlive one of them.
                    let text = "shared ".repeat(10_000 + usize::from(number % 3));
                    group.spans[0].attributes.push(Attribute::new("large", AnyValue::String(text)));
                }
                bench.put(Exporter::OpenTelemetry, group).await;
                let _ = pin(&bench, number, *is_pinned).await;
            }
            if is_merged {
                merge_all(&bench.store, eager().with_block_bytes(20_000)).await;
            }
            let before = bench.contents().await;
            let used = bench.store.read(|tx| tx.space()).await.unwrap().used;
            let max_bytes = empty + (used - empty) * share / 100;
            let removed = retain(&bench, RetentionPolicy { max_bytes: Some(max_bytes), keep_since: None }).await;

            let mut expected = before;
            expected.retain(|(trace_id, _), _| !removed.contains(trace_id));
            prop_assert_eq!(bench.contents().await, expected, "what stays is whole");
            prop_assert_eq!(n_orphans(&bench).await, 0);
            let begins: Vec<(TraceId, u64, bool)> =
                (1..).zip(&traces).map(|(n, (seconds, _, _, pinned))| (trace_id(n), *seconds, *pinned)).collect();
            let newest_removed =
                begins.iter().filter(|(id, ..)| removed.contains(id)).map(|(_, seconds, _)| *seconds).max();
            for (id, seconds, is_pinned) in &begins {
                prop_assert!(!(*is_pinned && removed.contains(id)), "a pinned trace is gone");
                prop_assert!(*is_pinned || removed.contains(id) || Some(*seconds) >= newest_removed, "older ones go first");
            }
            let used = bench.store.read(|tx| tx.space()).await.unwrap().used;
            let n_unpinned_left = begins.iter().filter(|(id, _, pinned)| !pinned && !removed.contains(id)).count();
            prop_assert!(used <= max_bytes || n_unpinned_left == 0, "{used} > {max_bytes}");
            let report = report(&bench).await;
            prop_assert_eq!(report.by_size.n_traces, removed.len() as u64);
            prop_assert_eq!(report.by_size.n_spans, 5 * removed.len() as u64);
            prop_assert_eq!(report.by_age, Removed::default());
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn age_counts_from_the_end_and_spares_what_has_no_time() {
    let bench = Bench::new();
    // It ends one second after it begins, so it is at the bound and stays; the one before is above.
    bench.put(Exporter::OpenTelemetry, timed(1, 0..2, 10, 99)).await;
    bench.put(Exporter::OpenTelemetry, timed(2, 0..2, 10, 98)).await;
    bench.put(Exporter::OpenTelemetry, spans_of(3, 0..2, 10)).await;
    bench.put(Exporter::OpenTelemetry, timed(4, 0..2, 10, 1)).await;
    assert!(pin(&bench, 4, true).await);
    assert!(!pin(&bench, 9, true).await, "there is no such trace");
    let policy = RetentionPolicy { max_bytes: None, keep_since: Some(UnixNanos(100_000_000_000)) };
    assert_eq!(retain(&bench, policy).await, BTreeSet::from([trace_id(2)]));
    assert_eq!(
        report(&bench).await.by_age,
        Removed {
            n_traces: 1,
            n_spans: 2,
            n_bytes: report(&bench).await.by_age.n_bytes,
            last_time: Some(NOW)
        }
    );
    pin(&bench, 4, false).await;
    assert_eq!(retain(&bench, policy).await, BTreeSet::from([trace_id(4)]));
    assert_eq!(retain(&bench, RetentionPolicy::default()).await, BTreeSet::new());
}

#[tokio::test]
async fn a_deleted_trace_is_gone_at_once_and_cleared_away_in_steps() {
    let bench = Bench::new();
    bench.put(Exporter::OpenTelemetry, timed(1, 0..50, 10, 1)).await;
    let key = bench.store.read(|tx| tx.trace(trace_id(1))).await.unwrap().unwrap().0;
    bench.store.write(0, move |tx| tx.delete_trace(key)).await.unwrap();
    assert!(bench.contents().await.is_empty());
    let clear = || bench.store.write(0, |tx| tx.clear_remains(20));
    assert!(clear().await.unwrap());
    assert_eq!(bench.number("SELECT count(*) FROM span").await, 30);
    // A span that comes late belongs to a new trace, which what is left to clear must not touch.
    bench.put(Exporter::OpenTelemetry, timed(1, 7..9, 10, 1)).await;
    while clear().await.unwrap() {}
    assert_eq!(bench.contents().await.len(), 2);
    assert_eq!(bench.number("SELECT count(*) FROM span").await, 2);
    assert_eq!(n_orphans(&bench).await, 0);
}

#[tokio::test]
async fn log_records_go_with_their_trace_and_those_without_one_with_traces_of_their_age() {
    let bench = Bench::new();
    bench.put(Exporter::OpenTelemetry, timed(1, 0..2, 10, 50)).await;
    bench.put(Exporter::OpenTelemetry, timed(2, 0..2, 10, 500)).await;
    let record = |trace: u8, seconds: u64| LogRecord {
        trace_id: Some(trace_id(trace)),
        time_unix_nano: seconds * 1_000_000_000,
        ..LogRecord::default()
    };
    // Traces 8 and 9 never come.
    let records = vec![record(1, 60), record(2, 1), record(8, 10), record(9, 400)];
    let put = bench.store.write(0, |tx| {
        tx.put_logs(&Resource::default(), &InstrumentationScope::default(), records, &mut HashMap::new())
    });
    put.await.unwrap();
    let policy = RetentionPolicy { max_bytes: None, keep_since: Some(UnixNanos(100_000_000_000)) };
    assert_eq!(retain(&bench, policy).await, BTreeSet::from([trace_id(1)]));
    let n_logs = async |trace| bench.store.read(move |tx| tx.n_logs(trace_id(trace))).await.unwrap();
    assert_eq!((n_logs(1).await, n_logs(2).await, n_logs(8).await, n_logs(9).await), (0, 1, 0, 1));
    // When nothing else is left to remove, all log records without a trace go.
    pin(&bench, 2, true).await;
    retain(&bench, RetentionPolicy { max_bytes: Some(0), keep_since: None }).await;
    assert_eq!((n_logs(2).await, n_logs(9).await), (1, 0));
}

#[tokio::test]
async fn freed_pages_go_back_to_the_file_system() {
    let bench = Bench::new();
    for number in 1..=100 {
        bench.put(Exporter::OpenTelemetry, timed(number, 0..10, 9_000, 1)).await;
    }
    let before = bench.store.read(|tx| tx.space()).await.unwrap();
    retain(&bench, RetentionPolicy { max_bytes: Some(1 << 20), keep_since: None }).await;
    while bench.store.vacuum_step().await.unwrap() {}
    let after = bench.store.read(|tx| tx.space()).await.unwrap();
    assert!(after.used <= 1 << 20, "{after:?}");
    // 1 MB stays spare.
    assert!(after.free <= 1 << 20, "{after:?} was {before:?}");
    assert!(before.used + before.free > 6 << 20, "{before:?}: the test frees more than what is kept spare");
}
