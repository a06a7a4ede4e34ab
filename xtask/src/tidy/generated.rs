//! Whether the committed generated files are what their sources make today.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Violation;
use crate::codegen::{self, OPENAPI, SCHEMA};
use crate::process::{self, Output};
use crate::repo::Repo;
use crate::ui;

/// Makes both files anew and compares. The tree is left as it was.
pub fn check(repo: &Repo, binary: &Path, output: &Output) -> Result<Vec<Violation>> {
    let document = codegen::openapi(binary)?;
    let committed = fs::read_to_string(repo.path(OPENAPI)).unwrap_or_default();
    let mut violations: Vec<Violation> = stale(OPENAPI, &committed, &document).into_iter().collect();

    let committed = fs::read_to_string(repo.path(SCHEMA)).unwrap_or_default();
    process::run(ui::npm(repo, "ui", &["run", "--silent", "codegen"]), output)?;
    let made = fs::read_to_string(repo.path(SCHEMA))?;
    fs::write(repo.path(SCHEMA), &committed)?;
    violations.extend(stale(SCHEMA, &committed, &made));
    Ok(violations)
}

fn stale(file: &str, committed: &str, made: &str) -> Option<Violation> {
    (committed.trim_end() != made.trim_end()).then(|| Violation {
        place: file.to_owned(),
        problem: "is not what its source makes".into(),
        cure: "run `cargo xtask codegen` and commit the result".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_stale_and_a_last_line_break_is_not() {
        assert_eq!(stale("a", "{}\n", "{}"), None);
        assert!(stale("a", "{}", "{\"paths\":{}}").is_some());
        assert!(stale("a", "", "{}").is_some());
    }
}
