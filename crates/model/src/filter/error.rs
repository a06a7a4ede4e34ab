//! Why a filter or an order is refused, and where.

use std::ops::Range;

/// A refused filter or order. The message is MLflow's; the place is for those who show the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// What is wrong.
    pub message: String,
    /// Which bytes of the text it is about.
    pub at: Range<usize>,
}

impl FilterError {
    pub(super) fn new(message: impl Into<String>, at: Range<usize>) -> Self {
        Self { message: message.into(), at }
    }
}

/// Writes names as Python prints a set, in the order given.
pub(super) fn set_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    format!("{{{}}}", quoted.join(", "))
}

/// Writes a text as Python's `repr` does: in single quotes, or in double ones if it has single quotes alone.
pub(super) fn python_text(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            _ if character == quote => shown.extend(['\\', character]),
            _ => shown.push(character),
        }
    }
    shown.push(quote);
    shown
}
