//! Messages of the query bar.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a part of a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueryPartKind {
    /// The left-hand side of a comparison.
    Key,
    /// An operator.
    Operator,
    /// A text to compare with.
    Text,
    /// A number to compare with, or its unit.
    Number,
    /// `AND`.
    And,
    /// Text to search for as it is.
    Plain,
    /// Anything else.
    Other,
}

/// A part of a query. Places are UTF-16 code units, as JavaScript counts them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryPart {
    /// What it is.
    pub kind: QueryPartKind,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// Why a query is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryError {
    /// What is wrong.
    pub message: String,
    /// How to mend it, if the place tells.
    pub hint: Option<String>,
    /// Where what is wrong begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// Something that may stand at the caret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suggestion {
    /// What people see.
    pub label: String,
    /// What goes into the query, quoted if it must be.
    pub insert: String,
    /// What it is, in a few words.
    pub detail: String,
    /// In how many of the newest traces or spans it is, if that is known.
    pub n: Option<u64>,
}

/// What a query bar shows of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryReading {
    /// Its parts in order.
    pub parts: Vec<QueryPart>,
    /// Why it is refused.
    pub error: Option<QueryError>,
    /// What may stand at the caret, best first, 50 at most.
    pub suggestions: Vec<Suggestion>,
    /// Where what a suggestion replaces begins.
    pub replace_start: usize,
    /// Where it ends.
    pub replace_end: usize,
}
