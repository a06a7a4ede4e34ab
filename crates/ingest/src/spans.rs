//! Spans arrive: placed in an experiment, merged with their other copies, stored, and added up for their trace.

mod placement;
mod record;
mod rollup;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use analysis::prices::Prices;
use analysis::semconv;
use model::{Exporter, Source, Span, SpanCopy, SpanGroup, SpanId, TraceId};
use store::{SpanRecord, StoreError, TraceKey, WriteTx};

use crate::{Change, Ingest, IngestError, exporter_of, merge};
pub use placement::Placement;
pub(crate) use placement::{Placed, place};
pub(crate) use record::record;
pub(crate) use rollup::Rollup;

/// Spans of one request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpanBatch {
    /// The spans, by resource and scope.
    pub groups: Vec<SpanGroup>,
    /// Where the request wants them.
    pub placement: Placement,
    /// Whether the headers are those of the MLflow SDK.
    pub is_mlflow_client: bool,
    /// About what the batch holds in memory, in bytes.
    pub n_bytes: usize,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stored {
    /// Spans stored, replaced ones included.
    pub n_stored: usize,
    /// Spans that could not be placed.
    pub rejected: Vec<RejectedSpans>,
}

/// Spans of a trace that belongs to another experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedSpans {
    /// The trace.
    pub trace_id: TraceId,
    /// How many spans of it.
    pub n_spans: usize,
}

/// Spans of one trace from one group.
struct TraceGroup {
    group: usize,
    spans: Vec<Span>,
}

impl Ingest {
    /// Stores a batch; answers after the commit.
    ///
    /// An unknown experiment refuses all of it. Spans of traces that belong to another experiment are rejected alone.
    pub async fn write_spans(&self, batch: SpanBatch) -> Result<Stored, IngestError> {
        let n_bytes = batch.n_bytes;
        let prices = Arc::clone(&self.prices);
        let (stored, changes) = self.store.write(n_bytes, move |tx| write_batch(tx, batch, &prices)).await?;
        self.announce(changes);
        Ok(stored)
    }
}

fn write_batch(
    tx: &mut WriteTx<'_>,
    batch: SpanBatch,
    prices: &Arc<Prices>,
) -> Result<(Stored, Vec<Change>), IngestError> {
    if let Some(id) = batch.placement.experiment()
        && tx.experiment(id)?.is_none()
    {
        return Err(IngestError::NoSuchExperiment(id));
    }
    let exporters: Vec<Exporter> =
        batch.groups.iter().map(|group| exporter_of(group, batch.is_mlflow_client)).collect();
    let (mut groups, by_trace) = split_by_trace(batch.groups);
    let mut stored = Stored::default();
    let mut changes = Vec::new();
    for (trace_id, trace_groups) in by_trace {
        let n_spans = trace_groups.iter().map(|group| group.spans.len()).sum();
        let (trace, info) = match place(tx, trace_id, batch.placement)? {
            Placed::Here(trace, info) => (trace, *info),
            Placed::Elsewhere => {
                stored.rejected.push(RejectedSpans { trace_id, n_spans });
                continue;
            }
        };
        let mut rollup = Rollup::new(tx, trace, info, prices)?;
        for TraceGroup { group, spans } in trace_groups {
            write_group(tx, &mut rollup, exporters[group], &mut groups[group], spans)?;
        }
        changes.push(rollup.finish(tx)?);
        stored.n_stored += n_spans;
    }
    Ok((stored, changes))
}

/// Takes the spans out of their groups and sorts them by trace, so that each trace is written once.
fn split_by_trace(mut groups: Vec<SpanGroup>) -> (Vec<SpanGroup>, BTreeMap<TraceId, Vec<TraceGroup>>) {
    let mut by_trace: BTreeMap<TraceId, Vec<TraceGroup>> = BTreeMap::new();
    for (index, group) in groups.iter_mut().enumerate() {
        for span in std::mem::take(&mut group.spans) {
            let trace_groups = by_trace.entry(span.trace_id).or_default();
            match trace_groups.last_mut().filter(|last| last.group == index) {
                Some(last) => last.spans.push(span),
                None => trace_groups.push(TraceGroup { group: index, spans: vec![span] }),
            }
        }
    }
    (groups, by_trace)
}

fn write_group(
    tx: &mut WriteTx<'_>,
    rollup: &mut Rollup,
    exporter: Exporter,
    group: &mut SpanGroup,
    spans: Vec<Span>,
) -> Result<(), StoreError> {
    let mut records: Vec<(Span, SpanRecord)> = Vec::with_capacity(spans.len());
    for span in last_of_each(spans) {
        // The copy borrows the group's resource and scope rather than cloning them for every span.
        let copy = SpanCopy {
            exporter,
            span,
            resource: std::mem::take(&mut group.resource),
            scope: std::mem::take(&mut group.scope),
        };
        let (copy, record) = merged_record(tx, rollup, copy)?;
        group.resource = copy.resource;
        group.scope = copy.scope;
        records.push((copy.span, record));
    }
    rollup.add_resource(&group.resource);
    tx.put_spans(rollup.trace, exporter, &group.resource, &group.scope, records)?;
    // Another group of this request may bring the same spans again.
    rollup.is_new = false;
    Ok(())
}

/// Keeps the last of spans that repeat an id within one request, in the order of their first appearance.
fn last_of_each(spans: Vec<Span>) -> Vec<Span> {
    let mut positions: HashMap<SpanId, usize> = HashMap::with_capacity(spans.len());
    let mut kept: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match positions.get(&span.span_id) {
            Some(&position) => kept[position] = span,
            None => {
                positions.insert(span.span_id, kept.len());
                kept.push(span);
            }
        }
    }
    kept
}

/// Returns the copy and the narrow row of its span, merged with the copy of the other kind of exporter if there is one.
fn merged_record(
    tx: &mut WriteTx<'_>,
    rollup: &mut Rollup,
    copy: SpanCopy,
) -> Result<(SpanCopy, SpanRecord), StoreError> {
    let trace: TraceKey = rollup.trace;
    let (trace_id, span_id) = (copy.span.trace_id, copy.span.span_id);
    let former = if rollup.is_new { None } else { tx.stored_span(trace, span_id)? };
    let has_other =
        former.as_ref().is_some_and(|(exporters, _)| exporters.iter().any(|e| *e != copy.exporter));
    let mut copies = Vec::with_capacity(2);
    if has_other {
        copies = tx.span_copies(trace, trace_id, span_id)?;
        copies.retain(|other| other.exporter != copy.exporter);
    }
    copies.push(copy);
    let is_new = former.is_none();
    let former_status = former.map(|(_, status)| status);
    let logs = rollup.logs(tx, span_id)?;
    let mut add = |span: &Span, source: Source| {
        let view = semconv::view(span, &logs);
        let facts = view.facts(&rollup.prices);
        let record = record(span, &facts, !logs.is_empty(), source, is_new);
        rollup.add_span(span, &view, &facts, &record, former_status);
        record
    };
    // A span of one copy, as most are, is not cloned for merging.
    let record = if let [copy] = copies.as_slice() {
        add(&copy.span, merge::source_of(&copies))
    } else {
        let merged = merge::merge(&copies);
        add(&merged.span, merged.source)
    };
    Ok((copies.pop().expect("invariant: the copy was pushed last"), record))
}
