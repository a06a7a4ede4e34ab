//! What a filter says of one trace or experiment in memory: the meaning that compiled queries must agree with.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::experiment::{ExperimentClause, ExperimentFilter, ExperimentOrder, ExperimentOrderKey};
use super::trace::{
    AssessmentKind, AssessmentTest, NumberField, SpanField, TextField, TraceClause, TraceFilter,
};
use super::{Direction, FieldTest, TextTest};
use crate::{Experiment, Source, TraceInfo, TraceLabels, keys};

/// Everything that a filter may ask of a trace.
#[derive(Debug, Clone, Copy)]
pub struct TraceFacts<'a> {
    /// The trace.
    pub info: &'a TraceInfo,
    /// Its tags and metadata.
    pub labels: &'a TraceLabels,
    /// Token usage as JSON text, if any is known.
    pub token_usage: Option<&'a str>,
    /// Cost as JSON text, if any is known.
    pub cost: Option<&'a str>,
    /// Runs that it was linked to.
    pub runs: &'a [String],
    /// Versions of prompts that it was linked to, `name/version`.
    pub prompts: &'a [String],
    /// Its assessments.
    pub assessments: &'a [AssessmentFacts],
    /// Assessments of whole sessions on any trace of its session.
    pub session_assessments: &'a [AssessmentFacts],
    /// Its spans.
    pub spans: &'a [SpanFacts],
}

/// What a filter may ask of an assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessmentFacts {
    /// `feedback`, `expectation` or `issue`.
    pub kind: String,
    /// Name; the id of an issue.
    pub name: String,
    /// Whether no other overrides it.
    pub is_valid: bool,
    /// Its value as JSON text.
    pub value: Option<String>,
    /// Its value if that is a finite number.
    pub number: Option<f64>,
}

/// What a filter may ask of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanFacts {
    /// Name.
    pub name: String,
    /// Type, empty if it has none.
    pub span_type: String,
    /// OTLP status code: 0 unset, 1 OK, 2 error.
    pub status: u8,
    /// The span as JSON text.
    pub content: String,
    /// Name, status message, keys and values of each copy of it.
    pub texts: Vec<Vec<String>>,
}

/// MLflow's words for OTLP status codes.
pub const SPAN_STATUSES: [&str; 3] = ["UNSET", "OK", "ERROR"];

impl TraceFilter {
    /// Whether a trace passes.
    pub fn matches(&self, trace: &TraceFacts<'_>) -> bool {
        let spans: Vec<(&SpanField, &TextTest)> = self
            .clauses
            .iter()
            .filter_map(|clause| match clause {
                TraceClause::Span(field, test) => Some((field, test)),
                _ => None,
            })
            .collect();
        let texts: Vec<String> = self
            .clauses
            .iter()
            .filter_map(|clause| match clause {
                TraceClause::SpanText(text) => Some(folded(text)),
                _ => None,
            })
            .collect();
        let has_span = || {
            trace.spans.iter().any(|span| {
                spans.iter().all(|(field, test)| span_passes(span, **field, test)) && has_texts(span, &texts)
            })
        };
        ((spans.is_empty() && texts.is_empty()) || has_span())
            && self.clauses.iter().all(|clause| passes(trace, clause))
    }
}

/// Returns a text in lower case, letter by letter, so that a part of a word is as in the word.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whether one copy has all texts.
fn has_texts(span: &SpanFacts, texts: &[String]) -> bool {
    texts.is_empty()
        || span.texts.iter().any(|copy| {
            let copy: Vec<String> = copy.iter().map(|text| folded(text)).collect();
            texts.iter().all(|text| copy.iter().any(|part| part.contains(text)))
        })
}

/// Whether one of some values passes; of a test that excludes values, whether it excludes none of them.
fn one_passes<'v>(test: &TextTest, mut values: impl Iterator<Item = &'v str>) -> bool {
    match test {
        TextTest::NotEq(_) | TextTest::NotIn(_) => values.all(|value| test.matches(value)),
        test => values.any(|value| test.matches(value)),
    }
}

