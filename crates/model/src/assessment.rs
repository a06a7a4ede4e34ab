//! Assessments of traces and spans: feedback, expectations, issues.

use std::collections::BTreeMap;

use crate::UnixNanos;

/// A judgement about a trace, one of its spans, or its session.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// `a-` and 32 hex digits, unless the client chose another.
    pub assessment_id: String,
    /// What is judged: `correctness`, say.
    pub name: String,
    /// The span that it is about, as the client wrote it.
    pub span_id: Option<String>,
    /// Who or what judged: `HUMAN`, `LLM_JUDGE`, `CODE` or any other word.
    pub source_type: String,
    /// Which of them.
    pub source_id: Option<String>,
    /// When it was made.
    pub create_time: UnixNanos,
    /// When it was last changed.
    pub last_update_time: UnixNanos,
    /// What it says.
    pub value: AssessmentValue,
    /// Why.
    pub rationale: Option<String>,
    /// Further facts.
    pub metadata: BTreeMap<String, String>,
    /// The assessment that it stands in for, which is not valid meanwhile.
    pub overrides: Option<String>,
    /// Whether no other stands in for it.
    pub is_valid: bool,
}

/// What an assessment says. Values are JSON texts, as Python writes them.
#[derive(Debug, Clone, PartialEq)]
pub enum AssessmentValue {
    /// A judgement of what happened.
    Feedback {
        /// The judgement; absent if only an error is known.
        value: Option<String>,
        /// Why there is no judgement: a JSON object.
        error: Option<String>,
        /// The value if it is a finite number.
        number: Option<f64>,
    },
    /// What should have happened.
    Expectation {
        /// It.
        value: String,
        /// The value if it is a finite number.
        number: Option<f64>,
    },
    /// A known issue; its id is the name of the assessment.
    Issue {
        /// What people call it.
        issue_name: Option<String>,
    },
}

impl AssessmentValue {
    /// Returns MLflow's word for the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Feedback { .. } => "feedback",
            Self::Expectation { .. } => "expectation",
            Self::Issue { .. } => "issue",
        }
    }
}
