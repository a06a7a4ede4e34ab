//! Pieces of messages, told apart by their shape: the formats of OpenAI (Chat Completions and Responses), Anthropic, Gemini,
//! Bedrock, LangChain, the Vercel AI SDK, Genkit, pydantic-ai and OpenTelemetry overlap so far that one reader takes them all.

use serde_json::{Map, Value, json};

use super::llm::{Media, Modality, Part};
use super::structure::{field, scalar_text, structured, text_field};

/// Deepest nesting of content within content.
const MAX_DEPTH: usize = 8;

/// Most parts of one message.
const MAX_PARTS: usize = 10_000;

/// Reads the content of a message: a text, a part, or a list of both.
pub(super) fn parts(content: &Value, out: &mut Vec<Part>) {
    read(content, 0, out);
}

fn read(content: &Value, depth: usize, out: &mut Vec<Part>) {
    if out.len() >= MAX_PARTS {
        return;
    }
    match content {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => match dumped(text).filter(|_| depth < MAX_DEPTH) {
            Some(parts) => read(&parts, depth + 1, out),
            None => out.push(Part::Text(text.clone())),
        },
        Value::Array(items) if depth < MAX_DEPTH => {
            items.iter().for_each(|item| read(item, depth + 1, out));
        }
        Value::Object(object) => out.push(part(object)),
        other => out.push(Part::Text(other.to_string())),
    }
}

/// Returns a list of parts that a sender wrote into a text. Text that merely is JSON stays text: models answer in JSON.
fn dumped(text: &str) -> Option<Value> {
    let is_list = text.starts_with("[{") && text.ends_with("}]");
    let value = is_list.then(|| structured(&Value::from(text)))?;
    let is_part = |item: &Value| {
        let Value::Object(object) = item else { return false };
        let kind = object.get("type").and_then(Value::as_str);
        let is_call = object.get("function").is_some_and(|function| function.get("name").is_some());
        is_call
            || kind.is_some_and(|kind| is_known(kind) && object.len() > 1)
            || only_key(object, &["text", "toolUse", "toolResult", "tool_use"])
    };
    value.as_array().is_some_and(|items| items.iter().all(is_part)).then_some(value)
}

fn only_key(object: &Map<String, Value>, names: &[&str]) -> bool {
    object.len() == 1 && names.iter().any(|name| object.contains_key(*name))
}

fn is_known(kind: &str) -> bool {
    matches!(
        kind,
        "text"
            | "input_text"
            | "output_text"
            | "image_url"
            | "image"
            | "tool_use"
            | "tool_result"
            | "tool_call"
            | "tool-call"
            | "tool-result"
            | "thinking"
            | "reasoning"
            | "function"
            | "function_call"
            | "refusal"
    )
}

/// Reads one part.
pub(super) fn part(object: &Map<String, Value>) -> Part {
    // OpenInference wraps each part.
    if let Some(Value::Object(inner)) = field(object, &["message_content"]) {
        return part(inner);
    }
    let kind = text_field(object, &["type", "part_kind"]).unwrap_or_default();
    text_part(&kind, object)
        .or_else(|| tool_call(&kind, object))
        .or_else(|| tool_result(&kind, object))
        .or_else(|| media(&kind, object).map(Part::Media))
        .unwrap_or_else(|| Part::Other(kind, without_binary(&Value::Object(object.clone()), 0)))
}

fn text_part(kind: &str, object: &Map<String, Value>) -> Option<Part> {
    let text = |names: &[&str]| {
        names.iter().find_map(|name| match object.get(*name)? {
            Value::String(text) => Some(text.clone()),
            // Responses' summaries and pydantic-ai's prompts are lists of texts.
            Value::Array(items) => {
                let texts = items.iter().filter_map(|item| item.get("text").unwrap_or(item).as_str());
                Some(texts.collect::<Vec<_>>().join("\n"))
            }
            // A structured answer, as Genkit writes it.
            value @ Value::Object(_) => Some(value.to_string()),
            _ => None,
        })
    };
    match kind {
        "text" | "input_text" | "output_text" | "summary_text" | "system-prompt" | "user-prompt" => {
            text(&["text", "content"]).map(Part::Text)
        }
        "reasoning" | "thinking" => {
            let words = text(&["thinking", "text", "content", "summary", "reasoning"]);
            Some(Part::Reasoning(words.unwrap_or_default()))
        }
        "redacted_thinking" => Some(Part::Reasoning(String::new())),
        "refusal" => text(&["refusal", "text", "content"]).map(Part::Refusal),
        "" => {
            // Gemini, Bedrock and Genkit name the part by its only key.
            if object.get("thought").and_then(Value::as_bool) == Some(true) {
                return text(&["text"]).map(Part::Reasoning);
            }
            if let Some(reasoning) = field(object, &["reasoningContent", "reasoning"]) {
                let words = reasoning.pointer("/reasoningText/text").unwrap_or(reasoning);
                return Some(Part::Reasoning(scalar_text(words).unwrap_or_default()));
            }
            if object.contains_key("inlineData") || object.contains_key("image_url") {
                return None;
            }
            text(&["text"])
                .map(Part::Text)
                .or_else(|| object.get("json").map(|json| Part::Text(json.to_string())))
        }
        _ => None,
    }
}

