//! Which crate may import which: the table of ARCHITECTURE.md against what `cargo metadata` says.

use anyhow::{Context as _, Result};
use serde_json::Value;
use xshell::cmd;

use super::Violation;
use crate::repo::Repo;

/// Our crates, and which of ours each may import. A new crate or arrow is a change of architecture: it needs a decision record.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("proto", &["model"]),
    ("analysis", &["model"]),
    ("store", &["model", "proto"]),
    ("ingest", &["model", "analysis", "store"]),
    ("mlflow", &["model", "proto", "analysis", "store", "ingest"]),
    ("server", &["model", "proto", "analysis", "store", "ingest", "mlflow"]),
    ("cli", &["server", "proto", "analysis"]),
    ("traceloupe-desktop", &["server", "cli"]),
    ("testkit", &["model"]),
    ("tests", &["model", "proto", "server"]),
    ("benches", &["model", "proto", "analysis", "store", "ingest", "mlflow"]),
    ("xtask", &[]),
];

/// Imported by tests only, and by any crate but the one that it imports itself.
const TEST_CRATE: (&str, &str) = ("testkit", "model");

/// Libraries with one owner (a name, or a family by its prefix with `*`), so that a change of library stays in one place.
const OWNED: &[(&str, &[&str])] = &[
    // The benches measure the raw limit of SQLite and look into the file.
    ("rusqlite", &["store", "benches"]),
    ("opentelemetry-proto", &["proto"]),
    ("prost", &["proto"]),
    ("axum*", &["mlflow", "server"]),
    ("tonic*", &["mlflow", "server"]),
    ("tauri*", &["traceloupe-desktop"]),
    ("gtk*", &["traceloupe-desktop"]),
    ("webkit2gtk*", &["traceloupe-desktop"]),
    ("clap", &["cli", "traceloupe-desktop", "benches", "xtask"]),
];

/// An import as Cargo.toml states it.
#[derive(Debug)]
struct Import {
    importer: String,
    imported: String,
    is_for_tests: bool,
}

/// Checks all crates of the workspace.
pub fn check(repo: &Repo) -> Result<Vec<Violation>> {
    let metadata = cmd!(repo.shell, "cargo metadata --no-deps --format-version 1 --quiet").quiet().read()?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let (crates, imports) = read(&metadata).context("cargo metadata has an unknown form")?;
    Ok(violations(&crates, &imports))
}

fn read(metadata: &Value) -> Option<(Vec<String>, Vec<Import>)> {
    let mut crates = Vec::new();
    let mut imports = Vec::new();
    for package in metadata["packages"].as_array()? {
        let importer = package["name"].as_str()?;
        crates.push(importer.to_owned());
        for dependency in package["dependencies"].as_array()? {
            imports.push(Import {
                importer: importer.to_owned(),
                imported: dependency["name"].as_str()?.to_owned(),
                is_for_tests: dependency["kind"].as_str() == Some("dev"),
            });
        }
    }
    Some((crates, imports))
}

fn violations(crates: &[String], imports: &[Import]) -> Vec<Violation> {
    let unknown = crates.iter().filter(|name| allowed(name).is_none()).map(|name| Violation {
        place: format!("crate {name}"),
        problem: "not in the table of crates".into(),
        cure: "add it to ARCHITECTURE.md and to xtask/src/tidy/arrows.rs, with a decision record".into(),
    });
    unknown.chain(imports.iter().filter_map(|import| violation(crates, import))).collect()
}

