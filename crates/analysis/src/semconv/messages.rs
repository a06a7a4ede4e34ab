//! Messages in whatever holds them: a request, an answer, a list, one message, a text.

use serde_json::{Map, Value};

use super::llm::{Message, Part, Role};
use super::parts::{part, parts, result, tool_call};
use super::structure::{field, structured, text_field};

/// Deepest nesting of what holds messages.
const MAX_DEPTH: usize = 8;

/// Most messages of one value.
const MAX_MESSAGES: usize = 10_000;

/// What a request or an answer holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Conversation {
    pub(super) messages: Vec<Message>,
    /// System instructions that stand beside the messages.
    pub(super) system: Vec<Part>,
    /// Definitions of tools that a sender put among the messages.
    pub(super) tools: Vec<Value>,
}

/// Reads the messages of a value that has the shape of a request, an answer, or messages; nothing if it has none.
///
/// A message without a role has `default` as its role.
pub(super) fn conversation(value: &Value, default: Role) -> Option<Conversation> {
    let mut found = Conversation::default();
    let is_one = collect(&structured(value), default, 0, &mut found);
    results_by_tool_name(&mut found.messages);
    (is_one && !(found.messages.is_empty() && found.system.is_empty())).then_some(found)
}

/// Makes results of tools of the messages whose role is the name of the tool that was called before, as Langfuse's callback for
/// LangChain sends them.
fn results_by_tool_name(messages: &mut [Message]) {
    let mut called: Vec<(String, Option<String>)> = Vec::new();
    for message in messages {
        for part in &message.parts {
            if let Part::ToolCall { id, name, .. } = part {
                called.push((name.clone(), id.clone()));
            }
        }
        let is_result = message.role == Role::Other && matches!(message.parts.as_slice(), [Part::Text(_)]);
        let call = called.iter().position(|(name, _)| is_result && *name == message.role_text);
        if let Some(call) = call {
            let (name, id) = called.remove(call);
            let content = Value::String(message.text());
            message.role = Role::Tool;
            message.parts = vec![Part::ToolResult { id, name: Some(name), content, is_error: None }];
        }
    }
}

/// Reads messages where the convention says that there are some: what has no shape becomes the text of one message.
pub(super) fn messages(value: &Value, default: Role) -> Conversation {
    conversation(value, default).unwrap_or_else(|| {
        let mut message = Message::new(default);
        match structured(value) {
            Value::Null => {}
            // JSON without the shape of a message stays as it was written.
            Value::Object(_) | Value::Array(_) if value.is_string() => {
                message.parts.extend(value.as_str().map(|text| Part::Text(text.to_owned())));
            }
            Value::Object(object) => message.parts.push(Part::Text(Value::Object(object).to_string())),
            other => parts(&other, &mut message.parts),
        }
        let messages = if message.parts.is_empty() { Vec::new() } else { vec![message] };
        Conversation { messages, ..Conversation::default() }
    })
}

/// Reads `role: text` lines, as OpenLIT joins the messages of a prompt; nothing if the text does not begin so.
pub(super) fn role_lines(text: &str) -> Option<Vec<Message>> {
    const ROLES: [&str; 5] = ["system", "developer", "user", "assistant", "tool"];
    let head = |line: &'_ str| {
        let (role, rest) = line.split_once(": ")?;
        ROLES.contains(&role).then(|| (role.to_owned(), rest.to_owned()))
    };
    head(text.lines().next()?)?;
    let mut messages: Vec<(String, String)> = Vec::new();
    for line in text.split('\n') {
        let has_room = messages.len() < MAX_MESSAGES;
        match (head(line).filter(|_| has_room), messages.last_mut()) {
            (Some(message), _) => messages.push(message),
            (_, Some((_, text))) => {
                text.push('\n');
                text.push_str(line);
            }
            (_, None) => {}
        }
    }
    let message = |(role, text): (String, String)| {
        let mut message = Message { role: Role::parse(&role), role_text: role, ..Message::new(Role::Other) };
        // The instrumentation prints Python's `None` for a message without text.
        if text != "None" {
            message.parts.push(Part::Text(text));
        }
        message
    };
    Some(messages.into_iter().map(message).collect())
}

/// Adds what a value holds; tells whether it had the shape of anything.
fn collect(value: &Value, default: Role, depth: usize, found: &mut Conversation) -> bool {
    if depth > MAX_DEPTH || found.messages.len() >= MAX_MESSAGES {
        return false;
    }
    match value {
        Value::Array(items) => {
            !items.is_empty()
                && items.iter().all(|item| is_message_like(item) || item.is_array())
                && items.iter().all(|item| collect(item, default, depth + 1, found))
        }
        Value::Object(object) => of_object(object, default, depth, found),
        _ => false,
    }
}

