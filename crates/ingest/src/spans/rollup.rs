//! What a trace adds up to while spans of one request arrive (contract d.6).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use analysis::prices::Prices;
use analysis::usage;
use foldhash::fast::RandomState;
use model::{LogRecord, Resource, SpanId, TraceId, TraceInfo, TraceState, UnixNanos};
use store::{ReadTx, SpanRecord, SpanUsage, StoreError, TraceKey, WriteTx};

use super::said::{RootSaid, Said};
use crate::{Change, labels};

/// OTLP's status code of a failed span, as narrow rows hold it.
const STATUS_ERROR: u8 = 2;

/// A trace being written to.
pub(crate) struct Rollup {
    pub(crate) trace: TraceKey,
    /// What model calls cost that do not tell it themselves.
    pub(crate) prices: Arc<Prices>,
    /// Whether the trace has a row yet.
    is_stored: bool,
    /// Spans that log records named before they came.
    spans_with_logs: HashSet<SpanId>,
    info: TraceInfo,
    tags: BTreeMap<String, String>,
    root_tags: BTreeMap<String, String>,
    has_replaced: bool,
    has_usage: bool,
    /// The spans of a trace that had none before this request: what it adds up to can be told without reading them back.
    all_spans: Option<AllSpans>,
}

#[derive(Default)]
struct AllSpans {
    parents: HashMap<SpanId, SpanId, RandomState>,
    usage: Vec<(SpanId, SpanUsage)>,
}

