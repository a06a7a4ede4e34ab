//! Two traces compared: the document, the merged rows with both span tables, and the content of two spans.

mod compared;
mod document;
mod load;
pub(super) mod pins;
pub(super) mod rules;
pub(super) mod span;
mod table;

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::{SpanId, TraceId};
use proto::ui;
use serde::Deserialize;
use utoipa::IntoParams;

use super::ApiError;
use super::traces::trace_id;
use crate::router::App;
use compared::Compared;

pub(crate) use compared::Comparisons;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Sides {
    /// The trace that is compared with: 32 hex digits, or `tr-` and these.
    baseline: String,
    /// The trace in question.
    candidate: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DocumentParams {
    /// The trace that is compared with: 32 hex digits, or `tr-` and these.
    baseline: String,
    /// The trace in question.
    candidate: String,
    /// Whether to list each span of either side; no if absent.
    rows: Option<bool>,
}

/// Compares two traces: what differs, what the difference is made of, and where it began. See `docs/formats/comparison.md`.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/compare",
    tag = "compare",
    params(DocumentParams),
    responses(
        (status = 200, body = ui::Comparison),
        (status = 400, body = ui::ErrorBody),
        (status = 404, body = ui::ErrorBody)
    )
)]
pub(super) async fn get_comparison(
    State(app): State<App>,
    params: Result<Query<DocumentParams>, QueryRejection>,
) -> Result<Json<ui::Comparison>, ApiError> {
    let Query(DocumentParams { baseline, candidate, rows }) = params?;
    let with_rows = rows.unwrap_or(false);
    Ok(Json(of(&app, &baseline, &candidate, move |compared| document::document(compared, with_rows)).await?))
}

/// Returns the merged rows of two traces with both their span tables, as columns. See `docs/formats/comparison.md`.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/compare/table",
    tag = "compare",
    params(Sides),
    responses(
        (status = 200, description = "The merged rows", content_type = "application/vnd.traceloupe.comparison"),
        (status = 400, body = ui::ErrorBody),
        (status = 404, body = ui::ErrorBody)
    )
)]
pub(super) async fn get_comparison_table(
    State(app): State<App>,
    params: Result<Query<Sides>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Sides { baseline, candidate }) = params?;
    let body = of(&app, &baseline, &candidate, table::table).await?;
    Ok(([(header::CONTENT_TYPE, proto::comparison::MEDIA_TYPE)], body).into_response())
}

/// Compares two traces and makes an answer of it, both off the threads that serve.
async fn of<T: Send + 'static>(
    app: &App,
    baseline: &str,
    candidate: &str,
    answer: impl FnOnce(&Compared) -> T + Send + 'static,
) -> Result<T, ApiError> {
    let compared = app
        .comparisons
        .get(&app.ingest, named("baseline", baseline)?, named("candidate", candidate)?)
        .await?;
    off_thread(move || answer(&compared)).await
}

/// Reads a trace id, naming the parameter if it is none.
fn named(parameter: &str, id: &str) -> Result<TraceId, ApiError> {
    trace_id(id).map_err(|error| error.about(parameter))
}

/// Reads a span id, naming the parameter if it is none.
fn span_id(parameter: &str, text: &str) -> Result<SpanId, ApiError> {
    let parsed = text.to_ascii_lowercase().parse();
    parsed.map_err(|_| {
        ApiError::not_found(format!("'{text}' is no span id: it has 16 hex digits")).about(parameter)
    })
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| ApiError::internal(format!("a comparison broke off: {error}")))
}

/// What readers of a comparison share.
type Shared = Arc<Compared>;
