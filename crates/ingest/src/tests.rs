//! Spans and StartTrace in every order: one trace, nothing doubled, nothing lost.

use std::collections::BTreeMap;

use model::{
    AnyValue, Attribute, Attributes as _, ExperimentId, InstrumentationScope, LogGroup, LogRecord, RowFlags,
    Source, SpanGroup, TraceInfo, TraceState, UnixNanos, keys,
};
use store::{Store, StoreOptions, Synchronous};
use testkit::draw::{BASE_NANOS, draw};
use testkit::{span_id, trace_id};

use super::*;

/// An ingest on a store of its own.
pub(crate) struct Bench {
    pub(crate) ingest: Ingest,
    _folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StoreOptions {
            data_dir: folder.path().to_owned(),
            max_queue_bytes: 1 << 20,
            synchronous: Synchronous::Normal,
        };
        let ingest = Ingest::new(Store::open(&options).unwrap());
        ingest.ensure_default_experiment().await.unwrap();
        Self { ingest, _folder: folder }
    }

    async fn experiment(&self, name: &str) -> ExperimentId {
        let new = NewExperiment { name: name.to_owned(), ..NewExperiment::default() };
        self.ingest.create_experiment(new).await.unwrap()
    }

    pub(crate) async fn send(
        &self,
        group: SpanGroup,
        experiment: Option<ExperimentId>,
        is_mlflow_client: bool,
    ) -> Stored {
        let placement = experiment.into();
        let batch = SpanBatch { groups: vec![group], placement, is_mlflow_client, ..SpanBatch::default() };
        self.ingest.write_spans(batch).await.unwrap()
    }

    pub(crate) async fn trace(&self) -> TraceInfo {
        let read = self.ingest.store().read(|tx| Ok::<_, IngestError>(tx.trace(trace_id(1))?));
        read.await.unwrap().expect("the trace is stored").1
    }

    /// Returns the merged span with this number.
    pub(crate) async fn merged(&self, number: u64) -> merge::MergedSpan {
        let read = self.ingest.store().read(move |tx| {
            let (key, _) = tx.trace(trace_id(1))?.expect("the trace is stored");
            Ok::<_, IngestError>(tx.span_copies(key, trace_id(1), span_id(number))?)
        });
        merge::merge(&read.await.unwrap())
    }
}

fn start_trace(experiment_id: ExperimentId) -> StartTrace {
    StartTrace {
        name: trace_id(1).into(),
        experiment_id,
        client_request_id: None,
        request_time: Some(UnixNanos::from_millis(1_795_358_868_500)),
        execution_duration_ms: Some(77),
        state: TraceState::Ok,
        request_preview: None,
        response_preview: None,
        tags: BTreeMap::from([(keys::TRACE_NAME.to_owned(), "named".to_owned())]),
        metadata: BTreeMap::new(),
        assessments: Vec::new(),
    }
}

const PLAN: &str = "
                 0....5....10...15...20    service.name=agent
plan             [===================]
  tool.search                 [====]       !error
";

#[tokio::test]
async fn a_trace_adds_up_its_spans() {
    let bench = Bench::new().await;
    let stored = bench.send(draw(trace_id(1), PLAN), None, false).await;
    assert_eq!(stored.n_stored, 2);
    let trace = bench.trace().await;
    assert_eq!((trace.summary.n_spans, trace.summary.n_errors), (2, 1));
    assert_eq!(trace.summary.services, ["agent"]);
    assert_eq!(trace.display_name(), "plan");
    assert_eq!(trace.execution_duration_ms, Some(20));
    assert_eq!(trace.request_time, UnixNanos::from_otlp(BASE_NANOS));
    // The root is unset and the error is a child's: MLflow calls the trace OK.
    assert_eq!(trace.state, TraceState::Ok);
    assert_eq!(trace.experiment_id, ExperimentId::DEFAULT);
}

#[tokio::test]
async fn children_may_come_before_their_root() {
    let bench = Bench::new().await;
    let mut whole = draw(trace_id(1), PLAN);
    let root = SpanGroup { spans: vec![whole.spans.remove(0)], ..whole.clone() };
    bench.send(whole, None, false).await;
    let trace = bench.trace().await;
    assert_eq!((trace.state, trace.display_name()), (TraceState::InProgress, "tool.search"));
    bench.send(root, None, false).await;
    let trace = bench.trace().await;
    assert_eq!((trace.state, trace.display_name()), (TraceState::Ok, "plan"));
    assert_eq!(trace.execution_duration_ms, Some(20));
}

