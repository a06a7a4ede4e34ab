//! `POST /v1/traces`: both encodings, both dialects of errors, partial success. The whole table of the contract runs with real
//! clients in `tests/clients/python`.

use serde_json::{Value, json};
use tests::TestServer;
use tests::otlp::{request, span};

#[tokio::test]
async fn spans_are_there_when_the_answer_is() {
    let server = TestServer::start().await;
    let response = server.export_json(&request(&[span(1, "hello")])).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.text().await.unwrap(), "{}");
    let trace = server.json(&format!("/traceloupe/v1/traces/{}", testkit::trace_id(1))).await;
    assert_eq!(trace["summary"]["name"], "hello");
    assert_eq!(trace["summary"]["experiment_id"], "0");
    server.stop().await;
}

#[tokio::test]
async fn both_listeners_take_spans() {
    let server = TestServer::start().await;
    let url = format!("http://{}/v1/traces", server.ready().otlp_http);
    let body = request(&[span(1, "on 4318")]).to_string();
    let response =
        server.client.post(url).header("content-type", "application/json").body(body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    server.json(&format!("/traceloupe/v1/traces/{}", testkit::trace_id(1))).await;
    server.stop().await;
}

#[tokio::test]
async fn good_spans_are_stored_and_bad_ones_told() {
    let server = TestServer::start().await;
    let mut bad = span(2, "bad");
    bad["spanId"] = json!("");
    let response = server.export_json(&request(&[bad, span(1, "good")])).await;
    assert_eq!(response.status(), 200);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["partialSuccess"]["rejectedSpans"], "1");
    assert_eq!(answer["partialSuccess"]["errorMessage"], "span 'bad': span_id is missing");
    server.json(&format!("/traceloupe/v1/traces/{}", testkit::trace_id(1))).await;
    assert_eq!(server.json("/traceloupe/v1/status").await["n_rejected"], 1);
    server.stop().await;
}

#[tokio::test]
async fn errors_speak_the_dialect_of_the_client() {
    let server = TestServer::start().await;
    let mut bad = span(1, "bad");
    bad["spanId"] = json!("");
    let body = request(&[bad]).to_string();
    let post = || server.post("/v1/traces").header("content-type", "application/json").body(body.clone());
    // Section 0 of the contract: with the header as MLflow, without it as OTLP.
    let mlflow = post().header("x-mlflow-experiment-id", "0").send().await.unwrap();
    assert_eq!(mlflow.status(), 422);
    let detail: Value = mlflow.json().await.unwrap();
    assert_eq!(detail, json!({"detail": "Cannot convert OpenTelemetry span to MLflow span"}));
    let otlp = post().send().await.unwrap();
    assert_eq!(otlp.status(), 400);
    let status: Value = otlp.json().await.unwrap();
    assert_eq!(status, json!({"code": 3, "message": "no span could be stored: span_id is missing"}));
    server.stop().await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_one_at_it_is_not() {
    let body = request(&[span(1, "limit")]).to_string();
    for (limit, status) in [(body.len(), 200), (body.len() - 1, 413)] {
        let server = TestServer::start_with(|config| config.max_body_bytes = limit).await;
        let response =
            server.post("/v1/traces").header("content-type", "application/json").body(body.clone());
        assert_eq!(response.send().await.unwrap().status(), status, "limit {limit}");
        server.stop().await;
    }
}

#[tokio::test]
async fn what_is_no_route_is_not_found() {
    let server = TestServer::start().await;
    for path in ["/v1/nothing", "/api/2.0/mlflow/nothing"] {
        assert_eq!(server.post(path).send().await.unwrap().status(), 404, "{path}");
    }
    server.stop().await;
}
