//! OTLP metrics, of which only the number of data points matters: they are taken so that an SDK is not in error, and not kept.

use super::wire::{Fields, Malformed};
use super::{DecodeError, json};

/// Fields on the way to the data points. <https://github.com/open-telemetry/opentelemetry-proto>
const RESOURCE_METRICS: u32 = 1;
const SCOPE_METRICS: u32 = 2;
const METRICS: u32 = 2;
/// Gauge, sum, histogram, exponential histogram, summary.
const KINDS: [u32; 5] = [5, 7, 9, 10, 11];
const DATA_POINTS: u32 = 1;

/// Counts the data points of an `ExportMetricsServiceRequest`, without decoding them: they take no memory, however many.
pub fn count_points_protobuf(body: &[u8]) -> Result<usize, DecodeError> {
    let way = [&[RESOURCE_METRICS][..], &[SCOPE_METRICS], &[METRICS], &KINDS, &[DATA_POINTS]];
    count(body, &way).map_err(|Malformed| {
        DecodeError::Protobuf("ExportMetricsServiceRequest", "a length or a field type is wrong".to_owned())
    })
}

/// Counts the messages that lie at the end of a way, each step of which allows some fields.
fn count(message: &[u8], way: &[&[u32]]) -> Result<usize, Malformed> {
    let Some((fields, rest)) = way.split_first() else { return Ok(1) };
    let mut n_messages = 0;
    for field in Fields::new(message) {
        let field = field?;
        if fields.contains(&field.number) {
            n_messages += count(field.payload.ok_or(Malformed)?, rest)?;
        }
    }
    Ok(n_messages)
}

/// Counts the data points of an `ExportMetricsServiceRequest` in JSON.
pub fn count_points_json(body: &[u8]) -> Result<usize, DecodeError> {
    json::metrics::count_points(body)
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
    use opentelemetry_proto::tonic::metrics::v1 as metrics;
    use opentelemetry_proto::tonic::metrics::v1::metric::Data;
    use prost::Message as _;

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
        assert!(count_points_protobuf(b"\x0a\x7f").is_err());
    }
}
