//! Why a write is refused, by what the caller does about it.

use model::{ExperimentId, TraceName};
use store::StoreError;

/// A refused write. Nothing of it was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IngestError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The experiment does not exist.
    #[error("No Experiment with id={0} exists")]
    NoSuchExperiment(ExperimentId),
    /// What a write is about does not exist; the text says what.
    #[error("{0}")]
    NotFound(String),
    /// The trace was placed in another experiment by an explicit id.
    #[error("Trace with ID '{}' already exists in another experiment.", .0)]
    OtherExperiment(TraceName),
    /// An experiment of this name exists.
    #[error(
        "Experiment(name={0}) already exists. Choose another name, or use experiments/get-by-name to find it."
    )]
    ExperimentExists(String),
    /// A value is not valid; the text says which and why.
    #[error("{0}")]
    Invalid(String),
}