#[tokio::test]
async fn the_same_exporter_replaces_its_copy() {
    let bench = Bench::new().await;
    bench.send(draw(trace_id(1), PLAN), None, false).await;
    let mut again = draw(trace_id(1), PLAN);
    again.spans[1].status = model::Status::default();
    again.spans[1].name = "renamed".to_owned();
    bench.send(again, None, false).await;
    let trace = bench.trace().await;
    assert_eq!((trace.summary.n_spans, trace.summary.n_errors), (2, 0), "counted once, no longer an error");
    assert_eq!(bench.merged(2).await.span.name, "renamed");
}

/// The two copies of one trace that setup B of the contract sends: MLflow's, typed and without scope, and OpenTelemetry's.
fn both_copies() -> (SpanGroup, SpanGroup) {
    let mut mlflow = draw(
        trace_id(1),
        "
                 0....5....10...15...20    service.name=rag
server           [===================]     http.flavor=1
  answer           [=========]
",
    );
    let mut otel = mlflow.clone();
    let text = |text: &str| AnyValue::String(text.to_owned());
    for span in &mut mlflow.spans {
        span.attributes.push(Attribute::new(keys::TRACE_REQUEST_ID, text(&span.trace_id.to_mlflow())));
    }
    mlflow.spans[0].attributes.push(Attribute::new(keys::SPAN_TYPE, AnyValue::Empty));
    mlflow.spans[1].attributes.push(Attribute::new(keys::SPAN_TYPE, text("CHAIN")));
    mlflow.spans[1].attributes.push(Attribute::new("n", AnyValue::Int(5)));
    otel.spans[0].attributes =
        vec![Attribute::new("http.flavor", text("1")), Attribute::new(keys::SPAN_TYPE, text("null"))];
    otel.spans[1].attributes = vec![
        Attribute::new(keys::SPAN_TYPE, text("\"CHAIN\"")),
        Attribute::new("n", text("5")),
        Attribute::new("only.otel", text("x")),
    ];
    otel.spans.iter_mut().for_each(|span| span.flags = 256);
    otel.scope = InstrumentationScope { name: "fastapi".to_owned(), ..InstrumentationScope::default() };
    (mlflow, otel)
}

#[tokio::test]
async fn copies_of_two_exporters_merge_alike_in_either_order() {
    for mlflow_first in [true, false] {
        let bench = Bench::new().await;
        let (mlflow, otel) = both_copies();
        if mlflow_first {
            bench.send(mlflow, None, true).await;
            bench.send(otel, None, false).await;
        } else {
            bench.send(otel, None, false).await;
            bench.send(mlflow, None, true).await;
        }
        let trace = bench.trace().await;
        assert_eq!(trace.summary.n_spans, 2);
        assert_eq!(trace.summary.sources, [Source::OpenTelemetry, Source::Mlflow]);
        let server = bench.merged(1).await;
        assert_eq!(server.source, Source::OpenTelemetry);
        // MLflow parsed the text as JSON; on a span that it did not make the original is right.
        assert_eq!(server.span.attributes.text("http.flavor"), Some("1"));
        let answer = bench.merged(2).await;
        assert_eq!(answer.source, Source::Mlflow);
        assert_eq!(answer.span.attributes.value("n"), Some(&AnyValue::Int(5)), "typed by MLflow");
        assert_eq!(answer.span.attributes.text("only.otel"), Some("x"), "added by OpenTelemetry");
        assert_eq!(answer.span.attributes.text(keys::SPAN_TYPE), Some("CHAIN"));
        assert_eq!(answer.span.flags, 256);
    }
}

#[tokio::test]
async fn a_foreign_span_of_the_mlflow_exporter_alone_is_inferred() {
    let bench = Bench::new().await;
    let (mlflow, otel) = both_copies();
    // No header says so: the shape of the request does.
    bench.send(mlflow, None, false).await;
    assert_eq!(bench.merged(1).await.source, Source::OpenTelemetryInferred);
    assert_eq!(bench.trace().await.summary.sources, [Source::Mlflow, Source::OpenTelemetryInferred]);
    bench.send(otel, None, false).await;
    assert_eq!(
        bench.trace().await.summary.sources,
        [Source::OpenTelemetry, Source::Mlflow],
        "no longer inferred"
    );
}

