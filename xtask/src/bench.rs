//! `cargo xtask bench`: release builds, and a real MLflow server beside them, for the program in `benches/` to measure.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::process::{self, Output};
use crate::repo::Repo;
use crate::{cargo, packages, ui};

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub struct Options {
    /// Measure Traceloupe alone: quicker, and nothing is installed from PyPI.
    #[arg(long)]
    alone: bool,
    /// Leave the window out.
    #[arg(long)]
    headless: bool,
    /// Measure against the raw limit of SQLite and the targets of the store instead: rates, latency, memory, sizes, search.
    #[arg(long)]
    limits: bool,
    /// Measure how quickly traces of 1,000 to 1,000,000 spans open and move in Chromium and in the window, beside MLflow's page, instead.
    #[arg(long, conflicts_with = "limits")]
    pages: bool,
    /// Measure how long two traces of 1,000 and of 50,000 spans take to be laid over each other instead.
    #[arg(long, conflicts_with_all = ["limits", "pages"])]
    alignment: bool,
    /// What follows `--` goes to the measuring program, for example `-- --seconds 30`.
    #[arg(last = true)]
    bench_args: Vec<String>,
}

/// Builds, installs and measures.
pub fn run(repo: &Repo, options: &Options) -> Result<ExitCode> {
    if options.alignment {
        // Pure computation: no server, no page.
        cargo::build_release(repo, &["benches"], &Output::Terminal)?;
        let mut bench = Command::new(repo.binary("release", "benches"));
        bench.arg("alignment");
        process::run(bench, &Output::Terminal)?;
        return Ok(ExitCode::SUCCESS);
    }
    let is_window = !options.headless && !options.limits && cfg!(target_os = "linux");
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

    if options.pages {
        return pages(repo, options, is_window);
    }
    let mut bench = Command::new(repo.binary("release", "benches"));
    if options.limits {
        bench.arg("limits");
    }
    bench.arg("--traceloupe").arg(repo.binary("release", "traceloupe"));
    if is_window {
        bench.arg("--desktop").arg(repo.binary("release", "traceloupe-desktop"));
    }
    if !options.alone && !options.limits {
        bench.arg("--mlflow").arg(install_mlflow(repo)?);
    }
    bench.args(&options.bench_args);
    process::run(bench, &Output::Terminal)?;
    Ok(ExitCode::SUCCESS)
}

/// Measures the trace page of the release binary in Chromium, in the window, and beside MLflow's; `BENCH_SIZES` and `BENCH_SHAPES`
/// choose a part.
fn pages(repo: &Repo, options: &Options, is_window: bool) -> Result<ExitCode> {
    packages::ensure_installed(&[packages::BROWSER])?;
    ui::install(repo, "tests/e2e", &Output::Terminal)?;
    let mut bench = Command::new("npx");
    bench.args(["playwright", "test", "--project=bench"]).current_dir(repo.path("tests/e2e"));
    bench.env("TRACELOUPE_BENCH", "1").env("TRACELOUPE_BIN", repo.binary("release", "traceloupe"));
    if is_window {
        bench.env("TRACELOUPE_DESKTOP_BIN", repo.binary("release", "traceloupe-desktop"));
    } else {
        bench.arg("--grep-invert=in the window");
    }
    if !options.alone {
        bench.env("TRACELOUPE_BENCH_MLFLOW", install_mlflow(repo)?);
    }
    process::run(bench, &Output::Terminal)?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the `mlflow` program of the client tests' environment, made if it is not there: the version that they test with.
fn install_mlflow(repo: &Repo) -> Result<PathBuf> {
    packages::ensure_installed(&[packages::PYTHON])?;
    let mut install = Command::new(repo.path("tests/clients/python/run"));
    install.arg("--version");
    // It looks for a binary to test, which this build has not made.
    install.env("TRACELOUPE_BIN", repo.binary("release", "traceloupe"));
    process::run(install, &Output::Terminal)?;
    Ok(repo.path("target/clients/python/bin/mlflow"))
}
