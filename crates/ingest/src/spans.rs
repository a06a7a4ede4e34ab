//! Spans arrive: placed in an experiment, merged with their other copies, stored, and added up for their trace.

mod journaled;
pub(crate) mod marks;
mod placement;
mod prepared;
mod rollup;
mod said;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use analysis::prices::Prices;
use model::{Span, SpanCopy, SpanGroup, TraceId, TraceName};
use store::{OpenBlock, SpanBlock, StoreError, UnfoldedBlock, WriteTx};

use crate::{Change, Ingest, IngestError, merge};
pub use journaled::Recorded;
pub use placement::Placement;
pub(crate) use placement::{Placed, place};
use prepared::{PreparedBatch, PreparedBlock, PreparedOrigin, PreparedRun};
pub(crate) use rollup::Rollup;
pub(crate) use said::Said;

/// Spans of one request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpanBatch {
    /// The spans, by resource and scope.
    pub groups: Vec<SpanGroup>,
    /// Where the request wants them.
    pub placement: Placement,
    /// Whether the headers are those of the MLflow SDK.
    pub is_mlflow_client: bool,
    /// What the client calls the one trace of the batch, if it names it apart from its spans.
    pub name: Option<TraceName>,
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

/// Batches larger than this are prepared on a thread of their own, as their bodies were decoded: see the server's `take`.
const MAX_INLINE_BATCH_BYTES: usize = 64 * 1024;

impl Ingest {
    /// Stores a batch; answers after the commit, for only then it is known whether all of it has a place.
    ///
    /// An unknown experiment refuses all of it. Spans of traces that belong to another experiment are rejected alone.
    pub async fn write_spans(&self, batch: SpanBatch) -> Result<Stored, IngestError> {
        let (n_bytes, placement) = (batch.n_bytes, batch.placement);
        let prices = Arc::clone(&self.prices);
        let name = batch.name.clone();
        let prepared = self.prepare(batch, false).await?;
        let write = move |tx: &mut WriteTx<'_>| write_batch(tx, prepared, placement, name.as_ref(), &prices);
        let (stored, changes) = self.store.write(n_bytes, write).await?;
        self.announce(changes);
        Ok(stored)
    }

    async fn prepare(&self, batch: SpanBatch, journaled: bool) -> Result<PreparedBatch, StoreError> {
        let prices = Arc::clone(&self.prices);
        if batch.n_bytes <= MAX_INLINE_BATCH_BYTES {
            return PreparedBatch::new(batch, journaled, &prices);
        }
        tokio::task::spawn_blocking(move || PreparedBatch::new(batch, journaled, &prices))
            .await
            .unwrap_or_else(|_| Err(StoreError::Failed("preparing a write panicked".to_owned())))
    }
}

fn write_batch(
    tx: &mut WriteTx<'_>,
    mut batch: PreparedBatch,
    placement: Placement,
    name: Option<&TraceName>,
    prices: &Arc<Prices>,
) -> Result<(Stored, Vec<Change>), IngestError> {
    if let Some(id) = placement.experiment()
        && tx.experiment(id)?.is_none()
    {
        return Err(IngestError::NoSuchExperiment(id));
    }
    let mut traces: BTreeMap<TraceId, Arrival> = BTreeMap::new();
    for block in &mut batch.blocks {
        for run in &block.runs {
            let trace = match traces.entry(run.trace_id) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    entry.insert(Arrival::new(tx, run.trace_id, placement, name, prices)?)
                }
            };
            trace.n_spans += run.said.len();
        }
        write_block(tx, &mut traces, &batch.origins[block.origin], block)?;
    }
    let mut stored = Stored::default();
    let mut changes = Vec::with_capacity(traces.len());
    for (trace_id, Arrival { rollup, n_spans }) in traces {
        match rollup {
            Some(rollup) => {
                changes.push(rollup.finish(tx)?);
                stored.n_stored += n_spans;
            }
            None => stored.rejected.push(RejectedSpans { trace_id, n_spans }),
        }
    }
    Ok((stored, changes))
}

/// A trace of which spans arrive.
struct Arrival {
    /// What it adds up to; absent if it is in another experiment than was asked for.
    rollup: Option<Rollup>,
    n_spans: usize,
}

impl Arrival {
    fn new(
        tx: &mut WriteTx<'_>,
        trace_id: TraceId,
        placement: Placement,
        name: Option<&TraceName>,
        prices: &Arc<Prices>,
    ) -> Result<Self, StoreError> {
        let rollup = match place(tx, trace_id, placement)? {
            Placed::Here(Some(_), info) if name.is_some_and(|name| !name.fits(&info)) => None,
            Placed::Here(trace, mut info) => {
                if let (None, Some(name)) = (trace, name) {
                    info.client_trace_id = name.text().map(str::to_owned);
                }
                Some(Rollup::new(tx, trace, *info, prices)?)
            }
            Placed::Elsewhere => None,
        };
        Ok(Self { rollup, n_spans: 0 })
    }
}

