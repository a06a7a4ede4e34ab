//! Spans on their way in or out: grouped by the resource and scope that they share.

use crate::{InstrumentationScope, Resource, Span};

/// Spans of one resource and one scope.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpanGroup {
    /// Their resource.
    pub resource: Resource,
    /// Their scope, empty if none was sent.
    pub scope: InstrumentationScope,
    /// The spans, in the order of the request; they may belong to many traces.
    pub spans: Vec<Span>,
}