/// Whether an item of a list may be a message, so that lists of other things are left alone.
fn is_message_like(item: &Value) -> bool {
    let Value::Object(object) = item else { return false };
    let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
    object.contains_key("role")
        || object.contains_key("parts")
        || object.contains_key("message")
        || object.contains_key("lc")
        || is_langchain(kind)
        || is_item(kind)
        || matches!(object.get("kind").and_then(Value::as_str), Some("request" | "response"))
        || (object.contains_key("content")
            && !object.contains_key("score")
            && !object.contains_key("metadata"))
        || object.contains_key("tool_calls")
}

fn is_langchain(kind: &str) -> bool {
    matches!(kind, "human" | "ai" | "system" | "tool" | "AIMessageChunk" | "function")
}

/// Whether it is an item of OpenAI's Responses API that stands for a message.
fn is_item(kind: &str) -> bool {
    matches!(
        kind,
        "message"
            | "function_call"
            | "function_call_output"
            | "reasoning"
            | "mcp_call"
            | "custom_tool_call"
            | "custom_tool_call_output"
    )
}

fn of_object(object: &Map<String, Value>, default: Role, depth: usize, found: &mut Conversation) -> bool {
    // LangChain's dump of an object: its fields are in `kwargs`, its role in the name of its class.
    if let (true, Some(Value::Object(kwargs))) = (object.contains_key("lc"), object.get("kwargs")) {
        let class =
            object.get("id").and_then(Value::as_array).and_then(|id| id.last()).and_then(Value::as_str);
        let role = class.map_or(default, class_role);
        if kwargs.contains_key("content") {
            found.messages.push(message(kwargs, role));
            return true;
        }
        return of_object(kwargs, default, depth + 1, found);
    }
    // LangChain's callback of Langfuse lists the tools as messages of the role `tool`.
    if let Some(Value::Object(content)) = object.get("content")
        && object.get("role").is_some_and(|role| role == "tool")
        && content.get("function").is_some_and(|function| function.get("parameters").is_some())
    {
        found.tools.push(Value::Object(content.clone()));
        return true;
    }
    if is_message(object) {
        // OpenInference and choices wrap the message.
        match object.get("message") {
            Some(Value::Object(inner)) => {
                let mut inner = message(inner, default);
                inner.finish_reason = inner.finish_reason.or_else(|| finish_reason(object));
                found.messages.push(inner);
            }
            _ => found.messages.push(message(object, default)),
        }
        return true;
    }
    for key in
        ["system", "systemPrompt", "system_prompt", "instructions", "system_instruction", "systemInstruction"]
    {
        let instruction = object.get(key).or_else(|| object.get("config")?.get(key));
        if let Some(instruction) = instruction.filter(|value| !value.is_null()) {
            let instruction = instruction.get("parts").unwrap_or(instruction);
            parts(instruction, &mut found.system);
        }
    }
    let holders = [
        ("messages", default),
        ("contents", default),
        ("choices", Role::Assistant),
        ("candidates", Role::Assistant),
        ("generations", Role::Assistant),
        ("items", default),
        ("output", Role::Assistant),
        ("input", default),
        ("message", default),
        ("update", default),
        ("request", default),
        ("new_message", Role::User),
        ("data", default),
    ];
    for (key, role) in holders {
        let Some(held) = object.get(key).filter(|held| held.is_array() || held.is_object()) else { continue };
        if collect(held, role, depth + 1, found) {
            return true;
        }
    }
    for (key, role) in [
        ("prompt", Role::User),
        ("input", default),
        ("question", Role::User),
        ("prompts", Role::User),
        // Logfire's of a streamed answer.
        ("combined_chunk_content", Role::Assistant),
    ] {
        let texts = match object.get(key) {
            Some(Value::String(text)) if !text.is_empty() => vec![text],
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::String(text) => Some(text),
                    _ => None,
                })
                .collect(),
            _ => continue,
        };
        for text in &texts {
            let mut message = Message::new(role);
            message.parts.push(Part::Text((*text).clone()));
            found.messages.push(message);
        }
        if !texts.is_empty() {
            return true;
        }
    }
    false
}

fn class_role(class: &str) -> Role {
    let word = class.strip_suffix("Chunk").unwrap_or(class);
    Role::parse(word.strip_suffix("Message").unwrap_or(word))
}

fn is_message(object: &Map<String, Value>) -> bool {
    let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
    let has_content = ["content", "contents", "parts", "tool_calls", "toolCalls", "message_content"]
        .iter()
        .any(|key| object.contains_key(*key));
    let has_role = object.contains_key("role");
    // OpenRouter's answer, and Anthropic's oldest; what has a prompt beside it is a pair of both.
    let is_completion =
        object.get("completion").is_some_and(Value::is_string) && !object.contains_key("prompt");
    let wraps = object.get("message").is_some_and(|inner| {
        inner.is_object()
            && ["role", "content", "contents", "tool_calls"].iter().any(|key| inner.get(key).is_some())
    });
    (has_role && (has_content || object.len() == 1 || object.contains_key("kwargs") || object.contains_key("text")))
        || is_item(kind)
        || is_completion
        || (is_langchain(kind) && (object.contains_key("content") || object.contains_key("data")))
        || (wraps && !object.contains_key("messages"))
        // `contents` without a role are the messages of a request to Gemini.
        || (has_content && !["messages", "choices", "contents"].iter().any(|key| object.contains_key(*key)))
        // The oldest form of an OpenAI answer, and LangChain's generations.
        || (object.contains_key("text") && (object.contains_key("finish_reason") || object.contains_key("generation_info")))
}

