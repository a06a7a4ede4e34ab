//! What one span says: its narrow row, and what its trace takes from it.

use std::collections::BTreeMap;

use analysis::preview;
use analysis::prices::Prices;
use analysis::python_json::dumps;
use analysis::semconv::{self, View};
use model::{DurationNanos, LogRecord, RowFlags, Source, Span, StatusCode, UnixNanos};
use store::{SpanRecord, SpanUsage};

use super::marks::marks;
use crate::labels;

/// What a (merged) span and its log records say.
pub(crate) struct Said {
    pub(crate) record: SpanRecord,
    /// End; the start if it has not ended or is reversed.
    pub(crate) end: UnixNanos,
    pub(crate) session: Option<String>,
    pub(crate) user: Option<String>,
    /// Whether it only announces a span that has not ended.
    pub(crate) is_placeholder: bool,
    /// What a root says besides.
    pub(crate) root: Option<RootSaid>,
}

/// What a root span says of its trace.
pub(crate) struct RootSaid {
    pub(crate) is_error: bool,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) request_preview: Option<String>,
    pub(crate) response_preview: Option<String>,
}

impl Said {
    /// Reads a span. `service` is the `service.name` of its sender, `scope` the name of its scope, `prices` are what model calls
    /// cost that do not tell it themselves.
    pub(crate) fn new(
        span: &Span,
        logs: &[LogRecord],
        source: Source,
        service: Option<&str>,
        scope: &str,
        prices: &Prices,
    ) -> Self {
        let view = semconv::view(span, logs).sent_by(service).in_scope(scope);
        let facts = view.facts(prices);
        let record = SpanRecord {
            span_id: span.span_id,
            parent_span_id: span.parent_span_id,
            name: span.name.clone(),
            span_type: facts.span_type.unwrap_or_default(),
            kind: small(span.kind.0, 5),
            status: small(span.status.code.0, 2),
            source,
            flags: flags(span, logs),
            start: span.start(),
            duration: span.duration().filter(|duration| duration.0 > 0).unwrap_or(DurationNanos(0)),
            usage: SpanUsage { tokens: facts.tokens.usage(), cost: facts.cost },
            marks: marks(span, logs, facts.time_to_first_token_ns),
            links: span.links.iter().map(|link| (link.trace_id, link.span_id)).collect(),
        };
        Self {
            end: span.end().unwrap_or(record.start).max(record.start),
            session: facts.session,
            user: facts.user,
            is_placeholder: semconv::is_placeholder(span),
            root: span.is_root().then(|| RootSaid::new(span, &view)),
            record,
        }
    }
}

impl RootSaid {
    fn new(span: &Span, view: &View<'_>) -> Self {
        let shown = |told: Option<(serde_json::Value, Option<String>)>, role| {
            told.map(|(value, text)| preview::preview(&value, &text.unwrap_or_else(|| dumps(&value)), role))
        };
        Self {
            is_error: span.status.code == StatusCode::ERROR,
            tags: labels::root_tags(&span.attributes).map(|(key, value)| (key.to_owned(), value)).collect(),
            request_preview: shown(view.inputs_with_text(), preview::Role::User),
            response_preview: shown(view.outputs_with_text(), preview::Role::Assistant),
        }
    }
}

fn flags(span: &Span, logs: &[LogRecord]) -> RowFlags {
    let mut flags = RowFlags::default();
    let facts = [
        (RowFlags::HAS_LOGS, !logs.is_empty()),
        (RowFlags::NOT_ENDED, span.end().is_none()),
        (RowFlags::HAS_EVENTS, !span.events.is_empty()),
        (RowFlags::HAS_LINKS, !span.links.is_empty()),
    ];
    facts.into_iter().filter(|(_, holds)| *holds).for_each(|(flag, _)| flags.set(flag));
    flags
}

/// A number that a newer protocol defines reads as unspecified; the body keeps it.
fn small(number: i32, max: u8) -> u8 {
    u8::try_from(number).ok().filter(|number| *number <= max).unwrap_or(0)
}
