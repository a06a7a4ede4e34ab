//! Runs of MLflow, as far as traces name them.

use serde_json::{Value, json};
use tests::TestServer;

#[tokio::test]
async fn a_run_is_told_by_its_id() {
    let server = TestServer::start().await;
    let body = json!({"experiment_id": "0", "run_name": "nightly", "user_id": "ada", "start_time": 5});
    let made: Value =
        server.post("/api/2.0/mlflow/runs/create").json(&body).send().await.unwrap().json().await.unwrap();
    let id = made["run"]["info"]["run_id"].as_str().unwrap();
    let end = json!({"run_id": id, "status": "FINISHED", "end_time": 9});
    assert_eq!(server.post("/api/2.0/mlflow/runs/update").json(&end).send().await.unwrap().status(), 200);
    assert_eq!(
        server.json(&format!("/traceloupe/v1/runs/{id}")).await,
        json!({"run_id": id, "experiment_id": "0", "name": "nightly", "user": "ada", "status": "FINISHED",
               "is_deleted": false, "start_time_ms": 5, "end_time_ms": 9})
    );
    for unknown in ["x", "..%2f", "%00"] {
        let response = server.get(&format!("/traceloupe/v1/runs/{unknown}")).send().await.unwrap();
        assert_eq!(response.status(), 404, "{unknown}");
    }
    server.stop().await;
}
