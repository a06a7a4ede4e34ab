//! `GET /traceloupe/v1/experiments`: the experiments with what their traces add up to.

use axum::Json;
use axum::extract::State;
use proto::ui;

use super::ApiError;
use crate::router::App;

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
    let experiments = experiments
        .into_iter()
        .map(|(traces, experiment)| ui::ExperimentSummary {
            experiment_id: experiment.experiment_id.to_string(),
            name: experiment.name,
            lifecycle_stage: experiment.lifecycle_stage.as_str().to_owned(),
            creation_time_ms: experiment.creation_time.as_millis(),
            n_traces: traces.map_or(0, |(n_traces, _)| n_traces),
            last_trace_time_unix_nano: traces.map(|(_, newest)| newest.0.to_string()),
        })
        .collect();
    Ok(Json(ui::ExperimentList { experiments }))
}
