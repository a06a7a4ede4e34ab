//! `cargo xtask run`: from a fresh machine to the running app.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::process::Output;
use crate::repo::Repo;
use crate::{cargo, packages, ui};

/// Options of `cargo xtask run`.
#[derive(Args)]
pub struct Options {
    /// Load the demo data set.
    #[arg(long)]
    demo: bool,
    /// Serve without a window even if there is a display.
    #[arg(long)]
    headless: bool,
    /// Build as it ships: quicker with very large traces, but the first build takes several times as long.
    #[arg(long)]
    release: bool,
    /// What follows `--` goes to the app, for example `-- --data-dir /tmp/traces`.
    #[arg(last = true)]
    app_args: Vec<String>,
}

/// Builds what changed and becomes the app.
pub fn run(repo: &Repo, options: &Options) -> Result<ExitCode> {
    let is_window = !options.headless && has_display();
    if is_window {
        packages::ensure_installed(&[packages::BUILD_WINDOW, packages::SHOW_WINDOW])?;
    } else {
        packages::ensure_installed(&[packages::BUILD])?;
    }
    packages::ensure_node()?;
    ui::install(repo, "ui", &Output::Terminal)?;
    ui::build(repo, &Output::Terminal)?;

    let (package, binary) =
        if is_window { ("traceloupe-desktop", "traceloupe-desktop") } else { ("cli", "traceloupe") };
    let program = if options.release {
        cargo::build_release(repo, &[package], &Output::Terminal)?;
        repo.binary("release", binary)
    } else {
        cargo::build_dev(repo, binary, &Output::Terminal)?
    };

    let mut app = Command::new(program);
    if !is_window {
        if !options.headless {
            eprintln!("no display (neither DISPLAY nor WAYLAND_DISPLAY is set): serving without a window");
        }
        app.arg("serve");
    }
    if options.demo {
        app.arg("--demo");
    }
    app.args(&options.app_args);
    become_program(app)
}

fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Replaces this process, so that a signal to it reaches the app and the app's exit code is ours.
#[cfg(unix)]
fn become_program(mut program: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let error = program.exec();
    Err(error).with_context(|| format!("cannot start {}", program.get_program().display()))
}

#[cfg(not(unix))]
fn become_program(mut program: Command) -> Result<ExitCode> {
    let status =
        program.status().with_context(|| format!("cannot start {}", program.get_program().display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
