//! Run-time settings, as the settings page reads and replaces them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Colour theme of the UI.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Time zone in which the UI tells times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TimeZone {
    /// That of the machine that shows the page.
    #[default]
    Local,
    /// Coordinated universal time.
    Utc,
}

/// How the UI writes numbers, by the sign between groups of digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NumberFormat {
    /// `12,345.6`
    #[default]
    Comma,
    /// `12.345,6`
    Point,
    /// `12 345,6`
    Space,
}

/// Run-time settings, kept in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settings {
    /// Colour theme.
    pub theme: Theme,
    /// Time zone of times; local if absent.
    #[serde(default)]
    pub time_zone: TimeZone,
    /// How numbers are written; `comma` if absent.
    #[serde(default)]
    pub number_format: NumberFormat,
    /// Experiment that spans without an experiment header join.
    pub default_experiment_id: String,
    /// Origins of web pages that may send traces beside those of this machine, for example `https://app.example`.
    pub allow_origins: Vec<String>,
    /// Bytes of the database above which the oldest traces go; absent for no bound.
    pub retention_max_bytes: Option<u64>,
    /// Days after which traces go; absent for no bound.
    pub retention_max_age_days: Option<u32>,
    /// By how many thousandths a duration may differ in a comparison and still count as the same; 50 if absent.
    #[serde(default = "default_tolerance_per_mille")]
    pub compare_tolerance_per_mille: u32,
    /// By how many nanoseconds it may; a difference has to exceed both bounds. 1,000,000 if absent.
    #[serde(default = "default_tolerance_ns")]
    pub compare_tolerance_ns: u64,
}

fn default_tolerance_per_mille() -> u32 {
    50
}

fn default_tolerance_ns() -> u64 {
    1_000_000
}