/// Returns the word that filters have for a source.
pub fn source_word(source: Source) -> &'static str {
    match source {
        Source::Mlflow => "mlflow",
        Source::OpenTelemetry | Source::OpenTelemetryInferred => "opentelemetry",
    }
}

fn span_passes(span: &SpanFacts, field: SpanField, test: &TextTest) -> bool {
    match field {
        SpanField::Name => test.matches(&span.name),
        SpanField::Type => !span.span_type.is_empty() && test.matches(&span.span_type),
        SpanField::Status => {
            SPAN_STATUSES.get(usize::from(span.status)).is_some_and(|word| test.matches(word))
        }
        SpanField::Content => test.matches(&span.content),
    }
}

fn passes(trace: &TraceFacts<'_>, clause: &TraceClause) -> bool {
    match clause {
        TraceClause::Text(field, test) => test.matches(text(trace, field).as_deref()),
        TraceClause::Number(field, test) => number(trace.info, *field).is_some_and(|n| test.matches(n)),
        TraceClause::Run(run) => {
            trace.labels.metadata.get("mlflow.sourceRun") == Some(run) || trace.runs.contains(run)
        }
        TraceClause::Prompt(version) => trace.prompts.contains(version),
        TraceClause::Issue(id) => {
            trace.assessments.iter().any(|assessment| assessment.kind == "issue" && assessment.name == *id)
        }
        // All about spans are looked at together.
        TraceClause::Span(..) | TraceClause::SpanText(_) => true,
        TraceClause::Service(test) => {
            one_passes(test, trace.info.summary.services.iter().map(String::as_str))
        }
        TraceClause::Source(test) => {
            one_passes(test, trace.info.summary.sources.iter().map(|source| source_word(*source)))
        }
        TraceClause::Assessment(kind, name, test) => {
            let named = |assessment: &&AssessmentFacts| {
                assessment.kind == kind.as_str() && assessment.name == *name && assessment.is_valid
            };
            let mut all = trace.assessments.iter().chain(trace.session_assessments).filter(named);
            match test {
                AssessmentTest::IsNull => all.next().is_none(),
                AssessmentTest::IsNotNull => all.next().is_some(),
                test => all.any(|assessment| assessment_passes(assessment, test)),
            }
        }
    }
}

fn assessment_passes(assessment: &AssessmentFacts, test: &AssessmentTest) -> bool {
    let is = |text: &str| assessment.value.as_deref().map(|value| value == text || value == json_text(text));
    match test {
        AssessmentTest::IsNull => false,
        AssessmentTest::IsNotNull => true,
        AssessmentTest::Is(text) => is(text).unwrap_or(false),
        AssessmentTest::IsNot(text) => is(text).is_some_and(|is| !is),
        AssessmentTest::Text(test) => assessment.value.as_deref().is_some_and(|value| test.matches(value)),
        AssessmentTest::Number(test) => assessment.number.is_some_and(|number| test.matches(number)),
    }
}

/// Writes a text as JSON does, without escaping more than it must.
pub fn json_text(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

/// Returns a text of a trace, if it is there.
pub fn text<'a>(trace: &TraceFacts<'a>, field: &TextField) -> Option<Cow<'a, str>> {
    let info = trace.info;
    match field {
        TextField::Status => Some(info.state.as_str().into()),
        TextField::RequestId => Some(info.mlflow_id().into()),
        TextField::ClientRequestId => info.client_request_id.as_deref().map(Cow::from),
        TextField::Name => info.name.as_deref().map(Cow::from),
        TextField::Session => info.session.as_deref().map(Cow::from),
        TextField::User => info.user.as_deref().map(Cow::from),
        TextField::Finalized => info.is_finalized.then(|| "true".into()),
        TextField::TokenUsage => trace.token_usage.map(Cow::from),
        TextField::Cost => trace.cost.map(Cow::from),
        TextField::ArtifactLocation => Some(info.artifact_location().into()),
        TextField::SpansLocation => Some(keys::IN_TRACKING_STORE.into()),
        TextField::Tag(key) => trace.labels.tags.get(key).map(|value| value.as_str().into()),
        TextField::Metadata(key) => trace.labels.metadata.get(key).map(|value| value.as_str().into()),
    }
}

