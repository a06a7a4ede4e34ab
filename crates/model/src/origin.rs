//! Where a span came from: which exporter sent a copy of it, and which SDK made it.

use crate::{InstrumentationScope, Resource, Span};

/// Which kind of exporter sent a copy of a span.
///
/// A newer copy from the same kind replaces the older one; copies from different kinds are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exporter {
    /// Any OpenTelemetry exporter.
    OpenTelemetry,
    /// The exporter of the MLflow SDK, which leaves the scope out and types its `mlflow.*` attributes.
    Mlflow,
}

/// Which SDK made a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// An OpenTelemetry instrumentation, known by the scope that it came with.
    OpenTelemetry,
    /// The MLflow SDK, known by its `mlflow.spanType`.
    Mlflow,
    /// An OpenTelemetry instrumentation, inferred: only the MLflow exporter sent it, without scope and without `mlflow.spanType`.
    OpenTelemetryInferred,
}

/// A span as one exporter sent it, with its resource and scope: one *origin* of the merged span.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanCopy {
    /// Who sent it.
    pub exporter: Exporter,
    /// The span as it came.
    pub span: Span,
    /// The resource that it came with.
    pub resource: Resource,
    /// The scope that it came with, empty if none was sent.
    pub scope: InstrumentationScope,
}
