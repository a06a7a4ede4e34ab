//! Automation of this repository: one command for each thing that a person or CI does with it.
#![expect(clippy::print_stdout, reason = "a command-line tool talks to a person on stdout")]

mod bench;
mod cargo;
mod codegen;
mod packages;
mod prices;
mod process;
mod repo;
mod run;
mod stamp;
mod test;
mod tidy;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::repo::Repo;

/// Automation of the Traceloupe repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what is missing, build, and open the app; without a display serve it headless.
    Run(run::Options),
    /// Run every check and test, and say how long each step took.
    Test(test::Options),
    /// Check the rules of the repository: imports, generated files, docs, file sizes and names.
    Tidy,
    /// Write the generated files: ui/openapi.json and the client types of the UI.
    Codegen,
    /// Measure start, ingest and memory beside a real MLflow server.
    Bench(bench::Options),
    /// Make the bundled price table from LiteLLM's list of model prices.
    Prices(prices::Options),
}

fn main() -> ExitCode {
    let args = Args::parse();
    let result = Repo::find().and_then(|repo| match args.command {
        Command::Run(options) => run::run(&repo, &options),
        Command::Test(options) => test::run(&repo, &options),
        Command::Tidy => tidy::run(&repo),
        Command::Codegen => codegen::run(&repo).map(|()| ExitCode::SUCCESS),
        Command::Bench(options) => bench::run(&repo, &options),
        Command::Prices(options) => prices::run(&repo, &options).map(|()| ExitCode::SUCCESS),
    });
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
