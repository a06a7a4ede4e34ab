//! Which kind of exporter sent a group of spans.

use model::{Attributes as _, Exporter, SpanGroup, keys};

/// Tells the exporter of a group. `is_mlflow_client` is what the request's headers say.
///
/// The headers of the MLflow SDK are the surest sign. Without them (a proxy, another language) two others serve: its own
/// resource, and the shape of its requests, which have no scope and `mlflow.traceRequestId` on every span as plain text. The
/// resource alone would not do: with a user's tracer provider the MLflow exporter sends the user's resource. Copies that an
/// OpenTelemetry exporter sends of the same spans have a scope, and that id in JSON quotes.
pub fn exporter_of(group: &SpanGroup, is_mlflow_client: bool) -> Exporter {
    let has_mlflow_resource = || group.resource.attributes.text("telemetry.sdk.name") == Some("mlflow");
    let has_mlflow_shape = || {
        group
            .spans
            .iter()
            .all(|span| span.attributes.text(keys::TRACE_REQUEST_ID).is_some_and(|id| id.starts_with("tr-")))
    };
    if is_mlflow_client || (group.scope.is_empty() && (has_mlflow_resource() || has_mlflow_shape())) {
        Exporter::Mlflow
    } else {
        Exporter::OpenTelemetry
    }
}
