//! The MLflow REST edge: routes, messages and error codes that an unmodified MLflow SDK expects.
//!
//! Its own dialect, apart from all else; see `docs/compatibility.md` for what is served. Knows no SQL.

mod error;
mod experiments;
mod request;
mod search;
mod server_info;
mod traces;

use axum::Router;
use axum::routing::{get, post};
use ingest::Ingest;

pub use error::{ApiError, ErrorCode};
pub use server_info::MLFLOW_VERSION;

/// Largest JSON body in bytes: StartTrace carries previews and metadata, nothing that grows with the trace.
const MAX_BODY_BYTES: usize = 32 << 20;

/// Returns the routes of the MLflow API, under every prefix that its clients use.
pub fn router(ingest: Ingest) -> Router {
    let mut router =
        Router::new().route("/version", get(server_info::version)).route("/health", get(server_info::health));
    for prefix in ["/api", "/ajax-api"] {
        for version in ["2.0", "3.0"] {
            router = router.nest(&format!("{prefix}/{version}/mlflow"), rpcs(version == "3.0"));
        }
    }
    router.with_state(ingest)
}

/// The RPCs of one version. The v2 trace API of older clients has other messages on some of the same paths.
fn rpcs(is_v3: bool) -> Router<Ingest> {
    let router = Router::new()
        .route("/server-info", get(server_info::server_info))
        .route("/experiments/create", post(experiments::create))
        .route("/experiments/get", get(experiments::get))
        .route("/experiments/get-by-name", get(experiments::get_by_name))
        .route("/experiments/search", get(experiments::search).post(experiments::search))
        .route("/traces/get", get(traces::get))
        .route("/traces/batchGet", get(traces::batch_get))
        .route("/traces/search", post(search::search));
    if is_v3 {
        router.route("/traces", post(traces::start)).route("/traces/{trace_id}", get(traces::get_info))
    } else {
        router
    }
}
