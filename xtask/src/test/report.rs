//! What a test run says: a line for each step, the log of a failed one, and the table at the end.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

/// How much of a failed step's log is shown; the file has the rest.
const LOG_LINES: usize = 400;

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything in it is as it should be.
    Passed,
    /// Something is not; what went wrong.
    Failed(String),
    /// It could not be done here; why.
    Skipped(String),
}

/// One row of the table.
pub struct Line {
    /// Name of the step.
    pub name: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

impl Line {
    /// Returns how it ended and how long it took, in one line.
    pub fn summary(&self) -> String {
        let seconds = self.took.as_secs_f64();
        match &self.outcome {
            Outcome::Passed => format!("ok       {seconds:7.1} s"),
            Outcome::Failed(reason) => format!("FAILED   {seconds:7.1} s  {reason}"),
            Outcome::Skipped(reason) => format!("skipped  {seconds:7.1} s  {reason}"),
        }
    }
}

/// Prints the end of a failed step's log.
pub fn print_log(log: &Path) -> Result<()> {
    let bytes = fs::read(log)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let n_left_out = lines.len().saturating_sub(LOG_LINES);
    if n_left_out > 0 {
        println!("… {n_left_out} lines before this are in {}", log.display());
    }
    for line in &lines[n_left_out..] {
        println!("  | {line}");
    }
    Ok(())
}

/// Prints how long each step took and, as the last line, how many passed.
pub fn print_table(lines: &[Line]) {
    println!();
    for line in lines {
        println!("{:<14} {}", line.name, line.summary());
    }
    let total: Duration = lines.iter().map(|line| line.took).sum();
    println!("{:<14}          {:7.1} s\n", "total", total.as_secs_f64());
    println!("{}", count(lines));
}

/// The last line, in the form that CI reads.
fn count(lines: &[Line]) -> String {
    let [mut n_passed, mut n_failed, mut n_skipped] = [0; 3];
    for line in lines {
        match line.outcome {
            Outcome::Passed => n_passed += 1,
            Outcome::Failed(_) => n_failed += 1,
            Outcome::Skipped(_) => n_skipped += 1,
        }
    }
    format!("{n_passed} passed, {n_failed} failed, {n_skipped} skipped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_every_kind() {
        let line = |outcome| Line { name: "x", outcome, took: Duration::ZERO };
        let failed = || Outcome::Failed("no".into());
        assert_eq!(count(&[]), "0 passed, 0 failed, 0 skipped");
        let lines =
            [line(Outcome::Passed), line(failed()), line(failed()), line(Outcome::Skipped("mac".into()))];
        assert_eq!(count(&lines), "1 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn a_line_gives_the_reason() {
        let line =
            Line { name: "x", outcome: Outcome::Failed("no".into()), took: Duration::from_millis(1234) };
        assert_eq!(line.summary(), "FAILED       1.2 s  no");
    }
}
