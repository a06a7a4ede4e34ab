//! The language of `traces/search` (contract of MLflow 3.18: `status`, `tags.k`, `metadata.k`, `span.name`, `feedback.name` …).

use super::clause::{Clause, Identifier, clauses, identifier};
use super::error::{FilterError, set_of};
use super::order::{Direction, item};
use super::{FieldTest, NumberTest, Regexp, TextTest};
use crate::keys;

/// A filter over traces: all clauses hold. Those about spans hold for one and the same span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TraceFilter {
    /// The clauses, in the order written.
    pub clauses: Vec<TraceClause>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum TraceClause {
    /// About a text of the trace.
    Text(TextField, FieldTest),
    /// About a number of the trace.
    Number(NumberField, NumberTest),
    /// The trace belongs to this run: by its metadata, or linked to it.
    Run(String),
    /// The trace is linked to this version of a prompt, `name/version`.
    Prompt(String),
    /// The trace has this issue.
    Issue(String),
    /// About one of its spans.
    Span(SpanField, TextTest),
    /// About its valid assessments of a name, or those of its session.
    Assessment(AssessmentKind, String, AssessmentTest),
    /// One of its services passes; of `!=` and `NOT IN`: none is among these. Only the query bar asks this and what follows.
    Service(TextTest),
    /// Likewise of the SDKs that made its spans, by [`super::query::SOURCES`].
    Source(TextTest),
    /// A copy of one of its spans has this in its text, case aside.
    SpanText(String),
}

/// Texts of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextField {
    /// MLflow's word for the state.
    Status,
    /// The id in MLflow's form.
    RequestId,
    /// The id that the client gave.
    ClientRequestId,
    /// The name that MLflow knows.
    Name,
    /// The session.
    Session,
    /// The user.
    User,
    /// `true` once StartTrace has spoken.
    Finalized,
    /// Token usage as JSON text; only compared as a whole.
    TokenUsage,
    /// Cost as JSON text; only compared as a whole.
    Cost,
    /// Where the artifacts live.
    ArtifactLocation,
    /// Where the spans live.
    SpansLocation,
    /// A tag.
    Tag(String),
    /// An entry of the metadata.
    Metadata(String),
}

/// Numbers of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberField {
    /// Start since the Unix epoch, milliseconds.
    TimestampMs,
    /// Duration that MLflow knows, milliseconds; absent while it is not known.
    ExecutionTimeMs,
    /// Start and duration, milliseconds.
    EndTimeMs,
    /// Latest end minus earliest start of its spans; what the client said while there are none. Milliseconds.
    DurationMs,
    /// Input and output tokens; absent if neither is known.
    Tokens,
    /// Total cost in dollars; absent if it is not known.
    CostUsd,
    /// Spans received.
    Spans,
    /// Spans with status error.
    Errors,
}

/// Texts of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanField {
    /// Name.
    Name,
    /// Type; absent if it has none.
    Type,
    /// `OK`, `ERROR` or `UNSET`.
    Status,
    /// The span as JSON text.
    Content,
}

/// What an assessment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssessmentKind {
    /// A judgement of what happened.
    Feedback,
    /// What should have happened.
    Expectation,
}

impl AssessmentKind {
    /// Returns MLflow's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feedback => "feedback",
            Self::Expectation => "expectation",
        }
    }
}

/// What is asked of assessments.
#[derive(Debug, Clone, PartialEq)]
pub enum AssessmentTest {
    /// There is none.
    IsNull,
    /// There is one.
    IsNotNull,
    /// One has this value: as JSON text, or as text.
    Is(String),
    /// One has another value.
    IsNot(String),
    /// The JSON text of one passes.
    Text(TextTest),
    /// The number of one passes; other values than numbers never do.
    Number(NumberTest),
}

/// What traces are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceOrder {
    /// The key.
    pub key: TraceOrderKey,
    /// Which end comes first.
    pub direction: Direction,
}

/// Keys of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceOrderKey {
    /// A text.
    Text(TextField),
    /// A number.
    Number(NumberField),
    /// The number of the experiment.
    ExperimentId,
}

