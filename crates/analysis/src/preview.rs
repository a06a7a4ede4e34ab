//! The one text that stands for the inputs or outputs of a trace in a list, by MLflow's algorithm (contract d.7).

use serde_json::Value;

/// Longest preview in characters.
pub(crate) const MAX_CHARS: usize = 1000;

/// Whose message a preview shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The request: what the user said last.
    User,
    /// The response: what the assistant said last.
    Assistant,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// Returns the preview of inputs or outputs. `json_text` is their JSON text, which is shown if no message is found.
pub fn preview(value: &Value, json_text: &str, role: Role) -> String {
    cut(&uncut(value, json_text, role))
}

/// Returns what [`preview`] shows the beginning of.
pub(crate) fn uncut(value: &Value, json_text: &str, role: Role) -> String {
    messages(value).and_then(|messages| last_text(&messages, role)).unwrap_or_else(|| json_text.to_owned())
}

fn messages(value: &Value) -> Option<Vec<&Value>> {
    let object = value.as_object()?;
    if let Some(messages) = object.get("messages").and_then(Value::as_array) {
        return Some(messages.iter().collect());
    }
    if let Some(message) = value.pointer("/choices/0/message") {
        return Some(vec![message]);
    }
    for key in ["input", "output"] {
        if let Some(messages) = object.get(key).and_then(Value::as_array) {
            return Some(messages.iter().collect());
        }
    }
    messages(object.get("request")?)
}

fn last_text(messages: &[&Value], role: Role) -> Option<String> {
    let is_message = |message: &&&Value| message.get("role").is_some() && message.get("content").is_some();
    let of_role = |message: &&&Value| message.get("role").and_then(Value::as_str) == Some(role.word());
    let proper = || messages.iter().filter(is_message);
    let message = proper().rfind(of_role).or_else(|| proper().next_back())?;
    match message.get("content")? {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => parts.iter().find_map(part_text),
        _ => None,
    }
}

fn part_text(part: &Value) -> Option<String> {
    match part {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => {
            let kind = object.get("type")?.as_str()?;
            let is_text = matches!(kind, "text" | "input_text" | "output_text");
            object.get("text").filter(|_| is_text)?.as_str().map(str::to_owned)
        }
        _ => None,
    }
}

fn cut(text: &str) -> String {
    let text = text.replace('\0', "\u{FFFD}");
    match text.char_indices().nth(MAX_CHARS) {
        None => text,
        Some(_) => text.chars().take(MAX_CHARS - 3).chain("...".chars()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: Value, role: Role, expected: &str) {
        assert_eq!(preview(&value, &value.to_string(), role), expected);
    }

    #[test]
    fn shows_the_last_message_of_the_role() {
        let chat = json!({"messages": [
            {"role": "user", "content": "first"}, {"role": "user", "content": "second"}, {"role": "assistant", "content": "a"},
        ]});
        check(chat.clone(), Role::User, "second");
        check(chat, Role::Assistant, "a");
        check(
            json!({"choices": [{"message": {"role": "assistant", "content": "hello"}}]}),
            Role::Assistant,
            "hello",
        );
        let responses =
            json!({"output": [{"role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}]});
        check(responses, Role::Assistant, "hi");
        check(json!({"request": {"messages": [{"role": "user", "content": "inner"}]}}), Role::User, "inner");
        check(json!({"messages": [{"role": "tool", "content": "only"}]}), Role::User, "only");
    }

    #[test]
    fn falls_back_to_the_json_text() {
        check(json!("hi"), Role::User, r#""hi""#);
        check(json!({"a": 1}), Role::User, r#"{"a":1}"#);
        check(
            json!({"messages": [{"role": "user", "content": null}]}),
            Role::User,
            r#"{"messages":[{"role":"user","content":null}]}"#,
        );
    }

    #[test]
    fn cuts_long_texts_at_characters() {
        let long = "é".repeat(1001);
        let shown = preview(&Value::Null, &long, Role::User);
        assert_eq!(shown.chars().count(), 1000);
        assert!(shown.ends_with("é..."));
        assert_eq!(preview(&Value::Null, &"é".repeat(1000), Role::User).chars().count(), 1000);
    }
}