impl Rollup {
    /// Begins with what is stored of the trace. A trace that is not stored gets its row at the end.
    pub(crate) fn new(
        tx: &mut WriteTx<'_>,
        trace: Option<TraceKey>,
        info: TraceInfo,
        prices: &Arc<Prices>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            trace: trace.map_or_else(|| tx.new_trace_key(), Ok)?,
            prices: Arc::clone(prices),
            is_stored: trace.is_some(),
            spans_with_logs: tx.spans_with_logs(info.trace_id)?,
            tags: BTreeMap::new(),
            root_tags: BTreeMap::new(),
            has_replaced: false,
            has_usage: !info.usage.is_empty() || !info.cost.is_empty(),
            all_spans: (info.summary.n_spans == 0).then(AllSpans::default),
            info,
        })
    }

    pub(crate) fn trace_id(&self) -> TraceId {
        self.info.trace_id
    }

    /// Whether log records of a span are stored.
    pub(crate) fn has_logs(&self, span_id: SpanId) -> bool {
        self.spans_with_logs.contains(&span_id)
    }

    /// Returns the log records of a span.
    pub(crate) fn logs(&self, tx: &ReadTx<'_>, span_id: SpanId) -> Result<Vec<LogRecord>, StoreError> {
        if !self.has_logs(span_id) {
            return Ok(Vec::new());
        }
        let logs = tx.span_logs(self.info.trace_id, span_id)?;
        Ok(logs.into_iter().map(|log| log.record).collect())
    }

    /// Takes a resource with the tags that it gives.
    pub(crate) fn add_resource(&mut self, resource: &Resource, tags: &[(String, String)]) {
        self.tags.extend(tags.iter().cloned());
        let services = &mut self.info.summary.services;
        let service = resource.service_name().unwrap_or_default();
        if let (false, Err(position)) =
            (service.is_empty(), services.binary_search_by(|known| known.as_str().cmp(service)))
        {
            services.insert(position, service.to_owned());
        }
    }

    /// Takes what a (merged) span says of its trace. `former_status` is that of the row that it replaces, if any.
    pub(crate) fn add_span(&mut self, said: Said, former_status: Option<u8>) {
        self.count(&said.record, former_status);
        self.widen(&said);
        // The first root has the last word, whenever it comes: inner spans may tell the id of an inner conversation. What
        // StartTrace said stays.
        let decides = said.root.is_some() && self.info.summary.root_name.is_none() && !self.info.is_finalized;
        if let Some(root) = said.root {
            self.add_root(root, &said.record, said.is_placeholder);
        }
        let info = &mut self.info;
        if let Some(session) = said.session.filter(|_| decides || info.session.is_none()) {
            info.session = Some(labels::cut(&session, labels::MAX_SESSION_CHARS).to_owned());
        }
        if let Some(user) = said.user.filter(|_| decides || info.user.is_none()) {
            info.user = Some(user);
        }
    }

    fn count(&mut self, record: &SpanRecord, former_status: Option<u8>) {
        let summary = &mut self.info.summary;
        if former_status.is_none() {
            summary.n_spans += 1;
        }
        if former_status == Some(STATUS_ERROR) {
            summary.n_errors = summary.n_errors.saturating_sub(1);
        }
        if record.status == STATUS_ERROR {
            summary.n_errors += 1;
        }
        if let Err(position) = summary.sources.binary_search(&record.source) {
            summary.sources.insert(position, record.source);
        }
        self.has_usage |= !record.usage.is_empty();
        if former_status.is_some() {
            self.has_replaced = true;
            // What was replaced is in the store alone.
            self.all_spans = None;
        }
        if let Some(all) = &mut self.all_spans {
            all.parents.extend(record.parent_span_id.map(|parent| (record.span_id, parent)));
            all.usage.extend((!record.usage.is_empty()).then_some((record.span_id, record.usage)));
        }
    }

    /// Widens the window of the trace: it never shrinks, as in MLflow.
    fn widen(&mut self, said: &Said) {
        let summary = &mut self.info.summary;
        let start = said.record.start;
        let is_first = summary.first_name.is_none();
        if is_first || start < summary.start {
            summary.start = start;
            summary.first_name = Some(said.record.name.clone());
        }
        if is_first || said.end > summary.end {
            summary.end = said.end;
        }
    }

    fn add_root(&mut self, root: RootSaid, record: &SpanRecord, is_placeholder: bool) {
        self.root_tags.extend(root.tags);
        let info = &mut self.info;
        if info.summary.root_name.is_none() || record.start <= info.summary.start {
            info.summary.root_name = Some(record.name.clone());
        }
        // What a root comes to is known when it has ended.
        if !info.is_finalized && info.state.is_open() && !is_placeholder {
            info.state = if root.is_error { TraceState::Error } else { TraceState::Ok };
        }
        if info.request_preview.is_none() {
            info.request_preview = root.request_preview;
        }
        if info.response_preview.is_none() {
            info.response_preview = root.response_preview;
        }
    }

    /// Stores the trace as it is now, and tells what changed.
    pub(crate) fn finish(mut self, tx: &mut WriteTx<'_>) -> Result<Change, StoreError> {
        if self.has_replaced {
            // A second copy may have named the source that had to be inferred from the first.
            self.info.summary.sources = tx.sources(self.trace)?;
        }
        if self.has_usage {
            self.add_up_usage(tx)?;
        }
        let info = &mut self.info;
        if !info.is_finalized {
            let summary = &info.summary;
            info.request_time = summary.start;
            info.execution_duration_ms = Some(duration_ms(summary.start, summary.end));
        }
        for (key, value) in self.tags.iter().chain(&self.root_tags) {
            labels::put_tag(tx, self.trace, info, key, value)?;
        }
        if self.is_stored {
            tx.update_trace(self.trace, info)?;
        } else {
            tx.insert_trace(self.trace, info)?;
        }
        Ok(Change::Trace(info.trace_id, info.experiment_id))
    }

    fn add_up_usage(&mut self, tx: &WriteTx<'_>) -> Result<(), StoreError> {
        let spans = self.usage_with_ancestors(tx)?;
        let info = &mut self.info;
        if !info.is_usage_final {
            info.usage = model::TokenUsage::default();
            counted(&spans, |usage| !usage.tokens.is_empty()).for_each(|usage| info.usage.add(&usage.tokens));
            info.usage.complete();
        }
        if !info.is_cost_final {
            info.cost = model::Cost::default();
            counted(&spans, |usage| !usage.cost.is_empty()).for_each(|usage| info.cost.add(&usage.cost));
        }
        Ok(())
    }

    /// Returns the spans that have tokens or cost, each with the ids of its ancestors, nearest first.
    fn usage_with_ancestors(
        &self,
        tx: &WriteTx<'_>,
    ) -> Result<Vec<(SpanId, SpanUsage, Vec<SpanId>)>, StoreError> {
        let mut known: HashMap<SpanId, Option<SpanId>> = HashMap::new();
        let stored;
        let usage = match &self.all_spans {
            Some(all) => &all.usage,
            None => {
                stored = tx.spans_with_usage(self.trace)?;
                &stored
            }
        };
        let mut parent_of = |span_id: SpanId| -> Result<Option<SpanId>, StoreError> {
            if let Some(all) = &self.all_spans {
                return Ok(all.parents.get(&span_id).copied());
            }
            if let Some(&parent) = known.get(&span_id) {
                return Ok(parent);
            }
            let parent = tx.parent_of(self.trace, span_id)?;
            known.insert(span_id, parent);
            Ok(parent)
        };
        usage.iter().map(|&(id, usage)| Ok((id, usage, ancestors(id, &mut parent_of)?))).collect()
    }
}

/// Returns the ids of the ancestors, nearest first; they end at a root, at a missing parent, or where a cycle closes.
fn ancestors(
    of: SpanId,
    mut parent_of: impl FnMut(SpanId) -> Result<Option<SpanId>, StoreError>,
) -> Result<Vec<SpanId>, StoreError> {
    let mut ancestors = Vec::new();
    let mut at = of;
    while let Some(parent) = parent_of(at)?.filter(|parent| *parent != of && !ancestors.contains(parent)) {
        ancestors.push(parent);
        at = parent;
    }
    Ok(ancestors)
}

/// Returns the usage of the spans that have it and are counted.
fn counted(
    spans: &[(SpanId, SpanUsage, Vec<SpanId>)],
    has: impl Fn(&SpanUsage) -> bool,
) -> impl Iterator<Item = &SpanUsage> {
    let having: Vec<_> = spans.iter().filter(|(_, usage, _)| has(usage)).collect();
    let counted = usage::counted_once(having.iter().map(|(id, _, ancestors)| (id, ancestors.as_slice())));
    counted.into_iter().map(move |index| &having[index].1)
}

/// Returns the duration as MLflow reports it: both ends in whole milliseconds first.
fn duration_ms(start: UnixNanos, end: UnixNanos) -> i64 {
    end.as_millis().saturating_sub(start.as_millis())
}
