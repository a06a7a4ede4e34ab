//! `cargo xtask tidy`: the rules of the repository that no compiler checks, each failure with its cure.

mod arrows;
mod documented;
mod generated;
mod sources;

use std::fmt;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::process::{self, Output};
use crate::repo::Repo;
use crate::{cargo, ui};

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// File, crate, setting or route that breaks it.
    pub place: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub cure: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    → {}", self.place, self.problem, self.cure)
    }
}

/// Checks everything for a person at a terminal.
pub fn run(repo: &Repo) -> Result<ExitCode> {
    ui::install(repo, "ui", &Output::Terminal)?;
    check(repo, &Output::Terminal)?;
    println!("tidy");
    Ok(ExitCode::SUCCESS)
}

/// Checks everything; prints each broken rule and fails if there is one.
pub fn check(repo: &Repo, output: &Output) -> Result<()> {
    // It is asked for its flags, settings and routes.
    let binary = cargo::build_dev(repo, "traceloupe", output)?;
    let mut violations = arrows::check(repo)?;
    violations.extend(sources::check(repo)?);
    violations.extend(generated::check(repo, &binary, output)?);
    violations.extend(documented::check(repo, &binary)?);
    let imports = process::run(ui::npm(repo, "ui", &["run", "--silent", "check:imports"]), output);
    if imports.is_err() {
        violations.push(Violation {
            place: "ui".into(),
            problem: "an import that ARCHITECTURE.md forbids; it is named above".into(),
            cure: "move the code to the folder that may import it".into(),
        });
    }
    for violation in &violations {
        output.print(&violation.to_string())?;
    }
    if !violations.is_empty() {
        bail!("{} of the repository's rules broken", violations.len());
    }
    Ok(())
}
