//! Inputs and outputs as MLflow translates them (contract e.2).

use model::{AnyValue, Attribute, Attributes as _, Event};
use serde_json::{Map, Value, json};

use super::{ClaudeCode, claude_code, first, is_gemini_cli, is_truthy, word};
use crate::plain::{decoded, plain};
use crate::semconv::reading::Reading;

/// What Claude Code writes in place of content.
const REDACTED: &str = "<REDACTED>";

/// Inputs or outputs.
pub(in crate::semconv) struct Told<'a> {
    pub(in crate::semconv) value: Value,
    /// Their JSON text as it came, if they came as text: previews show it.
    pub(in crate::semconv) text: Option<&'a str>,
}

impl From<Value> for Told<'_> {
    fn from(value: Value) -> Self {
        Self { value, text: None }
    }
}

impl<'a> Told<'a> {
    /// Reads a value as MLflow stores it.
    pub(in crate::semconv) fn of(value: &'a AnyValue) -> Self {
        let told = decoded(value);
        let text = match value {
            // A text that stays one is stored quoted.
            AnyValue::String(text) if !told.is_string() => Some(text.as_str()),
            _ => None,
        };
        Self { value: told, text }
    }
}

/// The inputs of a span.
pub(in crate::semconv) struct Inputs<'a> {
    /// What was told.
    pub(in crate::semconv) told: Option<Told<'a>>,
    /// Whether the Vercel SDK was asked for them and it is a call of a model: MLflow notes the form of its messages then.
    pub(super) is_vercel_call: bool,
}

/// Returns the inputs that MLflow's translators tell, its own attribute aside.
pub(in crate::semconv) fn inputs<'a>(reading: &Reading<'a>, events: &'a [Event]) -> Inputs<'a> {
    let before_vercel = told(reading, &["input.value"])
        .or_else(|| gemini_input(reading).map(Told::from))
        .or_else(|| claude_code_input(reading))
        .or_else(|| told(reading, &GEN_AI_INPUT))
        .or_else(|| traceloop_input(reading))
        .or_else(|| told(reading, &["gcp.vertex.agent.llm_request", "gcp.vertex.agent.tool_call_args"]));
    let is_vercel_call = before_vercel.is_none() && is_vercel_call(reading);
    let told = before_vercel
        .or_else(|| match is_vercel_call {
            true => vercel_prompt(reading).map(Told::from),
            false => told(reading, &["ai.prompt", "ai.toolCall.args", "ai.value", "ai.values"]),
        })
        .or_else(|| {
            let others = [
                "agent.messages",
                "llm.messages",
                "input",
                "lk.user_input",
                "lk.user_transcript",
                "lk.chat_ctx",
                "lk.input_text",
                "lmnr.span.input",
                "langfuse.observation.input",
            ];
            told(reading, &others)
        })
        .or_else(|| spring_ai(events, "gen_ai.content.prompt", "gen_ai.prompt"))
        .or_else(|| {
            messages(events, |event| match event.name.as_str() {
                "gen_ai.system.message" => Some(json!("system")),
                "gen_ai.user.message" => Some(json!("user")),
                "gen_ai.assistant.message" => Some(json!("assistant")),
                _ => None,
            })
        });
    Inputs { told, is_vercel_call }
}

