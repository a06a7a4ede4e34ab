//! The moments of a span: events, log records and the first token, in whatever order they arrive.

use model::{
    AnyValue, Attribute, Event, InstrumentationScope, LogGroup, LogRecord, MarkKind, Resource, SpanGroup,
    SpanMark, UnixNanos,
};
use testkit::draw::{BASE_NANOS, draw};
use testkit::{span_id, trace_id};

use super::tests::Bench;
use super::*;

fn at(ms: u64) -> u64 {
    BASE_NANOS + ms * 1_000_000
}

fn mark(ms: u64, kind: MarkKind) -> SpanMark {
    SpanMark { time: UnixNanos::from_otlp(at(ms)), kind }
}

/// A chat of 20 ms whose first token came after 5 ms, with a plain event and an exception.
fn chat() -> SpanGroup {
    let mut group = draw(
        trace_id(1),
        "
        0....5....10...15...20
chat    [===================]
",
    );
    let event = |ms, name: &str| Event { time_unix_nano: at(ms), name: name.to_owned(), ..Event::default() };
    let span = &mut group.spans[0];
    span.events = vec![event(3, "retry"), event(12, "exception")];
    span.attributes.push(Attribute::new("gen_ai.operation.name", AnyValue::String("chat".to_owned())));
    span.attributes.push(Attribute::new("gen_ai.response.time_to_first_chunk", AnyValue::Double(0.005)));
    group
}

fn logs() -> LogBatch {
    let log = |ms, severity_number| LogRecord {
        trace_id: Some(trace_id(1)),
        span_id: Some(span_id(1)),
        time_unix_nano: at(ms),
        severity_number,
        ..LogRecord::default()
    };
    let records = vec![log(7, 9), log(8, 16), log(9, 17)];
    let group = LogGroup { resource: Resource::default(), scope: InstrumentationScope::default(), records };
    LogBatch { groups: vec![group], n_bytes: 0 }
}

async fn marks(bench: &Bench) -> Vec<SpanMark> {
    let read = bench.ingest.store().read(|tx| {
        let (key, _) = tx.trace(trace_id(1))?.expect("the trace is stored");
        Ok::<_, IngestError>(tx.span_marks(key)?)
    });
    read.await.unwrap().remove(&span_id(1)).unwrap_or_default()
}

#[tokio::test]
async fn events_logs_and_the_first_token_are_marked_in_either_order() {
    for logs_first in [false, true] {
        let bench = Bench::new().await;
        if logs_first {
            bench.ingest.write_logs(logs()).await.unwrap();
        }
        bench.send(chat(), None, false).await;
        if !logs_first {
            // Twice, as after a lost answer.
            bench.ingest.write_logs(logs()).await.unwrap();
            bench.ingest.write_logs(logs()).await.unwrap();
        }
        let expected = [
            mark(3, MarkKind::Event),
            mark(5, MarkKind::FirstToken),
            mark(7, MarkKind::Log),
            // Severity 16 is WARN4, 17 is ERROR.
            mark(8, MarkKind::Log),
            mark(9, MarkKind::ErrorLog),
            mark(12, MarkKind::Exception),
        ];
        assert_eq!(marks(&bench).await, expected, "logs first: {logs_first}");
    }
}

#[tokio::test]
async fn a_span_that_is_sent_again_has_the_marks_of_its_last_copy() {
    let bench = Bench::new().await;
    bench.send(chat(), None, false).await;
    let mut again = chat();
    again.spans[0].events.clear();
    again.spans[0].attributes.clear();
    bench.send(again, None, false).await;
    assert_eq!(marks(&bench).await, []);
}

#[tokio::test]
async fn log_records_of_a_span_that_is_not_there_mark_nothing_yet() {
    let bench = Bench::new().await;
    let mut group = chat();
    group.spans[0].span_id = span_id(2);
    bench.send(group, None, false).await;
    bench.ingest.write_logs(logs()).await.unwrap();
    assert_eq!(marks(&bench).await, []);
}