#[tokio::test]
async fn a_trace_placed_by_default_moves_when_somebody_names_its_experiment() {
    for explicit_first in [true, false] {
        let bench = Bench::new().await;
        let id = bench.experiment("FastAPI").await;
        let (first, second) = if explicit_first { (Some(id), None) } else { (None, Some(id)) };
        bench.send(draw(trace_id(1), PLAN), first, false).await;
        bench.send(draw(trace_id(1), PLAN), second, false).await;
        assert_eq!(bench.trace().await.experiment_id, id);
        // A second explicit id does not move it.
        let other = bench.experiment("other").await;
        let stored = bench.send(draw(trace_id(1), PLAN), Some(other), false).await;
        assert_eq!((stored.n_stored, stored.rejected.len()), (0, 1));
        let refused = bench.ingest.start_trace(start_trace(other)).await;
        assert!(matches!(refused, Err(IngestError::OtherExperiment(_))));
        assert_eq!(bench.trace().await.experiment_id, id);
    }
}

#[tokio::test]
async fn both_copies_in_one_request_are_one_span() {
    let bench = Bench::new().await;
    let (mlflow, otel) = both_copies();
    let batch = SpanBatch { groups: vec![mlflow, otel], ..SpanBatch::default() };
    bench.ingest.write_spans(batch).await.unwrap();
    let trace = bench.trace().await;
    assert_eq!(trace.summary.n_spans, 2);
    assert_eq!(trace.summary.sources, [Source::OpenTelemetry, Source::Mlflow]);
}

#[tokio::test]
async fn an_unknown_experiment_refuses_the_whole_batch() {
    let bench = Bench::new().await;
    let batch = SpanBatch {
        groups: vec![draw(trace_id(1), PLAN)],
        placement: Placement::In(ExperimentId(99)),
        ..SpanBatch::default()
    };
    let refused = bench.ingest.write_spans(batch).await;
    assert!(matches!(refused, Err(IngestError::NoSuchExperiment(ExperimentId(99)))));
}

#[tokio::test]
async fn start_trace_has_the_last_word_in_either_order() {
    for start_first in [true, false] {
        let bench = Bench::new().await;
        if start_first {
            bench.ingest.start_trace(start_trace(ExperimentId::DEFAULT)).await.unwrap();
            bench.send(draw(trace_id(1), PLAN), None, false).await;
        } else {
            bench.send(draw(trace_id(1), PLAN), None, false).await;
            bench.ingest.start_trace(start_trace(ExperimentId::DEFAULT)).await.unwrap();
        }
        // A late span changes neither time nor state.
        let mut late = draw(trace_id(1), PLAN);
        late.spans.truncate(1);
        late.spans[0].span_id = span_id(9);
        late.spans[0].status.code = model::StatusCode::ERROR;
        late.spans[0].end_time_unix_nano += 5_000_000_000;
        bench.send(late, None, false).await;
        let trace = bench.trace().await;
        assert_eq!(trace.request_time, UnixNanos::from_millis(1_795_358_868_500));
        assert_eq!((trace.execution_duration_ms, trace.state), (Some(77), TraceState::Ok));
        assert_eq!((trace.display_name(), trace.summary.n_spans), ("named", 3));
    }
}

