//! `cargo xtask test`: every check and test, a line and a time for each, all of them even if one fails.

mod report;
mod steps;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;

use crate::process::Output;
use crate::repo::Repo;
use report::{Line, Outcome};
use steps::{STEPS, Step};

/// No step takes longer on two cores; one that does hangs, and CI should see the rest.
const STEP_LIMIT: Duration = Duration::from_secs(25 * 60);

/// Options of `cargo xtask test`.
#[derive(Args)]
pub struct Options {
    /// Only the inner loop: format, clippy, tidy, Rust and UI unit tests.
    #[arg(long, conflicts_with = "only")]
    quick: bool,
    /// Only this step, and what it needs; may be given several times.
    #[arg(long, value_name = "STEP", value_parser = steps::names())]
    only: Vec<String>,
    /// Show what the steps print as they go, instead of only after a failure.
    #[arg(long)]
    verbose: bool,
}

/// What a step may use.
pub struct Context<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// Where its programs print.
    pub output: Output,
}

/// Runs the chosen steps in order.
pub fn run(repo: &Repo, options: &Options) -> Result<ExitCode> {
    let chosen = choose(options);
    ensure!(!chosen.is_empty(), "no step is chosen");
    let logs = repo.target("xtask/logs");
    std::fs::create_dir_all(&logs)?;

    let mut lines: Vec<Line> = Vec::new();
    for (index, step) in chosen.iter().enumerate() {
        println!("[{}/{}] {}: {}", index + 1, chosen.len(), step.name, step.about);
        let log = logs.join(format!("{}.log", step.name));
        let started = Instant::now();
        let outcome = match blocker(step, &lines) {
            Some(blocker) => Outcome::Skipped(format!("needs {blocker}, which failed")),
            None => run_step(repo, step, &log, options.verbose)?,
        };
        let line = Line { name: step.name, outcome, took: started.elapsed() };
        println!("      {}", line.summary());
        if matches!(line.outcome, Outcome::Failed(_)) && !options.verbose {
            report::print_log(&log)?;
        }
        lines.push(line);
    }
    report::print_table(&lines);
    let is_good = lines.iter().all(|line| !matches!(line.outcome, Outcome::Failed(_)));
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_step(repo: &Repo, step: &Step, log: &PathBuf, is_verbose: bool) -> Result<Outcome> {
    std::fs::write(log, "")?;
    let output = if is_verbose { Output::Terminal } else { Output::Log(log.clone(), STEP_LIMIT) };
    Ok((step.run)(&Context { repo, output }).unwrap_or_else(|error| Outcome::Failed(format!("{error:#}"))))
}

/// The steps that the options ask for, in order.
fn choose(options: &Options) -> Vec<&'static Step> {
    if options.quick {
        return STEPS.iter().filter(|step| step.is_quick).collect();
    }
    if options.only.is_empty() {
        return STEPS.iter().collect();
    }
    let mut wanted: Vec<&str> = options.only.iter().map(String::as_str).collect();
    // A step stands after what it needs, so one pass from the end finds everything.
    for step in STEPS.iter().rev() {
        if wanted.contains(&step.name) {
            wanted.extend(step.after);
        }
    }
    STEPS.iter().filter(|step| wanted.contains(&step.name)).collect()
}

/// Returns the step that this one needs and that did not pass.
fn blocker(step: &Step, done: &[Line]) -> Option<&'static str> {
    done.iter()
        .find(|line| step.after.contains(&line.name) && line.outcome != Outcome::Passed)
        .map(|line| line.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(quick: bool, only: &[&str]) -> Vec<&'static str> {
        let only = only.iter().map(ToString::to_string).collect();
        choose(&Options { quick, only, verbose: false }).iter().map(|step| step.name).collect()
    }

    #[test]
    fn every_step_stands_after_what_it_needs() {
        for (index, step) in STEPS.iter().enumerate() {
            for needed in step.after {
                let at = STEPS.iter().position(|other| other.name == *needed);
                assert!(at.is_some_and(|at| at < index), "{} needs {needed}", step.name);
            }
        }
    }

    #[test]
    fn one_step_brings_what_it_needs() {
        assert_eq!(names(false, &["fmt"]), ["fmt"]);
        assert_eq!(names(false, &["ui-types"]), ["ui-install", "ui-types"]);
        assert_eq!(
            names(false, &["e2e-window"]),
            ["ui-install", "ui-build", "e2e-install", "build", "e2e-window"]
        );
    }

    #[test]
    fn the_quick_run_needs_no_step_outside_of_it() {
        let quick = names(true, &[]);
        for step in STEPS.iter().filter(|step| step.is_quick) {
            assert!(step.after.iter().all(|needed| quick.contains(needed)), "{}", step.name);
        }
    }

    #[test]
    fn a_failed_or_skipped_need_blocks() {
        let line = |outcome| Line { name: "ui-install", outcome, took: Duration::ZERO };
        let step = STEPS.iter().find(|step| step.name == "ui-types").unwrap();
        assert_eq!(blocker(step, &[line(Outcome::Passed)]), None);
        assert_eq!(blocker(step, &[line(Outcome::Failed(String::new()))]), Some("ui-install"));
        assert_eq!(blocker(step, &[line(Outcome::Skipped(String::new()))]), Some("ui-install"));
    }
}
