//! What models cost: a bundled, dated table, or the user's own entries before it.
//!
//! Prices are whole pico-dollars per token, so that a cost is exact and so is every sum of costs.

use std::collections::HashMap;
use std::sync::OnceLock;

use model::Cost;
use serde_json::Value;

use crate::semconv::Tokens;

/// The bundled table; its first lines tell its source and date. `cargo xtask prices` makes it.
const BUNDLED: &str = include_str!("prices/bundled.tsv");

/// Prices of one model in pico-dollars per token. Without a price of their own, cached tokens cost what others do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Price {
    /// A token sent.
    pub input: i64,
    /// A token received.
    pub output: i64,
    /// A token read from a cache.
    pub cached_read: Option<i64>,
    /// A token written to a cache.
    pub cached_write: Option<i64>,
    /// A reasoning token.
    pub reasoning: Option<i64>,
}

impl Price {
    /// Returns what a call costs; saturates.
    pub fn cost(&self, tokens: &Tokens) -> Cost {
        let times = |count: i64, price: i64| i128::from(count.max(0)) * i128::from(price);
        let narrow = |pico: i128| i64::try_from(pico).unwrap_or(i64::MAX);
        let input = tokens.input.map(|input| {
            let (read, write) = (tokens.cached_read.unwrap_or(0), tokens.cached_write.unwrap_or(0));
            let plain = input.saturating_sub(read).saturating_sub(write);
            times(plain, self.input)
                + times(read, self.cached_read.unwrap_or(self.input))
                + times(write, self.cached_write.unwrap_or(self.input))
        });
        let output = tokens.output.map(|output| {
            let reasoning = tokens.reasoning.unwrap_or(0).min(output);
            times(output.saturating_sub(reasoning), self.output)
                + times(reasoning, self.reasoning.unwrap_or(self.output))
        });
        let total = match (input, output) {
            (None, None) => None,
            (input, output) => Some(narrow(input.unwrap_or(0) + output.unwrap_or(0))),
        };
        Cost { input: input.map(narrow), output: output.map(narrow), total }
    }
}

/// Prices by the name of the model, lower-case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    own: HashMap<String, Price>,
}

impl Prices {
    /// Returns the bundled prices.
    pub fn bundled() -> Self {
        Self::default()
    }

    /// Returns the bundled prices with the user's entries before them.
    ///
    /// The text is a JSON object from names of models to objects with `input` and `output`, and optionally `cached_read`,
    /// `cached_write` and `reasoning`, in dollars per million tokens. The error says which entry is wrong and why.
    pub fn with_user_entries(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let Value::Object(entries) = value else {
            return Err("it must be a JSON object from names of models to prices".to_owned());
        };
        let mut own = HashMap::with_capacity(entries.len());
        for (name, entry) in &entries {
            let price = user_entry(entry).map_err(|reason| format!("entry '{name}': {reason}"))?;
            own.insert(normal(name), price);
        }
        Ok(Self { own })
    }

    /// Finds the price of a model, and the name that it was found by.
    ///
    /// Tries the name with its provider, the name as it is, then without leading path and region, without its date or version.
    pub fn find(&self, model: &str, provider: Option<&str>) -> Option<(String, Price)> {
        let model = normal(model);
        // These are names of a gateway's routes, not of models.
        if model.starts_with("gateway:/") || model.starts_with("endpoints:/") {
            return None;
        }
        let provider = provider.and_then(provider_prefix);
        for name in names(&model) {
            let with_provider = provider.map(|provider| format!("{provider}/{name}"));
            for candidate in with_provider.into_iter().chain([name.to_owned()]) {
                if let Some(price) = self.own.get(&candidate).or_else(|| bundled().get(candidate.as_str())) {
                    return Some((candidate, *price));
                }
            }
        }
        None
    }
}

/// Returns the lines of the bundled table that tell where it comes from.
pub fn source() -> impl Iterator<Item = &'static str> {
    BUNDLED.lines().map_while(|line| line.strip_prefix("# "))
}

fn bundled() -> &'static HashMap<&'static str, Price> {
    static TABLE: OnceLock<HashMap<&'static str, Price>> = OnceLock::new();
    TABLE.get_or_init(|| BUNDLED.lines().filter(|line| !line.starts_with('#')).filter_map(line).collect())
}

