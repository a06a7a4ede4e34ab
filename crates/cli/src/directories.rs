//! The system's folders for our data and settings, in one place for both binaries.

use std::path::PathBuf;

use anyhow::Context as _;
use directories::ProjectDirs;

fn project() -> anyhow::Result<ProjectDirs> {
    ProjectDirs::from("", "", "traceloupe")
        .context("the home folder cannot be told: set HOME, or give --data-dir and --config")
}

/// Returns the folder of the database if none is given.
pub fn default_data_dir() -> anyhow::Result<PathBuf> {
    Ok(project()?.data_dir().to_owned())
}

/// Returns the file of settings if none is given. It need not exist.
pub fn default_config_file() -> anyhow::Result<PathBuf> {
    Ok(project()?.config_dir().join("config.toml"))
}
