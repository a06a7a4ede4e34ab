//! Messages about assessments.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What an assessment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AssessmentKind {
    /// A judgement of what happened.
    Feedback,
    /// What should have happened.
    Expectation,
    /// A known issue; its id is the name.
    Issue,
}

/// One assessment in a cell of the trace list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssessmentCell {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: AssessmentKind,
    /// Its value as JSON text, cut to 100 characters; absent if only an error is known.
    pub value: Option<String>,
}

/// A judgement about a trace, or one of its spans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Assessment {
    /// Its id.
    pub assessment_id: String,
    /// What is judged.
    pub name: String,
    /// What it is.
    pub kind: AssessmentKind,
    /// The span that it is about, 16 hex digits as sent; absent if it is about the trace.
    pub span_id: Option<String>,
    /// Who or what judged: `HUMAN`, `LLM_JUDGE`, `CODE` or any other word.
    pub source_type: String,
    /// Which of them.
    pub source_id: Option<String>,
    /// When it was made, Unix nanoseconds.
    pub create_time_unix_nano: String,
    /// When it was last changed, Unix nanoseconds.
    pub last_update_time_unix_nano: String,
    /// Its value as JSON text; absent if only an error is known. The name of an issue as it is.
    pub value: Option<String>,
    /// Why there is no judgement, as JSON text.
    pub error: Option<String>,
    /// Why.
    pub rationale: Option<String>,
    /// Whether no other stands in for it.
    pub is_valid: bool,
}

/// The assessments of a trace and its spans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssessmentList {
    /// The oldest first.
    pub assessments: Vec<Assessment>,
    /// Names that assessments of the experiment have, the most frequent first, 50 at most.
    pub known_names: Vec<String>,
}

/// An assessment to make; its source is a person at this UI.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewAssessment {
    /// What is judged.
    pub name: String,
    /// `feedback` or `expectation`.
    pub kind: AssessmentKind,
    /// Any JSON value but null.
    #[schema(value_type = Value)]
    pub value: Value,
    /// Why.
    pub rationale: Option<String>,
    /// The span that it is about, 16 hex digits; absent for the trace.
    pub span_id: Option<String>,
}

/// What becomes of an assessment; its kind, its span and its source stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssessmentEdit {
    /// What is judged.
    pub name: String,
    /// Any JSON value but null.
    #[schema(value_type = Value)]
    pub value: Value,
    /// Why; empty takes it away.
    pub rationale: String,
}