/// Reads a call of a tool in any place: a part, an entry of `tool_calls`, an item of a Responses answer.
pub(super) fn tool_call(kind: &str, object: &Map<String, Value>) -> Option<Part> {
    for wrapper in ["tool_call", "functionCall", "function_call", "toolUse", "toolRequest", "function"] {
        // The wrapper may hold the name and leave the id outside.
        if let Some(Value::Object(inner)) = object.get(wrapper)
            && inner.keys().any(|key| matches!(key.as_str(), "name" | "function" | "toolName"))
            && !matches!(kind, "tool_result" | "function_response")
        {
            let id = text_field(object, &["id", "call_id"]);
            return tool_call("tool_call", inner).map(|part| with_id(part, id));
        }
    }
    let is_call = matches!(
        kind,
        "tool_use"
            | "tool_call"
            | "tool-call"
            | "function_call"
            | "server_tool_use"
            | "server_tool_call"
            | "builtin-tool-call"
            | "mcp_call"
            | "function"
            | "tool_call_chunk"
            | "custom_tool_call"
    );
    let has_name = field(object, &["toolName", "tool_name"]).is_some() && kind.is_empty();
    if !is_call && !has_name {
        return None;
    }
    let name = text_field(object, &["name", "toolName", "tool_name"])?;
    let arguments = field(object, &["arguments", "input", "args", "parameters", "server_tool_call"])
        .cloned()
        .unwrap_or(json!({}));
    let id = ["call_id", "toolCallId", "tool_call_id", "toolUseId", "id", "ref"]
        .iter()
        .find_map(|name| id_text(object.get(*name)?));
    Some(Part::ToolCall { id, name, arguments: structured(&arguments) })
}

fn with_id(part: Part, outer: Option<String>) -> Part {
    match part {
        Part::ToolCall { id, name, arguments } => Part::ToolCall { id: id.or(outer), name, arguments },
        other => other,
    }
}

/// Returns an id; Microsoft's agents send those of assistants as lists.
fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => {
            let ids: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            ids.filter(|ids| !ids.is_empty()).map(|ids| ids.join(" "))
        }
        other => scalar_text(other),
    }
}

fn tool_result(kind: &str, object: &Map<String, Value>) -> Option<Part> {
    for wrapper in ["functionResponse", "function_response", "toolResult", "toolResponse"] {
        if let Some(Value::Object(inner)) = object.get(wrapper) {
            return tool_result("tool_result", inner);
        }
    }
    let is_result = matches!(
        kind,
        "tool_result"
            | "tool-result"
            | "tool_call_response"
            | "tool_response"
            | "function_call_output"
            | "server_tool_call_response"
            | "web_search_tool_result"
            | "tool-return"
            | "builtin-tool-return"
            | "function_response"
            | "custom_tool_call_output"
            | "mcp_tool_result"
    );
    if !is_result {
        return None;
    }
    let content = field(object, &["response", "result", "content", "output", "server_tool_call_response"]);
    let id = ["tool_use_id", "tool_call_id", "call_id", "toolCallId", "toolUseId", "id", "ref"]
        .iter()
        .find_map(|name| id_text(object.get(*name)?));
    let failed = |value: &Value| value.as_str() == Some("error");
    Some(Part::ToolResult {
        id,
        name: text_field(object, &["name", "toolName", "tool_name"]),
        content: result(content.unwrap_or(&Value::Null)),
        is_error: field(object, &["is_error", "isError"])
            .and_then(Value::as_bool)
            .or_else(|| object.get("status").map(failed)),
    })
}

/// Returns the result of a tool: JSON in a text is parsed, and a list of texts becomes one text.
pub(super) fn result(value: &Value) -> Value {
    let value = unwrapped_result(without_binary(&structured(value), 0));
    let text = |item: &Value| match item {
        Value::Object(object) => match text_part(text_field(object, &["type"])?.as_str(), object)? {
            Part::Text(text) => Some(text),
            _ => None,
        },
        _ => None,
    };
    let items = value.as_array().or_else(|| {
        let object = value.as_object().filter(|object| object.len() == 1)?;
        object.get("content")?.as_array()
    });
    let texts: Option<Vec<String>> = items.and_then(|items| items.iter().map(text).collect());
    match texts {
        Some(texts) if !texts.is_empty() => Value::String(texts.join("\n")),
        _ => value,
    }
}