/// Keys without an entity, or with that of attributes.
pub const ATTRIBUTES: [&str; 13] = [
    "client_request_id",
    "end_time",
    "end_time_ms",
    "execution_time",
    "execution_time_ms",
    "name",
    "prompt",
    "request_id",
    "run_id",
    "status",
    "text",
    "timestamp",
    "timestamp_ms",
];
const ORDER_ATTRIBUTES: [&str; 11] = [
    "end_time",
    "end_time_ms",
    "execution_time",
    "execution_time_ms",
    "experiment_id",
    "name",
    "request_id",
    "run_id",
    "status",
    "timestamp",
    "timestamp_ms",
];
/// What may stand before the first dot.
pub const ENTITIES: [&str; 11] = [
    "attribute",
    "attributes",
    "expectation",
    "feedback",
    "issue",
    "metadata",
    "request_metadata",
    "span",
    "tag",
    "tags",
    "trace",
];
const NUMBERS: [&str; 6] =
    ["end_time", "end_time_ms", "execution_time", "execution_time_ms", "timestamp", "timestamp_ms"];
const LISTED: [&str; 5] = ["client_request_id", "name", "request_id", "run_id", "status"];
const TEXT_COMPARATORS: [&str; 7] = ["!=", "=", "ILIKE", "IN", "LIKE", "NOT IN", "RLIKE"];
const LABEL_COMPARATORS: [&str; 7] = ["!=", "=", "ILIKE", "IS NOT NULL", "IS NULL", "LIKE", "RLIKE"];
const NUMBER_COMPARATORS: [&str; 6] = ["!=", "<", "<=", "=", ">", ">="];
const ASSESSMENT_COMPARATORS: [&str; 11] =
    ["!=", "<", "<=", "=", ">", ">=", "ILIKE", "IS NOT NULL", "IS NULL", "LIKE", "RLIKE"];
/// Metadata that holds the run in which a trace was made.
pub(super) const SOURCE_RUN: &str = "mlflow.sourceRun";
const LINKED_PROMPTS: &str = "mlflow.linkedPrompts";

impl TraceFilter {
    /// Parses a filter; an empty one holds for every trace.
    ///
    /// # Errors
    ///
    /// The text is no filter of this language.
    pub fn parse(source: &str) -> Result<Self, FilterError> {
        let clauses = clauses(source)?.iter().map(clause).collect::<Result<_, _>>()?;
        Ok(Self { clauses })
    }
}

impl TraceOrder {
    /// Parses the items of an order.
    ///
    /// # Errors
    ///
    /// An item is none of this language, or a key is there twice; positions are within their item.
    pub fn parse(items: &[String]) -> Result<Vec<Self>, FilterError> {
        let orders: Vec<Self> = items.iter().map(|item| order(item)).collect::<Result<_, _>>()?;
        for (index, order) in orders.iter().enumerate() {
            if orders[..index].iter().any(|other| other.key == order.key) {
                let shown: Vec<String> = items.iter().map(|item| super::error::python_text(item)).collect();
                let message = format!("`order_by` contains duplicate fields: [{}]", shown.join(", "));
                return Err(FilterError::new(message, 0..items[index].len()));
            }
        }
        Ok(orders)
    }
}

enum Entity {
    Attribute,
    Tag,
    Metadata,
    Span,
    Assessment(AssessmentKind),
    Issue,
}

fn entity(identifier: &Identifier<'_>) -> Result<Entity, FilterError> {
    Ok(match identifier.entity {
        None | Some("attribute" | "attributes" | "trace") => Entity::Attribute,
        Some("tag" | "tags") => Entity::Tag,
        Some("metadata" | "request_metadata") => Entity::Metadata,
        Some("span") => Entity::Span,
        Some("feedback") => Entity::Assessment(AssessmentKind::Feedback),
        Some("expectation") => Entity::Assessment(AssessmentKind::Expectation),
        Some("issue") => Entity::Issue,
        Some(other) => {
            let message = format!("Invalid entity type '{other}'. Valid values are {}", set_of(&ENTITIES));
            return Err(FilterError::new(message, identifier.at.clone()));
        }
    })
}

fn check_attribute(identifier: &Identifier<'_>, keys: &[&str]) -> Result<(), FilterError> {
    if keys.contains(&identifier.key) {
        return Ok(());
    }
    let message =
        format!("Invalid attribute key '{}' specified. Valid keys are '{}'", identifier.key, set_of(keys));
    Err(FilterError::new(message, identifier.at.clone()))
}

pub(super) fn clause(clause: &Clause<'_>) -> Result<TraceClause, FilterError> {
    let identifier = identifier(clause.identifier.text, clause.identifier.at.clone());
    let key = identifier.key;
    match entity(&identifier)? {
        Entity::Attribute => {
            check_attribute(&identifier, &ATTRIBUTES)?;
            attribute(clause, key)
        }
        Entity::Tag => label(clause, "tag", tag_field(key)),
        Entity::Metadata => label(clause, "request_metadata", metadata_field(key)),
        Entity::Span => span(clause, key),
        Entity::Assessment(kind) => assessment(clause, kind, key),
        Entity::Issue => issue(clause, key),
    }
}

