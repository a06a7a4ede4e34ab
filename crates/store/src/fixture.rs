//! What tests of this crate share: a store of their own, spans put into it as `ingest` would, and all that is in it.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{
    AnyValue, Attribute, DurationNanos, ExperimentId, ExperimentSource, Exporter, RowFlags, Source, Span,
    SpanCopy, SpanGroup, SpanId, TraceId, TraceInfo, TraceState,
};
use tempfile::TempDir;
use testkit::load::Random;
use testkit::{span_id, trace_id};

use crate::*;

pub(crate) fn open(folder: &TempDir, max_queue_bytes: usize) -> Store {
    let options = StoreOptions {
        data_dir: folder.path().to_owned(),
        max_queue_bytes,
        synchronous: Synchronous::Normal,
    };
    Store::open(&options).unwrap()
}

/// A store on a folder of its own.
pub(crate) struct Bench {
    pub(crate) store: Store,
    _folder: TempDir,
}

/// Everything that is stored of spans: copies by trace and span.
pub(crate) type Contents = BTreeMap<(TraceId, SpanId), Vec<SpanCopy>>;

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: open(&folder, 1 << 20), _folder: folder }
    }

    /// Stores the spans of one request; all that the narrow row knows comes from the span alone.
    pub(crate) async fn put(&self, exporter: Exporter, group: SpanGroup) {
        self.store.write(0, move |tx| put(tx, exporter, group)).await.unwrap();
    }

    /// The same as a journaled write, which shares its block and its commit with those right before and after it. One that is to
    /// fail does so when all is written.
    pub(crate) async fn put_journaled(&self, exporter: Exporter, group: SpanGroup, is_to_fail: bool) {
        let write = Box::new(JournaledPut { exporter, group, is_to_fail });
        self.store.write_journaled(1_000, Journaled::New(b"", b"spans"), write).await.unwrap();
    }

    pub(crate) async fn contents(&self) -> Contents {
        self.store.read(contents).await.unwrap()
    }

    /// Runs SQL that gives one number.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        let read = self
            .store
            .read(move |tx| Ok::<_, StoreError>(tx.connection.query_row(sql, [], |row| row.get(0))?));
        read.await.unwrap()
    }
}

struct JournaledPut {
    exporter: Exporter,
    group: SpanGroup,
    is_to_fail: bool,
}

impl JournaledWrite for JournaledPut {
    fn write(&mut self, tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
        put_with(tx, self.exporter, self.group.clone(), SpanBlockBuilder::finish_to_share)?;
        if self.is_to_fail { Err(StoreError::Failed("as the test wants it".to_owned())) } else { Ok(()) }
    }

    fn give_up(&mut self, _tx: &mut WriteTx<'_>, _reason: &str) -> Result<(), StoreError> {
        Ok(())
    }

    fn committed(&mut self) {}
}

pub(crate) fn put(tx: &mut WriteTx<'_>, exporter: Exporter, group: SpanGroup) -> Result<(), StoreError> {
    put_with(tx, exporter, group, SpanBlockBuilder::finish)
}

