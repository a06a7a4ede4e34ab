//! What was asked and answered in the traces of one page.

use analysis::preview::Role;
use analysis::prices::Prices;
use analysis::turn;
use ingest::merge;
use model::filter::Direction;
use model::{LogRecord, Span, SpanId, TraceId, TraceInfo};
use store::{ReadTx, TraceKey};

use super::ApiError;

/// Span bodies that are read for one page: beyond them turns show the previews that their traces keep. A turn takes two, if its root
/// recorded nothing or its previews were cut, and none otherwise.
const MAX_BODIES: usize = 400;

/// Model calls that are asked, from either end of a trace, until one tells something.
const MAX_CALLS: usize = 3;

/// Reads turns of one page.
pub(super) struct Listener<'a> {
    tx: &'a ReadTx<'a>,
    prices: &'a Prices,
    n_bodies_left: usize,
}

impl<'a> Listener<'a> {
    pub(super) fn new(tx: &'a ReadTx<'a>, prices: &'a Prices) -> Self {
        Self { tx, prices, n_bodies_left: MAX_BODIES }
    }

    /// Returns what was asked in a trace.
    pub(super) fn request(&mut self, key: TraceKey, info: &TraceInfo) -> Result<Option<String>, ApiError> {
        match info.request_preview.as_deref().filter(|preview| turn::says_something(preview)) {
            Some(preview) => self.recorded(key, info.trace_id, preview, Role::User).map(Some),
            None => self.told(key, info.trace_id, Direction::Ascending, turn::asked),
        }
    }

    /// Returns what was answered in a trace.
    pub(super) fn response(&mut self, key: TraceKey, info: &TraceInfo) -> Result<Option<String>, ApiError> {
        match info.response_preview.as_deref().filter(|preview| turn::says_something(preview)) {
            Some(preview) => self.recorded(key, info.trace_id, preview, Role::Assistant).map(Some),
            None => self.told(key, info.trace_id, Direction::Descending, turn::answered),
        }
    }

    /// Returns what the root of a trace recorded.
    fn recorded(
        &mut self,
        key: TraceKey,
        trace_id: TraceId,
        preview: &str,
        role: Role,
    ) -> Result<String, ApiError> {
        if turn::is_cut(preview)
            && let Some(root) = self.tx.root_of(key)?
            && let Some((root, logs)) = self.span(key, trace_id, root)?
            && let Some(whole) = turn::whole(preview, &root, &logs, role)
        {
            return Ok(whole);
        }
        Ok(turn::words(preview))
    }

    /// Returns what a model call tells: the first from one end of the trace that tells anything.
    fn told(
        &mut self,
        key: TraceKey,
        trace_id: TraceId,
        from: Direction,
        tell: fn(&Span, &[LogRecord], &Prices) -> Option<String>,
    ) -> Result<Option<String>, ApiError> {
        for call in self.tx.spans_of_types(key, &turn::MODEL_CALLS, from, MAX_CALLS)? {
            let Some((call, logs)) = self.span(key, trace_id, call)? else { return Ok(None) };
            let told = tell(&call, &logs, self.prices);
            if told.is_some() {
                return Ok(told);
            }
        }
        Ok(None)
    }

    /// Reads a span with its log records; nothing if enough were read for this page.
    fn span(
        &mut self,
        key: TraceKey,
        trace_id: TraceId,
        span_id: SpanId,
    ) -> Result<Option<(Span, Vec<LogRecord>)>, ApiError> {
        let Some(left) = self.n_bodies_left.checked_sub(1) else { return Ok(None) };
        self.n_bodies_left = left;
        let copies = self.tx.span_copies(key, trace_id, span_id)?;
        if copies.is_empty() {
            return Ok(None);
        }
        let logs = self.tx.span_logs(trace_id, span_id)?;
        Ok(Some((merge::merge(&copies).span, logs.into_iter().map(|log| log.record).collect())))
    }
}
