//! OTLP metrics, of which only the number of data points matters: they are taken so that an SDK is not in error, and not kept.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message;

use super::{DecodeError, json};

/// Counts the data points of an `ExportMetricsServiceRequest`.
pub fn count_points_protobuf(body: &[u8]) -> Result<usize, DecodeError> {
    let request = ExportMetricsServiceRequest::decode(body)
        .map_err(|error| DecodeError::Protobuf("ExportMetricsServiceRequest", error.to_string()))?;
    let metrics = request
        .resource_metrics
        .iter()
        .flat_map(|resource| &resource.scope_metrics)
        .flat_map(|scope| &scope.metrics);
    let n_points = metrics.filter_map(|metric| metric.data.as_ref()).map(|data| match data {
        Data::Gauge(gauge) => gauge.data_points.len(),
        Data::Sum(sum) => sum.data_points.len(),
        Data::Histogram(histogram) => histogram.data_points.len(),
        Data::ExponentialHistogram(histogram) => histogram.data_points.len(),
        Data::Summary(summary) => summary.data_points.len(),
    });
    Ok(n_points.sum())
}

/// Counts the data points of an `ExportMetricsServiceRequest` in JSON.
pub fn count_points_json(body: &[u8]) -> Result<usize, DecodeError> {
    json::metrics::count_points(body)
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::metrics::v1 as metrics;

    use super::*;

    #[test]
    fn points_of_all_kinds_are_counted_in_both_encodings() {
        let json = r#"{"resourceMetrics": [{"scopeMetrics": [{"metrics": [
            {"name": "a", "gauge": {"dataPoints": [{"asInt": "1"}, {"asDouble": 2.5}]}},
            {"name": "b", "exponentialHistogram": {"dataPoints": [{}], "aggregationTemporality": 2}},
            {"name": "c", "sum": null}]}]}]}"#;
        assert_eq!(count_points_json(json.as_bytes()), Ok(3));
        let point = metrics::NumberDataPoint::default;
        let sum = metrics::Sum { data_points: vec![point(), point()], ..metrics::Sum::default() };
        let metric = metrics::Metric { data: Some(Data::Sum(sum)), ..metrics::Metric::default() };
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![metrics::ResourceMetrics {
                scope_metrics: vec![metrics::ScopeMetrics {
                    metrics: vec![metric, metrics::Metric::default()],
                    ..metrics::ScopeMetrics::default()
                }],
                ..metrics::ResourceMetrics::default()
            }],
        };
        assert_eq!(count_points_protobuf(&request.encode_to_vec()), Ok(2));
        assert!(count_points_json(b"[]").is_err());
    }
}
