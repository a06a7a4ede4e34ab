//! The trace list and the header of one trace.

use analysis::python_json::dumps;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use model::{TraceId, UnixNanos};
use proto::ui;
use serde::Deserialize;
use store::{PageStart, TraceQuery};
use utoipa::IntoParams;

use super::{ApiError, convert};
use crate::router::App;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TraceListParams {
    /// Decimal id of an experiment; all of them if absent.
    experiment_id: Option<String>,
    /// Rows of a page, 1 to 1000, 100 if absent.
    limit: Option<usize>,
    /// `next_page_token` of the page before.
    page_token: Option<String>,
}

/// Reads a trace id from a path: 32 hex digits, or `tr-` and these.
pub(super) fn trace_id(text: &str) -> Result<TraceId, ApiError> {
    TraceId::parse_any(&text.to_ascii_lowercase())
        .map_err(|_| ApiError::not_found(format!("'{text}' is no trace id: it has 32 hex digits")))
}

pub(super) fn no_such_trace(trace_id: TraceId) -> ApiError {
    ApiError::not_found(format!("trace {trace_id} is not here: it has not arrived yet, or was deleted"))
}

/// Lists traces, newest first.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces",
    tag = "traces",
    params(TraceListParams),
    responses((status = 200, body = ui::TraceList), (status = 400, body = ui::ErrorBody))
)]
pub(super) async fn list_traces(
    State(app): State<App>,
    params: Result<Query<TraceListParams>, QueryRejection>,
) -> Result<Json<ui::TraceList>, ApiError> {
    let Query(params) = params?;
    let limit = params.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be between 1 and {MAX_LIMIT}, not {limit}")));
    }
    let experiments = match params.experiment_id {
        None => None,
        Some(id) => Some(vec![id.parse().map_err(|error| ApiError::invalid(format!("{error}")))?]),
    };
    let start = match params.page_token.as_deref() {
        None => PageStart::First,
        Some(token) => page_start(token)
            .ok_or_else(|| ApiError::invalid("page_token is not one that this server gave"))?,
    };
    let query = TraceQuery { experiments, start, limit };
    let read = app
        .ingest
        .store()
        .read(move |tx| Ok::<_, ApiError>((tx.list_traces(&query)?, tx.count_traces(&query)?)));
    let (page, n_total) = read.await?;
    Ok(Json(ui::TraceList {
        traces: page.traces.iter().map(|(_, info)| convert::trace_summary(info)).collect(),
        next_page_token: page.next.and_then(page_token),
        n_total,
    }))
}

fn page_start(token: &str) -> Option<PageStart> {
    let (time, key) = token.split_once('.')?;
    Some(PageStart::After(UnixNanos(time.parse().ok()?), key.parse().ok()?))
}

fn page_token(start: PageStart) -> Option<String> {
    match start {
        PageStart::After(time, key) => Some(format!("{}.{key}", time.0)),
        PageStart::First | PageStart::Offset(_) => None,
    }
}

/// Returns what the header of a trace page shows.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 200, body = ui::TraceDetail), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_trace(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::TraceDetail>, ApiError> {
    let trace_id = trace_id(&id)?;
    let detail = app
        .ingest
        .store()
        .read(move |tx| {
            let (key, info) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
            let labels = tx.trace_labels(key)?;
            let experiment = tx.experiment(info.experiment_id)?;
            Ok::<_, ApiError>(ui::TraceDetail {
                summary: convert::trace_summary(&info),
                experiment_name: experiment.map(|experiment| experiment.name).unwrap_or_default(),
                tags: proto::mlflow::tags(&info, &labels),
                metadata: proto::mlflow::metadata(&info, &labels, dumps),
                request_preview: info.request_preview,
                response_preview: info.response_preview,
                n_logs: tx.n_logs(trace_id)?,
            })
        })
        .await?;
    Ok(Json(detail))
}

/// Returns the traces before and after one in the list of its experiment.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/neighbours",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 200, body = ui::TraceNeighbours), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_neighbours(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::TraceNeighbours>, ApiError> {
    let trace_id = trace_id(&id)?;
    let read = app.ingest.store().read(move |tx| {
        let (key, info) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        Ok::<_, ApiError>(tx.trace_neighbours(key, &info)?)
    });
    let (newer, older) = read.await?;
    let text = |id: Option<TraceId>| id.map(|id| id.to_string());
    Ok(Json(ui::TraceNeighbours { newer: text(newer), older: text(older) }))
}

/// Keeps a trace whatever retention says.
#[utoipa::path(
    put,
    path = "/traceloupe/v1/traces/{trace_id}/pin",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn pin_trace(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    set_pin(&app, &id, true).await
}

/// Lets retention remove a trace again.
#[utoipa::path(
    delete,
    path = "/traceloupe/v1/traces/{trace_id}/pin",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn unpin_trace(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    set_pin(&app, &id, false).await
}

async fn set_pin(app: &App, id: &str, is_pinned: bool) -> Result<StatusCode, ApiError> {
    let trace_id = trace_id(id)?;
    if app.ingest.pin_trace(trace_id, is_pinned).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(no_such_trace(trace_id))
    }
}
