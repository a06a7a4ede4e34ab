//! Small conversations in the formats of providers and frameworks, as their API references define them.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::semconv::llm::{Media, Modality};

/// Writes a message as `role: part | part`.
fn shown(message: &Message) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Reasoning(text) => format!("({text})"),
        Part::Refusal(text) => format!("!{text}"),
        Part::ToolCall { id, name, arguments } => {
            format!("{name}{arguments}#{}", id.as_deref().unwrap_or(""))
        }
        Part::ToolResult { id, content, .. } => format!("={content}#{}", id.as_deref().unwrap_or("")),
        Part::Media(media) => {
            let place = media.uri.as_deref().or(media.base64.as_deref());
            format!(
                "<{:?} {} {}>",
                media.modality,
                media.media_type.as_deref().unwrap_or("?"),
                place.unwrap_or("")
            )
        }
        Part::Other(kind, _) => format!("?{kind}"),
    };
    let parts: Vec<String> = message.parts.iter().map(part).collect();
    format!("{}: {}", message.role.as_str(), parts.join(" | "))
}

fn check(value: Value, default: Role, expected: &[&str]) {
    let found = conversation(&value, default).unwrap_or_default();
    let got: Vec<String> = found.messages.iter().map(shown).collect();
    assert_eq!(got, expected, "{value}");
}

#[test]
fn openai_chat_completions() {
    let request = json!({"messages": [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [
            {"type": "text", "text": "What is it?"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}},
            {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
        ]},
        {"role": "assistant", "content": null, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "7"},
    ]});
    check(
        request,
        Role::User,
        &[
            "system: Be brief.",
            "user: What is it? | <Image image/png aGk=> | <Audio audio/wav aGk=>",
            "assistant: f{\"a\":1}#c1",
            "tool: =\"7\"#c1",
        ],
    );
    let answer = json!({"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "A cat", "refusal": null}}]});
    check(answer, Role::Assistant, &["assistant: A cat"]);
    let refusal = json!({"choices": [{"message": {"role": "assistant", "content": null, "refusal": "No."}}]});
    check(refusal, Role::Assistant, &["assistant: !No."]);
}

#[test]
fn openai_responses() {
    let request = json!({"instructions": "Be brief.", "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "7"},
    ]});
    check(request, Role::User, &["user: hi", "assistant: f{}#c1", "tool: =\"7\"#c1"]);
    let answer = json!({"output": [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hello"}]},
    ]});
    check(answer, Role::Assistant, &["assistant: (Hm)", "assistant: hello"]);
}

#[test]
fn anthropic() {
    let messages = json!({"system": "Be brief.", "messages": [
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "Hm"}, {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "7"}]}]},
        {"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "aGk="}}]},
    ]});
    check(
        messages,
        Role::User,
        &["assistant: (Hm) | f{\"a\":1}#t1", "user: =\"7\"#t1", "user: <Image image/jpeg aGk=>"],
    );
}

#[test]
fn gemini_and_bedrock() {
    let gemini = json!({"candidates": [{"finishReason": "STOP", "content": {"role": "model", "parts": [
        {"text": "Hm", "thought": true}, {"text": "hi"}, {"functionCall": {"name": "f", "args": {"a": 1}}}]}}]});
    check(gemini, Role::Assistant, &["assistant: (Hm) | hi | f{\"a\":1}#"]);
    let inline = json!({"contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "aGk="}}]}]});
    check(inline, Role::User, &["user: <Image image/png aGk=>"]);
    let bedrock = json!({"output": {"message": {"role": "assistant", "content": [
        {"text": "hi"}, {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1}}}]}}});
    check(bedrock, Role::Assistant, &["assistant: hi | f{\"a\":1}#t1"]);
}

#[test]
fn frameworks() {
    let vercel = json!([{"role": "assistant", "content": [{"type": "tool-call", "toolCallId": "c", "toolName": "f", "input": {"a": 1}}]}]);
    check(vercel, Role::User, &["assistant: f{\"a\":1}#c"]);
    let lang_chain = json!({"messages": [[{"type": "human", "content": "hi"}, {"type": "ai", "content": "", "tool_calls": [
        {"name": "f", "args": {"a": 1}, "id": "c", "type": "tool_call"}]}]]});
    check(lang_chain, Role::User, &["user: hi", "assistant: f{\"a\":1}#c"]);
    let gen_ai =
        json!([{"role": "user", "parts": [{"type": "uri", "modality": "video", "uri": "gs://b/v.mp4"}]}]);
    check(gen_ai, Role::User, &["user: <Video ? gs://b/v.mp4>"]);
}

#[test]
fn what_holds_no_messages_is_left_alone() {
    for value in [
        json!({"query": "x"}),
        json!([1, 2]),
        json!([]),
        json!("text"),
        json!([{"id": 1, "score": 0.5, "content": "d"}]),
    ] {
        assert_eq!(conversation(&value, Role::User), None, "{value}");
    }
}

#[test]
fn the_size_of_content_is_told_without_decoding_it() {
    for (base64, n_bytes) in [("", 0), ("aA==", 1), ("aGk=", 2), ("aGVs", 3), ("aGVsbG8", 5)] {
        let media = Media {
            modality: Modality::File,
            media_type: None,
            base64: Some(base64.to_owned()),
            uri: None,
            name: None,
        };
        assert_eq!(media.n_bytes(), Some(n_bytes), "{base64}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    const WORDS: [&str; 20] = [
        "role",
        "content",
        "type",
        "messages",
        "parts",
        "text",
        "tool_calls",
        "function",
        "name",
        "arguments",
        "message",
        "data",
        "image_url",
        "url",
        "lc",
        "kwargs",
        "id",
        "choices",
        "tool",
        "human",
    ];
    let word = || prop::sample::select(&WORDS[..]).prop_map(str::to_owned);
    let leaf =
        prop_oneof![Just(Value::Null), any::<i32>().prop_map(Value::from), word().prop_map(Value::from)];
    leaf.prop_recursive(12, 128, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..6)
                .prop_map(|pairs| pairs.into_iter().collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn no_value_makes_the_reader_panic(value in any_json()) {
        let _ = messages(&value, Role::User);
        let _ = messages(&Value::from(value.to_string()), Role::Assistant);
    }
}
