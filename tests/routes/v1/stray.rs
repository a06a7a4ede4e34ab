//! Exports that went astray are told where to go, and wait in the inbox.

use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use tests::TestServer;
use tests::otlp::{request, span, trace_id};

#[tokio::test]
async fn exports_to_a_wrong_path_are_told_where_to_go_and_can_be_accepted() {
    let server = TestServer::start().await;
    // The last ones are those of other tools, whose address was changed and whose path was not.
    let paths = [
        "/",
        "/v1/trace",
        "/v1/traces/",
        "/v1/traces/v1/traces",
        "/v2/spans",
        "/api/public/otel/v1/traces",
        "/api/2.0/otel/v1/traces",
    ];
    for (byte, path) in (1..).zip(paths) {
        let response = server.post_json(path, &request(&[span(byte, "astray")])).await;
        assert_eq!(response.status(), 404, "{path}");
        let status: Value = response.json().await.unwrap();
        let message = status["message"].as_str().unwrap();
        // The address by which the client found the server, not the one of the server's choice.
        let endpoint = format!("OTEL_EXPORTER_OTLP_ENDPOINT={}", server.url("").trim_end_matches('/'));
        assert!(message.contains("post them to /v1/traces") && message.contains(&endpoint), "{message}");
    }
    let list = server.json("/traceloupe/v1/rejected").await;
    let groups = list["groups"].as_array().unwrap();
    assert_eq!(groups.len(), paths.len());
    assert!(groups.iter().all(|group| group["kind"] == "wrong_path" && group["n_waiting"] == 1));
    let group = groups.iter().find(|group| group["path"] == "/").unwrap();
    assert_eq!(group["reason"], "nothing takes exports at '/': they go to /v1/traces");
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
async fn a_compression_that_no_header_tells_is_named_and_its_spans_wait() {
    let server = TestServer::start().await;
    let body = request(&[span(1, "folded")]).to_string().into_bytes();
    let zstd = zstd::encode_all(body.as_slice(), 1).unwrap();
    for (name, body) in [("gzip", tests::grpc::gzip(&body)), ("zstd", zstd)] {
        let post = server.post("/v1/traces").header(CONTENT_TYPE, "application/json").body(body);
        let response = post.send().await.unwrap();
        assert_eq!(response.status(), 400);
        let text = response.text().await.unwrap();
        assert!(text.contains(name) && text.contains("Content-Encoding"), "{text}");
    }
    let list = server.json("/traceloupe/v1/rejected").await;
    let groups = list["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2);
    for group in groups {
        assert_eq!((&group["kind"], &group["n_waiting"]), (&"compression".into(), &1.into()), "{group}");
    }
    let accept = format!("/traceloupe/v1/rejected/{}/accept", groups[0]["group_id"].as_str().unwrap());
    server.post_json(&accept, &serde_json::json!({"experiment_id": "0"})).await;
    server.json(&format!("/traceloupe/v1/traces/{}", trace_id(1))).await;
    server.stop().await;
}

#[tokio::test]
async fn who_looks_at_the_path_of_exports_is_told_that_it_works() {
    let server = TestServer::start().await;
    for path in ["/v1/traces", "/v1/logs", "/v1/metrics"] {
        let response = server.get(path).send().await.unwrap();
        // MLflow's clients expect this status.
        assert_eq!(response.status(), 404, "{path}");
        assert!(response.text().await.unwrap().contains("OTLP exporters post"), "{path}");
    }
    assert_eq!(server.json("/traceloupe/v1/status").await["n_rejected"], 0);
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
async fn a_request_without_spans_is_told_where_they_should_be() {
    let server = TestServer::start().await;
    // As protobuf writes the names, which OTLP/JSON forbids: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
    let snake = request(&[span(1, "snake")]).to_string().replace("resourceSpans", "resource_spans");
    let response = server.post("/v1/traces").header(CONTENT_TYPE, "application/json").body(snake);
    assert_eq!(response.send().await.unwrap().status(), 400);
    let list = server.json("/traceloupe/v1/rejected").await;
    let group = list["groups"][0]["group_id"].as_str().unwrap().to_owned();
    let fix = server.json(&format!("/traceloupe/v1/rejected/{group}")).await["fix"]["text"].to_string();
    assert!(fix.contains("lowerCamelCase") && fix.contains("/v1/logs"), "{fix}");
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
