//! `POST /v1/metrics`: taken so that an SDK with all signals is not in error, counted, and told that they are not stored.

use serde_json::{Value, json};
use tests::TestServer;

#[tokio::test]
async fn metrics_are_counted_and_told_not_to_be_stored() {
    let server = TestServer::start().await;
    let points = json!([{"asInt": "1"}, {"asInt": "2"}]);
    let body = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "m", "sum": {"dataPoints": points}}]}]}]});
    let response = server.post_json("/v1/metrics", &body).await;
    assert_eq!(response.status(), 200);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["partialSuccess"]["rejectedDataPoints"], "2");
    let message = answer["partialSuccess"]["errorMessage"].as_str().unwrap();
    assert!(message.contains("does not store metrics"), "{message}");
    let status = server.json("/traceloupe/v1/status").await;
    assert_eq!(status["not_stored"]["n_metric_requests"], 1);
    assert_eq!(status["not_stored"]["n_metric_points"], 2);
    assert_eq!(status["n_rejected_groups"], 0, "this is no failure");
    let bad = server.post_json("/v1/metrics", &json!([])).await;
    assert_eq!(bad.status(), 400);
    server.stop().await;
}
