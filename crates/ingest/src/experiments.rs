//! Making experiments, the default one among them.

use std::time::SystemTime;

use model::{ExperimentId, UnixNanos};

use crate::{Change, Ingest, IngestError};

/// Longest name of an experiment (contract b.2).
const MAX_NAME_CHARS: usize = 500;

/// Where clients are told that the artifacts of an experiment live; `{id}` becomes its id.
const ARTIFACT_LOCATION: &str = "mlflow-artifacts:/{id}";

/// An experiment to make.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewExperiment {
    /// Its name, unique among all.
    pub name: String,
    /// Where its artifacts live, if not at the usual place.
    pub artifact_location: Option<String>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

impl Ingest {
    /// Makes sure that experiment 0, "Default", exists.
    pub async fn ensure_default_experiment(&self) -> Result<(), IngestError> {
        let now = UnixNanos::from_system_time(SystemTime::now());
        self.store
            .write(0, move |tx| {
                if tx.experiment(ExperimentId::DEFAULT)?.is_none() {
                    tx.insert_experiment(
                        Some(ExperimentId::DEFAULT),
                        "Default",
                        ARTIFACT_LOCATION,
                        &[],
                        now,
                    )?;
                }
                Ok(())
            })
            .await
    }

    /// Makes an experiment and returns its id.
    pub async fn create_experiment(&self, new: NewExperiment) -> Result<ExperimentId, IngestError> {
        if new.name.chars().count() > MAX_NAME_CHARS {
            let message =
                format!("'Experiment name' exceeds the maximum length of {MAX_NAME_CHARS} characters");
            return Err(IngestError::Invalid(message));
        }
        let now = UnixNanos::from_system_time(SystemTime::now());
        let id = self
            .store
            .write(new.name.len(), move |tx| {
                if tx.experiment_by_name(&new.name)?.is_some() {
                    return Err(IngestError::ExperimentExists(new.name));
                }
                let location = new.artifact_location.as_deref().unwrap_or(ARTIFACT_LOCATION);
                Ok(tx.insert_experiment(None, &new.name, location, &new.tags, now)?)
            })
            .await?;
        self.announce([Change::Experiments]);
        Ok(id)
    }
}
