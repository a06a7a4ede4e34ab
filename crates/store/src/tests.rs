//! Commits, undone writes, bounds and the file itself.

mod hindered;
mod journaled;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use model::{
    AnyValue, Experiment, ExperimentId, Exporter, InstrumentationScope, LogRecord, Resource, SpanId, TraceId,
    UnixNanos,
};
use rusqlite::Connection;

use super::*;
use crate::fixture::{Bench, open, spans_of};

fn create(tx: &mut WriteTx<'_>, name: &str) -> Result<ExperimentId, StoreError> {
    tx.insert_experiment(None, name, "mlflow-artifacts:/{id}", &[], UnixNanos(1))
}

async fn names(store: &Store) -> Vec<String> {
    let experiments: Vec<Experiment> = store.read(|tx| tx.experiments()).await.unwrap();
    experiments.into_iter().map(|experiment| experiment.name).collect()
}

#[tokio::test]
async fn an_acknowledged_write_is_there_for_the_next_reader_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    store.write(0, |tx| create(tx, "a")).await.unwrap();
    assert_eq!(names(&store).await, ["a"]);
    store.close().await.unwrap();
    assert!(matches!(store.write(0, |tx| create(tx, "late")).await, Err(StoreError::Closed)));
    assert_eq!(names(&open(&folder, 1 << 20)).await, ["a"]);
}

/// Rows are put many at a time; what was there before must be told of each alone.
#[tokio::test]
async fn spans_that_were_there_are_told_among_many_that_were_not() {
    let bench = Bench::new();
    bench.put(Exporter::OpenTelemetry, spans_of(7, 0..40, 10)).await;
    bench.put(Exporter::Mlflow, spans_of(7, 13..53, 10)).await;
    // Of the other exporter: 27 rows gained a copy, 13 rows are new; of the same one: nothing but the bodies changes.
    bench.put(Exporter::OpenTelemetry, spans_of(7, 5..25, 20)).await;
    let contents = bench.contents().await;
    assert_eq!(contents.len(), 53);
    for ((_, span_id), copies) in contents {
        // Ids begin at 1.
        let number = u64::from_be_bytes(span_id.0) - 1;
        let exporters: Vec<Exporter> = copies.iter().map(|copy| copy.exporter).collect();
        let expected: &[Exporter] = match number {
            0..13 => &[Exporter::OpenTelemetry],
            13..40 => &[Exporter::OpenTelemetry, Exporter::Mlflow],
            _ => &[Exporter::Mlflow],
        };
        assert_eq!(exporters, expected, "span {number}");
    }
    let of_the_last = "SELECT count(*) FROM span WHERE otel_block = (SELECT max(block_id) FROM block)";
    assert_eq!(bench.number(of_the_last).await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_or_panicking_write_undoes_itself_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    // While the first write holds the writer, the others wait and are committed as one group.
    let (began, begun) = tokio::sync::oneshot::channel();
    let (go, gone) = std::sync::mpsc::channel();
    let blocker = store.clone();
    let first = tokio::spawn(async move {
        let hold = move |tx: &mut WriteTx<'_>| {
            began.send(()).unwrap();
            gone.recv().unwrap();
            create(tx, "first")
        };
        blocker.write(0, hold).await
    });
    begun.await.unwrap();
    let writes = [
        tokio::spawn({
            let store = store.clone();
            async move { store.write(0, |tx| create(tx, "good")).await }
        }),
        tokio::spawn({
            let store = store.clone();
            async move {
                store
                    .write(0, |tx| {
                        create(tx, "undone")?;
                        Err(StoreError::Failed("no".to_owned()))
                    })
                    .await
            }
        }),
        tokio::spawn({
            let store = store.clone();
            async move {
                store
                    .write(0, |tx| -> Result<ExperimentId, StoreError> {
                        create(tx, "undone too")?;
                        panic!("a defect, for this test")
                    })
                    .await
            }
        }),
    ];
    go.send(()).unwrap();
    first.await.unwrap().unwrap();
    let [good, failed, panicked] = writes;
    assert!(good.await.unwrap().is_ok());
    assert!(matches!(failed.await.unwrap(), Err(StoreError::Failed(reason)) if reason == "no"));
    assert!(
        matches!(panicked.await.unwrap(), Err(StoreError::Failed(reason)) if reason.contains("panicked"))
    );
    assert_eq!(names(&store).await, ["first", "good"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_wait_while_the_queue_is_full_and_one_larger_than_it_still_passes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 10_000);
    let (go, gone) = std::sync::mpsc::channel();
    let (began, begun) = tokio::sync::oneshot::channel();
    let holding = tokio::spawn({
        let store = store.clone();
        async move {
            let hold = move |tx: &mut WriteTx<'_>| {
                began.send(()).unwrap();
                gone.recv().unwrap();
                create(tx, "holds all the room")
            };
            store.write(1_000_000, hold).await
        }
    });
    begun.await.unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.write(1, |tx| create(tx, "waits")).await }
    });
    // The held write has not ended, so this one cannot: it has no room even to queue.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    go.send(()).unwrap();
    holding.await.unwrap().unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_file_is_made_with_what_cannot_be_changed_later() {
    let folder = tempfile::tempdir().unwrap();
    open(&folder, 1 << 20).close().await.unwrap();
    let connection = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(pragma("page_size"), 8192);
    assert_eq!(pragma("auto_vacuum"), 2, "incremental");
    assert_eq!(pragma("application_id"), 0x544C_5550, "TLUP");
    assert_eq!(pragma("user_version"), 3);
    // A file of the format before is one of this format once it was opened: it may get blocks that older binaries cannot read.
    connection.pragma_update(None, "user_version", 2).unwrap();
    open(&folder, 1 << 20).close().await.unwrap();
    assert_eq!(pragma("user_version"), 3);
}

