//! The search languages of MLflow for traces and experiments: one grammar, one typed tree, errors with their position.
//!
//! A filter is clauses joined by `AND`; a clause is `identifier operator value`, `identifier [NOT] IN (list)` or
//! `identifier IS [NOT] NULL`. An identifier is split at its first dot; keys may be quoted with backticks or double quotes. What
//! each language makes of identifiers is in [`trace`] and [`experiment`]; messages are MLflow's. `store` compiles the tree to SQL,
//! [`evaluate`] says for one trace or experiment in memory what the SQL must say.

pub mod assist;
mod clause;
mod error;
pub mod evaluate;
pub mod experiment;
mod lexer;
pub mod metrics;
mod order;
mod pattern;
pub mod query;
pub mod trace;

pub use error::FilterError;
pub use order::Direction;
pub use pattern::{Like, Regexp};

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberOp {
    /// `=`
    Eq,
    /// `!=`
    NotEq,
    /// `>`
    Greater,
    /// `>=`
    GreaterEq,
    /// `<`
    Less,
    /// `<=`
    LessEq,
}

impl NumberOp {
    /// Whether it holds.
    #[expect(clippy::float_cmp, reason = "the language compares for exact equality")]
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Eq => left == right,
            Self::NotEq => left != right,
            Self::Greater => left > right,
            Self::GreaterEq => left >= right,
            Self::Less => left < right,
            Self::LessEq => left <= right,
        }
    }

    /// Returns it as written, which is SQL's way too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::NotEq => "!=",
            Self::Greater => ">",
            Self::GreaterEq => ">=",
            Self::Less => "<",
            Self::LessEq => "<=",
        }
    }
}

/// What is asked of a number that is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberTest {
    /// The comparison.
    pub op: NumberOp,
    /// With what.
    pub value: f64,
}

impl NumberTest {
    /// Whether a number passes.
    pub fn matches(&self, number: f64) -> bool {
        self.op.holds(number, self.value)
    }
}

/// What is asked of a text that is there.
#[derive(Debug, Clone, PartialEq)]
pub enum TextTest {
    /// It is this.
    Eq(String),
    /// It is not this.
    NotEq(String),
    /// It is one of these.
    In(Vec<String>),
    /// It is none of these.
    NotIn(Vec<String>),
    /// `LIKE` or `ILIKE`.
    Like(Like),
    /// `RLIKE`.
    Regexp(Regexp),
}

impl TextTest {
    /// Whether a text passes.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::Eq(wanted) => text == wanted,
            Self::NotEq(other) => text != other,
            Self::In(list) => list.iter().any(|item| item == text),
            Self::NotIn(list) => list.iter().all(|item| item != text),
            Self::Like(pattern) => pattern.matches(text),
            Self::Regexp(pattern) => pattern.matches(text),
        }
    }
}

/// What is asked of a text that may be absent.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldTest {
    /// It is absent.
    IsNull,
    /// It is there.
    IsNotNull,
    /// It is there and passes.
    Text(TextTest),
}

impl FieldTest {
    /// Whether a text, or its absence, passes.
    pub fn matches(&self, text: Option<&str>) -> bool {
        match self {
            Self::IsNull => text.is_none(),
            Self::IsNotNull => text.is_some(),
            Self::Text(test) => text.is_some_and(|text| test.matches(text)),
        }
    }
}

#[cfg(test)]
mod tests;
