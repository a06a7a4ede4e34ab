//! Makes the bundled price table out of LiteLLM's list of model prices, which is inside its PyPI wheel.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::repo::Repo;

/// Where the table is committed.
const TABLE: &str = "crates/analysis/src/prices/bundled.tsv";

/// Largest table in bytes: everybody downloads it.
const MAX_BYTES: usize = 150_000;

/// Which list to read.
#[derive(clap::Args)]
pub struct Options {
    /// `model_prices_and_context_window_backup.json` of LiteLLM.
    file: PathBuf,
    /// Version of LiteLLM that it comes from.
    #[arg(long)]
    version: String,
    /// Day on which it was taken, YYYY-MM-DD.
    #[arg(long)]
    date: String,
}

/// Prices in pico-dollars per token: input, output, cache read, cache write, reasoning.
type Row = [Option<i64>; 5];

/// Writes the table.
pub fn run(repo: &Repo, options: &Options) -> Result<()> {
    let text = std::fs::read_to_string(&options.file)
        .with_context(|| format!("cannot read {}", options.file.display()))?;
    let list: BTreeMap<String, Value> = serde_json::from_str(&text).context("the list is not JSON")?;
    let rows = rows(&list);
    let mut table = format!(
        "# Model prices in pico-dollars per token: name, input, output, cache read, cache write, reasoning.\n\
         # Compacted by `cargo xtask prices` from the price list of LiteLLM {} (https://github.com/BerriAI/litellm).\n\
         # MIT licence, see LICENSE-litellm beside this file. Taken on {}.\n",
        options.version, options.date
    );
    for (name, row) in &rows {
        let mut line = name.clone();
        for price in row {
            line.push('\t');
            if let Some(price) = price {
                write!(line, "{price}")?;
            }
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    ensure!(table.len() <= MAX_BYTES, "the table has {} bytes; {MAX_BYTES} are the most", table.len());
    std::fs::write(repo.path(TABLE), &table).with_context(|| format!("cannot write {TABLE}"))?;
    println!("{TABLE}: {} models, {} bytes", rows.len(), table.len());
    Ok(())
}

/// Returns the rows that a look-up needs: those that a shorter name would answer alike are left out.
fn rows(list: &BTreeMap<String, Value>) -> BTreeMap<String, Row> {
    // Spans do not tell the region of a data centre in the name of the model.
    let is_regional = |name: &str| name.starts_with("bedrock/") && name.matches('/').count() > 1;
    let all: BTreeMap<String, Row> = list
        .iter()
        .filter(|(name, _)| !is_regional(name))
        .filter_map(|(name, entry)| Some((name.to_ascii_lowercase(), row(entry)?)))
        .collect();
    let is_needed = |name: &str, row: &Row| {
        let shorter = shorter(name);
        !shorter.iter().any(|shorter| all.get(*shorter) == Some(row))
    };
    all.iter().filter(|(name, row)| is_needed(name, row)).map(|(name, row)| (name.clone(), *row)).collect()
}

/// Returns the price of a model of text; nothing for images, speech and what has no price.
fn row(entry: &Value) -> Option<Row> {
    let mode = entry.get("mode").and_then(Value::as_str).unwrap_or("chat");
    if !matches!(mode, "chat" | "responses" | "completion" | "embedding" | "rerank") {
        return None;
    }
    let price = |key: &str| pico(entry.get(key)?.as_f64()?);
    let input = price("input_cost_per_token")?;
    let output = price("output_cost_per_token").unwrap_or(0);
    let is_free = input == 0 && output == 0;
    (!is_free).then(|| {
        [
            Some(input),
            Some(output),
            price("cache_read_input_token_cost"),
            price("cache_creation_input_token_cost"),
            price("output_cost_per_reasoning_token").filter(|reasoning| *reasoning != output),
        ]
    })
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be a price of less than a dollar a token")]
fn pico(dollars: f64) -> Option<i64> {
    (0.0..1.0).contains(&dollars).then_some((dollars * 1e12).round() as i64)
}

/// Returns the shorter names under which a look-up goes on: without the path, without the region, without the date.
fn shorter(name: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in name.match_indices('/') {
        names.push(&name[at + 1..]);
    }
    for region in ["us.", "eu.", "apac.", "global.", "jp.", "au.", "us-gov."] {
        names.extend(name.strip_prefix(region));
    }
    for (at, _) in name.match_indices(['-', '@']) {
        let tail: String = name[at..].chars().filter(|c| !matches!(c, '-' | '@')).collect();
        if tail.len() == 8 && tail.bytes().all(|byte| byte.is_ascii_digit()) {
            names.push(&name[..at]);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_that_a_shorter_name_answers_are_left_out() {
        let price = |dollars: f64| json!({"mode": "chat", "input_cost_per_token": dollars, "output_cost_per_token": dollars});
        let list = BTreeMap::from([
            ("m".to_owned(), price(1e-6)),
            ("m-2024-08-06".to_owned(), price(1e-6)),
            ("m-20240513".to_owned(), price(2e-6)),
            ("a/m".to_owned(), price(1e-6)),
            ("b/m".to_owned(), price(3e-6)),
            ("eu.m".to_owned(), price(1e-6)),
            ("free".to_owned(), price(0.0)),
            ("pictures".to_owned(), json!({"mode": "image_generation", "input_cost_per_token": 1.0})),
        ]);
        let names: Vec<String> = rows(&list).into_keys().collect();
        assert_eq!(names, ["b/m", "m", "m-20240513"]);
    }
}
