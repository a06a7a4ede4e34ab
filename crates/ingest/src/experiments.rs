//! Experiments: made, the default one among them, renamed, deleted, restored, tagged.

use std::time::SystemTime;

use model::{Experiment, ExperimentId, LifecycleStage, UnixNanos};
use store::WriteTx;

use crate::names::{check_key, too_long};
use crate::{Change, Ingest, IngestError};

/// Longest name of an experiment (contract b.2).
const MAX_NAME_CHARS: usize = 500;

/// Longest value of a tag.
const MAX_TAG_VALUE_CHARS: usize = 20_000;

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

fn check_name(name: &str) -> Result<(), IngestError> {
    if name.trim().is_empty() {
        return Err(IngestError::Invalid(format!("Invalid experiment name: '{name}'")));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(too_long("name", MAX_NAME_CHARS));
    }
    Ok(())
}

fn check_value(value: &str) -> Result<(), IngestError> {
    if value.chars().count() > MAX_TAG_VALUE_CHARS {
        return Err(too_long("value", MAX_TAG_VALUE_CHARS));
    }
    Ok(())
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
        check_name(&new.name)?;
        if new.artifact_location.as_deref().is_some_and(|location| location.contains('#')) {
            let message = "'artifact_location' URL can't include fragments or params.";
            return Err(IngestError::Invalid(message.to_owned()));
        }
        for (key, value) in &new.tags {
            check_key(key)?;
            check_value(value)?;
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

    /// Gives an experiment another name.
    ///
    /// # Errors
    ///
    /// It does not exist or is deleted, or the name is taken or too long.
    pub async fn rename_experiment(&self, id: ExperimentId, name: String) -> Result<(), IngestError> {
        check_name(&name)?;
        self.change_experiment(move |tx, now| {
            if let Some(other) = tx.experiment_by_name(&name)?
                && other.experiment_id != id
            {
                return Err(IngestError::ExperimentExists(name));
            }
            let mut experiment = find(tx, id)?;
            if experiment.lifecycle_stage == LifecycleStage::Deleted {
                return Err(IngestError::Invalid("Cannot rename a non-active experiment.".to_owned()));
            }
            experiment.name = name;
            experiment.last_update_time = now;
            Ok(tx.update_experiment(&experiment)?)
        })
        .await
    }

    /// Deletes an experiment with its runs, or restores it; its traces stay either way.
    ///
    /// # Errors
    ///
    /// There is none of this id to delete, or to restore.
    pub async fn set_experiment_deleted(
        &self,
        id: ExperimentId,
        is_deleted: bool,
    ) -> Result<(), IngestError> {
        self.change_experiment(move |tx, now| {
            let mut experiment = find(tx, id)?;
            let wanted = if is_deleted { LifecycleStage::Deleted } else { LifecycleStage::Active };
            if experiment.lifecycle_stage == wanted {
                return Err(IngestError::NoSuchExperiment(id));
            }
            experiment.lifecycle_stage = wanted;
            experiment.last_update_time = now;
            tx.update_experiment(&experiment)?;
            Ok(tx.set_runs_deleted(id, is_deleted)?)
        })
        .await
    }

    /// Sets a tag of an experiment.
    ///
    /// # Errors
    ///
    /// The experiment does not exist or is deleted, or key or value are not valid.
    pub async fn set_experiment_tag(
        &self,
        id: ExperimentId,
        key: String,
        value: String,
    ) -> Result<(), IngestError> {
        check_key(&key)?;
        check_value(&value)?;
        self.change_experiment(move |tx, _| {
            active(tx, id)?;
            Ok(tx.put_experiment_tag(id, &key, &value)?)
        })
        .await
    }

    /// Deletes a tag of an experiment.
    ///
    /// # Errors
    ///
    /// The experiment does not exist or is deleted, or has no such tag.
    pub async fn delete_experiment_tag(&self, id: ExperimentId, key: String) -> Result<(), IngestError> {
        self.change_experiment(move |tx, _| {
            active(tx, id)?;
            if !tx.delete_experiment_tag(id, &key)? {
                let message = format!("No tag with name: {key} in experiment with id {id}");
                return Err(IngestError::NotFound(message));
            }
            Ok(())
        })
        .await
    }

    async fn change_experiment(
        &self,
        change: impl FnOnce(&mut WriteTx<'_>, UnixNanos) -> Result<(), IngestError> + Send + 'static,
    ) -> Result<(), IngestError> {
        let now = UnixNanos::from_system_time(SystemTime::now());
        self.store.write(0, move |tx| change(tx, now)).await?;
        self.announce([Change::Experiments]);
        Ok(())
    }
}

fn find(tx: &WriteTx<'_>, id: ExperimentId) -> Result<Experiment, IngestError> {
    tx.experiment(id)?.ok_or(IngestError::NoSuchExperiment(id))
}

/// Returns an experiment that must be in use.
pub(crate) fn active(tx: &WriteTx<'_>, id: ExperimentId) -> Result<Experiment, IngestError> {
    let experiment = find(tx, id)?;
    if experiment.lifecycle_stage == LifecycleStage::Deleted {
        return Err(IngestError::Invalid(format!(
            "The experiment {id} must be in the 'active' state. Current state is deleted."
        )));
    }
    Ok(experiment)
}
