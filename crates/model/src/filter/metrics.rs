//! The filters of `traces/metrics`: one clause each, equality alone.

use super::clause::{Clause, Operand, clauses_named_plainly, unquoted_key};
use super::error::{FilterError, python_text};
use super::trace::{SOURCE_RUN, SpanField, TextField, TraceClause, metadata_field, tag_field};
use super::{FieldTest, TextTest};

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum MetricFilter {
    /// About the trace.
    Trace(TraceClause),
    /// The name, type or status of the span is this.
    Span(SpanField, String),
    /// The name of the assessment is this.
    AssessmentName(String),
    /// The kind of the assessment is this: `feedback`, `expectation` or `issue`.
    AssessmentKind(String),
}

/// What a filter can be about: its first word, and the second ones with whether they need a third.
const ENTITIES: [(&str, &[(&str, bool)]); 3] = [
    ("trace", &[("status", false), ("tag", true), ("metadata", true)]),
    ("span", &[("name", false), ("status", false), ("type", false)]),
    ("assessment", &[("name", false), ("type", false)]),
];

impl MetricFilter {
    /// Parses a filter.
    ///
    /// # Errors
    ///
    /// The text is not one clause of this language; messages are MLflow's.
    pub fn parse(source: &str) -> Result<Self, FilterError> {
        let whole = 0..source.len();
        let parsed = clauses_named_plainly(source)?;
        let [clause] = parsed.as_slice() else {
            let message = if parsed.is_empty() {
                format!("Invalid filter: '{source}'. Expected one filter clause.")
            } else {
                "Invalid clause(s) in filter string: AND".to_owned()
            };
            return Err(FilterError::new(message, whole));
        };
        let (view, entity, key) = target(clause)?;
        if clause.comparator.text != "=" {
            return Err(clause.comparator_error(format!(
                "Invalid comparator: '{}', only '=' operator is supported",
                clause.comparator.text
            )));
        }
        let value = match (&clause.operand, clause.quoted_text()?) {
            (Operand::Token(_), Some(text)) => text.to_owned(),
            _ => {
                return Err(clause.value_error(format!(
                    "Expected a quoted string value for {entity} value (e.g. 'my-value'). Got value {}",
                    clause.value_text()
                )));
            }
        };
        let is = |value: String| FieldTest::Text(TextTest::Eq(value));
        Ok(match (view, entity) {
            ("trace", "status") => Self::Trace(TraceClause::Text(TextField::Status, is(value))),
            ("trace", "tag") => Self::Trace(TraceClause::Text(tag_field(key), is(value))),
            ("trace", _) if key == SOURCE_RUN => Self::Trace(TraceClause::Run(value)),
            ("trace", _) => Self::Trace(TraceClause::Text(metadata_field(key), is(value))),
            ("span", "name") => Self::Span(SpanField::Name, value),
            ("span", "type") => Self::Span(SpanField::Type, value),
            ("span", _) => Self::Span(SpanField::Status, value),
            (_, "name") => Self::AssessmentName(value),
            _ => Self::AssessmentKind(value),
        })
    }
}

/// Splits the identifier of a clause into what it is about.
fn target<'t>(clause: &Clause<'t>) -> Result<(&'t str, &'t str, &'t str), FilterError> {
    let refused = |message: String| FilterError::new(message, clause.identifier.at.clone());
    let text = clause.identifier.text;
    let Some((view, rest)) = text.split_once('.') else {
        return Err(refused(format!(
            "Invalid identifier {}. Columns should be specified as 'trace.<key>', 'span.<key>', 'assessment.<key>'.",
            python_text(text)
        )));
    };
    let (entity, key) = match rest.split_once('.') {
        Some((entity, key)) => (entity, Some(key)),
        None => (rest, None),
    };
    let view = view.trim_matches('`');
    let Some((_, entities)) = ENTITIES.iter().find(|(known, _)| *known == view) else {
        return Err(refused(format!(
            "Invalid view type '{view}'. Valid values are dict_keys(['trace', 'span', 'assessment'])"
        )));
    };
    let Some((_, needs_key)) = entities.iter().find(|(known, _)| *known == entity) else {
        let known: Vec<String> = entities.iter().map(|(known, _)| format!("'{known}'")).collect();
        return Err(refused(format!(
            "Invalid entity '{entity}' specified for view type '{view}'. Valid entities are [{}]",
            known.join(", ")
        )));
    };
    match (needs_key, key) {
        (true, None) => Err(refused(format!(
            "Filtering by {entity} requires a key, e.g. '{view}.{entity}.<key> = <value>'"
        ))),
        (false, Some(_)) => Err(refused(format!(
            "Filtering by {entity} does not require a key, use '{view}.{entity}' instead"
        ))),
        (_, key) => Ok((view, entity, key.map(unquoted_key).unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_as_the_real_server_reads_them() {
        let is = |value: &str| FieldTest::Text(TextTest::Eq(value.to_owned()));
        for (source, expected) in [
            ("trace.status = 'OK'", MetricFilter::Trace(TraceClause::Text(TextField::Status, is("OK")))),
            (
                "trace.tag.`a b` = \"x\"",
                MetricFilter::Trace(TraceClause::Text(TextField::Tag("a b".into()), is("x"))),
            ),
            (
                "trace.metadata.mlflow.trace.session = 's'",
                MetricFilter::Trace(TraceClause::Text(TextField::Session, is("s"))),
            ),
            ("trace.metadata.mlflow.sourceRun = 'r'", MetricFilter::Trace(TraceClause::Run("r".to_owned()))),
            (
                "trace.tag.mlflow.traceName = 'n'",
                MetricFilter::Trace(TraceClause::Text(TextField::Name, is("n"))),
            ),
            ("span.type = 'LLM'", MetricFilter::Span(SpanField::Type, "LLM".to_owned())),
            ("assessment.type = 'feedback'", MetricFilter::AssessmentKind("feedback".to_owned())),
        ] {
            assert_eq!(MetricFilter::parse(source), Ok(expected), "{source}");
        }
    }
}
