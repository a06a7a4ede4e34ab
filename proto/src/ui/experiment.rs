//! Messages about experiments.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An experiment with what its traces add up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExperimentSummary {
    /// Decimal id.
    pub experiment_id: String,
    /// Unique name.
    pub name: String,
    /// `active` or `deleted`.
    pub lifecycle_stage: String,
    /// Creation time in Unix milliseconds.
    pub creation_time_ms: i64,
    /// Traces in it.
    pub n_traces: u64,
    /// Start of its newest trace, Unix nanoseconds.
    pub last_trace_time_unix_nano: Option<String>,
    /// What people say of it, Markdown; MLflow's tag `mlflow.note.content`.
    pub description: Option<String>,
    /// Its other tags.
    pub tags: BTreeMap<String, String>,
}

/// An experiment to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewExperiment {
    /// Its name, unique among all, deleted ones too.
    pub name: String,
}

/// The experiment that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExperimentCreated {
    /// Decimal id.
    pub experiment_id: String,
}

/// What an experiment is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExperimentEdit {
    /// Its name.
    pub name: String,
    /// What people say of it; empty for nothing.
    pub description: String,
    /// Its other tags; those of `mlflow.` that are not named stay.
    pub tags: BTreeMap<String, String>,
}

/// Traces to move to an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveTraces {
    /// 32 hex digits each, 1000 at most.
    pub trace_ids: Vec<String>,
    /// Decimal id of the experiment.
    pub experiment_id: String,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TracesMoved {
    /// Traces that were there.
    pub n_moved: u64,
}

/// Answer of the experiment list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExperimentList {
    /// By newest trace first, then by id.
    pub experiments: Vec<ExperimentSummary>,
}
