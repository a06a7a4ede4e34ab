//! The one command-line grammar, and where settings come from: flags over environment over file over defaults.

mod compare;
mod config_file;
mod directories;
mod grammar;
mod logging;
mod resolve;
mod serve;

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::Context as _;
use clap::Parser as _;

pub use compare::Limit;
pub use directories::{default_config_file, default_data_dir};
pub use grammar::{CheckArgs, Cli, CompareArgs, ServeArgs, SourceArgs, Subcommand};
pub use logging::log_to_stderr;
pub use resolve::{log_filter, resolve};
pub use serve::stop_signal;

/// Name of the desktop binary, which is installed beside this one.
const DESKTOP_BINARY: &str = "traceloupe-desktop";

/// Runs a command line; `arguments` begin with the name of the program.
pub fn main_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => run(cli),
        Err(error) => {
            // Help and version are "errors" with exit code 0.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
    }
}

fn run(cli: Cli) -> ExitCode {
    let done = |outcome: anyhow::Result<()>| outcome.map(|()| ExitCode::SUCCESS);
    let (outcome, on_error) = match cli.command {
        Some(Subcommand::Serve(arguments)) => (done(serve::run(&arguments)), ExitCode::FAILURE),
        // 1 is what a failed check says.
        Some(Subcommand::Compare(arguments)) => (done(compare::compare(&arguments)), ExitCode::from(2)),
        Some(Subcommand::Check(arguments)) => (compare::check(&arguments), ExitCode::from(2)),
        Some(Subcommand::Openapi) => (done(print_openapi()), ExitCode::FAILURE),
        None => (done(open_window()), ExitCode::FAILURE),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        on_error
    })
}

/// Opens the desktop app, if it is installed beside this binary.
fn open_window() -> anyhow::Result<()> {
    let own = std::env::current_exe().context("where this program is cannot be told")?;
    let desktop = own.with_file_name(format!("{DESKTOP_BINARY}{}", std::env::consts::EXE_SUFFIX));
    anyhow::ensure!(
        desktop.is_file(),
        "the desktop app is not installed ({} does not exist); \
         run `traceloupe serve` and open the address that it prints in a browser, or build the app with `cargo xtask run`",
        desktop.display()
    );
    let status =
        Command::new(&desktop).status().with_context(|| format!("{} cannot be run", desktop.display()))?;
    anyhow::ensure!(status.success(), "the desktop app ended with {status}");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of this command")]
fn print_openapi() -> anyhow::Result<()> {
    print!("{}", server::openapi_json());
    Ok(())
}
