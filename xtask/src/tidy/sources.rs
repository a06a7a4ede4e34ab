//! What every source file owes its reader: a first line on its job, a bounded length, a name that says something.

use std::path::Path;

use anyhow::{Context as _, Result};
use xshell::cmd;

use super::Violation;
use crate::repo::Repo;

/// Lines above which a file is split, or stands in `LONG_FILES` with its reason.
const MOST_LINES: usize = 600;

/// Files that are longer, each with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// What counts as a source file.
const SOURCES: &[&str] = &["rs", "ts", "tsx", "js", "mjs", "css", "py", "sh", "sql"];

/// Names that gather unrelated things.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "manager", "managers", "misc"];

/// Folders of generated sources.
const GENERATED: &[&str] = &["ui/src/api/gen/"];

/// Checks all files that git knows or would add.
pub fn check(repo: &Repo) -> Result<Vec<Violation>> {
    let files = cmd!(repo.shell, "git ls-files --cached --others --exclude-standard").quiet().read()?;
    let mut violations = Vec::new();
    for file in files.lines().filter(|file| is_source(file) && repo.path(file).is_file()) {
        let text = std::fs::read_to_string(repo.path(file)).with_context(|| format!("cannot read {file}"))?;
        violations.extend(violations_of(file, &text, LONG_FILES));
    }
    for (file, _) in LONG_FILES.iter().filter(|(file, _)| !repo.path(file).is_file()) {
        violations.push(Violation {
            place: (*file).to_owned(),
            problem: "is in the list of long files, but does not exist".into(),
            cure: "take it off LONG_FILES in xtask/src/tidy/sources.rs".into(),
        });
    }
    Ok(violations)
}

fn is_source(file: &str) -> bool {
    let extension = Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default();
    SOURCES.contains(&extension) && !GENERATED.iter().any(|folder| file.starts_with(folder))
}

fn violations_of(file: &str, text: &str, long_files: &[(&str, &str)]) -> Vec<Violation> {
    let place = || file.to_owned();
    let mut violations = Vec::new();
    let n_lines = text.lines().count();
    let is_listed = long_files.iter().any(|(long, _)| *long == file);
    if n_lines > MOST_LINES && !is_listed {
        violations.push(Violation {
            place: place(),
            problem: format!("has {n_lines} lines; {MOST_LINES} are the most"),
            cure: "split it by topic, or list it with its reason in LONG_FILES in xtask/src/tidy/sources.rs"
                .into(),
        });
    }
    if n_lines <= MOST_LINES && is_listed {
        violations.push(Violation {
            place: place(),
            problem: format!("is in the list of long files, but has only {n_lines} lines"),
            cure: "take it off LONG_FILES in xtask/src/tidy/sources.rs".into(),
        });
    }
    let path = Path::new(file);
    if path.extension().is_some_and(|e| e == "rs") && !text.starts_with("//! ") {
        violations.push(Violation {
            place: place(),
            problem: "does not open with a `//!` line".into(),
            cure: "open it with one sentence on the job of this module".into(),
        });
    }
    let names = path.components().map(|part| part.as_os_str().to_string_lossy().to_lowercase());
    for name in names {
        let stem = name.split('.').next().unwrap_or_default();
        if EMPTY_NAMES.contains(&stem) {
            violations.push(Violation {
                place: place(),
                problem: format!("`{stem}` says nothing about what is in it"),
                cure: "name it after its one job".into(),
            });
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_file(file: &str, text: &str, expected: &str) {
        let found: Vec<String> = violations_of(file, text, &[("crates/a/src/listed.rs", "a table")])
            .into_iter()
            .map(|violation| violation.problem)
            .collect();
        assert_eq!(found.is_empty(), expected.is_empty(), "{file}: {found:?}");
        assert!(found.join("; ").contains(expected), "{file}: {found:?}");
    }

    #[test]
    fn long_files_are_split_or_listed() {
        let lines = |n: usize| format!("//! A job.\n{}", "x\n".repeat(n - 1));
        check_file("crates/a/src/b.rs", &lines(600), "");
        check_file("crates/a/src/b.rs", &lines(601), "has 601 lines");
        check_file("ui/src/app/b.tsx", &lines(601), "has 601 lines");
        check_file("crates/a/src/listed.rs", &lines(601), "");
        check_file("crates/a/src/listed.rs", &lines(600), "has only 600 lines");
    }

    #[test]
    fn a_module_says_its_job_first() {
        check_file("crates/a/src/b.rs", "//! A job.\n", "");
        check_file("crates/a/src/b.rs", "use std::fs;\n//! Too late.\n", "does not open with");
        check_file("crates/a/src/b.rs", "", "does not open with");
        check_file("ui/src/app/b.ts", "export const a = 1;\n", "");
    }

    #[test]
    fn names_say_something() {
        check_file("ui/src/utils/format.ts", "", "`utils` says nothing");
        check_file("ui/src/base/helpers.test.ts", "", "`helpers` says nothing");
        check_file("crates/a/src/util.rs", "//! A job.\n", "`util` says nothing");
        check_file("ui/src/base/utility-rates.ts", "", "");
    }

    #[test]
    fn generated_and_binary_files_are_left_out() {
        assert!(is_source("ui/src/app/router.tsx"));
        assert!(!is_source("ui/src/api/gen/schema.ts"));
        assert!(!is_source("src-tauri/icons/icon.png"));
        assert!(!is_source("Cargo.lock"));
    }
}