fn finish_reason(object: &Map<String, Value>) -> Option<String> {
    text_field(object, &["finish_reason", "finishReason", "stop_reason", "stopReason"])
}

fn message(object: &Map<String, Value>, default: Role) -> Message {
    let kind = text_field(object, &["type"]).unwrap_or_default();
    // LangChain's older dump: {"type": "human", "data": {…}}.
    if let (true, Some(Value::Object(data))) = (is_langchain(&kind), object.get("data")) {
        return message(data, Role::parse(&kind));
    }
    // Gemini's candidates hold the content, which has the role.
    if let Some(Value::Object(content)) = object.get("content")
        && (content.contains_key("parts") || content.contains_key("role"))
    {
        let mut message = message(content, default);
        message.finish_reason = finish_reason(object);
        return message;
    }
    if let Some(Value::Object(inner)) = object.get("message").filter(|_| !object.contains_key("content")) {
        let mut message = message(inner, default);
        message.finish_reason = message.finish_reason.or_else(|| finish_reason(object));
        return message;
    }
    let default = match kind.as_str() {
        "function_call" | "reasoning" | "mcp_call" | "custom_tool_call" => Role::Assistant,
        "function_call_output" | "custom_tool_call_output" => Role::Tool,
        _ => match object.get("kind").and_then(Value::as_str) {
            Some("request") => Role::User,
            Some("response") => Role::Assistant,
            _ => default,
        },
    };
    let role_text = text_field(object, &["role"]).or_else(|| is_langchain(&kind).then(|| kind.clone()));
    let mut message = Message::new(default);
    if let Some(role_text) = role_text {
        message.role = Role::parse(&role_text);
        message.role_text = role_text;
    }
    message.name = text_field(object, &["name"]);
    message.finish_reason = finish_reason(object);
    if is_item(&kind) && kind != "message" {
        message.name = None;
        message.parts.push(part(object));
        return message;
    }
    content(object, &mut message);
    message
}

fn content(object: &Map<String, Value>, message: &mut Message) {
    for key in ["reasoning_content", "reasoning"] {
        if let Some(Value::String(text)) = object.get(key).filter(|text| text.as_str() != Some("")) {
            message.parts.push(Part::Reasoning(text.clone()));
            break;
        }
    }
    let told = field(object, &["parts", "contents", "content", "text", "completion"]).unwrap_or(&Value::Null);
    if message.role == Role::Tool && !holds_parts(told) {
        message.parts.push(Part::ToolResult {
            id: text_field(object, &["tool_call_id", "id"]),
            name: message.name.take(),
            content: result(told),
            is_error: object.get("status").map(|status| status.as_str() == Some("error")),
        });
    } else {
        parts(told, &mut message.parts);
    }
    if let Some(Value::String(refusal)) = object.get("refusal") {
        message.parts.push(Part::Refusal(refusal.clone()));
    }
    tool_calls(object, &mut message.parts);
}

/// Whether the content of a tool's message says itself what each part is.
fn holds_parts(content: &Value) -> bool {
    let content = match content {
        // Koog gives the assistant's calls the role of the tool.
        Value::String(text) if text.starts_with("[{\"function\"") => structured(content),
        other => other.clone(),
    };
    let names_itself = |item: &Value| {
        let Value::Object(object) = item else { return false };
        !matches!(part(object), Part::Text(_) | Part::Other(..))
    };
    content.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(names_itself))
}

/// Adds the calls that stand beside the content, unless the content has them already.
fn tool_calls(object: &Map<String, Value>, out: &mut Vec<Part>) {
    if out.iter().any(|part| matches!(part, Part::ToolCall { .. })) {
        return;
    }
    let extra = object.get("additional_kwargs");
    let beside = field(object, &["tool_calls", "toolCalls"])
        .filter(|calls| calls.as_array().is_none_or(|calls| !calls.is_empty()))
        .or_else(|| extra?.get("tool_calls"));
    if let Some(Value::Array(calls)) = beside.map(structured) {
        for call in &calls {
            let Value::Object(call) = call else { continue };
            out.extend(tool_call("tool_call", call));
        }
    }
    let old = object.get("function_call").or_else(|| extra?.get("function_call"));
    if let Some(Value::Object(call)) = old {
        out.extend(tool_call("tool_call", call));
    }
}

#[cfg(test)]
mod tests;
