//! Measures a Traceloupe binary beside a real MLflow server: start, ingest and memory. Prints figures, asserts nothing.
#![expect(clippy::print_stdout, reason = "a command-line tool prints its results")]

mod alignment;
mod fill;
mod limits;
mod load;
mod look;
mod painted;
mod payload;
mod raw;
mod report;
mod search;
mod statistics;
mod subject;
mod trace_search;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::load::Load;
use crate::report::{Figures, Report};
use crate::subject::Subject;

/// Measures Traceloupe beside MLflow, on this machine, in one run.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// The `traceloupe` binary.
    #[arg(long, required = true)]
    traceloupe: Option<PathBuf>,
    /// The `traceloupe-desktop` binary; without it, or without Xvfb, no window is measured.
    #[arg(long)]
    desktop: Option<PathBuf>,
    /// The `mlflow` program; without it there is nothing to compare with.
    #[arg(long)]
    mlflow: Option<PathBuf>,
    /// How long each kind of request is sent.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Requests that are under way at a time.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// How often Traceloupe and its window are started.
    #[arg(long, default_value_t = 7)]
    starts: usize,
}

#[derive(Subcommand)]
enum Command {
    /// Measures the store against the raw limit of SQLite and its own targets.
    Limits(limits::Options),
    /// Measures how long two traces take to be laid over each other.
    Alignment,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    match &args.command {
        Some(Command::Limits(options)) => return limits::run(options).await,
        Some(Command::Alignment) => {
            alignment::run();
            return Ok(());
        }
        None => {}
    }
    let mut report = Report::new();

    let binary = args.traceloupe.clone().context("invariant: required without a subcommand")?;
    let traceloupe = Subject::Traceloupe(binary);
    report.add("traceloupe", measure(&traceloupe, args.starts, &args).await?);
    if let Some(mlflow) = &args.mlflow {
        // Its start takes many seconds; the first one also fills Python's caches, so the second one counts.
        report.add("mlflow", measure(&Subject::Mlflow(mlflow.clone()), 2, &args).await?);
    }
    if let Some(desktop) = &args.desktop {
        match painted::measure(desktop, args.starts).await {
            Ok(window) => report.window = Some(window),
            Err(error) => eprintln!("no window measured: {error:#}"),
        }
    }
    report.print();
    Ok(())
}

async fn measure(subject: &Subject, n_starts: usize, args: &Args) -> Result<Figures> {
    eprintln!("measuring {}", subject.name());
    let mut starts = Vec::new();
    for _ in 1..n_starts {
        let running = subject.start().await?;
        starts.push(running.ready_after);
        running.stop().await?;
    }
    let running = subject.start().await?;
    starts.push(running.ready_after);
    let idle = running.memory()?;
    let duration = Duration::from_secs(args.seconds);
    let mut rates = Vec::new();
    for shape in [payload::BATCH, payload::SMALL] {
        let load = Load {
            url: running.url.clone(),
            shape,
            experiment: Some("0"),
            n_connections: args.connections,
            duration,
            requests_per_second: None,
        };
        eprintln!("  {} spans a request for {} s", shape.n_spans(), args.seconds);
        rates.push(load.run().await?);
    }
    let loaded = running.memory()?;
    running.stop().await?;
    Ok(Figures { starts, idle, loaded, rates })
}
