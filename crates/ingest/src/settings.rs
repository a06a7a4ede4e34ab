//! Run-time settings: what they are, their defaults, and which values are refused.

use model::ExperimentId;
use store::{ReadTx, StoreError};

use crate::{Change, Ingest, IngestError};

const THEME: &str = "theme";
const DEFAULT_EXPERIMENT: &str = "default_experiment_id";

/// Settings that the user changes while the app runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Colour theme, as the UI names it; `None` is its default.
    pub theme: Option<String>,
    /// Experiment that spans without an experiment header join.
    pub default_experiment: ExperimentId,
}

/// Returns the experiment that spans without an experiment header join.
pub fn default_experiment(tx: &ReadTx<'_>) -> Result<ExperimentId, StoreError> {
    Ok(tx.setting(DEFAULT_EXPERIMENT)?.and_then(|id| id.parse().ok()).unwrap_or(ExperimentId::DEFAULT))
}

impl Settings {
    /// Reads the settings.
    pub fn read(tx: &ReadTx<'_>) -> Result<Self, StoreError> {
        Ok(Self { theme: tx.setting(THEME)?, default_experiment: default_experiment(tx)? })
    }
}

impl Ingest {
    /// Stores the settings; the default experiment must exist.
    pub async fn put_settings(&self, settings: Settings) -> Result<(), IngestError> {
        self.store
            .write(0, move |tx| {
                let id = settings.default_experiment;
                if tx.experiment(id)?.is_none() {
                    return Err(IngestError::NoSuchExperiment(id));
                }
                tx.put_setting(DEFAULT_EXPERIMENT, &id.to_string())?;
                if let Some(theme) = &settings.theme {
                    tx.put_setting(THEME, theme)?;
                }
                Ok(())
            })
            .await?;
        self.announce([Change::Settings]);
        Ok(())
    }
}
