//! What was said in one turn of a conversation: the words of the user and of the assistant, without the JSON around them.
//!
//! A turn is a trace. What its root recorded comes first; where it recorded nothing, as the span of a web framework, the model calls
//! inside tell it: the first one what was asked, the last one what was answered.

use model::{LogRecord, Span};
use serde_json::Value;

use crate::preview::{self, Role};
use crate::prices::Prices;
use crate::python_json::dumps;
use crate::semconv::llm::{self, LlmView, Message, Part};
use crate::semconv::{self, View};

/// Longest text of one side of a turn in characters; the trace has all of it.
const MAX_CHARS: usize = 16_000;

/// Types of spans that call a model, in MLflow's words.
pub const MODEL_CALLS: [&str; 2] = ["CHAT_MODEL", "LLM"];

/// Returns the words in a preview that a trace keeps: JSON that is a text, or an object with one text, gives that text.
pub fn words(preview: &str) -> String {
    let value = match preview.as_bytes().first() {
        Some(b'"' | b'{') => serde_json::from_str(preview).ok(),
        _ => None,
    };
    match value {
        Some(Value::String(text)) => text,
        // The one argument of a traced function.
        Some(Value::Object(object)) if object.len() == 1 => match object.into_iter().next() {
            Some((_, Value::String(text))) => text,
            _ => preview.to_owned(),
        },
        _ => preview.to_owned(),
    }
}

/// Whether a preview says anything: a function without arguments or result leaves one that does not.
pub fn says_something(preview: &str) -> bool {
    !matches!(preview.trim(), "" | "null" | "{}" | "[]" | "\"\"" | "\"null\"")
}

/// Whether a preview was cut, so that the root may say more.
pub fn is_cut(preview: &str) -> bool {
    preview.ends_with("...") && preview.chars().count() == preview::MAX_CHARS
}

/// Returns all of what a preview is the beginning of, from the root of its trace; nothing if the root says something else.
pub fn whole(preview: &str, root: &Span, logs: &[LogRecord], role: Role) -> Option<String> {
    let view = semconv::view(root, logs);
    let text = recorded(&view, role)?;
    let beginning = preview.strip_suffix("...")?;
    text.starts_with(beginning).then(|| cut(words(&text)))
}

/// Returns what a model call was asked: the last words of a user, else what went in.
pub fn asked(call: &Span, logs: &[LogRecord], prices: &Prices) -> Option<String> {
    said(call, logs, prices, Role::User)
}

/// Returns what a model call answered: the last words of the model, else what came out. A call for tools has none.
pub fn answered(call: &Span, logs: &[LogRecord], prices: &Prices) -> Option<String> {
    said(call, logs, prices, Role::Assistant)
}

fn said(call: &Span, logs: &[LogRecord], prices: &Prices, role: Role) -> Option<String> {
    let view = semconv::view(call, logs);
    let LlmView { input_messages, output_messages, .. } = view.llm(prices)?;
    let (messages, speaker) = match role {
        Role::User => (input_messages, llm::Role::User),
        Role::Assistant => (output_messages, llm::Role::Assistant),
    };
    let text = if messages.is_empty() {
        words(&recorded(&view, role)?)
    } else {
        messages
            .iter()
            .rev()
            .filter(|message| message.role == speaker)
            .map(spoken)
            .find(|text| !text.is_empty())?
    };
    (!text.is_empty()).then(|| cut(text))
}

fn recorded(view: &View<'_>, role: Role) -> Option<String> {
    let (value, text) = match role {
        Role::User => view.inputs_with_text(),
        Role::Assistant => view.outputs_with_text(),
    }?;
    Some(preview::uncut(&value, &text.unwrap_or_else(|| dumps(&value)), role))
}

