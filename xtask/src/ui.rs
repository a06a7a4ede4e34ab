//! The npm projects of the repository: their packages and the build of the UI, each redone only when its inputs changed.

use std::process::Command;

use anyhow::Result;

use crate::process::{self, NPM, Output};
use crate::repo::Repo;
use crate::stamp::Stamp;

/// Installs the packages of the npm project in `folder`, if its lock file changed since last time.
pub fn install(repo: &Repo, folder: &str, output: &Output) -> Result<()> {
    let name = format!("npm-{}", folder.replace('/', "-"));
    let stamp = Stamp::of(repo, &name, &[repo.path(folder).join("package-lock.json")])?;
    // npm writes this file last: without it an installation was cut short.
    let is_complete = repo.path(folder).join("node_modules/.package-lock.json").is_file();
    if stamp.is_current() && is_complete {
        return Ok(());
    }
    process::run(npm(repo, folder, &["ci", "--no-audit", "--no-fund"]), output)?;
    stamp.set()
}

/// Builds the UI into `ui/dist`, if anything in `ui/` changed since last time.
pub fn build(repo: &Repo, output: &Output) -> Result<()> {
    let stamp = Stamp::of(repo, "ui-build", &[repo.path("ui")])?;
    if stamp.is_current() && repo.path("ui/dist/index.html").is_file() {
        return Ok(());
    }
    process::run(npm(repo, "ui", &["run", "build"]), output)?;
    stamp.set()
}

/// Returns the npm command with these arguments in an npm project of the repository.
pub fn npm(repo: &Repo, folder: &str, args: &[&str]) -> Command {
    let mut command = Command::new(NPM);
    command.current_dir(repo.path(folder)).args(args).env("NO_COLOR", "1");
    command
}
