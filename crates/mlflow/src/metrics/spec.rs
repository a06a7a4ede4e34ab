//! Which metrics there are, how they may be aggregated and grouped, in MLflow's words.

use serde_json::Value;
use store::{CostColumn, MetricDimension, MetricValue, MetricView, TokenColumn};

use super::groups::{Aggregation, Kind};
use crate::ApiError;
use crate::request::{Message, wrong_type};

/// What data points are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension {
    /// What a row tells.
    Row(MetricDimension),
    /// The model that a span called.
    Model,
    /// Whose model it is.
    Provider,
}

const DIMENSIONS: [(&str, MetricView, Dimension); 9] = [
    ("assessment_name", MetricView::Assessments, Dimension::Row(MetricDimension::AssessmentName)),
    ("assessment_value", MetricView::Assessments, Dimension::Row(MetricDimension::AssessmentValue)),
    ("span_model_name", MetricView::Spans, Dimension::Model),
    ("span_model_provider", MetricView::Spans, Dimension::Provider),
    ("span_name", MetricView::Spans, Dimension::Row(MetricDimension::SpanName)),
    ("span_status", MetricView::Spans, Dimension::Row(MetricDimension::SpanStatus)),
    ("span_type", MetricView::Spans, Dimension::Row(MetricDimension::SpanType)),
    ("trace_name", MetricView::Traces, Dimension::Row(MetricDimension::TraceName)),
    ("trace_status", MetricView::Traces, Dimension::Row(MetricDimension::TraceStatus)),
];

impl Dimension {
    pub(super) fn of_row(self) -> Option<MetricDimension> {
        match self {
            Self::Row(dimension) => Some(dimension),
            Self::Model | Self::Provider => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        DIMENSIONS.iter().find(|(_, _, known)| *known == self).map_or("", |(name, _, _)| name)
    }
}

const COUNT: &[Kind] = &[Kind::Count];
const SPREAD: &[Kind] = &[Kind::Avg, Kind::Max, Kind::Min, Kind::Percentile];
const AMOUNT: &[Kind] = &[Kind::Avg, Kind::Max, Kind::Min, Kind::Percentile, Kind::Sum];

/// A metric: its view, its name, what is taken of a row, and by name what it may be aggregated by and grouped by.
type Metric = (MetricView, &'static str, MetricValue, &'static [Kind], &'static [&'static str]);

const BY_NAME: &[&str] = &["trace_name"];
const BY_MODEL: &[&str] = &["span_model_name", "span_model_provider"];

const METRICS: [Metric; 15] = [
    (MetricView::Traces, "trace_count", MetricValue::One, COUNT, &["trace_name", "trace_status"]),
    (MetricView::Traces, "session_count", MetricValue::Session, COUNT, &[]),
    (MetricView::Traces, "latency", MetricValue::LatencyMs, SPREAD, BY_NAME),
    (MetricView::Traces, "input_tokens", MetricValue::Tokens(TokenColumn::Input), AMOUNT, BY_NAME),
    (MetricView::Traces, "output_tokens", MetricValue::Tokens(TokenColumn::Output), AMOUNT, BY_NAME),
    (MetricView::Traces, "total_tokens", MetricValue::Tokens(TokenColumn::Total), AMOUNT, BY_NAME),
    (
        MetricView::Traces,
        "cache_read_input_tokens",
        MetricValue::Tokens(TokenColumn::CacheRead),
        AMOUNT,
        BY_NAME,
    ),
    (
        MetricView::Traces,
        "cache_creation_input_tokens",
        MetricValue::Tokens(TokenColumn::CacheCreation),
        AMOUNT,
        BY_NAME,
    ),
    (
        MetricView::Spans,
        "span_count",
        MetricValue::One,
        COUNT,
        &["span_model_name", "span_model_provider", "span_name", "span_status", "span_type"],
    ),
    (MetricView::Spans, "latency", MetricValue::LatencyMs, SPREAD, &["span_name", "span_status"]),
    (MetricView::Spans, "input_cost", MetricValue::Cost(CostColumn::Input), AMOUNT, BY_MODEL),
    (MetricView::Spans, "output_cost", MetricValue::Cost(CostColumn::Output), AMOUNT, BY_MODEL),
    (MetricView::Spans, "total_cost", MetricValue::Cost(CostColumn::Total), AMOUNT, BY_MODEL),
    (
        MetricView::Assessments,
        "assessment_count",
        MetricValue::One,
        COUNT,
        &["assessment_name", "assessment_value"],
    ),
    (MetricView::Assessments, "assessment_value", MetricValue::Assessment, SPREAD, &["assessment_name"]),
];