/// Stores the spans of a block, but for those of traces that are elsewhere: their bodies go when the block is merged.
fn write_block(
    tx: &mut WriteTx<'_>,
    traces: &mut BTreeMap<TraceId, Arrival>,
    origin: &PreparedOrigin,
    prepared: &mut PreparedBlock,
) -> Result<(), StoreError> {
    let PreparedBlock { runs, block, .. } = prepared;
    let mut open: Option<OpenBlock> = None;
    let mut bodies = Bodies { block, unfolded: None };
    let mut next = 0;
    for PreparedRun { trace_id, said } in runs.drain(..) {
        let positions = next..next + said.len();
        next = positions.end;
        let Some(rollup) = traces.get_mut(&trace_id).and_then(|trace| trace.rollup.as_mut()) else {
            continue;
        };
        let open = match &mut open {
            Some(open) => open,
            None => open.insert(tx.put_block(origin.exporter, &origin.stored, block)?),
        };
        tx.begin_run(open, rollup.trace, positions.clone())?;
        rollup.add_resource(&origin.resource, &origin.tags);
        write_run(tx, rollup, origin, &mut bodies, open, positions.start, said)?;
    }
    match &open {
        Some(open) => tx.finish_block(open),
        None => Ok(()),
    }
}

/// The bodies of a block, which are read back for the few spans that are not alone.
struct Bodies<'b> {
    block: &'b SpanBlock,
    unfolded: Option<UnfoldedBlock<'b>>,
}

impl Bodies<'_> {
    fn span(&mut self, trace_id: TraceId, position: usize) -> Result<Span, StoreError> {
        let unfolded = match &self.unfolded {
            Some(unfolded) => unfolded,
            None => self.unfolded.insert(self.block.unfold()?),
        };
        unfolded.span(trace_id, position)
    }
}

/// Stores the rows of spans of one trace, whose bodies are in the block from the position `first` on.
fn write_run(
    tx: &mut WriteTx<'_>,
    rollup: &mut Rollup,
    origin: &PreparedOrigin,
    bodies: &mut Bodies<'_>,
    open: &mut OpenBlock,
    first: usize,
    said: Vec<Said>,
) -> Result<(), StoreError> {
    let alone = said.iter().enumerate().filter(|(_, said)| !rollup.has_logs(said.record.span_id));
    let alone = alone.map(|(index, said)| (first + index, &said.record));
    let known = tx.insert_spans(open, alone)?;
    for (position, said) in (first..).zip(said) {
        let span_id = said.record.span_id;
        if !rollup.has_logs(span_id) && known.binary_search(&position).is_err() {
            rollup.add_span(said, None);
            continue;
        }
        // The span itself was here first; one that log records are for is stored as any other.
        if said.is_placeholder && tx.stored_span(rollup.trace, span_id)?.is_some() {
            continue;
        }
        let copy = SpanCopy {
            exporter: origin.exporter,
            span: bodies.span(rollup.trace_id(), position)?,
            resource: origin.resource.clone(),
            scope: origin.scope.clone(),
        };
        let (said, former_status) = merged(tx, rollup, copy)?;
        tx.replace_span(open, position, &said.record)?;
        rollup.add_span(said, former_status);
    }
    Ok(())
}

/// Returns what a span says together with the copy of the other kind of exporter and its log records, if there are any, and the
/// status that was stored of it.
fn merged(tx: &WriteTx<'_>, rollup: &Rollup, copy: SpanCopy) -> Result<(Said, Option<u8>), StoreError> {
    let (trace_id, span_id) = (copy.span.trace_id, copy.span.span_id);
    let former = tx.stored_span(rollup.trace, span_id)?;
    let mut copies = Vec::with_capacity(2);
    if let Some((exporters, _)) = &former
        && exporters.iter().any(|exporter| *exporter != copy.exporter)
    {
        copies = tx.span_copies(rollup.trace, trace_id, span_id)?;
        copies.retain(|other| other.exporter != copy.exporter);
    }
    copies.push(copy);
    let merged = merge::merge(&copies);
    let SpanCopy { resource, scope, .. } = &copies[merged.origin];
    let (logs, service) = (rollup.logs(tx, span_id)?, resource.service_name());
    let said = Said::new(&merged.span, &logs, merged.source, service, &scope.name, &rollup.prices);
    Ok((said, former.map(|(_, status)| status)))
}
