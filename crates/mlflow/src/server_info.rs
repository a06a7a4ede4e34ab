//! What the SDK asks about the server itself (contract h).

use axum::Json;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// The MLflow version whose wire behaviour we speak. The SDK sends spans over OTLP from 3.4 on.
pub const MLFLOW_VERSION: &str = "3.18.0";

/// `GET /version`. The SDK asks once per process and remembers a failure, so nothing may delay it.
pub(crate) async fn version() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], MLFLOW_VERSION)
}

/// `GET /health`.
pub(crate) async fn health() -> &'static str {
    "OK"
}

/// `GET /api/3.0/mlflow/server-info`.
pub(crate) async fn server_info() -> Json<Value> {
    Json(json!({
        "store_type": "SqlStore",
        "workspaces_enabled": false,
        "trace_archival_enabled": false,
        "multipart_uploads_enabled": false,
        "multipart_downloads_enabled": false,
        "artifact_serving_enabled": true,
        "presigned_upload_run_id_supported": false,
        "presigned_upload_model_id_supported": false,
        "model_artifact_presigned_downloads_supported": false,
        "features_enabled": {"gateway": false, "scheduled_issue_detection": false},
        "tracking_auth": "",
        "artifacts_presigned_only": false,
    }))
}
