//! `cargo xtask codegen`: writes the files that are made from other files and committed.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::process::{self, Output};
use crate::repo::Repo;
use crate::{cargo, ui};

/// The OpenAPI document, as the server makes it.
pub const OPENAPI: &str = "ui/openapi.json";
/// The client types, as openapi-typescript makes them from the document.
pub const SCHEMA: &str = "ui/src/api/gen/schema.ts";

/// Writes both files.
pub fn run(repo: &Repo) -> Result<()> {
    let binary = cargo::build_dev(repo, "traceloupe", &Output::Terminal)?;
    repo.shell.write_file(OPENAPI, openapi(&binary)?)?;
    ui::install(repo, "ui", &Output::Terminal)?;
    process::run(ui::npm(repo, "ui", &["run", "--silent", "codegen"]), &Output::Terminal)
}

/// Returns the document that the present server code makes.
pub fn openapi(binary: &Path) -> Result<String> {
    let made = Command::new(binary).arg("openapi").output().context("cannot start traceloupe")?;
    ensure!(made.status.success(), "`traceloupe openapi` failed: {}", String::from_utf8_lossy(&made.stderr));
    let document = String::from_utf8(made.stdout)?;
    Ok(format!("{}\n", document.trim_end()))
}