#[tokio::test]
async fn a_database_locked_by_another_program_is_busy_and_works_again_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(store.write(0, |tx| create(tx, "x")).await, Err(StoreError::Busy)));
    other.execute_batch("ROLLBACK").unwrap();
    store.write(0, |tx| create(tx, "x")).await.unwrap();
}

/// Databases as former versions wrote them: the demo data, 5 traces with 61 spans.
#[tokio::test]
async fn databases_of_former_versions_open_and_every_span_can_be_read() {
    let former: [(&str, &[u8]); 4] = [
        ("0001_initial", include_bytes!("../../../tests/fixtures/db/0001_initial.db.zst")),
        ("0008_trace_artifacts", include_bytes!("../../../tests/fixtures/db/0008_trace_artifacts.db.zst")),
        ("0009_journal", include_bytes!("../../../tests/fixtures/db/0009_journal.db.zst")),
        ("0010_comparison", include_bytes!("../../../tests/fixtures/db/0010_comparison.db.zst")),
    ];
    for (name, compressed) in former {
        let folder = tempfile::tempdir().unwrap();
        let bytes = zstd::decode_all(compressed).unwrap();
        std::fs::write(folder.path().join(DATABASE_FILE), bytes).unwrap();
        let store = open(&folder, 1 << 20);
        let n_spans = store.read(|tx| {
            let page = tx.list_traces(&TraceQuery { limit: 100, ..TraceQuery::default() })?;
            assert_eq!(page.traces.len(), 5);
            let mut n_spans = 0;
            for (key, info) in page.traces {
                n_spans += tx.all_span_copies(key, info.trace_id)?.len();
                assert_eq!(tx.n_logs(info.trace_id)?, 0);
            }
            Ok::<_, StoreError>(n_spans)
        });
        assert_eq!(n_spans.await.unwrap(), 61, "{name}");
    }
}

#[tokio::test]
async fn all_spans_come_by_start_time_however_they_lie_in_blocks() {
    let bench = Bench::new();
    // Spans that started one after the other came in two requests, so in two blocks.
    for remainder in 0..2 {
        let mut group = spans_of(1, 0..40, 100);
        group.spans.retain(|span| u64::from_be_bytes(span.span_id.0) % 2 == remainder);
        for span in &mut group.spans {
            let number = u64::from_be_bytes(span.span_id.0);
            span.start_time_unix_nano = 1_000 + number;
        }
        bench.put(Exporter::OpenTelemetry, group).await;
    }
    let (starts, numbers) = bench
        .store
        .read(|tx| {
            let (key, _) = tx.trace(testkit::trace_id(1))?.expect("the trace was stored");
            let spans = tx.all_span_copies(key, testkit::trace_id(1))?;
            let starts: Vec<u64> = spans.iter().map(|copies| copies[0].span.start_time_unix_nano).collect();
            let mut numbers = Vec::new();
            tx.each_span(key, testkit::trace_id(1), |number, _| numbers.push(number))?;
            Ok::<_, StoreError>((starts, numbers))
        })
        .await
        .unwrap();
    assert_eq!(starts, (1_001..=1_040).collect::<Vec<_>>());
    // As they are stored: first those of one request, each second one, then those of the other.
    assert_eq!(numbers, (1..40).step_by(2).chain((0..40).step_by(2)).collect::<Vec<_>>());
}

#[tokio::test]
async fn log_records_are_kept_once_however_often_they_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    let trace_id = TraceId([7; 16]);
    let record = |text: &str, span_id: Option<SpanId>| LogRecord {
        trace_id: Some(trace_id),
        span_id,
        body: AnyValue::String(text.to_owned()),
        ..LogRecord::default()
    };
    let long = "x".repeat(10_000);
    let span_id = Some(SpanId([1; 8]));
    // Two equal ones of one request are two; the same request again adds nothing.
    let records = vec![record("a", span_id), record("a", span_id), record("b", None), record(&long, span_id)];
    for _ in 0..2 {
        let records = records.clone();
        let put = store.write(0, move |tx| {
            tx.put_logs(&Resource::default(), &InstrumentationScope::default(), records, &mut HashMap::new())
        });
        put.await.unwrap();
    }
    let read = store.read(move |tx| {
        let texts = |logs: Vec<StoredLog>| {
            let text = |log: StoredLog| log.record.body.as_str().map(str::len);
            logs.into_iter().filter_map(text).collect::<Vec<_>>()
        };
        assert_eq!(texts(tx.span_logs(trace_id, SpanId([1; 8]))?), [1, 1, 10_000]);
        assert_eq!(texts(tx.trace_logs(trace_id)?), [1, 1, 1, 10_000]);
        assert_eq!(tx.n_logs(trace_id)?, 4);
        assert_eq!(tx.n_logs(TraceId([8; 16]))?, 0);
        Ok::<_, StoreError>(())
    });
    read.await.unwrap();
    let named = store.write(0, move |tx| tx.spans_with_logs(trace_id));
    assert_eq!(named.await.unwrap(), HashSet::from([SpanId([1; 8])]));
}

