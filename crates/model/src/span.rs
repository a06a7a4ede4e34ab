//! A span as OpenTelemetry defines it, with every field of the protocol.

use crate::{Attribute, DurationNanos, SpanId, TraceId, UnixNanos};

/// A unit of work.
///
/// Times are kept as they came (unsigned nanoseconds, 0 if absent), so that the raw view can show them;
/// [`Span::start`] and [`Span::end`] give the instants that we compute with.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Trace that it belongs to.
    pub trace_id: TraceId,
    /// Its id within the trace.
    pub span_id: SpanId,
    /// W3C trace state, empty if none.
    pub trace_state: String,
    /// Its parent; absent for a root span.
    pub parent_span_id: Option<SpanId>,
    /// W3C trace flags and OTLP's `is_remote` bits.
    pub flags: u32,
    /// Name.
    pub name: String,
    /// Its role in a remote call.
    pub kind: SpanKind,
    /// Start, nanoseconds since the epoch as sent.
    pub start_time_unix_nano: u64,
    /// End, nanoseconds since the epoch as sent; 0 if it has not ended.
    pub end_time_unix_nano: u64,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many attributes the sender dropped.
    pub dropped_attributes_count: u32,
    /// Events in order.
    pub events: Vec<Event>,
    /// How many events the sender dropped.
    pub dropped_events_count: u32,
    /// Links in order.
    pub links: Vec<Link>,
    /// How many links the sender dropped.
    pub dropped_links_count: u32,
    /// Outcome.
    pub status: Status,
}

impl Span {
    /// Returns a span with an id, a name and nothing else.
    pub fn new(trace_id: TraceId, span_id: SpanId, name: impl Into<String>) -> Self {
        Self {
            trace_id,
            span_id,
            trace_state: String::new(),
            parent_span_id: None,
            flags: 0,
            name: name.into(),
            kind: SpanKind::UNSPECIFIED,
            start_time_unix_nano: 0,
            end_time_unix_nano: 0,
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: Vec::new(),
            dropped_events_count: 0,
            links: Vec::new(),
            dropped_links_count: 0,
            status: Status::default(),
        }
    }

    /// Whether it has no parent.
    pub fn is_root(&self) -> bool {
        self.parent_span_id.is_none()
    }

    /// Returns its start.
    pub fn start(&self) -> UnixNanos {
        UnixNanos::from_otlp(self.start_time_unix_nano)
    }

    /// Returns its end, if it has ended.
    pub fn end(&self) -> Option<UnixNanos> {
        (self.end_time_unix_nano != 0).then(|| UnixNanos::from_otlp(self.end_time_unix_nano))
    }

    /// Returns end minus start, if it has ended; negative if they came reversed.
    pub fn duration(&self) -> Option<DurationNanos> {
        self.end().map(|end| end.since(self.start()))
    }

    /// Calls `visit` on every list of attributes: the span's own, then each event's, then each link's.
    pub fn visit_attributes_mut(&mut self, mut visit: impl FnMut(&mut Vec<Attribute>)) {
        visit(&mut self.attributes);
        self.events.iter_mut().for_each(|event| visit(&mut event.attributes));
        self.links.iter_mut().for_each(|link| visit(&mut link.attributes));
    }
}

/// Role of a span in a remote call. Open: a number that a newer protocol defines is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SpanKind(pub i32);

impl SpanKind {
    /// Not said.
    pub const UNSPECIFIED: Self = Self(0);
    /// Internal to an application.
    pub const INTERNAL: Self = Self(1);
    /// Handles a remote request.
    pub const SERVER: Self = Self(2);
    /// Makes a remote request.
    pub const CLIENT: Self = Self(3);
    /// Sends a message.
    pub const PRODUCER: Self = Self(4);
    /// Handles a message.
    pub const CONSUMER: Self = Self(5);

    /// Names in the order of their numbers, as OTLP/JSON writes them.
    pub const NAMES: [&str; 6] = [
        "SPAN_KIND_UNSPECIFIED",
        "SPAN_KIND_INTERNAL",
        "SPAN_KIND_SERVER",
        "SPAN_KIND_CLIENT",
        "SPAN_KIND_PRODUCER",
        "SPAN_KIND_CONSUMER",
    ];

    /// Returns OTLP's name; an unknown number reads as unspecified.
    pub fn name(self) -> &'static str {
        usize::try_from(self.0).ok().and_then(|index| Self::NAMES.get(index)).unwrap_or(&Self::NAMES[0])
    }
}

/// Something that happened during a span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Event {
    /// When, nanoseconds since the epoch as sent.
    pub time_unix_nano: u64,
    /// Name.
    pub name: String,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many attributes the sender dropped.
    pub dropped_attributes_count: u32,
}

/// A reference to another span, in this trace or elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Trace of the other span.
    pub trace_id: TraceId,
    /// The other span.
    pub span_id: SpanId,
    /// W3C trace state of the other span.
    pub trace_state: String,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many attributes the sender dropped.
    pub dropped_attributes_count: u32,
    /// Flags as sent.
    pub flags: u32,
}

/// Outcome of a span.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// For a person; only meaningful with an error.
    pub message: String,
    /// The outcome.
    pub code: StatusCode,
}

/// Code of a [`Status`]. Open: a number that a newer protocol defines is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StatusCode(pub i32);

impl StatusCode {
    /// Not said.
    pub const UNSET: Self = Self(0);
    /// Said to be good.
    pub const OK: Self = Self(1);
    /// Failed.
    pub const ERROR: Self = Self(2);

    /// Names in the order of their numbers, as OTLP/JSON writes them.
    pub const NAMES: [&str; 3] = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

    /// Returns OTLP's name; an unknown number reads as unset.
    pub fn name(self) -> &'static str {
        usize::try_from(self.0).ok().and_then(|index| Self::NAMES.get(index)).unwrap_or(&Self::NAMES[0])
    }
}
