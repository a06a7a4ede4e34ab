//! Rows that a user pinned, and traces that others are measured against.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use model::ExperimentId;
use proto::ui;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{named, span_id};
use crate::api::ApiError;
use crate::api::traces::no_such_trace;
use crate::router::App;

/// Says that a span of the baseline and one of the candidate are the same. Overrules what the alignment finds, in both directions;
/// replaces what was said of either span between these traces.
#[utoipa::path(
    put,
    path = "/traceloupe/v1/compare/pins",
    tag = "compare",
    request_body = ui::RowPin,
    responses((status = 204), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(in crate::api) async fn pin_rows(
    State(app): State<App>,
    pin: Result<Json<ui::RowPin>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(pin) = pin?;
    let baseline = (named("baseline", &pin.baseline)?, span_id("baseline_span_id", &pin.baseline_span_id)?);
    let candidate =
        (named("candidate", &pin.candidate)?, span_id("candidate_span_id", &pin.candidate_span_id)?);
    if app.ingest.pin_rows(baseline, candidate).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let message = format!(
        "span {} of trace {} or span {} of trace {} is not here",
        baseline.1, baseline.0, candidate.1, candidate.0
    );
    Err(ApiError::not_found(message))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct PinParams {
    /// The trace that is compared with: 32 hex digits, or `tr-` and these.
    baseline: String,
    /// The trace in question.
    candidate: String,
    /// The pinned span of the baseline, 16 hex digits.
    baseline_span_id: String,
}

/// Takes a pin away.
#[utoipa::path(
    delete,
    path = "/traceloupe/v1/compare/pins",
    tag = "compare",
    params(PinParams),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(in crate::api) async fn unpin_rows(
    State(app): State<App>,
    params: Result<Query<PinParams>, QueryRejection>,
) -> Result<StatusCode, ApiError> {
    let Query(params) = params?;
    let span = (named("baseline", &params.baseline)?, span_id("baseline_span_id", &params.baseline_span_id)?);
    let other = named("candidate", &params.candidate)?;
    if app.ingest.unpin_row(span, other).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found(format!("span {} is not pinned to one of trace {other}", span.1)))
}

/// Lists the traces that others are measured against.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/baselines",
    tag = "compare",
    responses((status = 200, body = ui::BaselineList))
)]
pub(in crate::api) async fn list_baselines(
    State(app): State<App>,
) -> Result<Json<ui::BaselineList>, ApiError> {
    let read = app.ingest.store().read(|tx| Ok::<_, ApiError>(tx.list_baselines()?));
    let baselines = read.await?.into_iter().map(|one| ui::Baseline {
        experiment_id: one.experiment_id.to_string(),
        name: one.name,
        trace_id: one.trace_id.to_string(),
    });
    Ok(Json(ui::BaselineList { baselines: baselines.collect() }))
}

/// Makes a trace the one that others of its experiment, or of its experiment and name, are measured against.
#[utoipa::path(
    put,
    path = "/traceloupe/v1/baselines",
    tag = "compare",
    request_body = ui::NewBaseline,
    responses((status = 204), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(in crate::api) async fn put_baseline(
    State(app): State<App>,
    baseline: Result<Json<ui::NewBaseline>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(ui::NewBaseline { trace_id, scope }) = baseline?;
    let trace_id = named("trace_id", &trace_id)?;
    if app.ingest.put_baseline(trace_id, scope == ui::BaselineScope::Name).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(no_such_trace(trace_id))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct BaselineParams {
    /// Decimal id of the experiment.
    experiment_id: String,
    /// Name of the traces; that of all of the experiment if absent.
    name: Option<String>,
}

/// Takes a baseline away; its trace stays.
#[utoipa::path(
    delete,
    path = "/traceloupe/v1/baselines",
    tag = "compare",
    params(BaselineParams),
    responses((status = 204), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(in crate::api) async fn delete_baseline(
    State(app): State<App>,
    params: Result<Query<BaselineParams>, QueryRejection>,
) -> Result<StatusCode, ApiError> {
    let Query(BaselineParams { experiment_id, name }) = params?;
    let experiment: ExperimentId = experiment_id
        .parse()
        .map_err(|error| ApiError::invalid(format!("{error}")).about("experiment_id"))?;
    if app.ingest.delete_baseline(experiment, name).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found("there is no such baseline"))
}
