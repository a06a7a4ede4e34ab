//! Conversations: what was said in a turn, wherever its trace recorded it.

use serde_json::{Value, json};
use tests::TestServer;
use tests::otlp::{request, span, trace_id};

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

/// A span below the root of a trace, `number` milliseconds after it.
fn inner(trace: u8, number: u8, name: &str, attributes: Value) -> Value {
    let mut inner = span(trace, name);
    inner["parentSpanId"] = inner["spanId"].clone();
    inner["spanId"] = json!(format!("{number:016x}"));
    inner["startTimeUnixNano"] = json!(format!("17953588680{number:02}000000"));
    inner["attributes"] = attributes;
    inner
}

/// A call of a model by the GenAI conventions. Without `answer` it asks for a tool.
fn chat(trace: u8, number: u8, asked: &str, answer: Option<&str>) -> Value {
    let said = |role: &str, text: &str| json!({"role": role, "parts": [{"type": "text", "content": text}]});
    let call = json!({"role": "assistant", "parts": [{"type": "tool_call", "id": "1", "name": "look", "arguments": {}}]});
    let output = answer.map_or(call, |answer| said("assistant", answer));
    let attributes = json!([
        text("gen_ai.operation.name", "chat"),
        text("session.id", "s"),
        text("gen_ai.input.messages", &json!([said("system", "Be brief."), said("user", asked)]).to_string()),
        text("gen_ai.output.messages", &json!([output]).to_string()),
    ]);
    inner(trace, number, "chat", attributes)
}

async fn turns(server: &TestServer) -> Vec<(Value, Value)> {
    let session = server.json("/traceloupe/v1/session?session=s").await;
    let turns = session["turns"].as_array().expect("turns").iter();
    turns.map(|turn| (turn["request"].clone(), turn["response"].clone())).collect()
}

#[tokio::test]
async fn where_the_root_recorded_nothing_the_model_calls_tell_the_turn() {
    let server = TestServer::start().await;
    // A web framework's span, a call that asks for a tool, a call that answers, a guard that says nothing in words.
    let spans = [
        span(1, "POST /answer"),
        chat(1, 1, "Where is it?", None),
        chat(1, 2, "[result of the tool]", Some("In Paris.")),
        chat(1, 3, "Is this fine?", None),
    ];
    assert_eq!(server.export_json(&request(&spans)).await.status(), 200);
    assert_eq!(turns(&server).await, [(json!("Where is it?"), json!("In Paris."))]);
    let list = server.json("/traceloupe/v1/sessions").await;
    assert_eq!(list["sessions"][0]["first_request"], "Where is it?");
    // MLflow's API has the previews that MLflow would have: none.
    let trace = server.json(&format!("/api/3.0/mlflow/traces/tr-{}", trace_id(1))).await;
    assert_eq!(trace["trace"]["trace_info"].get("request_preview"), None);
    assert_eq!(
        server.json(&format!("/traceloupe/v1/traces/{}", trace_id(1))).await["request_preview"],
        Value::Null
    );
    server.stop().await;
}

#[tokio::test]
async fn what_the_root_recorded_comes_first_and_whole() {
    let server = TestServer::start().await;
    let long = "ä".repeat(1_500);
    let mut root = span(2, "answer");
    root["attributes"] = json!([
        text("input.value", r#"{"question": "Why?"}"#),
        text("output.value", &format!("\"{long}\"")),
        text("session.id", "s"),
    ]);
    assert_eq!(server.export_json(&request(&[root, chat(2, 1, "inner", Some("inner"))])).await.status(), 200);
    assert_eq!(turns(&server).await, [(json!("Why?"), json!(long))]);
    server.stop().await;
}

#[tokio::test]
async fn nothing_said_is_nothing() {
    let server = TestServer::start().await;
    // A function without arguments and result, and no call of a model.
    let mut root = span(3, "tick");
    root["attributes"] =
        json!([text("mlflow.spanInputs", "{}"), text("mlflow.spanOutputs", "null"), text("session.id", "s")]);
    assert_eq!(server.export_json(&request(&[root])).await.status(), 200);
    assert_eq!(turns(&server).await, [(Value::Null, Value::Null)]);
    server.stop().await;
}

#[tokio::test]
async fn a_page_of_turns_reads_a_bounded_number_of_spans() {
    let server = TestServer::start().await;
    // Three calls each that say nothing are three spans read for what was asked and three for what was answered: after 66 of them
    // and four spans more the page has read its 400.
    let quiet = |trace: u8, number: u8| {
        inner(trace, number, "chat", json!([text("gen_ai.operation.name", "chat"), text("session.id", "s")]))
    };
    for trace in 1..=80 {
        let mut spans = vec![span(trace, "POST /answer")];
        match trace {
            ..=66 => spans.extend((1..=3).map(|number| quiet(trace, number))),
            _ => spans.push(chat(trace, 1, "asked", Some("answered"))),
        }
        for span in &mut spans {
            // The oldest first.
            let start = 1_795_358_868_000_000_000_u64 + u64::from(trace) * 1_000_000_000;
            span["startTimeUnixNano"] = json!(start.to_string());
            span["endTimeUnixNano"] = json!((start + 1_000_000).to_string());
        }
        assert_eq!(server.export_json(&request(&spans)).await.status(), 200);
    }
    let turns = turns(&server).await;
    let told = turns.iter().filter(|(asked, _)| !asked.is_null()).count();
    assert_eq!((turns.len(), told), (80, 2), "{turns:?}");
    server.stop().await;
}