const VIEWS: [(&str, MetricView); 3] =
    [("TRACES", MetricView::Traces), ("SPANS", MetricView::Spans), ("ASSESSMENTS", MetricView::Assessments)];

/// Reads the view: its name, or its number from 1 on.
pub(super) fn view(request: &Message) -> Result<MetricView, ApiError> {
    let given = request.field("view_type", "viewType")?.ok_or(ApiError::missing("view_type"))?;
    let by_name = || VIEWS.iter().find(|(name, _)| given.as_str() == Some(name));
    let by_number = || VIEWS.get(usize::try_from(given.as_u64()?.checked_sub(1)?).ok()?);
    by_name().or_else(by_number).map(|(_, view)| *view).ok_or_else(|| wrong_type("view_type", given))
}

pub(super) fn view_name(view: MetricView) -> &'static str {
    VIEWS.iter().find(|(_, known)| *known == view).map_or("", |(name, _)| name)
}

/// Checks what is asked of a metric; returns what is to be taken of rows, and the dimensions.
pub(super) fn check(
    view: MetricView,
    name: &str,
    aggregations: &[Aggregation],
    dimensions: &[String],
) -> Result<(MetricValue, Vec<Dimension>), ApiError> {
    let Some((_, _, value, kinds, allowed)) =
        METRICS.iter().find(|metric| metric.0 == view && metric.1 == name)
    else {
        let known = METRICS.iter().filter(|metric| metric.0 == view).map(|metric| metric.1);
        return Err(ApiError::invalid(format!(
            "metric_name must be one of {}, got '{name}'",
            python_list(known)
        )));
    };
    let mut invalid: Vec<&str> = aggregations
        .iter()
        .map(|one| one.kind)
        .filter(|kind| !kinds.contains(kind))
        .map(Kind::name)
        .collect();
    invalid.sort_unstable();
    invalid.dedup();
    if !invalid.is_empty() {
        return Err(ApiError::invalid(format!(
            "Found invalid aggregation_type(s): {}. Supported aggregation types: {}",
            python_list(invalid.into_iter()),
            python_list(kinds.iter().map(|kind| kind.name()))
        )));
    }
    let mut invalid: Vec<&str> =
        dimensions.iter().map(String::as_str).filter(|asked| !allowed.contains(asked)).collect();
    invalid.sort_unstable();
    invalid.dedup();
    if !invalid.is_empty() {
        return Err(ApiError::invalid(format!(
            "Found invalid dimension(s): {}. Supported dimensions: {}",
            python_list(invalid.into_iter()),
            python_list(allowed.iter().copied())
        )));
    }
    let known = dimensions.iter().filter_map(|asked| {
        DIMENSIONS
            .iter()
            .find(|(name, of, _)| name == asked && *of == view)
            .map(|(_, _, dimension)| *dimension)
    });
    Ok((*value, known.collect()))
}

/// Writes texts as Python prints a list of them.
fn python_list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.map(|text| format!("'{text}'")).collect();
    format!("[{}]", quoted.join(", "))
}

/// Reads the kind of an aggregation: its name, or its number from 1 on; COUNT if it is not told.
pub(super) fn kind(given: Option<&Value>) -> Result<Kind, ApiError> {
    let Some(given) = given else { return Ok(Kind::Count) };
    let by_name = || Kind::ALL.into_iter().find(|kind| given.as_str() == Some(kind.name()));
    let by_number = || Kind::ALL.get(usize::try_from(given.as_u64()?.checked_sub(1)?).ok()?).copied();
    by_name().or_else(by_number).ok_or_else(|| wrong_type("aggregation_type", given))
}
