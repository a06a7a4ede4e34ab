//! One span from its copies: the copy of the SDK that made it leads, the other fills in (docs/adr/0003).
//!
//! Both copies stay in the store as they came. The result does not depend on the order in which they came.

use std::collections::HashSet;

use analysis::semconv;
use model::{Attribute, Exporter, InstrumentationScope, Source, Span, SpanCopy, Status};

/// A span with everything that its copies say.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedSpan {
    /// The span.
    pub span: Span,
    /// Which SDK made it.
    pub source: Source,
    /// Index of the copy whose resource and scope are the better ones: the OpenTelemetry copy, if there is one.
    pub origin: usize,
}

/// Tells which SDK made a span, from the exporter, the body and the scope of each copy.
pub fn source_of<'a>(
    copies: impl IntoIterator<Item = (Exporter, &'a Span, &'a InstrumentationScope)>,
) -> Source {
    let mut source = Source::OpenTelemetryInferred;
    for (exporter, span, scope) in copies {
        if semconv::mlflow_span_type(&span.attributes).is_some() {
            return Source::Mlflow;
        }
        if exporter == Exporter::OpenTelemetry || !scope.is_empty() {
            source = Source::OpenTelemetry;
        }
    }
    source
}

/// Explains [`source_of`] to a person.
pub fn source_reason(source: Source) -> &'static str {
    match source {
        Source::Mlflow => "mlflow.spanType is set, which the MLflow SDK does on the spans that it makes",
        Source::OpenTelemetry => {
            "it came with an instrumentation scope or from an OpenTelemetry exporter, without mlflow.spanType"
        }
        Source::OpenTelemetryInferred => {
            "only the MLflow exporter sent it, which leaves the instrumentation scope out; mlflow.spanType is not set, \
             so an OpenTelemetry instrumentation made it"
        }
    }
}

/// Merges the copies of one span; there must be at least one.
pub fn merge(copies: &[SpanCopy]) -> MergedSpan {
    let source = source_of(copies.iter().map(|copy| (copy.exporter, &copy.span, &copy.scope)));
    let maker = if source == Source::Mlflow { Exporter::Mlflow } else { Exporter::OpenTelemetry };
    let index_of = |exporter| copies.iter().position(|copy| copy.exporter == exporter);
    let leading = index_of(maker).unwrap_or(0);
    let mut span = copies[leading].span.clone();
    for (index, other) in copies.iter().enumerate() {
        if index != leading {
            fill_in(&mut span, &other.span, other.exporter);
        }
    }
    MergedSpan { span, source, origin: index_of(Exporter::OpenTelemetry).unwrap_or(0) }
}

/// Adds what `other` has and `span` has not.
fn fill_in(span: &mut Span, other: &Span, other_exporter: Exporter) {
    span.flags |= other.flags;
    if span.trace_state.is_empty() {
        span.trace_state.clone_from(&other.trace_state);
    }
    if span.parent_span_id.is_none() {
        span.parent_span_id = other.parent_span_id;
    }
    if span.start_time_unix_nano == 0 {
        span.start_time_unix_nano = other.start_time_unix_nano;
    }
    if span.end_time_unix_nano == 0 {
        span.end_time_unix_nano = other.end_time_unix_nano;
    }
    if span.status == Status::default() {
        span.status.clone_from(&other.status);
    }
    if span.events.is_empty() {
        span.events.clone_from(&other.events);
    }
    if span.links.is_empty() {
        span.links.clone_from(&other.links);
    }
    merge_attributes(&mut span.attributes, &other.attributes, other_exporter);
}

/// Adds the attributes whose keys are missing. MLflow's own keys are typed in its copy and JSON text in the other, so its copy
/// always has the last word on them.
fn merge_attributes(attributes: &mut Vec<Attribute>, others: &[Attribute], other_exporter: Exporter) {
    let known: HashSet<String> = attributes.iter().map(|attribute| attribute.key.clone()).collect();
    for other in others {
        if !known.contains(&other.key) {
            attributes.push(other.clone());
        } else if other_exporter == Exporter::Mlflow && other.key.starts_with("mlflow.") {
            for attribute in attributes.iter_mut().filter(|attribute| attribute.key == other.key) {
                attribute.value = other.value.clone();
            }
        }
    }
}
