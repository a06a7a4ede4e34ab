//! What MLflow adds to a span of a foreign convention when it stores it (contract e), worked out when it is read.
//!
//! Its own translators in their order, the first that tells a target wins; nothing that the span has is written over. What other
//! conventions tell besides is for [`super::View::facts`] and [`super::View::llm`] (docs/adr/0008).

mod content;
mod span_type;

use model::{Event, keys};
use serde_json::{Value, json};

use super::reading::Reading;
pub(super) use content::{Told, inputs, outputs, tool_output};
pub(super) use span_type::{laminar, span_type};

const MESSAGE_FORMAT: &str = "mlflow.message.format";
const CHAT_TOOLS: &str = "mlflow.chat.tools";
const MODEL: &str = "mlflow.llm.model";
const PROVIDER: &str = "mlflow.llm.provider";

/// Returns the attributes that MLflow adds, in its order; tokens and cost are not among them.
pub(super) fn added(reading: &Reading<'_>, events: &[Event]) -> Vec<(&'static str, Value)> {
    let mut added = Vec::new();
    if super::own_type(reading.decoded(keys::SPAN_TYPE)).is_none_or(|own| own == "UNKNOWN")
        && let Some(span_type) = span_type(reading)
    {
        added.push((keys::SPAN_TYPE, json!(span_type)));
    }
    let mut format = None;
    let inputs = match reading.decoded(keys::SPAN_INPUTS) {
        Some(own) => Some(own),
        None => {
            let inputs = inputs(reading, events);
            format = inputs.is_vercel_call.then_some("vercel_ai");
            let value = inputs.told.map(|told| told.value);
            added.extend(value.clone().map(|value| (keys::SPAN_INPUTS, value)));
            value
        }
    };
    let outputs = reading.decoded(keys::SPAN_OUTPUTS).or_else(|| {
        let told = outputs(reading, events)?.value;
        added.push((keys::SPAN_OUTPUTS, told.clone()));
        Some(told)
    });
    let mut add = |key: &'static str, value: &dyn Fn() -> Option<Value>| {
        if let (false, Some(value)) = (reading.has(key), value()) {
            added.push((key, value));
        }
    };
    add(MESSAGE_FORMAT, &|| format.or_else(|| message_format(reading)).map(Value::from));
    add(CHAT_TOOLS, &|| first(reading, &["gen_ai.tool.definitions"]));
    add(MODEL, &|| model(reading, inputs.as_ref(), outputs.as_ref()));
    add(PROVIDER, &|| first(reading, &["llm.provider", "gen_ai.provider.name", "gen_ai.system"]));
    added
}

fn message_format(reading: &Reading<'_>) -> Option<&'static str> {
    if is_gemini_cli(reading) {
        Some("gemini")
    } else if reading.has("voltagent.operation_id") || reading.has("voltagent.conversation_id") {
        Some("voltagent")
    } else if reading.has_prefix("lk.") {
        Some("livekit")
    } else {
        reading.has("lmnr.span.type").then_some("openai")
    }
}

fn model(reading: &Reading<'_>, inputs: Option<&Value>, outputs: Option<&Value>) -> Option<Value> {
    let told = first(
        reading,
        &[
            "llm.response.model_name",
            "llm.model_name",
            "llm.request.model_name",
            "embedding.model_name",
            "gen_ai.response.model",
            "gen_ai.request.model",
        ],
    );
    told.or_else(|| model_within([inputs, outputs].into_iter().flatten()).map(Value::from))
}

/// Returns the model that is an argument of the call or a field of its answer. One that is no text ends the search, as in MLflow.
fn model_within<'a>(mut values: impl Iterator<Item = &'a Value>) -> Option<&'a str> {
    values.find_map(|value| value.get("model").filter(|model| is_truthy(model)))?.as_str()
}