fn put_with(
    tx: &mut WriteTx<'_>,
    exporter: Exporter,
    group: SpanGroup,
    finish: fn(SpanBlockBuilder) -> Result<SpanBlock, StoreError>,
) -> Result<(), StoreError> {
    let mut by_trace: BTreeMap<TraceId, BTreeMap<SpanId, Span>> = BTreeMap::new();
    for span in group.spans {
        by_trace.entry(span.trace_id).or_default().insert(span.span_id, span);
    }
    for (trace_id, spans) in by_trace {
        let (key, mut info) = match tx.trace(trace_id)? {
            Some(found) => found,
            None => {
                let info = new_trace(trace_id);
                let key = tx.new_trace_key()?;
                tx.insert_trace(key, &info)?;
                (key, info)
            }
        };
        let spans: Vec<Span> = spans.into_values().collect();
        let origin = SpanOrigin::encode(&group.resource, &group.scope);
        let mut bodies = SpanBlockBuilder::default();
        spans.iter().for_each(|span| bodies.add(span.clone()));
        let mut block = tx.put_block(exporter, &origin, &finish(bodies)?)?;
        tx.begin_run(&mut block, key, 0..spans.len())?;
        let records: Vec<SpanRecord> = spans.iter().map(|span| record(span, exporter)).collect();
        let known = tx.insert_spans(&mut block, records.iter().enumerate())?;
        info.summary.n_spans += (spans.len() - known.len()) as u64;
        for position in known {
            tx.replace_span(&mut block, position, &records[position])?;
        }
        for span in &spans {
            info.summary.end = info.summary.end.max(span.end().unwrap_or(span.start()));
            info.request_time = span.start();
        }
        tx.finish_block(&block)?;
        tx.update_trace(key, &info)?;
    }
    Ok(())
}

pub(crate) fn contents(tx: &ReadTx<'_>) -> Result<Contents, StoreError> {
    let traces = tx.list_traces(&TraceQuery { limit: usize::MAX >> 1, ..TraceQuery::default() })?;
    let mut contents = Contents::new();
    for (key, info) in traces.traces {
        for copies in tx.all_span_copies(key, info.trace_id)? {
            contents.insert((info.trace_id, copies[0].span.span_id), copies);
        }
    }
    Ok(contents)
}

fn record(span: &Span, exporter: Exporter) -> SpanRecord {
    SpanRecord {
        span_id: span.span_id,
        parent_span_id: span.parent_span_id,
        name: span.name.clone(),
        span_type: String::new(),
        kind: u8::try_from(span.kind.0).unwrap(),
        status: u8::try_from(span.status.code.0).unwrap(),
        source: match exporter {
            Exporter::OpenTelemetry => Source::OpenTelemetry,
            Exporter::Mlflow => Source::Mlflow,
        },
        flags: RowFlags::default(),
        start: span.start(),
        duration: span.duration().unwrap_or(DurationNanos(0)),
        usage: SpanUsage::default(),
        marks: Vec::new(),
        links: span.links.iter().map(|link| (link.trace_id, link.span_id)).collect(),
    }
}

pub(crate) fn new_trace(trace_id: TraceId) -> TraceInfo {
    let info = TraceInfo::new(trace_id, ExperimentId::DEFAULT, ExperimentSource::Default);
    TraceInfo { state: TraceState::Ok, ..info }
}

/// Returns spans of a trace with these ids and incompressible texts.
pub(crate) fn spans_of(trace: u8, ids: std::ops::Range<u64>, bytes: usize) -> SpanGroup {
    let span = |id| {
        let mut span = Span::new(trace_id(trace), span_id(id + 1), format!("span {id}"));
        // Hardly compressible, so that sizes mean something.
        let mut random = Random::new(id + 1_000 * u64::from(trace));
        let letter = |number: u64| char::from(33 + u8::try_from(number % 90).unwrap());
        let noise = (0..bytes).map(|_| letter(random.next_u64())).collect();
        span.attributes.push(Attribute::new("noise", AnyValue::String(noise)));
        span
    };
    SpanGroup { spans: ids.map(span).collect(), ..SpanGroup::default() }
}

/// Merges every block, however new and small.
pub(crate) fn eager() -> Merger {
    Merger::new(Duration::ZERO).with_block_bytes(1)
}

/// Merges until there is nothing left to merge.
pub(crate) async fn merge_all(store: &Store, mut merger: Merger) -> Merged {
    let mut sum = Merged::default();
    loop {
        match store.merge_step(&mut merger).await.unwrap() {
            MergeStep::Merged(merged) => {
                sum.n_before += merged.n_before;
                sum.n_after += merged.n_after;
            }
            MergeStep::Skipped => {}
            MergeStep::Idle => return sum,
        }
    }
}

pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}
