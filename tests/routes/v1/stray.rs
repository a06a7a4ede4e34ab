//! Exports that went astray are told where to go, and wait in the inbox.

use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use tests::TestServer;
use tests::otlp::{request, span, trace_id};

#[tokio::test]
async fn exports_to_a_wrong_path_are_told_where_to_go_and_can_be_accepted() {
    let server = TestServer::start().await;
    let paths = ["/", "/v1/trace", "/v1/traces/", "/v1/traces/v1/traces", "/api/v1/spans/../x", "/v2/spans"];
    for (byte, path) in (1..).zip(paths) {
        let response = server.post_json(path, &request(&[span(byte, "astray")])).await;
        assert_eq!(response.status(), 404, "{path}");
        if path.starts_with("/api/") {
            continue;
        }
        let status: Value = response.json().await.unwrap();
        let message = status["message"].as_str().unwrap();
        assert!(message.contains("/v1/traces"), "{message}");
    }
    let list = server.json("/traceloupe/v1/rejected").await;
    let groups = list["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 5);
    assert!(groups.iter().all(|group| group["kind"] == "wrong_path" && group["n_waiting"] == 1));
    let group = groups.iter().find(|group| group["path"] == "/").unwrap();
    let accept = format!("/traceloupe/v1/rejected/{}/accept", group["group_id"].as_str().unwrap());
    let accepted = server.post_json(&accept, &serde_json::json!({"experiment_id": "0"})).await;
    let accepted: Value = accepted.json().await.unwrap();
    assert_eq!(accepted["trace_ids"], serde_json::json!([trace_id(1)]));
    server.json(&format!("/traceloupe/v1/traces/{}", trace_id(1))).await;
    server.stop().await;
}

#[tokio::test]
async fn protobuf_is_recognised_too_and_what_is_no_export_is_simply_not_found() {
    let server = TestServer::start().await;
    let json = request(&[span(1, "astray")]).to_string();
    let groups = proto::otlp::decode_json(json.as_bytes()).unwrap().groups;
    let body = proto::otlp::encode_protobuf(groups);
    let response =
        server.post("/").header(CONTENT_TYPE, "application/x-protobuf").body(body).send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(
        response.headers()[CONTENT_TYPE],
        "application/x-protobuf",
        "the answer speaks the request's encoding"
    );
    for body in ["", "hello", "{}"] {
        let response = server.post("/").body(body).send().await.unwrap();
        assert_eq!(response.status(), 404);
        assert!(response.text().await.unwrap().contains("Not Found"));
    }
    assert_eq!(server.json("/traceloupe/v1/status").await["n_rejected_groups"], 1);
    server.stop().await;
}

#[tokio::test]
async fn an_odd_content_type_is_refused_and_its_spans_wait() {
    let server = TestServer::start().await;
    let body = request(&[span(1, "odd")]).to_string();
    for content_type in [None, Some("text/plain"), Some("application/protobuf")] {
        let mut post = server.post("/v1/traces").body(body.clone());
        if let Some(content_type) = content_type {
            post = post.header(CONTENT_TYPE, content_type);
        }
        let response = post.send().await.unwrap();
        assert_eq!(response.status(), 400);
        let text = response.text().await.unwrap();
        assert!(text.contains("Expected: application/x-protobuf or application/json"), "{text}");
    }
    let list = server.json("/traceloupe/v1/rejected").await;
    let kinds: Vec<&Value> = list["groups"].as_array().unwrap().iter().map(|group| &group["kind"]).collect();
    assert_eq!(kinds, ["content_type"; 3]);
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_grpc_service_is_told_in_words_of_grpc() {
    let server = TestServer::start().await;
    let path = "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";
    let response = server.post(path).header(CONTENT_TYPE, "application/grpc").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["grpc-status"], "12");
    server.stop().await;
}