/// Returns the model of a call that tells it in no attribute of its own: older autologging leaves it in the inputs.
pub(super) fn model_of_call(reading: &Reading<'_>) -> Option<String> {
    let values = [keys::SPAN_INPUTS, keys::SPAN_OUTPUTS].map(|key| reading.decoded(key));
    model_within(values.iter().flatten()).map(str::to_owned)
}

/// Returns the first value that says something.
fn first(reading: &Reading<'_>, keys: &[&str]) -> Option<Value> {
    keys.iter().find_map(|key| reading.decoded(key).filter(is_truthy))
}

/// Whether a value says something, as Python has it.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(object) => !object.is_empty(),
    }
}

fn word(reading: &Reading<'_>, key: &str) -> Option<String> {
    match reading.decoded(key)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn is_gemini_cli(reading: &Reading<'_>) -> bool {
    word(reading, "gen_ai.agent.name").as_deref() == Some("gemini-cli")
}

/// What Claude Code says of its spans, in any of its spellings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClaudeCode {
    Interaction,
    Request,
    Tool,
}

fn claude_code(reading: &Reading<'_>) -> Option<ClaudeCode> {
    let kind = word(reading, "span.type")?;
    match kind.strip_prefix("claude_code.").unwrap_or(&kind) {
        "interaction" => Some(ClaudeCode::Interaction),
        "llm_request" => Some(ClaudeCode::Request),
        "tool" => Some(ClaudeCode::Tool),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::{AnyValue, Attribute};

    use super::*;
    use crate::plain::typed;

    /// Expected values are what a real server answered; `tests/clients/python/test_translation.py` asks one.
    #[test]
    fn the_first_translator_that_tells_a_target_wins() {
        let added_to = |attributes: Value| {
            let Value::Object(attributes) = attributes else { return Vec::new() };
            let attributes = attributes.into_iter().map(|(key, value)| Attribute::new(key, typed(value)));
            added(&Reading::new(&attributes.collect::<Vec<_>>()), &[])
        };
        // What says nothing gives way to the next convention; what was sent stays.
        let several = json!({
            "openinference.span.kind": "PROMPT",
            "gen_ai.operation.name": "chat",
            "input.value": "{}",
            "gen_ai.input.messages": "[1]",
            "mlflow.spanOutputs": null,
            "output.value": "x",
            "gen_ai.request.model": "asked",
            "llm.model_name": "named",
        });
        let expected = [
            (keys::SPAN_TYPE, json!("CHAT_MODEL")),
            (keys::SPAN_INPUTS, json!([1])),
            (MODEL, json!("named")),
        ];
        assert_eq!(added_to(several), expected);
        // Any call that asks for a model is LiveKit's to MLflow, and so of type LLM.
        assert_eq!(
            added_to(json!({"gen_ai.request.model": "m"})),
            [(keys::SPAN_TYPE, json!("LLM")), (MODEL, json!("m"))]
        );
        let vercel = json!({"ai.operationId": "ai.streamText.doStream", "ai.prompt.messages": "[2]"});
        let expected = [
            (keys::SPAN_TYPE, json!("LLM")),
            (keys::SPAN_INPUTS, json!({"messages": [2]})),
            (MESSAGE_FORMAT, json!("vercel_ai")),
        ];
        assert_eq!(added_to(vercel), expected);
    }

    #[test]
    fn a_text_that_is_json_keeps_its_form_for_previews() {
        let attributes = [Attribute::new("input.value", AnyValue::String(r#"{"a":1}"#.to_owned()))];
        let told = inputs(&Reading::new(&attributes), &[]).told.unwrap();
        assert_eq!((told.value, told.text), (json!({"a": 1}), Some(r#"{"a":1}"#)));
        let attributes = [Attribute::new("input.value", AnyValue::String("plain".to_owned()))];
        let told = inputs(&Reading::new(&attributes), &[]).told.unwrap();
        assert_eq!((told.value, told.text), (json!("plain"), None));
    }
}
