//! The attributes of one span that conventions own, found by key in one step.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use model::{AnyValue, Attribute};
use serde_json::Value;

use super::Rule;
use super::key_marks::KeyMarks;
use super::structure::{scalar_text, structured, unflattened};
use super::tables::{BARE_KEYS, PREFIXES, Table};
use crate::plain::{decoded, plain};

/// Text that stands for what was not to be recorded.
const REDACTED: [&str; 5] = ["<REDACTED>", "[REDACTED]", "[hidden]", "__REDACTED__", "REDACTED"];

/// Up to this many attributes are searched through one by one.
const FEW_ATTRIBUTES: usize = 24;

/// Attributes by key; the last of a repeated key wins.
///
/// Some hundred keys are asked for of every span that arrives, and hardly any of them is there: most are told by their marks.
pub(super) struct Reading<'a> {
    attributes: &'a [Attribute],
    /// `service.name` of the sender, if it is known.
    service: Option<&'a str>,
    /// Name of the span's scope, if it is known.
    scope: Option<&'a str>,
    marks: KeyMarks,
    /// Where there are more than a few.
    by_key: Option<HashMap<&'a str, &'a AnyValue, RandomState>>,
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
        let marks = attributes.iter().fold(KeyMarks::NONE, |marks, attribute| marks.with(&attribute.key));
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
        if self.marks.may_have(key) { self.find(key) } else { None }
    }

    /// Whether any of the keys with these marks can be there.
    pub(super) fn may_have_of(&self, marks: &KeyMarks) -> bool {
        self.marks.may_meet(marks)
    }

    /// Returns the keys of a table, none if none of them is there.
    fn keys_of(&self, table: Table) -> impl Iterator<Item = &'static (Rule, &'static str)> {
        self.may_have_of(table.marks()).then(|| table.iter()).into_iter().flatten()
    }

    // Apart from the look at the marks, so that the latter stands where a key is asked for.
    #[inline(never)]
    fn find(&self, key: &str) -> Option<&'a AnyValue> {
        match &self.by_key {
            Some(by_key) => by_key.get(key).copied(),
            None => Some(&self.attributes.iter().rfind(|attribute| attribute.key == key)?.value),
        }
    }

    /// Returns a value as MLflow stores it.
    #[inline]
    pub(super) fn decoded(&self, key: &str) -> Option<Value> {
        self.get(key).map(decoded)
    }

    /// Returns a value as it is, JSON texts unparsed; nothing for an empty or redacted one.
    #[inline]
    pub(super) fn raw(&self, key: &str) -> Option<Value> {
        self.get(key).and_then(raw)
    }

    /// Returns a value with the structure that its text may hold; nothing for `{}`, `[]` and the like, which mean "see elsewhere".
    #[inline]
    pub(super) fn value(&self, key: &str) -> Option<Value> {
        self.get(key).and_then(value)
    }

    /// Returns a text or a number as text; one layer of quotes is taken off, as MLflow and Langfuse add it.
    #[inline]
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(text)
    }

    /// Returns a whole number: sent as one, as a float, as text, or wrapped as `{"intValue": …}`.
    #[inline]
    pub(super) fn count(&self, key: &str) -> Option<i64> {
        self.get(key).and_then(count)
    }

    pub(super) fn first_text(&self, table: Table) -> Option<(Rule, String)> {
        self.keys_of(table).find_map(|(rule, key)| {
            let text = self.text(key)?;
            self.speaks(*rule).then_some((*rule, text))
        })
    }

    /// Returns the first value of a table, as [`Reading::value`] does.
    pub(super) fn first_value(&self, table: Table) -> Option<Value> {
        self.keys_of(table).find_map(|(rule, key)| self.value(key).filter(|_| self.speaks(*rule)))
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

fn raw(value: &AnyValue) -> Option<Value> {
    match value {
        AnyValue::Empty => None,
        AnyValue::String(text) if text.is_empty() || REDACTED.contains(&text.as_str()) => None,
        other => Some(plain(other)),
    }
}

fn value(value: &AnyValue) -> Option<Value> {
    let value = structured(&raw(value)?);
    let is_empty = match &value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    };
    (!is_empty).then_some(value)
}

fn text(value: &AnyValue) -> Option<String> {
    scalar_text(&decoded(value)).filter(|text| !REDACTED.contains(&text.as_str()))
}

fn count(value: &AnyValue) -> Option<i64> {
    let value = decoded(value);
    let value = value.get("intValue").unwrap_or(&value);
    super::count_of(value).filter(|count| *count >= 0)
}