/// Returns a number of a trace, if it is known.
#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 a bound is not meant to the last digit")]
pub fn number(info: &TraceInfo, field: NumberField) -> Option<f64> {
    let start = info.request_time.as_millis();
    match field {
        NumberField::TimestampMs => Some(start as f64),
        NumberField::ExecutionTimeMs => info.execution_duration_ms.map(|millis| millis as f64),
        NumberField::EndTimeMs => Some(start.saturating_add(info.execution_duration_ms.unwrap_or(0)) as f64),
        NumberField::DurationMs if info.summary.n_spans > 0 => Some(info.summary.duration().0 as f64 / 1e6),
        NumberField::DurationMs => Some(info.execution_duration_ms.unwrap_or(0) as f64),
        NumberField::Tokens => match (info.usage.input, info.usage.output) {
            (None, None) => None,
            (input, output) => Some(input.unwrap_or(0).saturating_add(output.unwrap_or(0)) as f64),
        },
        NumberField::CostUsd => info.cost.total.map(|pico| pico as f64 / 1e12),
        NumberField::Spans => Some(info.summary.n_spans as f64),
        NumberField::Errors => Some(info.summary.n_errors as f64),
    }
}

impl ExperimentFilter {
    /// Whether an experiment passes.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of real times are far below 2^53")]
    pub fn matches(&self, experiment: &Experiment) -> bool {
        self.clauses.iter().all(|clause| match clause {
            ExperimentClause::Name(test) => test.matches(&experiment.name),
            ExperimentClause::Ids(ids, is_in) => ids.contains(&experiment.experiment_id) == *is_in,
            ExperimentClause::CreationTime(test) => test.matches(experiment.creation_time.as_millis() as f64),
            ExperimentClause::LastUpdateTime(test) => {
                test.matches(experiment.last_update_time.as_millis() as f64)
            }
            ExperimentClause::Tag(key, test) => {
                let tag = experiment.tags.iter().find(|(known, _)| known == key);
                FieldTest::matches(test, tag.map(|(_, value)| value.as_str()))
            }
        })
    }
}

/// Compares two experiments by an order; those that it leaves equal by id: the newest id first if an order is given, else the
/// newest experiment first.
pub fn compare_experiments(order: &[ExperimentOrder], left: &Experiment, right: &Experiment) -> Ordering {
    let by = |key: ExperimentOrderKey| match key {
        ExperimentOrderKey::Name => left.name.cmp(&right.name),
        ExperimentOrderKey::Id => left.experiment_id.cmp(&right.experiment_id),
        ExperimentOrderKey::CreationTime => {
            left.creation_time.as_millis().cmp(&right.creation_time.as_millis())
        }
        ExperimentOrderKey::LastUpdateTime => {
            left.last_update_time.as_millis().cmp(&right.last_update_time.as_millis())
        }
    };
    if order.is_empty() {
        return by(ExperimentOrderKey::CreationTime).reverse().then(by(ExperimentOrderKey::Id));
    }
    order
        .iter()
        .map(|order| match order.direction {
            Direction::Ascending => by(order.key),
            Direction::Descending => by(order.key).reverse(),
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or_else(|| by(ExperimentOrderKey::Id).reverse())
}

impl AssessmentKind {
    /// Parses MLflow's word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Feedback, Self::Expectation].into_iter().find(|kind| kind.as_str() == word)
    }
}
