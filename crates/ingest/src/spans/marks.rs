//! The moments of a span that its bar shows.

use model::{Event, LogRecord, MarkKind, Span, SpanMark, UnixNanos, thin_out};

/// Severity of OpenTelemetry from which a record tells of an error.
const ERROR_SEVERITY: i32 = 17;

/// Returns the marks of a span: its events, its log records, and its first token so long after its start.
pub(crate) fn marks(span: &Span, logs: &[LogRecord], time_to_first_token_ns: Option<i64>) -> Vec<SpanMark> {
    let first_token = time_to_first_token_ns.map(|nanos| SpanMark {
        time: UnixNanos(span.start().0.saturating_add(nanos)),
        kind: MarkKind::FirstToken,
    });
    let events = span.events.iter().map(of_event);
    let mut marks: Vec<SpanMark> = events.chain(logs.iter().map(of_log)).chain(first_token).collect();
    thin_out(&mut marks);
    marks
}

fn of_event(event: &Event) -> SpanMark {
    let kind = if event.name == "exception" { MarkKind::Exception } else { MarkKind::Event };
    SpanMark { time: UnixNanos::from_otlp(event.time_unix_nano), kind }
}

/// Returns the mark of a log record.
pub(crate) fn of_log(log: &LogRecord) -> SpanMark {
    let kind = if log.severity_number >= ERROR_SEVERITY { MarkKind::ErrorLog } else { MarkKind::Log };
    SpanMark { time: log.time(), kind }
}
