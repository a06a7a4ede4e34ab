//! Settings decide what goes; the background task does it and stops when told.

use model::Span;
use testkit::draw::{BASE_NANOS, draw};
use testkit::trace_id;

use super::*;
use crate::SpanBatch;
use crate::settings::MIN_RETENTION_BYTES;
use crate::tests::Bench;

const DAY: Duration = Duration::from_secs(86_400);

const TRACE: &str = "
                 0....5....10...15...20    service.name=agent
plan             [===================]
  tool.search                 [====]
";

impl Bench {
    async fn settings(&self) -> Settings {
        self.ingest.store().read(Settings::read).await.unwrap()
    }

    async fn n_traces(&self) -> u64 {
        self.ingest.store().read(|tx| tx.count_traces(&store::TraceQuery::default())).await.unwrap()
    }
}

fn after(time: Duration) -> UnixNanos {
    UnixNanos(i64::try_from(u128::from(BASE_NANOS) + time.as_nanos()).unwrap())
}

#[tokio::test]
async fn bounds_are_kept_and_one_that_leaves_no_room_is_refused() {
    let bench = Bench::new().await;
    let defaults = bench.settings().await;
    assert_eq!((defaults.retention_max_bytes, defaults.retention_max_age_days), (Some(10 << 30), None));
    for (bytes, days, is_good) in [
        (Some(MIN_RETENTION_BYTES), Some(1), true),
        (Some(MIN_RETENTION_BYTES - 1), None, false),
        (None, Some(0), false),
        (None, None, true),
    ] {
        let settings =
            Settings { retention_max_bytes: bytes, retention_max_age_days: days, ..defaults.clone() };
        let put = bench.ingest.put_settings(settings.clone()).await;
        assert_eq!(put.is_ok(), is_good, "{bytes:?} {days:?}");
        assert_eq!(bench.settings().await == settings, is_good);
    }
}

#[tokio::test]
async fn a_trace_goes_when_it_is_too_old_unless_it_is_pinned() {
    let bench = Bench::new().await;
    bench.send(draw(trace_id(1), TRACE), None, false).await;
    bench.send(draw(trace_id(2), TRACE), None, false).await;
    assert!(bench.ingest.pin_trace(trace_id(2), true).await.unwrap());
    assert!(!bench.ingest.pin_trace(trace_id(3), true).await.unwrap());
    let settings = Settings { retention_max_age_days: Some(2), ..bench.settings().await };
    bench.ingest.put_settings(settings).await.unwrap();
    let mut changes = bench.ingest.changes();
    bench.ingest.retain(after(2 * DAY)).await.unwrap();
    assert_eq!(bench.n_traces().await, 2, "they ended 20 ms after they began");
    bench.ingest.retain(after(2 * DAY + Duration::from_millis(21))).await.unwrap();
    assert_eq!(bench.n_traces().await, 1);
    assert_eq!(changes.recv().await, Ok(Change::Removed));
    let report = bench.ingest.store().read(|tx| tx.retention_report()).await.unwrap();
    assert_eq!((report.by_age.n_traces, report.by_age.n_spans), (1, 2));
    // A span that comes late begins a new trace.
    bench.send(draw(trace_id(1), TRACE), None, false).await;
    assert_eq!(bench.trace().await.summary.n_spans, 2);
    assert!(bench.ingest.pin_trace(trace_id(2), false).await.unwrap());
    bench.ingest.retain(after(3 * DAY)).await.unwrap();
    assert_eq!(bench.n_traces().await, 0);
}

#[tokio::test]
async fn the_task_merges_what_is_quiet_and_ends_when_told() {
    let bench = Bench::new().await;
    let mut group = draw(trace_id(1), TRACE);
    let span = group.spans[0].clone();
    for number in 0..200_u64 {
        let text = model::AnyValue::String(format!("{number} ").repeat(300));
        let attributes = vec![model::Attribute::new("text", text)];
        group.spans = vec![Span { span_id: testkit::span_id(number + 1), attributes, ..span.clone() }];
        let batch = SpanBatch { groups: vec![group.clone()], ..SpanBatch::default() };
        bench.ingest.write_spans(batch).await.unwrap();
    }
    let mut merger = Merger::new(Duration::ZERO);
    bench.ingest.tick(&mut merger).await.unwrap();
    // 200 blocks of a kilobyte became a few, so there is nothing left to merge.
    assert_eq!(bench.ingest.store().merge_step(&mut merger).await.unwrap(), MergeStep::Idle);
    assert_eq!(bench.merged(200).await.span.span_id, testkit::span_id(200));
    let (stop, stopping) = watch::channel(false);
    let task = tokio::spawn({
        let ingest = bench.ingest.clone();
        async move { ingest.work_in_background(stopping).await }
    });
    stop.send(true).unwrap();
    task.await.unwrap();
}
