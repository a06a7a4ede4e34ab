//! The LLM view of a span, its media, and the cost that rows and traces take from it.

use serde_json::{Value, json};
use tests::TestServer;
use tests::otlp::{request, span, trace_id};

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

fn int(key: &str, value: i64) -> Value {
    json!({"key": key, "value": {"intValue": value.to_string()}})
}

/// A chat by the GenAI conventions, with a picture of five bytes in the question.
fn chat(model: &str) -> Value {
    let mut span = span(1, "chat");
    let input = json!([{"role": "user", "parts": [
        {"type": "text", "content": "What is this?"},
        {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "aGVsbG8="},
    ]}]);
    let output = json!([{"role": "assistant", "finish_reason": "stop", "parts": [{"type": "text", "content": "A greeting"}]}]);
    span["attributes"] = json!([
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.request.model", model),
        text("gen_ai.input.messages", &input.to_string()),
        text("gen_ai.output.messages", &output.to_string()),
        int("gen_ai.usage.input_tokens", 12),
        int("gen_ai.usage.cache_read.input_tokens", 4),
        int("gen_ai.usage.output_tokens", 7),
        text("gen_ai.conversation.id", "s1"),
    ]);
    span
}

async fn send(server: &TestServer, span: &Value) -> String {
    let response = server.export_json(&request(std::slice::from_ref(span))).await;
    assert_eq!(response.status(), 200);
    format!("/traceloupe/v1/traces/{}/spans/{}", trace_id(1), span["spanId"].as_str().expect("an id"))
}

#[tokio::test]
async fn messages_tokens_and_cost_are_told_with_their_convention() {
    let server = TestServer::start().await;
    let path = send(&server, &chat("gpt-4o-mini-2024-07-18")).await;
    let llm = server.json(&path).await["llm"].clone();
    assert_eq!(llm["kind"], "CHAT_MODEL");
    assert_eq!(llm["input_messages"][0]["role"], "user");
    assert_eq!(llm["input_messages"][0]["parts"][0], json!({"type": "text", "text": "What is this?"}));
    assert_eq!(llm["output_messages"][0]["parts"][0]["text"], "A greeting");
    assert_eq!(llm["finish_reasons"], json!(["stop"]));
    assert_eq!(
        llm["tokens"],
        json!({"input": 12, "cached_read": 4, "cached_write": null, "output": 7, "reasoning": null, "total": 19})
    );
    // Contract d.6: 12 in of which 4 cached and 7 out of gpt-4o-mini cost 0.0000057 dollars.
    assert_eq!(
        (&llm["cost"]["total_pico_usd"], &llm["cost"]["is_computed"]),
        (&json!("5700000"), &json!(true))
    );
    let provenance = llm["provenance"].as_array().unwrap();
    assert!(provenance.contains(&json!({"target": "input_messages", "convention": "OpenTelemetry GenAI"})));
    let summary = server.json(&format!("/traceloupe/v1/traces/{}", trace_id(1))).await["summary"].clone();
    assert_eq!((&summary["cost_pico_usd"], &summary["session"]), (&json!("5700000"), &json!("s1")));
    server.stop().await;
}

#[tokio::test]
async fn media_come_as_bytes_and_never_as_text() {
    let server = TestServer::start().await;
    let path = send(&server, &chat("gpt-4o")).await;
    let llm = server.json(&path).await["llm"].clone();
    let media = &llm["input_messages"][0]["parts"][1];
    assert_eq!((&media["type"], &media["modality"]), (&json!("media"), &json!("image")));
    assert_eq!((&media["index"], &media["n_bytes"]), (&json!(0), &json!(5)));
    assert!(!llm.to_string().contains("aGVsbG8"));
    let response = server.get(&format!("{path}/media/0")).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.bytes().await.unwrap().as_ref(), b"hello");
    for none in ["1", "-1", "x"] {
        assert_eq!(server.get(&format!("{path}/media/{none}")).send().await.unwrap().status(), 404, "{none}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_picture_that_could_run_scripts_is_only_a_download() {
    let server = TestServer::start().await;
    let mut svg = chat("gpt-4o");
    let input =
        svg["attributes"][2]["value"]["stringValue"].as_str().unwrap().replace("image/png", "image/svg+xml");
    svg["attributes"][2] = text("gen_ai.input.messages", &input);
    let path = send(&server, &svg).await;
    let response = server.get(&format!("{path}/media/0")).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    assert_eq!(response.headers()["content-disposition"], "attachment");
    server.stop().await;
}

#[tokio::test]
async fn a_span_of_no_convention_has_no_llm_view() {
    let server = TestServer::start().await;
    let path = send(&server, &span(1, "GET /")).await;
    assert_eq!(server.json(&path).await["llm"], Value::Null);
    server.stop().await;
}

#[tokio::test]
async fn the_users_prices_come_first_and_a_bad_file_leaves_the_bundled_ones() {
    let folder = tempfile::tempdir().unwrap();
    for (text, expected) in [
        (r#"{"gpt-4o-mini": {"input": 1, "output": 2}}"#, "26000000"),
        (r#"{"gpt-4o-mini": {"input": "much"}}"#, "5700000"),
    ] {
        let file = folder.path().join("prices.json");
        std::fs::write(&file, text).unwrap();
        let server = TestServer::start_with(|config| config.prices = Some(file)).await;
        let path = send(&server, &chat("gpt-4o-mini")).await;
        assert_eq!(server.json(&path).await["llm"]["cost"]["total_pico_usd"], expected, "{text}");
        server.stop().await;
    }
}

#[tokio::test]
async fn embeddings_are_told_by_their_texts_number_and_dimension_without_the_vectors() {
    let server = TestServer::start().await;
    let mut embed = span(1, "embed");
    let vector =
        json!({"arrayValue": {"values": [{"doubleValue": 0.1}, {"doubleValue": 0.2}, {"doubleValue": 0.3}]}});
    embed["attributes"] = json!([
        text("openinference.span.kind", "EMBEDDING"),
        text("embedding.model_name", "text-embedding-3-small"),
        text("embedding.embeddings.0.embedding.text", "first"),
        {"key": "embedding.embeddings.0.embedding.vector", "value": vector},
        text("embedding.embeddings.1.embedding.text", "second"),
        {"key": "embedding.embeddings.1.embedding.vector", "value": vector},
    ]);
    let path = send(&server, &embed).await;
    let llm = server.json(&path).await["llm"].clone();
    assert_eq!(llm["query"], "first\n\nsecond");
    assert_eq!(llm["embeddings"], json!({"count": 2, "dimension": 3}));
    server.stop().await;
}