pub(super) fn tag_field(key: &str) -> TextField {
    match key {
        keys::TRACE_NAME => TextField::Name,
        keys::ARTIFACT_LOCATION => TextField::ArtifactLocation,
        keys::SPANS_LOCATION => TextField::SpansLocation,
        _ => TextField::Tag(key.to_owned()),
    }
}

pub(super) fn metadata_field(key: &str) -> TextField {
    match key {
        keys::SESSION => TextField::Session,
        keys::USER => TextField::User,
        keys::INFO_FINALIZED => TextField::Finalized,
        keys::TOKEN_USAGE => TextField::TokenUsage,
        keys::COST => TextField::Cost,
        _ => TextField::Metadata(key.to_owned()),
    }
}

fn attribute(clause: &Clause<'_>, key: &str) -> Result<TraceClause, FilterError> {
    let number_field = match key {
        "timestamp" | "timestamp_ms" => NumberField::TimestampMs,
        "execution_time" | "execution_time_ms" => NumberField::ExecutionTimeMs,
        "end_time" | "end_time_ms" => NumberField::EndTimeMs,
        "text" => return span(clause, "content"),
        "name" => return label(clause, "attributes", TextField::Name),
        "run_id" => return label(clause, "attributes", TextField::Metadata(SOURCE_RUN.to_owned())),
        "prompt" => return label(clause, "attributes", TextField::Tag(LINKED_PROMPTS.to_owned())),
        "status" => return text_attribute(clause, TextField::Status),
        "request_id" => return text_attribute(clause, TextField::RequestId),
        _ => return text_attribute(clause, TextField::ClientRequestId),
    };
    if clause.list()?.is_some() {
        return Err(clause.value_error(format!(
            "Only attributes in {} supports comparison with a list of quoted string values.",
            set_of(&LISTED)
        )));
    }
    let value = match (clause.number(), clause.quoted_text()?) {
        (Some(number), _) => Some(number),
        (None, Some(text)) => text.trim().parse().ok(),
        (None, None) => None,
    };
    if clause.number_op().is_none() {
        return Err(invalid_comparator(clause, &NUMBER_COMPARATORS));
    }
    let test = value.and_then(|value| clause.number_test(value));
    test.map(|test| TraceClause::Number(number_field, test)).ok_or_else(|| {
        clause.value_error(format!(
            "Expected a number for the attribute '{key}'. Got value {}",
            clause.value_text()
        ))
    })
}

fn invalid_comparator(clause: &Clause<'_>, valid: &[&str]) -> FilterError {
    clause.comparator_error(format!(
        "Invalid comparator '{}' not one of '{}'",
        clause.comparator.text,
        set_of(valid)
    ))
}

/// Returns the value of an attribute that is a text: quoted, or a list of quoted ones.
fn attribute_test(clause: &Clause<'_>) -> Result<Option<TextTest>, FilterError> {
    if clause.number().is_some() {
        let message =
            format!("Only the '{}' attributes support comparison with numeric values.", set_of(&NUMBERS));
        return Err(clause.value_error(message));
    }
    if let Some(list) = clause.list()? {
        return Ok(clause.list_test(list));
    }
    match clause.quoted_text()? {
        Some(text) => clause.text_test(text),
        None => Err(clause.value_error(format!(
            "Expected a quoted string value or a list of quoted string values for attributes. Got value {}",
            clause.value_text()
        ))),
    }
}

fn text_attribute(clause: &Clause<'_>, field: TextField) -> Result<TraceClause, FilterError> {
    let test = if clause.is_null_test() { None } else { attribute_test(clause)? };
    let test = test.ok_or_else(|| invalid_comparator(clause, &TEXT_COMPARATORS))?;
    Ok(TraceClause::Text(field, FieldTest::Text(test)))
}

