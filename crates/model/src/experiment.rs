//! MLflow experiments, which group traces and runs.

use std::fmt;
use std::str::FromStr;

use crate::UnixNanos;

/// Id of an experiment: a non-negative integer, written as a decimal string. 0 is the one named "Default".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExperimentId(pub i64);

impl ExperimentId {
    /// The experiment that always exists.
    pub const DEFAULT: Self = Self(0);
}

/// Why a text is not an experiment id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid experiment ID '{0}'. Experiment ID must be a valid integer.")]
pub struct ParseExperimentIdError(pub String);

impl FromStr for ExperimentId {
    type Err = ParseExperimentIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self).map_err(|_| ParseExperimentIdError(text.to_owned()))
    }
}

impl fmt::Display for ExperimentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether an experiment is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifecycleStage {
    /// In use.
    Active,
    /// Deleted, may be restored.
    Deleted,
}

impl LifecycleStage {
    /// Returns MLflow's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deleted => "deleted",
        }
    }
}

/// An experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experiment {
    /// Its id.
    pub experiment_id: ExperimentId,
    /// Its unique name.
    pub name: String,
    /// Where clients are told that its artifacts live.
    pub artifact_location: String,
    /// Whether it is in use.
    pub lifecycle_stage: LifecycleStage,
    /// When it was made.
    pub creation_time: UnixNanos,
    /// When it was last changed.
    pub last_update_time: UnixNanos,
    /// Its tags, sorted by key.
    pub tags: Vec<(String, String)>,
}
