//! `/traceloupe/v1/traces…`: list, header, spans.

use serde_json::{Value, json};
use testkit::draw::draw;
use tests::TestServer;
use tests::otlp::{request, span, trace_id};

async fn export(server: &TestServer, trace_byte: u8, drawing: &str) {
    let group = draw(testkit::trace_id(trace_byte), drawing);
    let response = server.export_protobuf(proto::otlp::encode_protobuf(vec![group])).await;
    assert_eq!(response.status(), 200);
}

const PLAN: &str = "
                 0....5....10...15...20    service.name=agent
plan             [===================]     answer=42
  llm.chat         [=========]
    ^first_token      ^
  tool.search                 [====]       !error
";

#[tokio::test]
async fn pages_hold_every_trace_once_while_more_arrive() {
    let server = TestServer::start().await;
    for byte in 1..=5 {
        export(&server, byte, PLAN).await;
    }
    let mut seen: Vec<String> = Vec::new();
    let mut path = "/traceloupe/v1/traces?limit=2".to_owned();
    loop {
        let page = server.json(&path).await;
        seen.extend(
            page["traces"]
                .as_array()
                .unwrap()
                .iter()
                .map(|trace| trace["trace_id"].as_str().unwrap().to_owned()),
        );
        if let Some(6..) = page["n_total"].as_u64() {
            assert_eq!(page["n_total"], 6);
        } else {
            export(&server, 6, PLAN).await;
        }
        match page["next_page_token"].as_str() {
            Some(token) => path = format!("/traceloupe/v1/traces?limit=2&page_token={token}"),
            None => break,
        }
    }
    let mut distinct = seen.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), seen.len(), "no trace twice");
    for byte in 1..=5 {
        assert!(seen.contains(&testkit::trace_id(byte).to_string()), "trace {byte}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_span_is_told_whole() {
    let server = TestServer::start().await;
    export(&server, 1, PLAN).await;
    let id = testkit::trace_id(1);
    let path = |span: u64| format!("/traceloupe/v1/traces/{id}/spans/{}", testkit::span_id(span));
    let plan = server.json(&path(1)).await;
    assert_eq!((&plan["name"], &plan["parent_span_id"]), (&"plan".into(), &Value::Null));
    assert_eq!(plan["attributes"][0], serde_json::json!({"key": "answer", "value": {"intValue": "42"}}));
    assert_eq!(plan["duration_ns"], "20000000");
    assert_eq!(plan["origins"][0]["exporter"], "opentelemetry");
    assert_eq!(plan["origins"][0]["resource"]["attributes"][0]["value"]["stringValue"], "agent");
    assert_eq!(plan["source"]["name"], "opentelemetry");
    let chat = server.json(&path(2)).await;
    assert_eq!(chat["events"][0]["name"], "first_token");
    assert_eq!(server.json(&path(3)).await["status"]["code"], "STATUS_CODE_ERROR");
    server.stop().await;
}

#[tokio::test]
async fn a_value_is_a_tree_up_to_256_kb_and_its_json_beyond() {
    let server = TestServer::start().await;
    // `["x…x"]`: four characters around the text.
    let json_of = |n_bytes: usize| format!("[\"{}\"]", "x".repeat(n_bytes - 4));
    let limit = 256 * 1024;
    let mut sent = span(1, "large");
    sent["attributes"] = json!([
        {"key": "input.value", "value": {"stringValue": json_of(limit)}},
        {"key": "input.mime_type", "value": {"stringValue": "application/json"}},
        {"key": "output.value", "value": {"stringValue": json_of(limit + 1)}},
        {"key": "output.mime_type", "value": {"stringValue": "application/json"}},
    ]);
    assert_eq!(server.export_json(&request(std::slice::from_ref(&sent))).await.status(), 200);
    let path = format!("/traceloupe/v1/traces/{}/spans/{}", trace_id(1), sent["spanId"].as_str().unwrap());
    let span = server.json(&path).await;
    assert_eq!(span["inputs"]["arrayValue"]["values"].as_array().map(Vec::len), Some(1));
    assert_eq!(span["outputs"]["stringValue"], json_of(limit + 1));
    server.stop().await;
}

#[tokio::test]
async fn links_are_found_from_both_ends() {
    let server = TestServer::start().await;
    export(&server, 1, PLAN).await;
    let mut group = draw(testkit::trace_id(2), PLAN);
    group.spans[0].links = vec![model::Link {
        trace_id: testkit::trace_id(1),
        span_id: testkit::span_id(2),
        trace_state: String::new(),
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        flags: 0,
    }];
    server.export_protobuf(proto::otlp::encode_protobuf(vec![group])).await;
    let from = format!("/traceloupe/v1/traces/{}/spans/{}", testkit::trace_id(2), testkit::span_id(1));
    assert_eq!(server.json(&from).await["links"][0]["is_known"], true);
    let to = format!("/traceloupe/v1/traces/{}/spans/{}", testkit::trace_id(1), testkit::span_id(2));
    let linked_from = server.json(&to).await["linked_from"].clone();
    assert_eq!(linked_from[0]["trace_id"], testkit::trace_id(2).to_string());
    server.stop().await;
}

#[tokio::test]
async fn both_forms_of_a_trace_id_are_understood_and_others_explained() {
    let server = TestServer::start().await;
    export(&server, 1, PLAN).await;
    let id = testkit::trace_id(1);
    for form in [id.to_string(), id.to_mlflow(), id.to_string().to_uppercase()] {
        server.json(&format!("/traceloupe/v1/traces/{form}")).await;
    }
    for (form, word) in [("nothing", "32 hex digits"), ("ffffffffffffffffffffffffffffffff", "not arrived")] {
        // The header alone takes names, too: it is how their ids are found.
        let word_of = |route: &str| if route.is_empty() { "not arrived" } else { word };
        for route in ["", "/spans", "/otlp", "/spans/0102030405060708"] {
            let response = server.get(&format!("/traceloupe/v1/traces/{form}{route}")).send().await.unwrap();
            assert_eq!(response.status(), 404);
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["code"], "not_found");
            assert!(body["message"].as_str().unwrap().contains(word_of(route)), "{body}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn bad_parameters_say_what_they_should_be() {
    let server = TestServer::start().await;
    for (query, word) in [
        ("limit=many", "invalid digit"),
        ("limit=0", "between 1 and 1000"),
        ("experiment_id=abc", "valid integer"),
        ("page_token=x", "page_token"),
    ] {
        let response = server.get(&format!("/traceloupe/v1/traces?{query}")).send().await.unwrap();
        assert_eq!(response.status(), 400, "{query}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["code"], "invalid_request", "{query}");
        assert!(body["message"].as_str().unwrap().contains(word), "{query}: {body}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_demo_shows_both_sdks_and_a_failure() {
    let server = TestServer::start_with(|config| config.demo = true).await;
    let experiments = server.json("/traceloupe/v1/experiments").await;
    assert_eq!(experiments["experiments"][0]["name"], "Demo");
    let page = server.json("/traceloupe/v1/traces").await;
    let traces = page["traces"].as_array().unwrap();
    assert_eq!(traces.len(), 5);
    assert!(traces.iter().any(|trace| trace["n_errors"].as_u64() > Some(0)));
    assert!(traces.iter().all(|trace| trace["sources"] == serde_json::json!(["mlflow", "opentelemetry"])));
    assert!(traces.iter().all(|trace| trace["cost_pico_usd"].is_string()));
    server.stop().await;
}

#[tokio::test]
async fn a_pinned_trace_outlives_retention_by_age_and_an_unpinned_one_does_not() {
    let server = TestServer::start().await;
    // Two traces of some time ago; one is pinned, unpinned and pinned again.
    let old = |byte| {
        let mut span = span(byte, "old");
        span["startTimeUnixNano"] = json!("1700000000000000000");
        span["endTimeUnixNano"] = json!("1700000000000000001");
        span
    };
    server.export_json(&request(&[old(1), old(2)])).await;
    let path = |byte| format!("/traceloupe/v1/traces/{}", trace_id(byte));
    let pin = server.url(&format!("{}/pin", path(1)));
    for is_pinned in [true, false, true] {
        let method = if is_pinned { server.client.put(&pin) } else { server.client.delete(&pin) };
        assert_eq!(method.send().await.unwrap().status(), 204);
        assert_eq!(server.json(&path(1)).await["summary"]["is_pinned"], is_pinned);
    }
    let unknown = server.client.put(server.url(&format!("{}/pin", path(9)))).send().await.unwrap();
    assert_eq!(unknown.status(), 404);
    let mut settings = server.json("/traceloupe/v1/settings").await;
    settings["retention_max_age_days"] = json!(1);
    server.client.put(server.url("/traceloupe/v1/settings")).json(&settings).send().await.unwrap();
    while server.get(&path(2)).send().await.unwrap().status() == 200 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    server.json(&path(1)).await;
    let retention = &server.json("/traceloupe/v1/status").await["retention"];
    assert_eq!((&retention["n_traces"], &retention["n_spans"]), (&json!(1), &json!(1)));
    assert!(retention["last_time_unix_nano"].is_string());
    server.stop().await;
}

#[tokio::test]
async fn neighbours_follow_the_list_of_the_experiment() {
    let server = TestServer::start().await;
    for byte in 1..=3 {
        export(&server, byte, PLAN).await;
    }
    let list = server.json("/traceloupe/v1/traces").await;
    let ids: Vec<&str> =
        list["traces"].as_array().unwrap().iter().map(|trace| trace["trace_id"].as_str().unwrap()).collect();
    for (place, id) in ids.iter().enumerate() {
        let neighbours = server.json(&format!("/traceloupe/v1/traces/{id}/neighbours")).await;
        let newer = place.checked_sub(1).map(|newer| ids[newer]);
        // All have one name.
        let older = ids.get(place + 1);
        let expected = json!({"newer": newer, "older": older, "previous_of_name": older});
        assert_eq!(neighbours, expected, "place {place}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_trace_is_told_as_markdown() {
    let server = TestServer::start().await;
    export(&server, 1, PLAN).await;
    let path = format!("/traceloupe/v1/traces/{}/markdown", testkit::trace_id(1));
    let response = server.get(&path).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/markdown; charset=utf-8");
    let text = response.text().await.unwrap();
    assert!(text.starts_with("# Trace: plan\n"), "{text}");
    // One column is a millisecond.
    assert!(
        text.contains(
            "- **plan**: agent · 20.0 ms · at 0 ns\n  - **llm.chat**: agent · 10.0 ms · at 2.00 ms\n"
        ),
        "{text}"
    );
    assert!(text.contains("  - **tool.search**: agent · 5.00 ms · at 13.0 ms · ERROR"), "{text}");
    server.stop().await;
}
