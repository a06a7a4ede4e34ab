//! `cargo xtask bench`: release builds, and a real MLflow server beside them, for the program in `benches/` to measure.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;
use xshell::cmd;

use crate::process::{self, Output};
use crate::repo::Repo;
use crate::stamp::Stamp;
use crate::{cargo, packages, ui};

/// What is measured against; the version that the contract was recorded from.
const MLFLOW: &str = "mlflow==3.18.0";

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub struct Options {
    /// Measure Traceloupe alone: quicker, and nothing is installed from PyPI.
    #[arg(long)]
    alone: bool,
    /// Leave the window out.
    #[arg(long)]
    headless: bool,
    /// What follows `--` goes to the measuring program, for example `-- --seconds 30`.
    #[arg(last = true)]
    bench_args: Vec<String>,
}

/// Builds, installs and measures.
pub fn run(repo: &Repo, options: &Options) -> Result<ExitCode> {
    let is_window = !options.headless && cfg!(target_os = "linux");
    let needs: &[&[packages::Need]] = if is_window {
        &[packages::BUILD_WINDOW, packages::SHOW_WINDOW, packages::WINDOW_TEST]
    } else {
        &[packages::BUILD]
    };
    packages::ensure_installed(needs)?;
    packages::ensure_node()?;
    ui::install(repo, "ui", &Output::Terminal)?;
    ui::build(repo, &Output::Terminal)?;

    let mut built = vec!["cli", "benches"];
    built.extend(is_window.then_some("traceloupe-desktop"));
    cargo::build_release(repo, &built, &Output::Terminal)?;

    let mut bench = Command::new(repo.binary("release", "benches"));
    bench.arg("--traceloupe").arg(repo.binary("release", "traceloupe"));
    if is_window {
        bench.arg("--desktop").arg(repo.binary("release", "traceloupe-desktop"));
    }
    if !options.alone {
        bench.arg("--mlflow").arg(install_mlflow(repo)?);
    }
    bench.args(&options.bench_args);
    process::run(bench, &Output::Terminal)?;
    Ok(ExitCode::SUCCESS)
}

/// Installs MLflow into a virtual environment of its own and returns its program.
fn install_mlflow(repo: &Repo) -> Result<std::path::PathBuf> {
    packages::ensure_installed(&[packages::PYTHON])?;
    let venv = repo.target("bench/venv");
    let program = venv.join("bin/mlflow");
    let stamp = Stamp::of_text(repo, "bench-venv", MLFLOW);
    if !(stamp.is_current() && program.is_file()) {
        cmd!(repo.shell, "python3 -m venv --clear {venv}").run()?;
        let python = venv.join("bin/python");
        cmd!(
            repo.shell,
            "{python} -m pip install --quiet --disable-pip-version-check --only-binary :all: {MLFLOW}"
        )
        .run()?;
        stamp.set()?;
    }
    Ok(program)
}
