//! OTLP/JSON metrics, of which only the data points are counted.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::lenient::{message, messages, or_default};
use super::{DecodeError, document};

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireRequest {
    #[serde(deserialize_with = "messages")]
    resource_metrics: Vec<WireResourceMetrics>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireResourceMetrics {
    #[serde(deserialize_with = "messages")]
    scope_metrics: Vec<WireScopeMetrics>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireScopeMetrics {
    #[serde(deserialize_with = "messages")]
    metrics: Vec<WireMetric>,
}

/// One of the kinds is set.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireMetric {
    #[serde(deserialize_with = "message")]
    gauge: WireData,
    #[serde(deserialize_with = "message")]
    sum: WireData,
    #[serde(deserialize_with = "message")]
    histogram: WireData,
    #[serde(deserialize_with = "message")]
    exponential_histogram: WireData,
    #[serde(deserialize_with = "message")]
    summary: WireData,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireData {
    #[serde(deserialize_with = "or_default")]
    data_points: Vec<IgnoredAny>,
}

pub(in crate::otlp) fn count_points(body: &[u8]) -> Result<usize, DecodeError> {
    document("ExportMetricsServiceRequest", body, n_points, |_| None)
}

fn n_points(request: WireRequest) -> usize {
    let metrics = request
        .resource_metrics
        .iter()
        .flat_map(|resource| &resource.scope_metrics)
        .flat_map(|scope| &scope.metrics);
    let kinds = |metric: &WireMetric| {
        [&metric.gauge, &metric.sum, &metric.histogram, &metric.exponential_histogram, &metric.summary]
            .map(|data| data.data_points.len())
    };
    metrics.flat_map(kinds).sum()
}
