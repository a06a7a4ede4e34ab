//! The MLflow REST edge: routes, messages and error codes that an unmodified MLflow SDK expects.
//!
//! Its own dialect, apart from all else; see `docs/compatibility.md` for what is served. Knows no SQL.

mod artifacts;
mod assessments;
mod correlation;
mod error;
mod experiments;
mod metrics;
mod request;
mod runs;
mod search;
mod server_info;
mod span_content;
mod spans;
mod trace_changes;
mod traces;
mod traces_v2;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, patch, post};
use ingest::Ingest;

pub use assessments::decode as decode_assessment;
pub use error::{ApiError, ErrorCode};
pub use server_info::MLFLOW_VERSION;
pub use span_content::span_content;

/// Largest body in bytes: StartTrace carries previews and metadata, an upload all spans of a trace.
const MAX_BODY_BYTES: usize = 32 << 20;

/// Returns the routes of the MLflow API, under every prefix that its clients use.
pub fn router(ingest: Ingest) -> Router {
    let mut router =
        Router::new().route("/version", get(server_info::version)).route("/health", get(server_info::health));
    for prefix in ["/api", "/ajax-api"] {
        for version in ["2.0", "3.0"] {
            router = router.nest(&format!("{prefix}/{version}/mlflow"), rpcs(version == "3.0"));
            let artifacts = format!("{prefix}/{version}/mlflow-artifacts");
            let file = get(artifacts::get).put(artifacts::put).delete(artifacts::delete);
            router = router
                .route(&format!("{artifacts}/artifacts"), get(artifacts::list))
                .route(&format!("{artifacts}/artifacts/{{*path}}"), file)
                .route(&format!("{artifacts}/mpu/{{*path}}"), post(artifacts::multipart))
                .route(&format!("{artifacts}/presigned/{{*path}}"), get(artifacts::multipart));
        }
    }
    for version in ["2.0", "3.0"] {
        let path = format!("/ajax-api/{version}/mlflow/get-trace-artifact");
        router = router.route(&path, get(artifacts::of_trace));
    }
    router.layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(ingest)
}

/// The RPCs of one version. The v2 trace API of older clients has other messages on some of the same paths.
fn rpcs(is_v3: bool) -> Router<Ingest> {
    let router = Router::new()
        .route("/server-info", get(server_info::server_info))
        .route("/experiments/create", post(experiments::create))
        .route("/experiments/get", get(experiments::get))
        .route("/experiments/get-by-name", get(experiments::get_by_name))
        .route("/experiments/search", get(experiments::search).post(experiments::search))
        .route("/experiments/update", post(experiments::update))
        .route("/experiments/delete", post(experiments::delete))
        .route("/experiments/restore", post(experiments::restore))
        .route("/experiments/set-experiment-tag", post(experiments::set_tag))
        .route("/experiments/delete-experiment-tag", post(experiments::delete_tag))
        .route("/runs/create", post(runs::create))
        .route("/runs/get", get(runs::get))
        .route("/runs/update", post(runs::update))
        .route("/runs/set-tag", post(runs::set_tag))
        .route("/runs/delete-tag", post(runs::delete_tag))
        .route("/runs/delete", post(runs::delete))
        .route("/runs/restore", post(runs::restore))
        .route("/traces/get", get(traces::get))
        .route("/traces/batchGet", get(traces::batch_get))
        .route("/traces/batchGetInfos", post(traces::batch_get_infos))
        .route("/traces/search", post(search::search))
        .route("/traces/metrics", post(metrics::query))
        .route("/traces/calculate-filter-correlation", post(correlation::calculate))
        .route("/traces/delete-traces", post(trace_changes::delete))
        .route("/traces/link-to-run", post(trace_changes::link_to_run))
        .route("/traces/link-prompts", post(trace_changes::link_prompts))
        .route("/traces/{trace_id}/tags", patch(trace_changes::set_tag).delete(trace_changes::delete_tag))
        .route("/traces/{trace_id}/assessments", post(assessments::create))
        .route(
            "/traces/{trace_id}/assessments/{assessment_id}",
            get(assessments::get).patch(assessments::update).delete(assessments::delete),
        );
    if is_v3 {
        router.route("/traces", post(traces::start)).route("/traces/{trace_id}", get(traces::get_info))
    } else {
        router
            .route("/traces", get(search::search_v2).post(traces_v2::start))
            .route("/traces/{trace_id}", patch(traces_v2::end))
            .route("/traces/{trace_id}/info", get(traces_v2::get_info))
    }
}
