//! `traces/metrics`: counts, sums and percentiles over traces, spans and assessments (contract f.6).

mod groups;
mod spec;

use std::collections::HashMap;

use analysis::prices::Prices;
use axum::Json;
use axum::extract::State;
use ingest::Ingest;
use model::SpanId;
use model::filter::metrics::MetricFilter;
use serde_json::{Map, Value, json};
use store::{MetricNumber, MetricQuery, MetricRow, MetricValue, MetricView, ReadTx, TraceKey};

use crate::ApiError;
use crate::request::Message;
use crate::search::{PATIENCE, experiment_ids};
use groups::{Aggregation, Groups};
use spec::Dimension;

/// Data points of an answer if the client does not say.
const DEFAULT_RESULTS: i64 = 1000;

/// `POST traces/metrics`.
pub(crate) async fn query(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let asked = Asked::read(&request)?;
    let prices = ingest.clone();
    // Models are read from the spans themselves.
    let points = ingest
        .store()
        .search_traces(asked.needs_models(), PATIENCE, move |tx, _| points(tx, &asked, prices.prices()))
        .await?;
    Ok(Json(if points.is_empty() { json!({}) } else { json!({"data_points": points}) }))
}

/// A request, checked.
struct Asked {
    metric_name: String,
    query: MetricQuery,
    aggregations: Vec<Aggregation>,
    dimensions: Vec<Dimension>,
    /// Length of a bucket of time in milliseconds.
    interval_ms: Option<i64>,
    max_results: usize,
}

impl Asked {
    fn read(request: &Message) -> Result<Self, ApiError> {
        if request.field("experiment_ids", "experimentIds")?.is_none() {
            return Err(ApiError::missing("experiment_ids"));
        }
        let experiments = request.texts("experiment_ids", "experimentIds")?;
        let view = spec::view(request)?;
        let metric_name = request.required("metric_name", "metricName")?;
        let aggregations = groups::aggregations(request)?;
        let dimensions = request.texts("dimensions", "dimensions")?;
        let filters = request.texts("filters", "filters")?;
        let interval = request.integer("time_interval_seconds", "timeIntervalSeconds")?.unwrap_or(0);
        let from_ms = request.integer("start_time_ms", "startTimeMs")?;
        let until_ms = request.integer("end_time_ms", "endTimeMs")?;
        let max_results = request.integer("max_results", "maxResults")?.unwrap_or(DEFAULT_RESULTS);
        let (value, dimensions) = spec::check(view, &metric_name, &aggregations, &dimensions)?;
        if interval != 0 && (from_ms.is_none() || until_ms.is_none()) {
            return Err(ApiError::invalid(
                "start_time_ms and end_time_ms are required if time_interval_seconds is set",
            ));
        }
        let interval_ms = interval.checked_mul(1000).filter(|length| *length >= 0);
        let interval_ms = interval_ms.ok_or_else(|| {
            ApiError::invalid(format!(
                "Invalid value {interval} for parameter 'time_interval_seconds' supplied. It must be a positive integer"
            ))
        })?;
        let filters =
            filters.iter().map(|filter| MetricFilter::parse(filter)).collect::<Result<Vec<_>, _>>()?;
        for filter in &filters {
            let of = match filter {
                MetricFilter::Trace(_) => continue,
                MetricFilter::Span(..) => (MetricView::Spans, "span", "SPANS"),
                _ => (MetricView::Assessments, "assessment", "ASSESSMENTS"),
            };
            if of.0 != view {
                return Err(ApiError::invalid(format!(
                    "Filtering by {} is only supported for {} view type, got {}",
                    of.1,
                    of.2,
                    spec::view_name(view)
                )));
            }
        }
        Ok(Self {
            query: MetricQuery {
                view,
                value,
                experiments: experiment_ids(&experiments)?,
                filters,
                from_ms,
                until_ms,
                dimensions: dimensions.iter().filter_map(|dimension| dimension.of_row()).collect(),
            },
            metric_name,
            aggregations,
            dimensions,
            interval_ms: Some(interval_ms).filter(|length| *length > 0),
            // A negative limit is none, as in SQL.
            max_results: usize::try_from(max_results).unwrap_or(usize::MAX),
        })
    }

    fn needs_models(&self) -> bool {
        self.dimensions.iter().any(|dimension| dimension.of_row().is_none())
    }
}

