//! `GET /traceloupe/v1/status`: what runs where, and how much is in the store.

use axum::Json;
use axum::extract::State;
use ingest::default_experiment;
use proto::ui;

use super::{ApiError, convert};
use crate::router::App;

/// Returns the state of the app.
#[utoipa::path(get, path = "/traceloupe/v1/status", tag = "status", responses((status = 200, body = ui::Status)))]
pub(super) async fn status(State(app): State<App>) -> Result<Json<ui::Status>, ApiError> {
    let counted = app.ingest.store().read(|tx| {
        Ok::<_, ApiError>((
            tx.count_traces(&store::TraceQuery::default())?,
            tx.n_spans()?,
            default_experiment(tx)?,
            tx.rejected_counts()?,
            tx.retention_report()?,
        ))
    });
    let (n_traces, n_spans, default_experiment, (n_rejected_groups, n_waiting), retention) = counted.await?;
    Ok(Json(ui::Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        listeners: app.listeners.to_vec(),
        data_dir: app.data_dir.display().to_string(),
        started_at_unix_nano: app.started_at.0.to_string(),
        n_traces,
        n_spans,
        n_rejected: app.n_rejected(),
        n_rejected_groups,
        n_waiting,
        not_stored: app.not_stored.message(),
        store: convert::store_status(&app.ingest.store().state()),
        retention: convert::retention(&retention),
        database_bytes: app.ingest.store().size_on_disk(),
        default_experiment_id: default_experiment.to_string(),
    }))
}