#[tokio::test]
async fn usage_is_counted_once_and_what_start_trace_says_is_final() {
    let bench = Bench::new().await;
    let mut group = draw(
        trace_id(1),
        "
                 0....5....10...15...20
agent            [===================]
  call             [=========]
    retry            [====]
  call                        [====]
",
    );
    let usage = |input: i64| {
        Attribute::new(
            keys::CHAT_TOKEN_USAGE,
            AnyValue::String(format!("{{\"input_tokens\": {input}, \"total_tokens\": {input}}}")),
        )
    };
    for (index, input) in [(1, 10), (2, 7), (3, 5)] {
        group.spans[index].attributes.push(usage(input));
    }
    // The caller of the counted calls arrives last.
    let caller = SpanGroup { spans: vec![group.spans.remove(1)], ..SpanGroup::default() };
    bench.send(group, None, false).await;
    assert_eq!(bench.trace().await.usage.input, Some(12), "retry and call");
    bench.send(caller, None, false).await;
    assert_eq!(bench.trace().await.usage.input, Some(15), "the retry lies below a counted call");
    let mut start = start_trace(ExperimentId::DEFAULT);
    start.metadata.insert(keys::TOKEN_USAGE.to_owned(), r#"{"input_tokens": 3}"#.to_owned());
    bench.ingest.start_trace(start).await.unwrap();
    let mut late = draw(trace_id(1), PLAN);
    late.spans[0].span_id = span_id(9);
    late.spans[0].attributes.push(usage(100));
    bench.send(late, None, false).await;
    assert_eq!(bench.trace().await.usage.input, Some(3));
}

#[tokio::test]
async fn parallel_requests_for_one_trace_count_every_span_once() {
    let bench = Bench::new().await;
    let mut sends = tokio::task::JoinSet::new();
    for number in 1..=40 {
        let ingest = bench.ingest.clone();
        let mut group = draw(trace_id(1), PLAN);
        group.spans.truncate(1);
        // Every id twice: half of them replace.
        group.spans[0].span_id = span_id(number % 20 + 1);
        sends.spawn(async move {
            ingest.write_spans(SpanBatch { groups: vec![group], ..SpanBatch::default() }).await
        });
    }
    while let Some(sent) = sends.join_next().await {
        sent.unwrap().unwrap();
    }
    assert_eq!(bench.trace().await.summary.n_spans, 20);
}

#[tokio::test]
async fn listeners_hear_of_a_change_after_its_commit() {
    let bench = Bench::new().await;
    let mut changes = bench.ingest.changes();
    bench.send(draw(trace_id(1), PLAN), None, false).await;
    assert_eq!(changes.recv().await, Ok(Change::Trace(trace_id(1), ExperimentId::DEFAULT)));
}

/// The messages of a model call as version 1.30 of the GenAI conventions sends them: log records with the content.
fn chat_logs(span_number: u64) -> LogBatch {
    let body = |content: &str| {
        let content = AnyValue::String(content.to_owned());
        AnyValue::KvList(vec![Attribute::new("content", content)])
    };
    let record = |event_name: &str, time_unix_nano, body| LogRecord {
        trace_id: Some(trace_id(1)),
        span_id: Some(span_id(span_number)),
        event_name: event_name.to_owned(),
        time_unix_nano,
        body,
        ..LogRecord::default()
    };
    let message = Attribute::new("message", body("Paris"));
    let mut details = record("gen_ai.client.inference.operation.details", 3, AnyValue::Empty);
    details.attributes = vec![
        Attribute::new("gen_ai.operation.name", AnyValue::String("chat".into())),
        Attribute::new("gen_ai.usage.input_tokens", AnyValue::Int(11)),
        Attribute::new("gen_ai.usage.output_tokens", AnyValue::Int(6)),
    ];
    let records = vec![
        record("gen_ai.user.message", 1, body("Capital of France?")),
        record("gen_ai.choice", 2, AnyValue::KvList(vec![message])),
        details,
    ];
    LogBatch { groups: vec![LogGroup { records, ..LogGroup::default() }], n_bytes: 0 }
}

#[tokio::test]
async fn what_log_records_say_of_a_span_counts_in_either_order() {
    for logs_first in [true, false] {
        let bench = Bench::new().await;
        if logs_first {
            bench.ingest.write_logs(chat_logs(1)).await.unwrap();
            let listed = bench.ingest.store().read(|tx| tx.count_traces(&store::TraceQuery::default()));
            assert_eq!(listed.await.unwrap(), 0, "log records alone are no trace");
        }
        bench.send(draw(trace_id(1), PLAN), None, false).await;
        // Twice, as after a lost answer: nothing may be counted twice.
        for _ in 0..2 {
            bench.ingest.write_logs(chat_logs(1)).await.unwrap();
        }
        let trace = bench.trace().await;
        assert_eq!(trace.request_preview.as_deref(), Some("Capital of France?"), "logs first: {logs_first}");
        assert_eq!(trace.response_preview.as_deref(), Some("Paris"));
        assert_eq!((trace.usage.input, trace.usage.output), (Some(11), Some(6)));
        assert_eq!((trace.summary.n_spans, trace.summary.n_errors), (2, 1));
        let rows = bench.ingest.store().read(|tx| {
            let (key, _) = tx.trace(trace_id(1))?.expect("the trace is stored");
            tx.span_rows(key)
        });
        let (rows, strings) = rows.await.unwrap();
        let root = rows.iter().find(|row| row.span_id == span_id(1)).unwrap();
        assert_eq!((strings.get(root.span_type), root.flags.has(RowFlags::HAS_LOGS)), ("CHAT_MODEL", true));
        let other = rows.iter().find(|row| row.span_id == span_id(2)).unwrap();
        assert!(!other.flags.has(RowFlags::HAS_LOGS));
    }
}

#[tokio::test]
async fn an_accepted_batch_joins_traces_where_they_are() {
    let bench = Bench::new().await;
    let (first, second) = (bench.experiment("first").await, bench.experiment("second").await);
    bench.send(draw(trace_id(1), PLAN), Some(first), false).await;
    for (trace, expected) in [(trace_id(1), first), (trace_id(2), second)] {
        let batch = SpanBatch {
            groups: vec![draw(trace, PLAN)],
            placement: Placement::NewTracesIn(second),
            ..SpanBatch::default()
        };
        assert_eq!(bench.ingest.write_spans(batch).await.unwrap().rejected, []);
        let read = bench.ingest.store().read(move |tx| Ok::<_, IngestError>(tx.trace(trace)?));
        assert_eq!(read.await.unwrap().map(|(_, info)| info.experiment_id), Some(expected));
    }
}

#[tokio::test]
async fn the_session_of_the_first_root_wins_over_those_of_inner_spans_in_any_order() {
    let inner = "
        0....5
root    [====]
  inner  [==]    session.id=inner
";
    let spans = draw(trace_id(1), inner).spans;
    let root = |number: u64, session: &str| {
        let mut root = spans[0].clone();
        root.span_id = span_id(number);
        root.attributes = vec![Attribute::new("session.id", AnyValue::String(session.to_owned()))];
        root
    };
    for order in [[0, 1, 2], [1, 0, 2], [1, 2, 0]] {
        let bench = Bench::new().await;
        let all = [spans[1].clone(), root(1, "first"), root(9, "second")];
        for index in order {
            let group = SpanGroup { spans: vec![all[index].clone()], ..SpanGroup::default() };
            bench.send(group, None, false).await;
        }
        assert_eq!(bench.trace().await.session.as_deref(), Some("first"), "{order:?}");
    }
}

/// A span as Logfire announces it: under another id, as a child without length of the span itself.
fn pending(span: &model::Span, number: u64) -> model::Span {
    let text = |text: String| AnyValue::String(text);
    let real_parent = span.parent_span_id.map_or("0".repeat(16), |parent| parent.to_string());
    let mut pending = model::Span::new(span.trace_id, span_id(number), &span.name);
    pending.parent_span_id = Some(span.span_id);
    pending.start_time_unix_nano = span.start_time_unix_nano;
    pending.end_time_unix_nano = span.start_time_unix_nano;
    pending.attributes = vec![
        Attribute::new("logfire.span_type", text("pending_span".to_owned())),
        Attribute::new("logfire.pending_parent_id", text(real_parent)),
    ];
    pending
}

#[tokio::test]
async fn a_placeholder_gives_way_to_its_span_whichever_comes_first() {
    let whole = draw(trace_id(1), PLAN);
    let announced =
        SpanGroup { spans: vec![pending(&whole.spans[0], 8), pending(&whole.spans[1], 9)], ..whole.clone() };
    // Alone they show the spans as running.
    let bench = Bench::new().await;
    bench.send(announced.clone(), None, false).await;
    let trace = bench.trace().await;
    assert_eq!((trace.summary.n_spans, trace.state), (2, TraceState::InProgress));
    assert_eq!(trace.display_name(), "plan");
    let search = bench.merged(2).await.span;
    assert_eq!((search.parent_span_id, search.end_time_unix_nano), (Some(span_id(1)), 0));
    bench.send(whole.clone(), None, false).await;
    let complete = Bench::new().await;
    complete.send(whole.clone(), None, false).await;
    // Late, and in one request with the spans, before and after them.
    let late = Bench::new().await;
    late.send(whole.clone(), None, false).await;
    late.send(announced.clone(), None, false).await;
    let mut orders = Vec::new();
    for announced_first in [true, false] {
        let mut group = announced.clone();
        match announced_first {
            true => group.spans.extend(whole.spans.clone()),
            false => group.spans.splice(0..0, whole.spans.clone()).for_each(drop),
        }
        let together = Bench::new().await;
        together.send(group, None, false).await;
        orders.push(together);
    }
    let expected = complete.trace().await.summary;
    for (order, bench) in [bench, late].into_iter().chain(orders).enumerate() {
        let trace = bench.trace().await;
        assert_eq!((trace.summary, trace.state), (expected.clone(), TraceState::Ok), "order {order}");
        for number in [1, 2] {
            assert_eq!(bench.merged(number).await, complete.merged(number).await, "order {order}");
        }
    }
}
