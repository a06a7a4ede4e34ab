//! Run-time settings: what they are, their defaults, and which values are refused.

use analysis::compare::Tolerance;
use model::ExperimentId;
use store::{ReadTx, StoreError};

use crate::{Change, Ingest, IngestError};

const THEME: &str = "theme";
const TIME_ZONE: &str = "time_zone";
const NUMBER_FORMAT: &str = "number_format";
const DEFAULT_EXPERIMENT: &str = "default_experiment_id";
/// Origins, one on each line: an origin holds no white space.
const ALLOW_ORIGINS: &str = "allow_origins";
const RETENTION_MAX_BYTES: &str = "retention_max_bytes";
const RETENTION_MAX_AGE_DAYS: &str = "retention_max_age_days";
const COMPARE_TOLERANCE_PER_MILLE: &str = "compare_tolerance_per_mille";
const COMPARE_TOLERANCE_NS: &str = "compare_tolerance_ns";
/// What a setting says whose user wants no bound; one that was never set has its default.
const NO_BOUND: &str = "none";

/// Bytes of the database above which the oldest traces go unless the user says otherwise: 10 GiB, some ten million spans.
const DEFAULT_RETENTION_BYTES: u64 = 10 << 30;

/// Smallest bound of the database in bytes: as much as the write-ahead log may take.
pub const MIN_RETENTION_BYTES: u64 = 64 << 20;

/// Settings that the user changes while the app runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Colour theme, as the UI names it; `None` is its default.
    pub theme: Option<String>,
    /// Time zone in which the UI tells times, as it names it; `None` is its default.
    pub time_zone: Option<String>,
    /// How the UI writes numbers, as it names it; `None` is its default.
    pub number_format: Option<String>,
    /// Experiment that spans without an experiment header join.
    pub default_experiment: ExperimentId,
    /// Origins of web pages that may send traces, beside those of the configuration.
    pub allow_origins: Vec<String>,
    /// Bytes of the database above which the oldest traces go; without it there is no bound.
    pub retention_max_bytes: Option<u64>,
    /// Days after their end when traces go; without it there is no bound.
    pub retention_max_age_days: Option<u32>,
    /// By how much a duration may differ in a comparison and still count as the same; a difference has to exceed both bounds.
    pub compare_tolerance: Tolerance,
}

/// Returns the experiment that spans without an experiment header join.
pub fn default_experiment(tx: &ReadTx<'_>) -> Result<ExperimentId, StoreError> {
    Ok(tx.setting(DEFAULT_EXPERIMENT)?.and_then(|id| id.parse().ok()).unwrap_or(ExperimentId::DEFAULT))
}

/// Returns by how much a duration may differ in a comparison and still count as the same.
pub fn compare_tolerance(tx: &ReadTx<'_>) -> Result<Tolerance, StoreError> {
    let defaults = Tolerance::default();
    let per_mille = tx.setting(COMPARE_TOLERANCE_PER_MILLE)?.and_then(|text| text.parse().ok());
    let nanos = tx.setting(COMPARE_TOLERANCE_NS)?.and_then(|text| text.parse().ok());
    Ok(Tolerance {
        per_mille: per_mille.unwrap_or(defaults.per_mille),
        nanos: nanos.unwrap_or(defaults.nanos),
    })
}

impl Settings {
    /// Reads the settings.
    pub fn read(tx: &ReadTx<'_>) -> Result<Self, StoreError> {
        let origins = tx.setting(ALLOW_ORIGINS)?.unwrap_or_default();
        Ok(Self {
            theme: tx.setting(THEME)?,
            time_zone: tx.setting(TIME_ZONE)?,
            number_format: tx.setting(NUMBER_FORMAT)?,
            default_experiment: default_experiment(tx)?,
            allow_origins: origins.lines().map(str::to_owned).collect(),
            retention_max_bytes: match tx.setting(RETENTION_MAX_BYTES)? {
                Some(bytes) => bytes.parse().ok(),
                None => Some(DEFAULT_RETENTION_BYTES),
            },
            retention_max_age_days: tx.setting(RETENTION_MAX_AGE_DAYS)?.and_then(|days| days.parse().ok()),
            compare_tolerance: compare_tolerance(tx)?,
        })
    }
}

impl Ingest {
    /// Stores the settings; the default experiment must exist, origins be origins, and bounds leave room.
    pub async fn put_settings(&self, settings: Settings) -> Result<(), IngestError> {
        settings.allow_origins.iter().try_for_each(|origin| check_origin(origin))?;
        check_retention(&settings)?;
        self.store
            .write(0, move |tx| {
                let id = settings.default_experiment;
                if tx.experiment(id)?.is_none() {
                    return Err(IngestError::NoSuchExperiment(id));
                }
                tx.put_setting(DEFAULT_EXPERIMENT, &id.to_string())?;
                tx.put_setting(ALLOW_ORIGINS, &settings.allow_origins.join("\n"))?;
                let text =
                    |bound: Option<u64>| bound.map_or_else(|| NO_BOUND.to_owned(), |bound| bound.to_string());
                tx.put_setting(RETENTION_MAX_BYTES, &text(settings.retention_max_bytes))?;
                tx.put_setting(
                    RETENTION_MAX_AGE_DAYS,
                    &text(settings.retention_max_age_days.map(u64::from)),
                )?;
                let Tolerance { per_mille, nanos } = settings.compare_tolerance;
                tx.put_setting(COMPARE_TOLERANCE_PER_MILLE, &per_mille.to_string())?;
                tx.put_setting(COMPARE_TOLERANCE_NS, &nanos.to_string())?;
                if let Some(theme) = &settings.theme {
                    tx.put_setting(THEME, theme)?;
                }
                if let Some(time_zone) = &settings.time_zone {
                    tx.put_setting(TIME_ZONE, time_zone)?;
                }
                if let Some(number_format) = &settings.number_format {
                    tx.put_setting(NUMBER_FORMAT, number_format)?;
                }
                Ok(())
            })
            .await?;
        self.announce([Change::Settings]);
        Ok(())
    }
}

fn check_retention(settings: &Settings) -> Result<(), IngestError> {
    if settings.retention_max_bytes.is_some_and(|bytes| bytes < MIN_RETENTION_BYTES) {
        let message =
            format!("retention_max_bytes is below {MIN_RETENTION_BYTES}, which leaves no room for traces");
        return Err(IngestError::Invalid(message));
    }
    if settings.retention_max_age_days == Some(0) {
        return Err(IngestError::Invalid("retention_max_age_days is 0: nothing would be kept".to_owned()));
    }
    Ok(())
}

/// Refuses what is no origin: scheme, host and perhaps port, and nothing after. <https://www.rfc-editor.org/rfc/rfc6454#section-6.2>
pub fn check_origin(origin: &str) -> Result<(), IngestError> {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let is_origin = host.is_some_and(|host| {
        !host.is_empty()
            && !host.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#*@".contains(c))
    });
    if is_origin {
        return Ok(());
    }
    let hint = "write scheme, host and port as the browser sends them, such as https://app.example:3000";
    Err(IngestError::Invalid(format!("'{origin}' is no origin: {hint}")))
}
