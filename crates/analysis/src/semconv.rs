//! What an LLM convention says of a span: its type, inputs, outputs, tokens and cost.
//!
//! Reads MLflow's own attributes first, then OpenInference, then OpenTelemetry's GenAI conventions; each target on its own,
//! the first that has it wins (contract e). Stored attributes stay as they came.

use model::{Attribute, Attributes as _, Cost, TokenUsage, keys};
use serde_json::Value;

use crate::plain::decoded;

fn value(attributes: &[Attribute], key: &str) -> Option<Value> {
    attributes.value(key).map(decoded).filter(|value| !value.is_null())
}

fn text(attributes: &[Attribute], key: &str) -> Option<String> {
    match value(attributes, key)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// Returns MLflow's own type of a span, if the MLflow SDK gave one.
///
/// On a foreign span its exporter writes the key without a value, and an OpenTelemetry exporter the text `null`.
pub fn mlflow_span_type(attributes: &[Attribute]) -> Option<String> {
    text(attributes, keys::SPAN_TYPE).filter(|span_type| span_type != "null")
}

/// Returns the type of a span in MLflow's words, for example `CHAT_MODEL`.
pub fn span_type(attributes: &[Attribute]) -> Option<String> {
    let own = mlflow_span_type(attributes);
    if own.as_deref().is_some_and(|own| own != "UNKNOWN") {
        return own;
    }
    let open_inference = || {
        let kind = text(attributes, "openinference.span.kind")?.to_ascii_uppercase();
        let known = [
            "TOOL",
            "CHAIN",
            "LLM",
            "RETRIEVER",
            "EMBEDDING",
            "AGENT",
            "RERANKER",
            "UNKNOWN",
            "GUARDRAIL",
            "EVALUATOR",
        ];
        known.contains(&kind.as_str()).then_some(kind)
    };
    let gen_ai = || {
        let span_type = match text(attributes, "gen_ai.operation.name")?.as_str() {
            "chat" => "CHAT_MODEL",
            "create_agent" | "invoke_agent" => "AGENT",
            "embeddings" => "EMBEDDING",
            "execute_tool" => "TOOL",
            "generate_content" | "text_completion" | "response" => "LLM",
            _ => return None,
        };
        Some(span_type.to_owned())
    };
    open_inference().or_else(gen_ai).or(own)
}

/// Returns the inputs of a span.
pub fn inputs(attributes: &[Attribute]) -> Option<Value> {
    first(
        attributes,
        &[keys::SPAN_INPUTS, "input.value", "gen_ai.input.messages", "gen_ai.tool.call.arguments"],
    )
}

/// Returns the outputs of a span.
pub fn outputs(attributes: &[Attribute]) -> Option<Value> {
    first(
        attributes,
        &[keys::SPAN_OUTPUTS, "output.value", "gen_ai.output.messages", "gen_ai.tool.call.result"],
    )
}

fn first(attributes: &[Attribute], keys: &[&str]) -> Option<Value> {
    keys.iter().find_map(|key| value(attributes, key))
}

/// Returns the token usage of a model call; empty if none was reported.
pub fn token_usage(attributes: &[Attribute]) -> TokenUsage {
    if let Some(Value::Object(usage)) = value(attributes, keys::CHAT_TOKEN_USAGE) {
        return usage_from_json(&usage);
    }
    let conventions = [
        [
            "llm.token_count.prompt",
            "llm.token_count.completion",
            "llm.token_count.total",
            "llm.token_count.prompt_details.cache_read",
            "llm.token_count.prompt_details.cache_write",
        ],
        [
            "gen_ai.usage.input_tokens",
            "gen_ai.usage.output_tokens",
            "",
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
        ],
    ];
    let count = |key: &str| value(attributes, key).as_ref().and_then(count_of);
    let read = |keys: &[&str; 5]| TokenUsage {
        input: count(keys[0]),
        output: count(keys[1]),
        total: count(keys[2]),
        cache_read: count(keys[3]),
        cache_creation: count(keys[4]),
    };
    let reported = conventions
        .iter()
        .map(read)
        .find(|usage| usage.input.is_some() || usage.output.is_some() || usage.total.is_some());
    let mut usage = reported.unwrap_or_default();
    if let (None, Some(input), Some(output)) = (usage.total, usage.input, usage.output) {
        usage.total = Some(input.saturating_add(output));
    }
    usage
}

/// Reads MLflow's usage object, as spans and trace metadata carry it.
pub fn usage_from_json(usage: &serde_json::Map<String, Value>) -> TokenUsage {
    let count = |key: &str| usage.get(key).and_then(count_of);
    TokenUsage {
        input: count("input_tokens"),
        output: count("output_tokens"),
        total: count("total_tokens"),
        cache_read: count("cache_read_input_tokens"),
        cache_creation: count("cache_creation_input_tokens"),
    }
}

/// Reads an integer, a whole float or a numeric text.
fn count_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
            let whole = |double: f64| (double.fract() == 0.0 && double.abs() < 9e15).then_some(double as i64);
            number.as_i64().or_else(|| number.as_f64().and_then(whole))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Returns the cost that a span reports itself; empty if it reports none.
pub fn cost(attributes: &[Attribute]) -> Cost {
    match value(attributes, keys::LLM_COST) {
        Some(Value::Object(cost)) => cost_from_json(&cost),
        _ => Cost::default(),
    }
}

/// Reads MLflow's cost object in dollars, as spans and trace metadata carry it.
pub fn cost_from_json(cost: &serde_json::Map<String, Value>) -> Cost {
    let pico = |key: &str| cost.get(key).and_then(Value::as_f64).and_then(Cost::pico_from_dollars);
    Cost { input: pico("input_cost"), output: pico("output_cost"), total: pico("total_cost") }
}

/// Returns the session of a span.
pub fn session(attributes: &[Attribute]) -> Option<String> {
    text(attributes, "session.id").or_else(|| text(attributes, "gen_ai.conversation.id"))
}

/// Returns the user of a span.
pub fn user(attributes: &[Attribute]) -> Option<String> {
    text(attributes, "user.id")
}

#[cfg(test)]
mod tests {
    use model::AnyValue;

    use super::*;

    fn attributes(pairs: &[(&str, AnyValue)]) -> Vec<Attribute> {
        pairs.iter().map(|(key, value)| Attribute::new(*key, value.clone())).collect()
    }

    fn string(text: &str) -> AnyValue {
        AnyValue::String(text.to_owned())
    }

    #[test]
    fn a_type_without_a_value_is_no_type() {
        // Recorded from MLflow 3.18: foreign spans carry the key empty (MLflow exporter) or as `null` (OTel exporter).
        for value in [AnyValue::Empty, string("null"), string("")] {
            assert_eq!(mlflow_span_type(&attributes(&[(keys::SPAN_TYPE, value)])), None);
        }
        for value in [string("CHAIN"), string("\"CHAIN\"")] {
            assert_eq!(mlflow_span_type(&attributes(&[(keys::SPAN_TYPE, value)])), Some("CHAIN".to_owned()));
        }
    }

    #[test]
    fn an_unknown_type_gives_way_to_a_convention() {
        let unknown = (keys::SPAN_TYPE, string("UNKNOWN"));
        let chat = ("gen_ai.operation.name", string("chat"));
        assert_eq!(span_type(&attributes(&[unknown.clone(), chat])).as_deref(), Some("CHAT_MODEL"));
        assert_eq!(span_type(&attributes(&[unknown])).as_deref(), Some("UNKNOWN"));
    }

    #[test]
    fn usage_reads_alike_from_both_exporters() {
        let text = string(r#"{"input_tokens": 11, "output_tokens": 6, "total_tokens": 17}"#);
        let typed = AnyValue::KvList(attributes(&[
            ("input_tokens", AnyValue::Int(11)),
            ("output_tokens", AnyValue::Int(6)),
            ("total_tokens", AnyValue::Int(17)),
        ]));
        let expected =
            TokenUsage { input: Some(11), output: Some(6), total: Some(17), ..TokenUsage::default() };
        assert_eq!(token_usage(&attributes(&[(keys::CHAT_TOKEN_USAGE, text)])), expected);
        assert_eq!(token_usage(&attributes(&[(keys::CHAT_TOKEN_USAGE, typed)])), expected);
        let gen_ai =
            [("gen_ai.usage.input_tokens", AnyValue::Int(11)), ("gen_ai.usage.output_tokens", string("6"))];
        assert_eq!(token_usage(&attributes(&gen_ai)), expected);
    }
}
