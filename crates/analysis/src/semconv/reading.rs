//! The attributes of one span that conventions own, found by key in one step.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use model::{AnyValue, Attribute};
use serde_json::Value;

use super::Rule;
use super::structure::{scalar_text, structured, unflattened};
use super::tables::{BARE_KEYS, PREFIXES, Table};
use crate::plain::{decoded, plain};

/// Text that stands for what was not to be recorded.
const REDACTED: [&str; 5] = ["<REDACTED>", "[REDACTED]", "[hidden]", "__REDACTED__", "REDACTED"];

/// Up to this many attributes are searched through one by one.
const FEW_ATTRIBUTES: usize = 24;

/// Attributes by key; the last of a repeated key wins.
///
/// Some hundred keys are asked for of every span that arrives, and hardly any of them is there: most are told by their length and
/// two of their letters.
pub(super) struct Reading<'a> {
    attributes: &'a [Attribute],
    /// `service.name` of the sender, if it is known.
    service: Option<&'a str>,
    /// Name of the span's scope, if it is known.
    scope: Option<&'a str>,
    /// A bit for the [`mark`] of each key.
    marks: [u64; 4],
    /// Where there are more than a few.
    by_key: Option<HashMap<&'a str, &'a AnyValue, RandomState>>,
}

/// Returns a number below 256 that most keys of one span do not share: word of a bit, and the bit.
#[inline]
fn mark(key: &str) -> (usize, u64) {
    let bytes = key.as_bytes();
    let letter = |at: usize| usize::from(bytes.get(at).copied().unwrap_or_default());
    let mark = key.len() + 37 * letter(key.len() / 2) + 11 * letter(key.len().saturating_sub(1));
    (mark / 64 % 4, 1 << (mark % 64))
}

/// Whether some convention owns a key.
pub(super) fn is_owned(key: &str) -> bool {
    // Asked for every attribute of every span: most keys differ from a prefix in their first byte.
    let Some(first) = key.as_bytes().first() else { return false };
    let begins = |prefix: &str| prefix.as_bytes().first() == Some(first) && key.starts_with(prefix);
    PREFIXES.iter().any(|prefix| begins(prefix)) || BARE_KEYS.contains(&key)
}

impl<'a> Reading<'a> {
    pub(super) fn new(attributes: &'a [Attribute]) -> Self {
        let mut marks = [0; 4];
        for attribute in attributes {
            let (word, bit) = mark(&attribute.key);
            marks[word] |= bit;
        }
        let by_key = (attributes.len() > FEW_ATTRIBUTES)
            .then(|| attributes.iter().map(|attribute| (attribute.key.as_str(), &attribute.value)).collect());
        Self { attributes, service: None, scope: None, marks, by_key }
    }

    pub(super) fn sent_by(self, service: Option<&'a str>) -> Self {
        Self { service, ..self }
    }

    pub(super) fn in_scope(self, scope: Option<&'a str>) -> Self {
        Self { scope, ..self }
    }

    pub(super) fn scope(&self) -> Option<&'a str> {
        self.scope
    }

    pub(super) fn attributes(&self) -> &'a [Attribute] {
        self.attributes
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn has_prefix(&self, prefix: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute.key.starts_with(prefix))
    }

    /// Returns a value as it came.
    #[inline]
    pub(super) fn get(&self, key: &str) -> Option<&'a AnyValue> {
        let (word, bit) = mark(key);
        if self.marks[word] & bit == 0 {
            return None;
        }
        match &self.by_key {
            Some(by_key) => by_key.get(key).copied(),
            None => Some(&self.attributes.iter().rfind(|attribute| attribute.key == key)?.value),
        }
    }

    /// Returns a value as MLflow stores it.
    pub(super) fn decoded(&self, key: &str) -> Option<Value> {
        Some(decoded(self.get(key)?))
    }

    /// Returns a value as it is, JSON texts unparsed; nothing for an empty or redacted one.
    pub(super) fn raw(&self, key: &str) -> Option<Value> {
        match self.get(key)? {
            AnyValue::Empty => None,
            AnyValue::String(text) if text.is_empty() || REDACTED.contains(&text.as_str()) => None,
            other => Some(plain(other)),
        }
    }

    /// Returns a value with the structure that its text may hold; nothing for `{}`, `[]` and the like, which mean "see elsewhere".
    pub(super) fn value(&self, key: &str) -> Option<Value> {
        let value = structured(&self.raw(key)?);
        let is_empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(object) => object.is_empty(),
            _ => false,
        };
        (!is_empty).then_some(value)
    }

    /// Returns a text or a number as text; one layer of quotes is taken off, as MLflow and Langfuse add it.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let value = decoded(self.get(key)?);
        scalar_text(&value).filter(|text| !REDACTED.contains(&text.as_str()))
    }

    /// Returns a whole number: sent as one, as a float, as text, or wrapped as `{"intValue": …}`.
    pub(super) fn count(&self, key: &str) -> Option<i64> {
        let value = decoded(self.get(key)?);
        let value = value.get("intValue").unwrap_or(&value);
        super::count_of(value).filter(|count| *count >= 0)
    }

    pub(super) fn first_text(&self, table: Table) -> Option<(Rule, String)> {
        table.iter().find_map(|(rule, key)| {
            let text = self.text(key)?;
            self.speaks(*rule).then_some((*rule, text))
        })
    }

    /// Returns the first value of a table, as [`Reading::value`] does.
    pub(super) fn first_value(&self, table: Table) -> Option<Value> {
        table.iter().find_map(|(rule, key)| self.value(key).filter(|_| self.speaks(*rule)))
    }

    /// Whether keys that belong to a convention by its word alone are meant so here: those of Claude Code, VoltAgent and OpenRouter
    /// have no prefix of their own, and all three name the type of a span `span.type`.
    pub(super) fn speaks(&self, rule: Rule) -> bool {
        let is_volt_agent = || self.has("entity.type") || self.has_prefix("voltagent.");
        match rule {
            Rule::ClaudeCode => self.has("span.type") && !is_volt_agent() && !self.is_open_router(),
            Rule::VoltAgent => is_volt_agent(),
            Rule::OpenRouter => self.is_open_router(),
            _ => true,
        }
    }

    fn is_open_router(&self) -> bool {
        self.service == Some("openrouter") || self.has_prefix("trace.metadata.openrouter.")
    }

    /// Returns everything below a prefix as one value; a text at the prefix itself is read as JSON.
    pub(super) fn indexed(&self, prefix: &str) -> Option<Value> {
        let below = self.attributes.iter().filter_map(|attribute| {
            let key = attribute.key.strip_prefix(prefix)?.strip_prefix('.')?;
            Some((key, plain(&attribute.value)))
        });
        let mut below = below.peekable();
        if below.peek().is_some() {
            return Some(unflattened(below));
        }
        self.value(prefix)
    }

    pub(super) fn redacted(&self) -> bool {
        let is_redacted =
            |value: &AnyValue| matches!(value, AnyValue::String(text) if REDACTED.contains(&text.as_str()));
        self.attributes.iter().any(|attribute| is_redacted(&attribute.value))
    }
}