fn violation(crates: &[String], import: &Import) -> Option<Violation> {
    let Import { importer, imported, is_for_tests } = import;
    let place = format!("crate {importer}");
    if crates.contains(imported) {
        if imported == TEST_CRATE.0 {
            let problem = match (*is_for_tests, importer == TEST_CRATE.1) {
                (true, false) => return None,
                (true, true) => {
                    format!("`{imported}` imports `{importer}`, so its unit tests would meet it twice")
                }
                (false, _) => format!("`{imported}` is for tests only"),
            };
            return Some(Violation {
                place,
                problem,
                cure: "make it a dev-dependency of the crate above".into(),
            });
        }
        // An unknown importer is reported once, as a crate.
        let is_allowed = allowed(importer).is_none_or(|names| names.contains(&imported.as_str()));
        return (!is_allowed).then(|| Violation {
            place,
            problem: format!("must not import `{imported}`"),
            cure: "move the code to a crate that may, or change ARCHITECTURE.md and this table with a decision record".into(),
        });
    }
    let (_, owners) = OWNED.iter().find(|(family, _)| is_in_family(imported, family))?;
    (!owners.contains(&importer.as_str())).then(|| Violation {
        place,
        problem: format!("must not import `{imported}`, which belongs to {}", owners.join(", ")),
        cure: "call the owner instead, or change ARCHITECTURE.md and this table with a decision record"
            .into(),
    })
}

fn allowed(importer: &str) -> Option<&'static [&'static str]> {
    MAY_IMPORT.iter().find(|(name, _)| *name == importer).map(|(_, allowed)| *allowed)
}

fn is_in_family(name: &str, family: &str) -> bool {
    match family.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == family || name.strip_prefix(family).is_some_and(|rest| rest.starts_with('-')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(importer, imported, is_for_tests)`, and what is said about it; empty for nothing.
    fn check_import(importer: &str, imported: &str, is_for_tests: bool, expected: &str) {
        let crates: Vec<String> = MAY_IMPORT.iter().map(|(name, _)| (*name).to_owned()).collect();
        let import = Import { importer: importer.into(), imported: imported.into(), is_for_tests };
        let found = violation(&crates, &import).map(|v| v.problem).unwrap_or_default();
        assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{import:?}: {found:?}");
    }

    #[test]
    fn arrows_point_down() {
        check_import("server", "mlflow", false, "");
        check_import("cli", "server", false, "");
        check_import("model", "proto", false, "must not import `proto`");
        check_import("ingest", "proto", false, "must not import `proto`");
        check_import("store", "ingest", false, "must not import `ingest`");
        check_import("server", "cli", false, "must not import `cli`");
        check_import("traceloupe-desktop", "store", false, "must not import `store`");
        check_import("proto", "server", true, "must not import `server`");
    }

    #[test]
    fn the_test_crate_is_for_tests() {
        check_import("store", "testkit", true, "");
        check_import("store", "testkit", false, "is for tests only");
        check_import("model", "testkit", true, "would meet it twice");
    }

    #[test]
    fn libraries_have_owners() {
        check_import("store", "rusqlite", false, "");
        check_import("server", "rusqlite", false, "belongs to store");
        check_import("tests", "rusqlite", true, "belongs to store");
        check_import("server", "opentelemetry-proto", false, "belongs to proto");
        check_import("ingest", "prost-types", false, "belongs to proto");
        check_import("cli", "axum-extra", false, "belongs to mlflow, server");
        check_import("cli", "tauri-plugin-opener", false, "belongs to traceloupe-desktop");
        check_import("server", "serde", false, "");
    }

    #[test]
    fn a_new_crate_must_be_in_the_table() {
        let found = violations(&["extras".to_owned()], &[]);
        assert_eq!(found.len(), 1);
        assert!(found[0].problem.contains("not in the table"));
    }

    #[test]
    fn metadata_is_read_with_its_kinds() {
        let metadata = serde_json::json!({"packages": [{"name": "a", "dependencies": [
            {"name": "b", "kind": null}, {"name": "c", "kind": "dev"}, {"name": "d", "kind": "build"}]}]});
        let (crates, imports) = read(&metadata).unwrap();
        assert_eq!(crates, ["a"]);
        let kinds: Vec<(&str, bool)> =
            imports.iter().map(|i| (i.imported.as_str(), i.is_for_tests)).collect();
        assert_eq!(kinds, [("b", false), ("c", true), ("d", false)]);
        assert!(read(&serde_json::json!({})).is_none());
    }
}
