//! Experiments with what their traces add up to: listed, made, changed, deleted, restored; traces moved among them.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ingest::NewExperiment;
use model::{Experiment, ExperimentId, TraceId};
use proto::ui;

use super::query::experiment_id;
use super::traces::trace_id;
use super::{ApiError, convert};
use crate::router::App;

/// MLflow's tag for what people say of an experiment.
const DESCRIPTION: &str = "mlflow.note.content";
/// Traces of one move.
const MAX_MOVED: usize = 1000;

/// Lists experiments, those with the newest traces first.
#[utoipa::path(get, path = "/traceloupe/v1/experiments", tag = "experiments", responses((status = 200, body = ui::ExperimentList)))]
pub(super) async fn list_experiments(State(app): State<App>) -> Result<Json<ui::ExperimentList>, ApiError> {
    let read =
        app.ingest.store().read(|tx| Ok::<_, ApiError>((tx.experiments()?, tx.traces_by_experiment()?)));
    let (experiments, traces) = read.await?;
    let mut experiments: Vec<_> = experiments
        .into_iter()
        .map(|experiment| (traces.get(&experiment.experiment_id).copied(), experiment))
        .collect();
    experiments.sort_by_key(|(traces, experiment)| {
        (std::cmp::Reverse(traces.map(|(_, newest)| newest)), experiment.experiment_id)
    });
    let experiments =
        experiments.into_iter().map(|(traces, experiment)| convert::experiment(experiment, traces)).collect();
    Ok(Json(ui::ExperimentList { experiments }))
}

/// Makes an experiment.
#[utoipa::path(
    post,
    path = "/traceloupe/v1/experiments",
    tag = "experiments",
    request_body = ui::NewExperiment,
    responses((status = 201, body = ui::ExperimentCreated), (status = 400, body = ui::ErrorBody))
)]
pub(super) async fn create_experiment(
    State(app): State<App>,
    body: Result<Json<ui::NewExperiment>, JsonRejection>,
) -> Result<(StatusCode, Json<ui::ExperimentCreated>), ApiError> {
    let Json(new) = body?;
    let new = NewExperiment { name: checked_name(new.name)?, ..NewExperiment::default() };
    let id = app.ingest.create_experiment(new).await?;
    Ok((StatusCode::CREATED, Json(ui::ExperimentCreated { experiment_id: id.to_string() })))
}

fn checked_name(name: String) -> Result<String, ApiError> {
    match name.trim() {
        "" => Err(ApiError::invalid("name must not be empty")),
        trimmed if trimmed.len() == name.len() => Ok(name),
        trimmed => Ok(trimmed.to_owned()),
    }
}

/// Gives an experiment its name, its description and its tags.
#[utoipa::path(
    put,
    path = "/traceloupe/v1/experiments/{experiment_id}",
    tag = "experiments",
    params(("experiment_id" = String, Path, description = "decimal id")),
    request_body = ui::ExperimentEdit,
    responses((status = 204), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn update_experiment(
    State(app): State<App>,
    Path(id): Path<String>,
    body: Result<Json<ui::ExperimentEdit>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let id = experiment_id(&id)?;
    let Json(edit) = body?;
    let name = checked_name(edit.name)?;
    let mut wanted: BTreeMap<String, String> = edit.tags;
    wanted.insert(DESCRIPTION.to_owned(), edit.description);
    let current = find(&app, id).await?;
    if current.name != name {
        app.ingest.rename_experiment(id, name).await?;
    }
    for (key, value) in &wanted {
        let known = current.tags.iter().find(|(known, _)| known == key).map(|(_, value)| value);
        let is_empty_description = key == DESCRIPTION && value.is_empty();
        if known != Some(value) && !is_empty_description {
            app.ingest.set_experiment_tag(id, key.clone(), value.clone()).await?;
        }
    }
    for (key, _) in current.tags {
        let is_gone = match wanted.get(&key) {
            Some(value) => key == DESCRIPTION && value.is_empty(),
            None => !key.starts_with("mlflow."),
        };
        if is_gone {
            app.ingest.delete_experiment_tag(id, key).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn find(app: &App, id: ExperimentId) -> Result<Experiment, ApiError> {
    let found = app.ingest.store().read(move |tx| Ok::<_, ApiError>(tx.experiment(id)?)).await?;
    found.ok_or_else(|| ApiError::not_found(format!("there is no experiment {id}")))
}

/// Deletes an experiment; its traces stay, and it can be restored.
#[utoipa::path(
    delete,
    path = "/traceloupe/v1/experiments/{experiment_id}",
    tag = "experiments",
    params(("experiment_id" = String, Path, description = "decimal id")),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn delete_experiment(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    app.ingest.set_experiment_deleted(experiment_id(&id)?, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restores a deleted experiment.
#[utoipa::path(
    post,
    path = "/traceloupe/v1/experiments/{experiment_id}/restore",
    tag = "experiments",
    params(("experiment_id" = String, Path, description = "decimal id")),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn restore_experiment(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    app.ingest.set_experiment_deleted(experiment_id(&id)?, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves traces to an experiment; spans that come later join them there.
#[utoipa::path(
    post,
    path = "/traceloupe/v1/traces/move",
    tag = "traces",
    request_body = ui::MoveTraces,
    responses((status = 200, body = ui::TracesMoved), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn move_traces(
    State(app): State<App>,
    body: Result<Json<ui::MoveTraces>, JsonRejection>,
) -> Result<Json<ui::TracesMoved>, ApiError> {
    let Json(asked) = body?;
    if !(1..=MAX_MOVED).contains(&asked.trace_ids.len()) {
        return Err(ApiError::invalid(format!("trace_ids must name 1 to {MAX_MOVED} traces")));
    }
    let ids: Vec<TraceId> = asked.trace_ids.iter().map(|id| trace_id(id)).collect::<Result<_, _>>()?;
    let n_moved = app.ingest.move_traces(ids, experiment_id(&asked.experiment_id)?).await?;
    Ok(Json(ui::TracesMoved { n_moved: n_moved as u64 }))
}
