//! The log records of a trace.

use axum::Json;
use axum::extract::{Path, State};
use proto::ui;

use super::traces::{no_such_trace, trace_id};
use super::{ApiError, convert};
use crate::router::App;

/// Returns all log records of a trace, by time, with and without a span.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/logs",
    tag = "spans",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 200, body = ui::LogList), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_logs(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::LogList>, ApiError> {
    let trace_id = trace_id(&id)?;
    let logs = app.ingest.store().read(move |tx| {
        tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        Ok::<_, ApiError>(tx.trace_logs(trace_id)?)
    });
    Ok(Json(ui::LogList { logs: logs.await?.iter().map(convert::log).collect() }))
}
