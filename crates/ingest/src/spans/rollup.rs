//! What a trace adds up to while spans of one request arrive (contract d.6).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use analysis::prices::Prices;
use analysis::python_json::dumps;
use analysis::semconv::{Facts, View};
use analysis::{preview, usage};
use model::{LogRecord, Resource, Span, SpanId, StatusCode, TraceInfo, TraceState, UnixNanos};
use store::{ReadTx, SpanRecord, SpanUsage, StoreError, TraceKey, WriteTx};

use crate::{Change, labels};

/// OTLP's status code of a failed span, as narrow rows hold it.
const STATUS_ERROR: u8 = 2;

/// A trace being written to.
pub(crate) struct Rollup {
    pub(crate) trace: TraceKey,
    /// Whether the trace had no span before this request, so that no former copy needs to be looked for.
    pub(crate) is_new: bool,
    /// What model calls cost that do not tell it themselves.
    pub(crate) prices: Arc<Prices>,
    /// Spans that log records named before they came.
    spans_with_logs: HashSet<SpanId>,
    info: TraceInfo,
    resource_tags: BTreeMap<String, String>,
    root_tags: BTreeMap<String, String>,
    has_replaced: bool,
    has_usage: bool,
}

impl Rollup {
    /// Begins with what is stored of the trace, storing it if it is not.
    pub(crate) fn new(
        tx: &mut WriteTx<'_>,
        trace: Option<TraceKey>,
        info: TraceInfo,
        prices: &Arc<Prices>,
    ) -> Result<Self, StoreError> {
        let is_new = info.summary.n_spans == 0;
        let trace = match trace {
            Some(trace) => trace,
            None => tx.insert_trace(&info)?,
        };
        let has_usage = !info.usage.is_empty() || !info.cost.is_empty();
        let (resource_tags, root_tags) = (BTreeMap::new(), BTreeMap::new());
        let spans_with_logs = tx.spans_with_logs(info.trace_id)?;
        Ok(Self {
            trace,
            is_new,
            prices: Arc::clone(prices),
            spans_with_logs,
            info,
            resource_tags,
            root_tags,
            has_replaced: false,
            has_usage,
        })
    }

    /// Returns the log records of a span.
    pub(crate) fn logs(&self, tx: &ReadTx<'_>, span_id: SpanId) -> Result<Vec<LogRecord>, StoreError> {
        if !self.spans_with_logs.contains(&span_id) {
            return Ok(Vec::new());
        }
        let logs = tx.span_logs(self.info.trace_id, span_id)?;
        Ok(logs.into_iter().map(|log| log.record).collect())
    }

    /// Takes the tags of a resource.
    pub(crate) fn add_resource(&mut self, resource: &Resource) {
        self.resource_tags
            .extend(labels::resource_tags(resource).map(|(key, value)| (key.to_owned(), value)));
        let services = &mut self.info.summary.services;
        let service = resource.service_name().unwrap_or_default();
        if let (false, Err(position)) =
            (service.is_empty(), services.binary_search_by(|known| known.as_str().cmp(service)))
        {
            services.insert(position, service.to_owned());
        }
    }

    /// Takes what a (merged) span says of its trace. `former_status` is that of the row that it replaces, if any.
    pub(crate) fn add_span(
        &mut self,
        span: &Span,
        view: &View<'_>,
        facts: &Facts,
        record: &SpanRecord,
        former_status: Option<u8>,
    ) {
        self.count(record, former_status);
        self.widen(span);
        // The first root has the last word, whenever it comes: inner spans may tell the id of an inner conversation. What
        // StartTrace said stays.
        let decides = span.is_root() && self.info.summary.root_name.is_none() && !self.info.is_finalized;
        if span.is_root() {
            self.add_root(span, view);
        }
        let info = &mut self.info;
        if let Some(session) = facts.session.as_ref().filter(|_| decides || info.session.is_none()) {
            info.session = Some(labels::cut(session, labels::MAX_SESSION_CHARS).to_owned());
        }
        if let Some(user) = facts.user.as_ref().filter(|_| decides || info.user.is_none()) {
            info.user = Some(user.clone());
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
        self.has_replaced |= former_status.is_some();
        self.has_usage |= !record.usage.is_empty();
    }

    /// Widens the window of the trace: it never shrinks, as in MLflow.
    fn widen(&mut self, span: &Span) {
        let summary = &mut self.info.summary;
        let start = span.start();
        let end = span.end().unwrap_or(start).max(start);
        let is_first = summary.first_name.is_none();
        if is_first || start < summary.start {
            summary.start = start;
            summary.first_name = Some(span.name.clone());
        }
        if is_first || end > summary.end {
            summary.end = end;
        }
    }

    fn add_root(&mut self, span: &Span, view: &View<'_>) {
        self.root_tags
            .extend(labels::root_tags(&span.attributes).map(|(key, value)| (key.to_owned(), value)));
        let info = &mut self.info;
        if info.summary.root_name.is_none() || span.start() <= info.summary.start {
            info.summary.root_name = Some(span.name.clone());
        }
        if !info.is_finalized && info.state.is_open() {
            let is_error = span.status.code == StatusCode::ERROR;
            info.state = if is_error { TraceState::Error } else { TraceState::Ok };
        }
        let shown = |value: Option<serde_json::Value>, role| {
            value.map(|value| preview::preview(&value, &dumps(&value), role))
        };
        if info.request_preview.is_none() {
            info.request_preview = shown(view.inputs(), preview::Role::User);
        }
        if info.response_preview.is_none() {
            info.response_preview = shown(view.outputs(), preview::Role::Assistant);
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
        for (key, value) in self.resource_tags.iter().chain(&self.root_tags) {
            labels::put_tag(tx, self.trace, info, key, value)?;
        }
        tx.update_trace(self.trace, info)?;
        Ok(Change::Trace(info.trace_id, info.experiment_id))
    }

    fn add_up_usage(&mut self, tx: &WriteTx<'_>) -> Result<(), StoreError> {
        let spans = tx.usage_with_ancestors(self.trace)?;
        let info = &mut self.info;
        if !info.is_usage_final {
            info.usage = model::TokenUsage::default();
            counted(&spans, |usage| !usage.tokens.is_empty()).for_each(|usage| info.usage.add(&usage.tokens));
        }
        if !info.is_cost_final {
            info.cost = model::Cost::default();
            counted(&spans, |usage| !usage.cost.is_empty()).for_each(|usage| info.cost.add(&usage.cost));
        }
        Ok(())
    }
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
