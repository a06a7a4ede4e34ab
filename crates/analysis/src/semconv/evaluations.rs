//! How a span was judged, as the event `gen_ai.evaluation.result` of OpenTelemetry's GenAI conventions tells it, or attributes of the
//! same names on the span of an evaluator.
//!
//! The event comes as a span event or as a log record of the span that was judged, often long after the span.

use model::{LogRecord, Span};
use serde_json::{Map, Value};

use super::Rule;
use super::gen_ai_events;
use super::llm::Evaluation;
use super::read::MAX_ITEMS;
use super::structure::text_field;

/// The event that carries one result.
const RESULT: &str = "gen_ai.evaluation.result";

/// Returns all results in the order of their time, and the rule that told them.
pub(super) fn evaluations(span: &Span, logs: &[LogRecord]) -> Option<(Rule, Vec<Evaluation>)> {
    let told = gen_ai_events::fields_of_all(span, logs, RESULT);
    let told: Vec<Evaluation> = told.iter().filter_map(evaluation).take(MAX_ITEMS).collect();
    if !told.is_empty() {
        return Some((Rule::GenAiEvents, told));
    }
    let own = span.attributes.iter().filter(|attribute| attribute.key.starts_with("gen_ai.evaluation."));
    let own = own.map(|attribute| (attribute.key.clone(), crate::plain::decoded(&attribute.value))).collect();
    Some((Rule::GenAi, vec![evaluation(&own)?]))
}

/// Reads one result; nothing if it says neither a score nor why there is none.
fn evaluation(fields: &Map<String, Value>) -> Option<Evaluation> {
    let text = |key: &str| text_field(fields, &[key]);
    let score = fields.get("gen_ai.evaluation.score.value").and_then(|value| match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    });
    let evaluation = Evaluation {
        name: text("gen_ai.evaluation.name").unwrap_or_default(),
        score: score.filter(|score| score.is_finite()),
        label: text("gen_ai.evaluation.score.label"),
        explanation: text("gen_ai.evaluation.explanation"),
        error: text("error.type"),
    };
    let says_nothing = evaluation.score.is_none() && evaluation.label.is_none() && evaluation.error.is_none();
    (!says_nothing).then_some(evaluation)
}