fn points(tx: &ReadTx<'_>, asked: &Asked, prices: &Prices) -> Result<Vec<Value>, ApiError> {
    let mut groups = Groups::new(&asked.aggregations);
    let mut models = Models::default();
    let needs_models = asked.needs_models();
    tx.visit_metric_rows(&asked.query, |row| {
        let Some(number) = number(asked.query.value, &row.value) else { return Ok(()) };
        let bucket = asked.interval_ms.map(|length| row.time_ms.div_euclid(length).saturating_mul(length));
        let mut of_row = row.dimensions.iter();
        let of_span = if needs_models { models.of(tx, &row, prices)? } else { [None, None] };
        let dimensions: Option<Vec<String>> = asked
            .dimensions
            .iter()
            .map(|dimension| match dimension {
                Dimension::Row(_) => of_row.next().cloned(),
                Dimension::Model => of_span[0].clone(),
                Dimension::Provider => of_span[1].clone(),
            })
            .collect();
        if let Some(dimensions) = dimensions {
            let distinct = match &row.value {
                MetricNumber::Text(text) if asked.query.value == MetricValue::Session => Some(text.as_str()),
                _ => None,
            };
            groups.add(bucket, dimensions, number, distinct);
        }
        Ok::<_, ApiError>(())
    })?;
    if asked.dimensions.is_empty() && asked.interval_ms.is_none() {
        // A count of nothing is 0, as in SQL.
        groups.add_none();
    }
    let points = groups.finish().filter(|(_, _, values)| !values.is_empty()).take(asked.max_results);
    Ok(points.map(|(bucket, of_group, values)| point(asked, bucket, &of_group, values)).collect())
}

fn point(asked: &Asked, bucket: Option<i64>, of_group: &[String], values: Map<String, Value>) -> Value {
    let names = asked.dimensions.iter().map(|dimension| dimension.name().to_owned());
    let mut dimensions: Map<String, Value> = names.zip(of_group.iter().map(|text| json!(text))).collect();
    if let Some(bucket) = bucket {
        dimensions.insert("time_bucket".into(), json!(bucket_text(bucket)));
    }
    let mut point = json!({"metric_name": asked.metric_name, "values": values});
    if !dimensions.is_empty() {
        point["dimensions"] = Value::Object(dimensions);
    }
    point
}

/// Writes a bucket as Python's `isoformat` does.
fn bucket_text(millis: i64) -> String {
    let text = proto::mlflow::timestamp_text(model::UnixNanos::from_millis(millis));
    text.replace('Z', "+00:00")
}

fn number(value: MetricValue, told: &MetricNumber) -> Option<f64> {
    match (value, told) {
        (MetricValue::Cost(_), MetricNumber::Number(pico)) => Some(pico / 1e12),
        (_, MetricNumber::Number(number)) => Some(*number),
        (MetricValue::Assessment, MetricNumber::Text(json)) => judged(json),
        (_, MetricNumber::Text(_)) => Some(1.0),
    }
}

/// Returns the number that a judgement without one stands for: yes and true are 1.
fn judged(json: &str) -> Option<f64> {
    match serde_json::from_str(json).ok()? {
        Value::Bool(truth) => Some(f64::from(u8::from(truth))),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "yes" => Some(1.0),
            "no" => Some(0.0),
            _ => None,
        },
        _ => None,
    }
}

/// Models and providers of the spans of one trace after the other.
#[derive(Default)]
struct Models {
    trace: Option<TraceKey>,
    of_spans: HashMap<SpanId, [Option<String>; 2]>,
}

impl Models {
    fn of(
        &mut self,
        tx: &ReadTx<'_>,
        row: &MetricRow,
        prices: &Prices,
    ) -> Result<[Option<String>; 2], ApiError> {
        if self.trace != Some(row.trace) {
            let spans = crate::spans::spans(tx, row.trace, row.trace_id, "", prices)?;
            let told = spans.into_iter().map(|answered| {
                let text = |key: &str| {
                    use model::Attributes as _;
                    answered.attributes.text(key).map(str::to_owned)
                };
                (answered.span.span_id, [text("mlflow.llm.model"), text("mlflow.llm.provider")])
            });
            self.of_spans = told.collect();
            self.trace = Some(row.trace);
        }
        let of_span = row.span_id.and_then(|span_id| self.of_spans.get(&span_id));
        Ok(of_span.cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_judgements_count() {
        for (json, expected) in [
            ("true", Some(1.0)),
            ("false", Some(0.0)),
            ("\" Yes\"", Some(1.0)),
            ("\"no\"", Some(0.0)),
            ("\"x\"", None),
            ("[1]", None),
        ] {
            assert_eq!(judged(json), expected, "{json}");
        }
    }

    #[test]
    fn buckets_are_written_as_the_real_server_does() {
        // Contract f.6.
        assert_eq!(bucket_text(1_795_356_000_000), "2026-11-22T14:00:00+00:00");
    }
}
