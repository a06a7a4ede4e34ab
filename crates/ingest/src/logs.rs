//! Log records arrive: stored with their trace, and what they say of a span that is there goes into its row and its trace.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use analysis::prices::Prices;
use analysis::semconv;
use model::{LogGroup, LogRecord, RowFlags, SpanCopy, SpanId, SpanMark, TraceId};
use store::{StoreError, TraceKey, WriteTx};

use crate::spans::{Rollup, Said, marks};
use crate::{Change, Ingest, IngestError, merge};

/// Log records of one request, each with a trace id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogBatch {
    /// The records, by resource and scope.
    pub groups: Vec<LogGroup>,
    /// About what the batch holds in memory, in bytes.
    pub n_bytes: usize,
}

/// What new log records bring to a span.
#[derive(Default)]
struct Touch {
    /// Whether its type, messages or usage may change by them.
    speaks: bool,
    marks: Vec<SpanMark>,
}

/// Spans of one trace that got new log records.
type Touched = BTreeMap<SpanId, Touch>;

impl Ingest {
    /// Stores a batch; answers after the commit.
    ///
    /// A trace need not be there: its records wait for it, and are not listed as a trace before.
    pub async fn write_logs(&self, batch: LogBatch) -> Result<(), IngestError> {
        let n_bytes = batch.n_bytes;
        let prices = Arc::clone(&self.prices);
        let changes = self.store.write(n_bytes, move |tx| write_batch(tx, batch.groups, &prices)).await?;
        self.announce(changes);
        Ok(())
    }
}

fn write_batch(
    tx: &mut WriteTx<'_>,
    groups: Vec<LogGroup>,
    prices: &Arc<Prices>,
) -> Result<Vec<Change>, IngestError> {
    let mut n_equal = HashMap::new();
    let mut by_trace: BTreeMap<TraceId, Touched> = BTreeMap::new();
    let mut without_span: BTreeSet<TraceId> = BTreeSet::new();
    for group in groups {
        for record in &group.records {
            note(record, &mut by_trace, &mut without_span);
        }
        tx.put_logs(&group.resource, &group.scope, group.records, &mut n_equal)?;
    }
    let mut changes = Vec::new();
    for (trace_id, touched) in by_trace {
        if let Some(change) = update_trace(tx, trace_id, &touched, prices)? {
            without_span.remove(&trace_id);
            changes.push(change);
        }
    }
    for trace_id in without_span {
        changes.extend(tx.trace(trace_id)?.map(|(_, info)| Change::Trace(trace_id, info.experiment_id)));
    }
    Ok(changes)
}

fn note(record: &LogRecord, by_trace: &mut BTreeMap<TraceId, Touched>, without_span: &mut BTreeSet<TraceId>) {
    let Some(trace_id) = record.trace_id else { return };
    match record.span_id {
        Some(span_id) => {
            let touch = by_trace.entry(trace_id).or_default().entry(span_id).or_default();
            touch.speaks |= semconv::speaks(record);
            touch.marks.push(marks::of_log(record));
        }
        None => {
            without_span.insert(trace_id);
        }
    }
}

/// Brings the rows of touched spans and the sums of their trace up to date; nothing if the trace is not there.
fn update_trace(
    tx: &mut WriteTx<'_>,
    trace_id: TraceId,
    touched: &Touched,
    prices: &Arc<Prices>,
) -> Result<Option<Change>, StoreError> {
    let Some((trace, info)) = tx.trace(trace_id)? else { return Ok(None) };
    let change = Change::Trace(trace_id, info.experiment_id);
    let mut rollup = None;
    for (&span_id, touch) in touched {
        if !touch.speaks {
            tx.set_span_flag(trace, span_id, RowFlags::HAS_LOGS)?;
            tx.add_span_marks(trace, span_id, &touch.marks)?;
            continue;
        }
        let rollup = match &mut rollup {
            Some(rollup) => rollup,
            None => rollup.insert(Rollup::new(tx, Some(trace), info.clone(), prices)?),
        };
        update_span(tx, rollup, trace, trace_id, span_id)?;
    }
    match rollup {
        Some(rollup) => rollup.finish(tx).map(Some),
        None => Ok(Some(change)),
    }
}

fn update_span(
    tx: &mut WriteTx<'_>,
    rollup: &mut Rollup,
    trace: TraceKey,
    trace_id: TraceId,
    span_id: SpanId,
) -> Result<(), StoreError> {
    let copies = tx.span_copies(trace, trace_id, span_id)?;
    if copies.is_empty() {
        return Ok(());
    }
    let merged = merge::merge(&copies);
    let SpanCopy { resource, scope, .. } = &copies[merged.origin];
    let (logs, service) = (rollup.logs(tx, span_id)?, resource.service_name());
    let said = Said::new(&merged.span, &logs, merged.source, service, &scope.name, &rollup.prices);
    tx.update_span_view(trace, &said.record)?;
    let status = said.record.status;
    rollup.add_span(said, Some(status));
    Ok(())
}
