//! Runs of MLflow as the UI API tells them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunSummary {
    /// Its id.
    pub run_id: String,
    /// Decimal id of its experiment.
    pub experiment_id: String,
    /// Its name.
    pub name: String,
    /// Who began it.
    pub user: Option<String>,
    /// `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.
    pub status: String,
    /// Whether it was deleted.
    pub is_deleted: bool,
    /// Start, Unix milliseconds.
    pub start_time_ms: i64,
    /// End, likewise; absent while it goes on.
    pub end_time_ms: Option<i64>,
}