/// Takes what a tool said out of the envelope of Microsoft's Agent Framework and of Gemini's function responses.
fn unwrapped_result(value: Value) -> Value {
    let Value::Object(mut object) = value else { return value };
    let has = |keys: &[&str]| keys.iter().all(|key| object.contains_key(*key));
    let within =
        if object.get("type").is_some_and(|kind| kind == "function_result") && has(&["call_id", "result"]) {
            "result"
        } else if has(&["name", "response"])
            && object.keys().all(|key| matches!(key.as_str(), "id" | "name" | "response"))
        {
            "response"
        } else {
            return Value::Object(object);
        };
    object.remove(within).unwrap_or_default()
}

fn media(kind: &str, object: &Map<String, Value>) -> Option<Media> {
    let kinds = [
        ("image", Modality::Image),
        ("audio", Modality::Audio),
        ("video", Modality::Video),
        ("document", Modality::File),
        ("file", Modality::File),
        ("blob", Modality::File),
        ("uri", Modality::File),
        ("media", Modality::File),
        ("binary", Modality::File),
        ("inline", Modality::File),
    ];
    let named =
        |text: &str| kinds.iter().find(|(word, _)| text.contains(word)).map(|(_, modality)| *modality);
    let by_key = || {
        let keys = [
            "image_url",
            "image",
            "input_audio",
            "audio",
            "video",
            "document",
            "inlineData",
            "inline_data",
            "fileData",
            "file_data",
            "media",
        ];
        keys.iter().find(|key| object.contains_key(**key)).and_then(|key| named(&key.to_ascii_lowercase()))
    };
    let modality = if kind.is_empty() { by_key() } else { named(kind) }?;
    let mut media = Media { modality, media_type: None, base64: None, uri: None, name: None };
    gather(object, 0, &mut media);
    if media.uri.is_none() && media.base64.is_none() && media.name.is_none() {
        return None;
    }
    let family = media.media_type.as_deref().and_then(|media_type| media_type.split('/').next());
    let told = text_field(object, &["modality"]);
    if let Some(modality) = told.as_deref().or(family).and_then(named) {
        media.modality = modality;
    }
    Some(media)
}

/// Collects what a medium is made of, from the part and from the objects in it.
fn gather(object: &Map<String, Value>, depth: usize, media: &mut Media) {
    for (key, value) in object {
        match value {
            Value::Object(inner) if depth < 3 => gather(inner, depth + 1, media),
            Value::String(text) if !text.is_empty() => match key.as_str() {
                "mime_type" | "media_type" | "mimeType" | "mediaType" | "contentType" | "content_type" => {
                    media.media_type = Some(text.clone());
                }
                "format" if media.media_type.is_none() && !text.contains('/') => {
                    let family = match media.modality {
                        Modality::Image => "image",
                        Modality::Audio => "audio",
                        Modality::Video => "video",
                        Modality::File => "application",
                    };
                    media.media_type = Some(format!("{family}/{text}"));
                }
                "filename" | "name" | "title" => media.name = Some(text.clone()),
                "file_id" | "fileUri" | "file_uri" | "uri" => media.uri = Some(text.clone()),
                "url" | "image_url" | "image" | "data" | "file_data" | "bytes" | "content" | "base64"
                | "file" => {
                    locate(text, media);
                }
                _ => {}
            },
            _ => {}
        }
    }
}

/// Tells an address from content.
fn locate(text: &str, media: &mut Media) {
    if let Some((head, content)) = text.strip_prefix("data:").and_then(|data| data.split_once(',')) {
        if let Some(media_type) = head.split(';').next().filter(|media_type| !media_type.is_empty()) {
            media.media_type = Some(media_type.to_owned());
        }
        media.base64 = Some(content.to_owned());
    } else if text.contains("://") || text.starts_with("mlflow-attachment:") {
        media.uri = Some(text.to_owned());
    } else if is_base64(text) {
        media.base64 = Some(text.to_owned());
    } else {
        media.uri = Some(text.to_owned());
    }
}

fn is_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte))
}

/// Longest text that may be binary content and stays: ids and digests are shorter.
const MAX_BASE64_SHOWN: usize = 256;

/// Returns a value with its binary content cut out, so that nobody is shown base64.
pub(super) fn without_binary(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) if is_binary(text) => json!(format!("<{} characters of base64>", text.len())),
        Value::Array(items) if depth < 64 => {
            items.iter().map(|item| without_binary(item, depth + 1)).collect()
        }
        Value::Object(object) if depth < 64 => Value::Object(
            object.iter().map(|(key, value)| (key.clone(), without_binary(value, depth + 1))).collect(),
        ),
        other => other.clone(),
    }
}

fn is_binary(text: &str) -> bool {
    if text.len() <= MAX_BASE64_SHOWN {
        return false;
    }
    text.starts_with("data:") && text.contains(";base64,") || is_base64(text)
}