/// Tags and metadata, and the attributes that MLflow keeps there.
pub(super) fn label(clause: &Clause<'_>, entity: &str, field: TextField) -> Result<TraceClause, FilterError> {
    let test = match clause.comparator.text.as_str() {
        "IS NULL" => FieldTest::IsNull,
        "IS NOT NULL" => FieldTest::IsNotNull,
        _ if entity == "attributes" => match attribute_test(clause)? {
            None | Some(TextTest::In(_) | TextTest::NotIn(_)) => {
                return Err(invalid_comparator(clause, &LABEL_COMPARATORS));
            }
            Some(test) => FieldTest::Text(test),
        },
        _ => {
            if entity == "tag" && clause.list()?.is_some() {
                return Err(invalid_comparator(clause, &LABEL_COMPARATORS));
            }
            let Some(text) = clause.quoted_text()? else {
                return Err(expected_text(clause, entity));
            };
            let test = clause.text_test(text)?;
            FieldTest::Text(test.ok_or_else(|| invalid_comparator(clause, &LABEL_COMPARATORS))?)
        }
    };
    match (field, test) {
        (TextField::Metadata(key), FieldTest::Text(TextTest::Eq(run))) if key == SOURCE_RUN => {
            Ok(TraceClause::Run(run))
        }
        (TextField::Tag(key), test) if key == LINKED_PROMPTS => prompt(clause, test),
        (field @ (TextField::TokenUsage | TextField::Cost), test) => {
            let is_whole = !matches!(test, FieldTest::Text(ref test) if !matches!(test, TextTest::Eq(_) | TextTest::NotEq(_)));
            if is_whole {
                return Ok(TraceClause::Text(field, test));
            }
            let key = if field == TextField::Cost { keys::COST } else { keys::TOKEN_USAGE };
            Err(clause.comparator_error(format!(
                "Comparator '{}' is not supported for reserved metadata '{key}'. Only '=', '!=', 'IS NULL', and 'IS NOT NULL' \
                 are supported.",
                clause.comparator.text
            )))
        }
        (field, test) => Ok(TraceClause::Text(field, test)),
    }
}

fn expected_text(clause: &Clause<'_>, entity: &str) -> FilterError {
    clause.value_error(format!(
        "Expected a quoted string value for {entity} (e.g. 'my-value'). Got value {}",
        clause.value_text()
    ))
}

fn prompt(clause: &Clause<'_>, test: FieldTest) -> Result<TraceClause, FilterError> {
    match test {
        FieldTest::Text(TextTest::Eq(version)) if version.matches('/').count() == 1 => {
            Ok(TraceClause::Prompt(version))
        }
        FieldTest::Text(TextTest::Eq(version)) => Err(clause.value_error(format!(
            "Invalid prompts filter value '{version}'. Expected format: prompt = \"name/version\""
        ))),
        _ => Err(clause.comparator_error(format!(
            "Invalid comparator '{}' for prompts filter. Only '=' is supported with format: prompt = \"name/version\"",
            clause.comparator.text
        ))),
    }
}

fn span(clause: &Clause<'_>, key: &str) -> Result<TraceClause, FilterError> {
    let at = clause.identifier.at.clone();
    let (field, valid): (SpanField, &[&str]) = match key {
        "name" => (SpanField::Name, &TEXT_COMPARATORS),
        "type" => (SpanField::Type, &TEXT_COMPARATORS),
        "status" => (SpanField::Status, &TEXT_COMPARATORS),
        "content" => (SpanField::Content, &["ILIKE", "LIKE"]),
        _ => match key.strip_prefix("attributes.") {
            Some("") => {
                return Err(FilterError::new("Span attribute name cannot be empty after 'attributes.'", at));
            }
            Some(_) => (SpanField::Content, &["!=", "=", "ILIKE", "LIKE", "RLIKE"]),
            None => {
                let message = format!(
                    "Invalid span attribute '{key}'. Supported attributes: name, status, type, attributes.<attribute_name>."
                );
                return Err(FilterError::new(message, at));
            }
        },
    };
    if !valid.contains(&clause.comparator.text.as_str()) {
        return Err(clause.comparator_error(format!(
            "span.{key} comparator '{}' not one of '{}'",
            clause.comparator.text,
            set_of(valid)
        )));
    }
    if let Some(list) = clause.list()? {
        let test = clause.list_test(list).ok_or_else(|| expected_text(clause, "span"))?;
        return Ok(TraceClause::Span(field, test));
    }
    let text = clause.quoted_text()?.ok_or_else(|| expected_text(clause, "span"))?;
    let test = match key.strip_prefix("attributes.") {
        Some(name) => span_attribute(clause, super::clause::unquoted_key(name), text)?,
        None => clause.text_test(text)?,
    };
    test.map(|test| TraceClause::Span(field, test)).ok_or_else(|| expected_text(clause, "span"))
}

