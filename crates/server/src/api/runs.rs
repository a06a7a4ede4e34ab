//! What a run is, which traces name or are linked to.

use axum::Json;
use axum::extract::{Path, State};
use model::LifecycleStage;
use proto::ui;

use super::ApiError;
use crate::router::App;

/// Returns a run of MLflow.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/runs/{run_id}",
    tag = "experiments",
    params(("run_id" = String, Path, description = "Its id")),
    responses((status = 200, body = ui::RunSummary), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_run(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::RunSummary>, ApiError> {
    let wanted = id.clone();
    let found = app.ingest.store().read(move |tx| Ok::<_, ApiError>(tx.run(&wanted)?)).await?;
    let run = found.ok_or_else(|| ApiError::not_found(format!("there is no run {id}")))?;
    Ok(Json(ui::RunSummary {
        run_id: run.run_id,
        experiment_id: run.experiment_id.to_string(),
        name: run.name,
        user: Some(run.user).filter(|user| !user.is_empty()),
        status: run.status.as_str().to_owned(),
        is_deleted: run.lifecycle_stage == LifecycleStage::Deleted,
        start_time_ms: run.start_time,
        end_time_ms: run.end_time,
    }))
}
