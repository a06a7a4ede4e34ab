//! How cargo is called so that no dependency is compiled twice.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process::{self, Output};
use crate::repo::Repo;

/// Builds one binary for development and returns its path.
///
/// Cargo settles on the features of the dependencies for all that is named on its command line. The whole workspace, and some
/// target that may need dev-dependencies (`--examples`; there are none), give the same features as the tests. So `run`, `test`,
/// `tidy` and `codegen` share one build.
pub fn build_dev(repo: &Repo, binary: &str, output: &Output) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.current_dir(repo.path(".")).args(["build", "--workspace", "--examples", "--bin", binary]);
    process::run(command, output)?;
    Ok(repo.binary("debug", binary))
}

/// Builds packages as they ship.
pub fn build_release(repo: &Repo, packages: &[&str], output: &Output) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(repo.path(".")).args(["build", "--release"]);
    for package in packages {
        command.args(["--package", package]);
    }
    process::run(command, output)
}
