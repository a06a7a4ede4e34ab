//! `/traceloupe/v1/compare/rules`: what was said of two rows holds in later comparisons.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::draw::draw;
use tests::TestServer;

const RULES: &str = "/traceloupe/v1/compare/rules";

/// Sends a run of `ask` with the steps of a drawing.
async fn run(server: &TestServer, trace_byte: u8, steps: &str) -> String {
    let id = testkit::trace_id(trace_byte);
    let drawing =
        format!("\n              0....5....10...15...20\nask           [===================]\n{steps}");
    let response = server.export_protobuf(proto::otlp::encode_protobuf(vec![draw(id, &drawing)])).await;
    assert_eq!(response.status(), 200);
    id.to_string()
}

fn step(name: &str) -> String {
    format!("  {name:<12}      [=]\n")
}

async fn send(server: &TestServer, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = server.client.request(method, server.url(path));
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.unwrap_or(Value::Null))
}

fn pin(baseline: &str, candidate: &str, spans: (u64, u64)) -> Value {
    json!({
        "baseline": baseline,
        "candidate": candidate,
        "baseline_span_id": testkit::span_id(spans.0).to_string(),
        "candidate_span_id": testkit::span_id(spans.1).to_string(),
    })
}

async fn compared(server: &TestServer, baseline: &str, candidate: &str) -> Value {
    server.json(&format!("/traceloupe/v1/compare?baseline={baseline}&candidate={candidate}&rows=true")).await
}

/// Returns the partner that the second span of the baseline has.
fn partner(document: &Value) -> Option<String> {
    let own = testkit::span_id(2).to_string();
    let rows = document["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["baseline_span_id"] == *own).expect("the span");
    row["candidate_span_id"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn what_was_said_of_two_rows_holds_in_the_next_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let start = || TestServer::start_with(|config| config.data_dir = folder.path().to_owned());
    let server = start().await;
    let (old, new) = (run(&server, 1, &step("sort")).await, run(&server, 2, &step("rerank")).await);
    let (older, newer) = (run(&server, 3, &step("sort")).await, run(&server, 4, &step("rerank")).await);
    let second = Some(testkit::span_id(2).to_string());
    // Before it: two names that have nothing in common.
    assert_eq!(partner(&compared(&server, &older, &newer).await), None);
    let (status, rule) = send(&server, Method::POST, RULES, Some(pin(&old, &new, (2, 2)))).await;
    assert_eq!(status, 200, "{rule}");
    assert_eq!(rule["places"], json!([["ask", "rerank"], ["ask", "sort"]]));
    // In the next comparison, which was made and kept before the rule, and the other way round.
    for (baseline, candidate, places) in [
        (&older, &newer, [json!(["ask", "sort"]), json!(["ask", "rerank"])]),
        (&newer, &older, [json!(["ask", "rerank"]), json!(["ask", "sort"])]),
    ] {
        let document = compared(&server, baseline, candidate).await;
        assert_eq!(partner(&document), second);
        let applied = &document["row_rules"];
        assert_eq!(applied.as_array().map(Vec::len), Some(1), "{applied}");
        assert_eq!((&applied[0]["baseline_place"], &applied[0]["candidate_place"]), (&places[0], &places[1]));
        assert_eq!(applied[0]["rule_id"], rule["rule_id"]);
        assert_eq!(applied[0]["baseline_span_id"], *testkit::span_id(2).to_string());
    }
    // A pair's own pin goes before, and then the rule isn't told.
    let both = run(&server, 5, &format!("{}{}", step("rerank"), step("filter"))).await;
    assert_eq!(partner(&compared(&server, &old, &both).await), second);
    let pins = "/traceloupe/v1/compare/pins";
    assert_eq!(send(&server, Method::PUT, pins, Some(pin(&old, &both, (2, 3)))).await.0, 204);
    let document = compared(&server, &old, &both).await;
    assert_eq!(partner(&document), Some(testkit::span_id(3).to_string()));
    assert_eq!(document["row_rules"], json!([]));
    // It outlives the server, and is gone when it is taken away.
    server.stop().await;
    let server = start().await;
    assert_eq!(partner(&compared(&server, &older, &newer).await), second);
    assert_eq!(server.json(RULES).await["rules"], json!([rule]));
    let path = format!("{RULES}/{}", rule["rule_id"].as_str().expect("an id"));
    assert_eq!(send(&server, Method::DELETE, &path, None).await.0, 204);
    assert_eq!(send(&server, Method::DELETE, &path, None).await.0, 404);
    assert_eq!(partner(&compared(&server, &older, &newer).await), None);
    // A new rule is no old one.
    let (_, again) = send(&server, Method::POST, RULES, Some(pin(&old, &new, (2, 2)))).await;
    assert_ne!(again["rule_id"], rule["rule_id"]);
    server.stop().await;
}

#[tokio::test]
async fn what_would_have_to_be_guessed_is_no_rule_and_says_why() {
    let server = TestServer::start().await;
    let one = run(&server, 1, &step("sort")).await;
    let twice = run(&server, 2, &format!("{}{}", step("rerank"), step("rerank"))).await;
    let both = run(&server, 3, &format!("{}{}", step("sort"), step("rerank"))).await;
    let unknown = testkit::trace_id(9).to_string();
    for (body, status, said) in [
        (pin(&one, &twice, (2, 2)), 400, "several spans at this place"),
        (pin(&one, &both, (2, 3)), 400, "spans of both names"),
        (pin(&one, &both, (2, 9)), 404, "candidate_span_id: span 0000000000000009 is not here"),
        (pin(&one, &unknown, (2, 2)), 404, "candidate: trace"),
        (json!({}), 400, "baseline"),
    ] {
        let (got, answer) = send(&server, Method::POST, RULES, Some(body)).await;
        assert_eq!(got, status, "{answer}");
        assert!(answer["message"].as_str().expect("a message").contains(said), "{answer}");
    }
    for id in ["0", "x", "99999999999999999999", "-1"] {
        assert_eq!(send(&server, Method::DELETE, &format!("{RULES}/{id}"), None).await.0, 404, "{id}");
    }
    assert_eq!(server.json(RULES).await["rules"], json!([]));
    server.stop().await;
}