/// Returns the outputs that MLflow's translators tell, its own attribute aside.
pub(in crate::semconv) fn outputs<'a>(reading: &Reading<'a>, events: &'a [Event]) -> Option<Told<'a>> {
    told(reading, &["output.value"])
        .or_else(|| gemini_output(reading).map(Told::from))
        .or_else(|| match claude_code(reading)? {
            ClaudeCode::Interaction => None,
            ClaudeCode::Request => unredacted(reading, "response.model_output"),
            ClaudeCode::Tool => unredacted(reading, "new_context"),
        })
        .or_else(|| told(reading, &GEN_AI_OUTPUT))
        .or_else(|| told(reading, &["traceloop.entity.output"]))
        .or_else(|| indexed(reading, "gen_ai.completion.", &[".content"]))
        .or_else(|| told(reading, &["gcp.vertex.agent.llm_response", "gcp.vertex.agent.tool_response"]))
        .or_else(|| match is_vercel_call(reading) {
            true => non_empty(unpacked(reading, "ai.response.")).map(Told::from),
            false => told(
                reading,
                &[
                    "ai.response.text",
                    "ai.toolCall.result",
                    "ai.response.object",
                    "ai.embedding",
                    "ai.embeddings",
                ],
            ),
        })
        .or_else(|| {
            let others = [
                "output",
                "lk.response.text",
                "lk.response.function_calls",
                "lmnr.span.output",
                "langfuse.observation.output",
            ];
            told(reading, &others)
        })
        .or_else(|| spring_ai(events, "gen_ai.content.completion", "gen_ai.completion"))
        .or_else(|| {
            messages(events, |event| {
                let role = event.attributes.value("role").map_or(json!("assistant"), parsed);
                (event.name == "gen_ai.choice").then_some(role)
            })
        })
        .or_else(|| tool_output(reading, events).map(Told::from))
}

const GEN_AI_INPUT: [&str; 2] = ["gen_ai.input.messages", "gen_ai.tool.call.arguments"];
const GEN_AI_OUTPUT: [&str; 2] = ["gen_ai.output.messages", "gen_ai.tool.call.result"];

/// Wraps content as Google's SDK does.
fn gemini_input(reading: &Reading<'_>) -> Option<Value> {
    let told = is_gemini_cli(reading).then(|| first(reading, &GEN_AI_INPUT)).flatten()?;
    Some(if told.is_array() || told.is_string() { json!({"contents": told}) } else { told })
}

/// One content came for each chunk: their parts make one candidate.
fn gemini_output(reading: &Reading<'_>) -> Option<Value> {
    let told = is_gemini_cli(reading).then(|| first(reading, &GEN_AI_OUTPUT)).flatten()?;
    let contents = told.as_array().into_iter().flatten();
    let parts: Vec<Value> =
        contents.filter_map(|content| content.get("parts")?.as_array()).flatten().cloned().collect();
    if parts.is_empty() {
        return Some(told);
    }
    Some(json!({"candidates": [{"content": {"role": "model", "parts": parts}}]}))
}

/// Returns the first value that says something.
fn told<'a>(reading: &Reading<'a>, keys: &[&str]) -> Option<Told<'a>> {
    keys.iter().find_map(|key| Some(Told::of(reading.get(key)?)).filter(|told| is_truthy(&told.value)))
}

fn unredacted<'a>(reading: &Reading<'a>, key: &str) -> Option<Told<'a>> {
    told(reading, &[key]).filter(|told| told.value != REDACTED)
}

fn claude_code_input<'a>(reading: &Reading<'a>) -> Option<Told<'a>> {
    let told = |key| unredacted(reading, key);
    match claude_code(reading)? {
        ClaudeCode::Interaction => told("user_prompt").or_else(|| told("new_context")),
        ClaudeCode::Request => told("new_context"),
        ClaudeCode::Tool => told("tool_input").or_else(|| {
            let details = ["full_command", "file_path", "skill_name", "subagent_type"];
            let details = details.into_iter().filter_map(|key| Some((key.to_owned(), told(key)?.value)));
            non_empty(details.collect()).map(Told::from)
        }),
    }
}

/// Returns what a tool of Claude Code printed: an event of its span has it.
pub(in crate::semconv) fn tool_output(reading: &Reading<'_>, events: &[Event]) -> Option<Value> {
    if claude_code(reading) != Some(ClaudeCode::Tool) {
        return None;
    }
    let said = |attributes: &[Attribute], key: &str| {
        attributes.value(key).map(parsed).filter(|value| is_truthy(value) && value != REDACTED)
    };
    let outputs = events.iter().filter(|event| event.name == "tool.output");
    outputs
        .flat_map(|event| ["output", "content", "diff"].map(|key| said(&event.attributes, key)))
        .flatten()
        .next()
}