fn line(line: &'static str) -> Option<(&'static str, Price)> {
    let mut fields = line.split('\t');
    let name = fields.next()?;
    let mut price = || fields.next().and_then(|field| field.parse().ok());
    Some((
        name,
        Price {
            input: price()?,
            output: price()?,
            cached_read: price(),
            cached_write: price(),
            reasoning: price(),
        },
    ))
}

fn user_entry(entry: &Value) -> Result<Price, String> {
    const FIELDS: [&str; 5] = ["input", "output", "cached_read", "cached_write", "reasoning"];
    let Value::Object(entry) = entry else { return Err("it must be an object".to_owned()) };
    if let Some(unknown) = entry.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(format!("'{unknown}' is not known; known are {}", FIELDS.join(", ")));
    }
    let price = |field: &str| match entry.get(field) {
        None => Ok(None),
        Some(value) => {
            let per_million = value.as_f64().filter(|dollars| *dollars >= 0.0);
            let pico = per_million.and_then(|dollars| Cost::pico_from_dollars(dollars / 1e6));
            pico.map(Some).ok_or_else(|| format!("'{field}' must be dollars per million tokens, 0 or more"))
        }
    };
    let needed = |field: &str| price(field)?.ok_or_else(|| format!("'{field}' is missing"));
    Ok(Price {
        input: needed("input")?,
        output: needed("output")?,
        cached_read: price("cached_read")?,
        cached_write: price("cached_write")?,
        reasoning: price("reasoning")?,
    })
}

fn normal(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// Returns the prefix that the table uses for a provider in any convention's spelling.
fn provider_prefix(provider: &str) -> Option<&'static str> {
    let provider = provider.to_ascii_lowercase();
    let prefixes = [
        ("azure", "azure"),
        ("az.", "azure"),
        ("bedrock", "bedrock"),
        ("vertex", "vertex_ai"),
        ("gemini", "gemini"),
        ("google", "gemini"),
        ("gcp", "gemini"),
        ("groq", "groq"),
        ("mistral", "mistral"),
        ("deepseek", "deepseek"),
        ("openrouter", "openrouter"),
        ("xai", "xai"),
        ("x_ai", "xai"),
        ("together", "together_ai"),
        ("fireworks", "fireworks_ai"),
        ("perplexity", "perplexity"),
        ("cerebras", "cerebras"),
        ("cohere", "cohere"),
        ("deepinfra", "deepinfra"),
        ("watsonx", "watsonx"),
        ("databricks", "databricks"),
        ("ollama", "ollama"),
    ];
    prefixes.into_iter().find(|(word, _)| provider.contains(word)).map(|(_, prefix)| prefix)
}

/// Returns the names to look for, the exact one first: each suffix after a `/`, without region, without date and version.
fn names(model: &str) -> Vec<&str> {
    /// Longest path that a name may have: what is longer is no name of a model.
    const MAX_SEGMENTS: usize = 16;
    let mut paths = vec![model];
    for (at, _) in model.match_indices('/').take(MAX_SEGMENTS) {
        paths.push(&model[at + 1..]);
    }
    if let Some((_, last)) = model.rsplit_once('/') {
        paths.push(last);
    }
    let mut names = Vec::with_capacity(paths.len() * 3);
    for path in paths {
        names.push(path);
        let mut short = path;
        for region in ["us.", "eu.", "apac.", "global.", "jp.", "au.", "us-gov."] {
            short = short.strip_prefix(region).unwrap_or(short);
        }
        names.push(short);
        while let Some(shorter) = without_version(short) {
            names.push(shorter);
            short = shorter;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Takes a date, `-latest` or the like off the end.
fn without_version(name: &str) -> Option<&str> {
    for suffix in ["-latest", ":latest", ":free", ":beta"] {
        if let Some(rest) = name.strip_suffix(suffix) {
            return Some(rest);
        }
    }
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // …-2024-08-06
    if let Some((at, date)) = name.len().checked_sub(11).and_then(|at| Some((at, name.get(at..)?))) {
        let bytes = date.as_bytes();
        if bytes[0] == b'-' && bytes[5] == b'-' && bytes[8] == b'-' && is_digits(&date.replace('-', "")) {
            return Some(&name[..at]);
        }
    }
    // …-20240806, …@20240806, …-0613, …-001
    let at = name.rfind(['-', '@'])?;
    let digits = &name[at + 1..];
    (matches!(digits.len(), 3 | 4 | 8) && is_digits(digits)).then(|| &name[..at])
}

#[cfg(test)]
mod tests;