/// MLflow looks for an attribute in the JSON text of its span, where values are JSON texts within it. So `=` never holds, and `LIKE`
/// finds its pattern anywhere behind the key.
fn span_attribute(clause: &Clause<'_>, name: &str, text: &str) -> Result<Option<TextTest>, FilterError> {
    if clause.comparator.text != "RLIKE" {
        return clause.text_test(&format!("%\"{name}\"{text}%"));
    }
    let (prefix, inner) = match text.strip_prefix('^') {
        Some(inner) => (r#""\\""#, inner),
        None => (r#""\\".*"#, text),
    };
    let (inner, suffix) = match inner.strip_suffix('$') {
        Some(inner) => (inner, r#"\\""#),
        None => (inner, ""),
    };
    let pattern = format!("\"{name}\": {prefix}{inner}{suffix}");
    Ok(Some(TextTest::Regexp(Regexp::new(&pattern, clause.value_at())?)))
}

fn assessment(clause: &Clause<'_>, kind: AssessmentKind, key: &str) -> Result<TraceClause, FilterError> {
    if key.is_empty() {
        let at = clause.identifier.at.clone();
        return Err(FilterError::new("Assessment field name cannot be empty", at));
    }
    let comparator = clause.comparator.text.as_str();
    let test = match comparator {
        "IS NULL" => AssessmentTest::IsNull,
        "IS NOT NULL" => AssessmentTest::IsNotNull,
        ">" | ">=" | "<" | "<=" => {
            let test = clause.number().and_then(|number| clause.number_test(number));
            AssessmentTest::Number(test.ok_or_else(|| {
                clause.value_error(format!(
                    "Expected a numeric value for {} when using comparator '{comparator}'. Got value {}",
                    kind.as_str(),
                    clause.value_text()
                ))
            })?)
        }
        _ => {
            let text = clause.quoted_text()?.ok_or_else(|| expected_text(clause, kind.as_str()))?;
            match clause.text_test(text)? {
                Some(TextTest::Eq(text)) => AssessmentTest::Is(text),
                Some(TextTest::NotEq(text)) => AssessmentTest::IsNot(text),
                Some(test) => AssessmentTest::Text(test),
                None => {
                    return Err(clause.comparator_error(format!(
                        "assessment.{key} comparator '{comparator}' not one of '{}'",
                        set_of(&ASSESSMENT_COMPARATORS)
                    )));
                }
            }
        }
    };
    Ok(TraceClause::Assessment(kind, key.to_owned(), test))
}

fn issue(clause: &Clause<'_>, key: &str) -> Result<TraceClause, FilterError> {
    if key != "id" {
        let message = format!("Invalid issue attribute '{key}'. Supported attributes: id");
        return Err(FilterError::new(message, clause.identifier.at.clone()));
    }
    if clause.comparator.text != "=" {
        return Err(clause.comparator_error(format!(
            "issue.id comparator '{}' not one of '{}'",
            clause.comparator.text,
            set_of(&["="])
        )));
    }
    let id = clause.quoted_text()?.ok_or_else(|| expected_text(clause, "issue"))?;
    Ok(TraceClause::Issue(id.to_owned()))
}

fn order(source: &str) -> Result<TraceOrder, FilterError> {
    let (identifier, direction) = item(source)?;
    let refused = |word: &str| {
        Err(FilterError::new(format!("Invalid identifier type '{word}'"), identifier.at.clone()))
    };
    let key = match entity(&identifier)? {
        Entity::Attribute => {
            check_attribute(&identifier, &ORDER_ATTRIBUTES)?;
            match identifier.key {
                "timestamp" | "timestamp_ms" => TraceOrderKey::Number(NumberField::TimestampMs),
                "execution_time" | "execution_time_ms" => TraceOrderKey::Number(NumberField::ExecutionTimeMs),
                "end_time" | "end_time_ms" => TraceOrderKey::Number(NumberField::EndTimeMs),
                "experiment_id" => TraceOrderKey::ExperimentId,
                "name" => TraceOrderKey::Text(TextField::Name),
                "run_id" => TraceOrderKey::Text(TextField::Metadata(SOURCE_RUN.to_owned())),
                "status" => TraceOrderKey::Text(TextField::Status),
                _ => TraceOrderKey::Text(TextField::RequestId),
            }
        }
        Entity::Tag => TraceOrderKey::Text(tag_field(identifier.key)),
        Entity::Metadata => match metadata_field(identifier.key) {
            TextField::TokenUsage | TextField::Cost => {
                let message = format!(
                    "Ordering by reserved metadata '{}' is not supported because it is represented by multiple columns.",
                    identifier.key
                );
                return Err(FilterError::new(message, identifier.at));
            }
            field => TraceOrderKey::Text(field),
        },
        Entity::Span => return refused("span"),
        Entity::Assessment(kind) => return refused(kind.as_str()),
        Entity::Issue => return refused("issue"),
    };
    Ok(TraceOrder { key, direction })
}
