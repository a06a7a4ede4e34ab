//! The narrow row of a span.

use analysis::semconv::Facts;
use model::{DurationNanos, RowFlags, Source, Span};
use store::{SpanRecord, SpanUsage};

/// Returns the narrow row of a (merged) span. `facts` are what it and its log records say.
pub(crate) fn record(span: &Span, facts: &Facts, has_logs: bool, source: Source, is_new: bool) -> SpanRecord {
    let mut flags = RowFlags::default();
    if has_logs {
        flags.set(RowFlags::HAS_LOGS);
    }
    if span.end().is_none() {
        flags.set(RowFlags::NOT_ENDED);
    }
    if !span.events.is_empty() {
        flags.set(RowFlags::HAS_EVENTS);
    }
    if !span.links.is_empty() {
        flags.set(RowFlags::HAS_LINKS);
    }
    // A number that a newer protocol defines reads as unspecified; the body keeps it.
    let small = |number: i32, max: u8| u8::try_from(number).ok().filter(|number| *number <= max).unwrap_or(0);
    SpanRecord {
        span_id: span.span_id,
        parent_span_id: span.parent_span_id,
        name: span.name.clone(),
        span_type: facts.span_type.clone().unwrap_or_default(),
        kind: small(span.kind.0, 5),
        status: small(span.status.code.0, 2),
        source,
        flags,
        start: span.start(),
        duration: span.duration().filter(|duration| duration.0 > 0).unwrap_or(DurationNanos(0)),
        usage: SpanUsage { tokens: facts.tokens.usage(), cost: facts.cost },
        links: span.links.iter().map(|link| (link.trace_id, link.span_id)).collect(),
        is_new,
    }
}