fn traceloop_input<'a>(reading: &Reading<'a>) -> Option<Told<'a>> {
    told(reading, &["traceloop.entity.input"])
        .or_else(|| indexed(reading, "gen_ai.prompt.", &[".content"]))
        .or_else(|| indexed(reading, "gen_ai.completion.", &[".tool_calls.", ".arguments"]))
}

/// Returns the first value whose key begins with a prefix and a number, then each part with a number before it.
fn indexed<'a>(reading: &Reading<'a>, prefix: &str, parts: &[&str]) -> Option<Told<'a>> {
    let without_number = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        (end > 0).then_some(end)
    };
    let fits = |key: &str| {
        let mut rest = key.strip_prefix(prefix)?;
        for part in parts {
            rest = rest[without_number(rest)?..].strip_prefix(part)?;
        }
        Some(())
    };
    let keys = reading.attributes().iter().map(|attribute| attribute.key.as_str());
    keys.filter(|key| fits(key).is_some()).find_map(|key| told(reading, &[key]))
}

/// Whether a span is a call of a model by the Vercel SDK, which spreads prompt and answer over attributes.
fn is_vercel_call(reading: &Reading<'_>) -> bool {
    let operation = word(reading, "ai.operationId");
    matches!(operation.as_deref(), Some("ai.generateText.doGenerate" | "ai.streamText.doStream"))
}

fn vercel_prompt(reading: &Reading<'_>) -> Option<Value> {
    let mut prompt = unpacked(reading, "ai.prompt.");
    if let Some(Value::Array(tools)) = prompt.get_mut("tools") {
        for tool in tools {
            *tool = unfolded(std::mem::take(tool), 3);
        }
    }
    non_empty(prompt)
}

/// Returns all attributes below a prefix as one object.
fn unpacked(reading: &Reading<'_>, prefix: &str) -> Map<String, Value> {
    let below = reading.attributes().iter().filter_map(|attribute| {
        let key = attribute.key.strip_prefix(prefix)?;
        Some((key.to_owned(), unfolded(decoded(&attribute.value), 2)))
    });
    below.collect()
}

/// Parses a text as JSON, and what it holds if that is a text again, at most so many times.
fn unfolded(mut value: Value, layers: usize) -> Value {
    for _ in 0..layers {
        let Value::String(text) = &value else { break };
        match serde_json::from_str(text) {
            Ok(inner) => value = inner,
            Err(_) => break,
        }
    }
    value
}

fn non_empty(object: Map<String, Value>) -> Option<Value> {
    (!object.is_empty()).then_some(Value::Object(object))
}

/// Attributes of events are plain: their texts are parsed here.
fn parsed(value: &AnyValue) -> Value {
    unfolded(plain(value), 1)
}

/// Returns the first content that is all prompts or completions in one attribute. MLflow takes its text for JSON.
fn spring_ai<'a>(events: &'a [Event], name: &str, key: &str) -> Option<Told<'a>> {
    let told = events.iter().filter(|event| event.name == name);
    let content =
        told.filter_map(|event| event.attributes.value(key)).find(|value| is_truthy(&plain(value)))?;
    Some(Told { value: parsed(content), text: content.as_str() })
}

/// Returns the events that are messages, `role` being that of one.
fn messages(events: &[Event], role: impl Fn(&Event) -> Option<Value>) -> Option<Told<'static>> {
    let messages = events.iter().filter_map(|event| {
        let role = role(event)?;
        let content = event.attributes.value("content").filter(|content| is_truthy(&plain(content)))?;
        Some(json!({"role": role, "content": parsed(content)}))
    });
    let messages: Vec<Value> = messages.collect();
    (!messages.is_empty()).then_some(Value::Array(messages).into())
}
