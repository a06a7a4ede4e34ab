//! `/api/{2.0,3.0}/mlflow/…` and `/ajax-api/…`: raw HTTP; the real SDK is in `tests/clients/python`.

mod compatibility;
mod messages;
mod traces;

use serde_json::{Value, json};
use tests::TestServer;

#[tokio::test]
async fn every_prefix_serves_the_same() {
    let server = TestServer::start().await;
    for prefix in ["/api/2.0", "/api/3.0", "/ajax-api/2.0", "/ajax-api/3.0"] {
        let answer = server.json(&format!("{prefix}/mlflow/experiments/get?experiment_id=0")).await;
        assert_eq!(answer["experiment"]["name"], "Default");
    }
    server.stop().await;
}

#[tokio::test]
async fn validation_says_what_mlflow_says() {
    let server = TestServer::start().await;
    let missing = |name: &str| {
        format!(
            "Missing value for required parameter '{name}'. See the API docs for more information about request parameters."
        )
    };
    for (path, body, status, message) in [
        ("experiments/create", json!({}), 400, missing("name")),
        ("experiments/create", json!({"name": ""}), 400, missing("name")),
        ("experiments/create", json!({"name": "Default"}), 400, "already exists".to_owned()),
        (
            "experiments/create",
            json!({"name": 5}),
            400,
            "Invalid value 5 for parameter 'name' supplied:  Hint: Value was of type 'int'.".to_owned(),
        ),
        (
            "experiments/search",
            json!({"max_results": 0}),
            400,
            "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer".to_owned(),
        ),
        ("experiments/search", json!({"max_results": 50001}), 400, "It must be at most 50000".to_owned()),
        ("traces/search", json!({}), 400, missing("locations")),
        (
            "traces/search",
            json!({"max_results": 501}),
            400,
            "Invalid value 501 for parameter 'max_results' supplied:".to_owned(),
        ),
        (
            "traces/search",
            json!({"locations": [{"mlflow_experiment": {"experiment_id": "x"}}]}),
            400,
            "Invalid experiment ID 'x'.".to_owned(),
        ),
        ("traces", json!({}), 400, missing("trace")),
        ("traces", json!({"trace": {"trace_info": {"trace_id": "../x"}}}), 400, missing("experiment_id")),
    ] {
        let response = server.post(&format!("/api/3.0/mlflow/{path}")).json(&body).send().await.unwrap();
        assert_eq!(response.status(), status, "{path} {body}");
        let answer: Value = response.json().await.unwrap();
        assert!(answer["message"].as_str().unwrap().contains(&message), "{path} {body}: {answer}");
    }
    for (path, status, message) in [
        ("experiments/get?experiment_id=987654", 404, "No Experiment with id=987654 exists"),
        (
            "experiments/get?experiment_id=abc",
            400,
            "Invalid experiment ID 'abc'. Experiment ID must be a valid integer.",
        ),
        ("experiments/get-by-name?experiment_name=X", 404, "Could not find experiment with name 'X'"),
        ("traces/tr-0", 404, "Trace with ID 'tr-0' not found."),
        ("traces/get?trace_id=tr-0", 404, "Trace with ID tr-0 is not found."),
    ] {
        let response = server.get(&format!("/api/3.0/mlflow/{path}")).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["message"], message);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_missing_content_type_is_named() {
    let server = TestServer::start().await;
    let response = server.post("/api/2.0/mlflow/experiments/create").body("{}").send().await.unwrap();
    assert_eq!(response.status(), 400);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["message"], "Bad Request. Content-Type header is missing.");
    server.stop().await;
}

#[tokio::test]
async fn probes_answer_in_plain_text() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/version").send().await.unwrap().text().await.unwrap(), "3.18.0");
    assert_eq!(server.get("/health").send().await.unwrap().text().await.unwrap(), "OK");
    assert_eq!(server.json("/api/3.0/mlflow/server-info").await["store_type"], "SqlStore");
    server.stop().await;
}
