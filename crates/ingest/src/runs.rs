//! Runs, as far as traces need them: begun, ended, named and tagged.

use std::collections::BTreeMap;

use model::{ExperimentId, LifecycleStage};
use store::{Run, RunStatus};

use crate::labels::cut;
use crate::names::{check_key, too_long};
use crate::{Change, Ingest, IngestError};

/// Longest value of a tag; longer ones are cut (contract b.2).
const MAX_TAG_VALUE_CHARS: usize = 8000;
/// Longest name of a run, which is the value of a tag.
const MAX_NAME_CHARS: usize = MAX_TAG_VALUE_CHARS;
/// Tag that holds the name.
const NAME_TAG: &str = "mlflow.runName";

/// A run to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Its experiment.
    pub experiment_id: ExperimentId,
    /// Its name; one is made up if it has none.
    pub name: Option<String>,
    /// Who began it.
    pub user: String,
    /// Start in Unix milliseconds.
    pub start_time: i64,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A change of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunChange {
    /// What `runs/update` says; what is absent stays.
    Update {
        /// Status.
        status: Option<RunStatus>,
        /// End in Unix milliseconds.
        end_time: Option<i64>,
        /// Name.
        name: Option<String>,
    },
    /// A tag gets a value.
    SetTag(String, String),
    /// A tag goes.
    DeleteTag(String),
    /// The run is deleted, or restored.
    SetDeleted(bool),
}

impl Ingest {
    /// Makes a run.
    ///
    /// # Errors
    ///
    /// The experiment does not exist or is deleted, or a name is not valid.
    pub async fn create_run(&self, new: NewRun) -> Result<Run, IngestError> {
        new.tags.keys().try_for_each(|key| check_key(key))?;
        if let (Some(name), Some(tag)) = (&new.name, new.tags.get(NAME_TAG))
            && name != tag
        {
            return Err(IngestError::Invalid(format!(
                "Both 'run_name' argument and '{NAME_TAG}' tag are specified, but with different values (run_name='{name}', \
                 {NAME_TAG}='{tag}')."
            )));
        }
        let run_id = uuid::Uuid::new_v4().simple().to_string();
        let name = match new.name.or_else(|| new.tags.get(NAME_TAG).cloned()) {
            Some(name) => name,
            // MLflow makes up words; what is kept of them is that runs can be told apart.
            None => format!("run-{}", &run_id[..8]),
        };
        check_name(&name)?;
        // MLflow cuts long values where tags are set one by one alone.
        let mut tags = new.tags;
        tags.insert(NAME_TAG.to_owned(), name.clone());
        let run = Run {
            run_id,
            experiment_id: new.experiment_id,
            name,
            user: new.user,
            status: RunStatus::Running,
            start_time: new.start_time,
            end_time: None,
            lifecycle_stage: LifecycleStage::Active,
            tags,
        };
        let run = self
            .store
            .write(0, move |tx| {
                crate::experiments::active(tx, run.experiment_id)?;
                tx.put_run(&run)?;
                Ok::<_, IngestError>(run)
            })
            .await?;
        self.announce([Change::Experiments]);
        Ok(run)
    }

    /// Changes a run and returns it as it is then.
    ///
    /// # Errors
    ///
    /// The run does not exist, is deleted, or the change is not valid.
    pub async fn change_run(&self, run_id: String, change: RunChange) -> Result<Run, IngestError> {
        if let RunChange::SetTag(key, _) = &change {
            check_key(key)?;
        }
        let run = self
            .store
            .write(0, move |tx| {
                let found = tx.run(&run_id)?;
                let mut run =
                    found.ok_or_else(|| IngestError::NotFound(format!("Run with id={run_id} not found")))?;
                if run.lifecycle_stage == LifecycleStage::Deleted
                    && !matches!(change, RunChange::SetDeleted(_))
                {
                    return Err(IngestError::Invalid(format!(
                        "The run {run_id} must be in the 'active' state. Current state is deleted."
                    )));
                }
                apply(&mut run, change)?;
                tx.put_run(&run)?;
                Ok(run)
            })
            .await?;
        self.announce([Change::Experiments]);
        Ok(run)
    }
}

fn check_name(name: &str) -> Result<(), IngestError> {
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(too_long("run_name", MAX_NAME_CHARS));
    }
    Ok(())
}

fn apply(run: &mut Run, change: RunChange) -> Result<(), IngestError> {
    match change {
        RunChange::Update { status, end_time, name } => {
            run.status = status.unwrap_or(run.status);
            run.end_time = end_time.or(run.end_time);
            if let Some(name) = name {
                check_name(&name)?;
                run.tags.insert(NAME_TAG.to_owned(), name.clone());
                run.name = name;
            }
        }
        RunChange::SetTag(key, value) => {
            if key == NAME_TAG {
                check_name(&value)?;
                run.name.clone_from(&value);
            }
            run.tags.insert(key, cut(&value, MAX_TAG_VALUE_CHARS).to_owned());
        }
        RunChange::DeleteTag(key) => {
            run.tags.remove(&key).ok_or_else(|| {
                IngestError::NotFound(format!("No tag with name: {key} in run with id {}", run.run_id))
            })?;
        }
        RunChange::SetDeleted(is_deleted) => {
            run.lifecycle_stage = if is_deleted { LifecycleStage::Deleted } else { LifecycleStage::Active };
        }
    }
    Ok(())
}
