//! `cargo xtask bench`: start, ingest and memory beside a real MLflow server.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::repo::Repo;

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub struct Options {}

/// Measures and prints a table.
pub fn run(_repo: &Repo, _options: &Options) -> Result<ExitCode> {
    bail!("not there yet")
}
