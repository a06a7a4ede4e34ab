//! Whether the docs mention every flag, environment variable, setting and route that the binary has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::Violation;
use crate::codegen::OPENAPI;
use crate::repo::Repo;

const SETTINGS_DOC: &str = "docs/settings.md";
const API_DOC: &str = "docs/api.md";

/// Flags that clap adds by itself and everybody knows.
const KNOWN_FLAGS: &[&str] = &["--help", "--version"];

/// Asks the binary for its words and looks for each in the docs.
pub fn check(repo: &Repo, binary: &Path) -> Result<Vec<Violation>> {
    let mut words = BTreeSet::new();
    let help = ask(binary, &["--help"])?;
    words.extend(flags(&help));
    for command in subcommands(&help) {
        words.insert(command.clone());
        words.extend(flags(&ask(binary, &[&command, "--help"])?));
    }
    let keys = setting_keys(&ask(binary, &["serve", "--print-config"])?);
    ensure!(!keys.is_empty(), "`traceloupe serve --print-config` shows no settings");
    words.extend(keys.iter().map(|key| variable(key)));
    words.extend(keys);
    let mut violations = missing(SETTINGS_DOC, &read_doc(repo, SETTINGS_DOC), &words);

    let document: Value = serde_json::from_str(&fs::read_to_string(repo.path(OPENAPI))?)?;
    let routes = routes(&document).context("the OpenAPI document has no paths")?;
    violations.extend(missing(API_DOC, &read_doc(repo, API_DOC), &routes));
    Ok(violations)
}

fn ask(binary: &Path, args: &[&str]) -> Result<String> {
    let output = Command::new(binary).args(args).output().context("cannot start traceloupe")?;
    ensure!(
        output.status.success(),
        "`traceloupe {}` failed: {}",
        args.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// An absent page mentions nothing.
fn read_doc(repo: &Repo, file: &str) -> String {
    fs::read_to_string(repo.path(file)).unwrap_or_default()
}

/// Long flags and environment variables of a help text.
fn flags(help: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in help.lines() {
        let line = line.trim_start();
        if line.starts_with('-') {
            let flag = line.split([' ', ',', '=']).find(|word| word.starts_with("--"));
            found.extend(flag.filter(|flag| !KNOWN_FLAGS.contains(flag)).map(str::to_owned));
        }
        if let Some((_, rest)) = line.split_once("[env: ") {
            found.extend(rest.split(['=', ']']).next().map(str::to_owned));
        }
    }
    found
}

/// Names under `Commands:` in a help text.
fn subcommands(help: &str) -> Vec<String> {
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A command's name is indented by two; a wrapped description by more.
    listed
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Keys of the TOML that `--print-config` shows, with the names of their tables.
fn setting_keys(config: &str) -> BTreeSet<String> {
    let mut table = String::new();
    let mut keys = BTreeSet::new();
    for line in config.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            table = format!("{name}.");
        } else if let Some((key, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            keys.insert(format!("{table}{}", key.trim()));
        }
    }
    keys
}

/// The environment variable of a setting.
fn variable(key: &str) -> String {
    format!("TRACELOUPE_{}", key.replace('.', "_").to_uppercase())
}

/// `METHOD path` of each operation of an OpenAPI document.
fn routes(document: &Value) -> Option<BTreeSet<String>> {
    const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];
    let paths = document["paths"].as_object()?;
    let operations = paths.iter().flat_map(|(path, item)| {
        METHODS
            .iter()
            .filter(|method| item.get(**method).is_some())
            .map(move |m| format!("{} {path}", m.to_uppercase()))
    });
    Some(operations.collect())
}

/// The words that a page does not have. A word counts only as a whole: `--listen` is not mentioned by `--listen-any`.
fn missing(file: &str, text: &str, words: &BTreeSet<String>) -> Vec<Violation> {
    words
        .iter()
        .filter(|word| !mentions(text, word))
        .map(|word| Violation {
            place: file.to_owned(),
            problem: format!("does not mention `{word}`"),
            cure: "say there what it is for, its default and its bounds".into(),
        })
        .collect()
}

fn mentions(text: &str, word: &str) -> bool {
    let continues = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '{');
    text.match_indices(word).any(|(at, _)| {
        let is_start = text[..at].chars().next_back().is_none_or(|c| !continues(c) && c != '.');
        let is_end = text[at + word.len()..].chars().next().is_none_or(|c| !continues(c));
        is_start && is_end
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: &str = "\
Serves traces

Usage: traceloupe [OPTIONS] [COMMAND]

Commands:
  serve    Start the server
           and wait
  openapi  Print the document
  help     Print this message

Options:
  -l, --listen <ADDRESS>  Where to listen [env: TRACELOUPE_LISTEN=127.0.0.1] [default: x --not-a-flag]
      --data-dir <DIR>
          Folder of the database

          [env: TRACELOUPE_DATA_DIR=]
  -h, --help              Print help
";

    fn words(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn words_are_read_from_the_help() {
        assert_eq!(
            flags(HELP),
            words(&["--listen", "--data-dir", "TRACELOUPE_LISTEN", "TRACELOUPE_DATA_DIR"])
        );
        assert_eq!(subcommands(HELP), ["serve", "openapi"]);
    }

    #[test]
    fn keys_are_read_with_their_tables() {
        let config = "# from flags\nlisten = \"a\"  # default\n[limits]\nbody_bytes = 1\n# unset = 2\n";
        assert_eq!(setting_keys(config), words(&["listen", "limits.body_bytes"]));
    }

    #[test]
    fn a_setting_has_a_variable() {
        assert_eq!(variable("otlp_http"), "TRACELOUPE_OTLP_HTTP");
        assert_eq!(variable("limits.body_bytes"), "TRACELOUPE_LIMITS_BODY_BYTES");
    }

    #[test]
    fn routes_are_read_with_their_methods() {
        let document = serde_json::json!({"paths": {"/a/{id}": {"get": {}, "put": {}, "summary": "x"}, "/b": {"post": {}}}});
        assert_eq!(routes(&document), Some(words(&["GET /a/{id}", "PUT /a/{id}", "POST /b"])));
        assert_eq!(routes(&serde_json::json!({})), None);
    }

    #[test]
    fn a_word_counts_only_as_a_whole() {
        assert!(mentions("| `--listen` | where |", "--listen"));
        assert!(!mentions("| `--listen-any` |", "--listen"));
        assert!(mentions("GET /a/{id}: one", "GET /a/{id}"));
        assert!(!mentions("GET /a/{id}", "GET /a"));
        assert!(!mentions("limits.body_bytes", "body_bytes"));
        assert!(mentions("Set body_bytes.", "body_bytes"));
    }

    #[test]
    fn each_missing_word_is_a_violation() {
        let found = missing(
            "docs/settings.md",
            "`--listen` `--data-dir`",
            &words(&["--listen", "--demo", "TRACELOUPE_X"]),
        );
        let problems: Vec<&str> = found.iter().map(|violation| violation.problem.as_str()).collect();
        assert_eq!(problems, ["does not mention `--demo`", "does not mention `TRACELOUPE_X`"]);
    }
}