/// Texts and refusals: both are what a person reads as the answer.
fn spoken(message: &Message) -> String {
    let texts = message.parts.iter().filter_map(|part| match part {
        Part::Text(text) | Part::Refusal(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use model::{AnyValue, Attribute, SpanId, TraceId, keys};

    use super::*;

    fn span(attributes: &[(&str, &str)]) -> Span {
        let mut span = Span::new(TraceId([1; 16]), SpanId([1; 8]), "call");
        let text = |text: &str| AnyValue::String(text.to_owned());
        span.attributes = attributes.iter().map(|(key, value)| Attribute::new(*key, text(value))).collect();
        span
    }

    fn said_by(attributes: &[(&str, &str)]) -> (Option<String>, Option<String>) {
        let (call, prices) = (span(attributes), Prices::bundled());
        (asked(&call, &[], &prices), answered(&call, &[], &prices))
    }

    fn some(asked: &str, answered: &str) -> (Option<String>, Option<String>) {
        (Some(asked.to_owned()), Some(answered.to_owned()))
    }

    #[test]
    fn previews_are_read_without_the_json_around_words() {
        for (preview, expected) in [
            (r#""Where is it?""#, "Where is it?"),
            (r#""two\nlines""#, "two\nlines"),
            ("plain", "plain"),
            (r#"{"question": "x"}"#, "x"),
            (r#"{"question": "x", "k": 3}"#, r#"{"question": "x", "k": 3}"#),
            (r#"{"n": 3}"#, r#"{"n": 3}"#),
            // Cut at its length, it is no JSON any more.
            (r#""cut in the mid"#, r#""cut in the mid"#),
            ("", ""),
        ] {
            assert_eq!(words(preview), expected, "{preview}");
        }
        for preview in ["null", "{}", "[]", "\"\"", ""] {
            assert!(!says_something(preview), "{preview}");
        }
        assert!(says_something("0") && says_something("[1]"));
    }

    #[test]
    fn a_call_tells_the_last_words_of_the_user_and_the_answer() {
        let messages = r#"{"model": "m", "messages": [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Capital of France?"}]}"#;
        let answer = r#"{"choices": [{"message": {"role": "assistant", "content": "Paris"}}]}"#;
        let chat =
            [(keys::SPAN_TYPE, "CHAT_MODEL"), (keys::SPAN_INPUTS, messages), (keys::SPAN_OUTPUTS, answer)];
        assert_eq!(said_by(&chat), some("Capital of France?", "Paris"));
        let gen_ai = [
            ("gen_ai.operation.name", "chat"),
            (
                "gen_ai.input.messages",
                r#"[{"role": "user", "parts": [{"type": "text", "content": "Why?"}]}]"#,
            ),
            (
                "gen_ai.output.messages",
                r#"[{"role": "assistant", "parts": [{"type": "text", "content": "So."}]}]"#,
            ),
        ];
        assert_eq!(said_by(&gen_ai), some("Why?", "So."));
        let completion = [
            (keys::SPAN_TYPE, "LLM"),
            (keys::SPAN_INPUTS, r#""Once upon""#),
            (keys::SPAN_OUTPUTS, r#""a time""#),
        ];
        assert_eq!(said_by(&completion), some("Once upon", "a time"));
    }

    #[test]
    fn a_call_for_tools_is_no_answer() {
        let calls = r#"{"choices": [{"message": {"role": "assistant", "content": null,
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}}]}"#;
        let chat = [(keys::SPAN_TYPE, "CHAT_MODEL"), (keys::SPAN_OUTPUTS, calls)];
        assert_eq!(said_by(&chat), (None, None));
        assert_eq!(said_by(&[("http.route", "/answer")]), (None, None));
    }

    #[test]
    fn a_cut_preview_is_completed_from_the_root() {
        let long = "é".repeat(1500);
        let root = span(&[(keys::SPAN_OUTPUTS, &format!("\"{long}\""))]);
        let preview = preview::preview(&Value::Null, &format!("\"{long}\""), Role::Assistant);
        assert!(is_cut(&preview) && !is_cut(&long));
        assert_eq!(whole(&preview, &root, &[], Role::Assistant), Some(long));
        // What StartTrace said of the trace, and its root did not.
        assert_eq!(whole(&"x".repeat(997), &root, &[], Role::Assistant), None);
        assert_eq!(whole(&format!("{}...", "x".repeat(997)), &root, &[], Role::Assistant), None);
        assert_eq!(whole(&preview, &root, &[], Role::User), None);
    }

    #[test]
    fn a_very_long_text_is_cut() {
        let outputs = |n: usize| format!("\"{}\"", "ü".repeat(n));
        let answer =
            |n: usize| said_by(&[(keys::SPAN_TYPE, "LLM"), (keys::SPAN_OUTPUTS, &outputs(n))]).1.unwrap();
        assert_eq!(answer(MAX_CHARS), "ü".repeat(MAX_CHARS));
        assert_eq!(answer(MAX_CHARS + 1), format!("{}…", "ü".repeat(MAX_CHARS)));
    }
}