fn rejected(reason: &str, time: i64, body: Vec<u8>) -> NewRejected {
    let text = str::to_owned;
    NewRejected {
        key: RejectedKey {
            kind: text("undecodable"),
            reason: text(reason),
            transport: text("http"),
            method: text("POST"),
            path: text("/v1/traces"),
            client_address: text("127.0.0.1"),
            user_agent: text("test"),
            origin: None,
        },
        time: UnixNanos(time),
        headers: vec![(text("content-type"), text("application/json"))],
        payload: Some((text("traces-json"), 2, body)),
    }
}

#[tokio::test]
async fn the_inbox_keeps_the_newest_within_both_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    let put = async |reason: &'static str, time, body: Vec<u8>, max_requests, max_bytes| {
        let bounds = RejectedBounds { max_requests, max_bytes };
        store.write(0, move |tx| tx.put_rejected(rejected(reason, time, body), bounds)).await.unwrap();
        store.read(|tx| Ok::<_, StoreError>((tx.rejected_groups()?, tx.rejected_size()?))).await.unwrap()
    };
    for time in 1..=3 {
        put("a", time, b"{}".to_vec(), 3, 1000).await;
    }
    // One above the bound of three: the oldest goes, its group still counts it.
    let (groups, (_, n_forgotten)) = put("b", 4, b"{}".to_vec(), 3, 1000).await;
    let counts = |groups: &[RejectedGroup]| {
        groups
            .iter()
            .map(|group| (group.key.reason.clone(), group.n_requests, group.n_kept, group.n_waiting))
            .collect::<Vec<_>>()
    };
    assert_eq!(counts(&groups), [("b".to_owned(), 1, 1, 2), ("a".to_owned(), 3, 2, 4)]);
    assert_eq!((groups[1].first_time, groups[1].last_time, n_forgotten), (UnixNanos(1), UnixNanos(3), 1));
    // Bytes that do not compress: only the newest fits.
    let noise: Vec<u8> = (0..40_u32).flat_map(|n| *blake3::hash(&n.to_le_bytes()).as_bytes()).collect();
    let (groups, (n_bytes, _)) = put("b", 5, noise.clone(), 3, 1300).await;
    assert_eq!(counts(&groups), [("b".to_owned(), 2, 1, 2), ("a".to_owned(), 3, 0, 0)]);
    assert!((1280..=1300).contains(&n_bytes), "{n_bytes}");
    let group_id = groups[0].group_id;
    let kept = store.read(move |tx| {
        let ids = tx.rejected_request_ids(group_id, 10)?;
        tx.rejected_request(group_id, ids[0])
    });
    assert_eq!(kept.await.unwrap().map(|request| request.body), Some(noise.clone()));
    // One that is larger than the bound is counted, not kept.
    let (groups, _) = put("b", 6, noise, 3, 1000).await;
    assert_eq!(counts(&groups)[0], ("b".to_owned(), 3, 0, 0));
    // Groups are bounded too.
    for reason in ["c", "d"] {
        put(reason, 7, Vec::new(), 3, 1000).await;
    }
    let (groups, _) = put("e", 8, Vec::new(), 3, 1000).await;
    assert_eq!(groups.iter().map(|group| group.key.reason.as_str()).collect::<Vec<_>>(), ["e", "d", "c"]);
}

#[tokio::test]
async fn requests_without_a_payload_never_push_out_spans_that_wait() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    let bounds = RejectedBounds { max_requests: 2, max_bytes: 1000 };
    store.write(0, move |tx| tx.put_rejected(rejected("waits", 1, b"{}".to_vec()), bounds)).await.unwrap();
    for (time, reason) in (2..).zip(["stranger 1", "stranger 2", "stranger 3"]) {
        let stranger = NewRejected { payload: None, ..rejected(reason, time, Vec::new()) };
        store.write(0, move |tx| tx.put_rejected(stranger, bounds)).await.unwrap();
    }
    let groups = store.read(|tx| tx.rejected_groups()).await.unwrap();
    let reasons: Vec<_> = groups.iter().map(|group| (group.key.reason.as_str(), group.n_kept)).collect();
    assert_eq!(reasons, [("stranger 3", 0), ("waits", 1)]);
}
