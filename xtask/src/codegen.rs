//! `cargo xtask codegen`: writes the files that are made from other files and committed.

use anyhow::Result;
use xshell::cmd;

use crate::process::{self, Output};
use crate::repo::Repo;
use crate::ui;

/// The OpenAPI document, as the server makes it.
pub const OPENAPI: &str = "ui/openapi.json";
/// The client types, as openapi-typescript makes them from the document.
pub const SCHEMA: &str = "ui/src/api/gen/schema.ts";

/// Writes both files.
pub fn run(repo: &Repo) -> Result<()> {
    let document = openapi(repo)?;
    repo.shell.write_file(OPENAPI, document)?;
    ui::install(repo, "ui", &Output::Terminal)?;
    process::run(ui::npm(repo, "ui", &["run", "--silent", "codegen"]), &Output::Terminal)
}

/// Returns the document that the present server code makes.
pub fn openapi(repo: &Repo) -> Result<String> {
    let mut document =
        cmd!(repo.shell, "cargo run --quiet --package cli --bin traceloupe -- openapi").quiet().read()?;
    document.push('\n');
    Ok(document)
}
