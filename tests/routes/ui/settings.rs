//! `/traceloupe/v1/settings`.

use serde_json::json;
use tests::TestServer;

#[tokio::test]
async fn settings_are_kept_and_checked() {
    let server = TestServer::start().await;
    let defaults = json!({
        "theme": "system", "time_zone": "local", "number_format": "comma", "default_experiment_id": "0",
        "allow_origins": [],
        "retention_max_bytes": 10_737_418_240_u64, "retention_max_age_days": null,
        "compare_tolerance_per_mille": 50, "compare_tolerance_ns": 1_000_000
    });
    assert_eq!(server.json("/traceloupe/v1/settings").await, defaults);
    let put = async |field: &str, value: serde_json::Value| {
        let mut body = defaults.clone();
        body[field] = value;
        let put = server.client.put(server.url("/traceloupe/v1/settings")).json(&body).send();
        put.await.unwrap().status().as_u16()
    };
    assert_eq!(put("theme", json!("dark")).await, 200);
    assert_eq!(server.json("/traceloupe/v1/settings").await["theme"], "dark");
    assert_eq!(put("default_experiment_id", json!("99")).await, 404);
    assert_eq!(put("theme", json!("pink")).await, 400);
    assert_eq!(put("time_zone", json!("utc")).await, 200);
    assert_eq!(server.json("/traceloupe/v1/settings").await["time_zone"], "utc");
    assert_eq!(put("time_zone", json!("mars")).await, 400);
    assert_eq!(put("number_format", json!("space")).await, 200);
    assert_eq!(server.json("/traceloupe/v1/settings").await["number_format"], "space");
    assert_eq!(put("number_format", json!("roman")).await, 400);
    // The smallest bound is as much as the write-ahead log may take.
    for (bytes, status) in
        [(json!(67_108_864), 200), (json!(67_108_863), 400), (json!(null), 200), (json!(-1), 400)]
    {
        assert_eq!(put("retention_max_bytes", bytes.clone()).await, status, "{bytes}");
    }
    assert_eq!(server.json("/traceloupe/v1/settings").await["retention_max_bytes"], json!(null));
    assert_eq!(put("retention_max_age_days", json!(30)).await, 200);
    assert_eq!(server.json("/traceloupe/v1/settings").await["retention_max_age_days"], 30);
    server.stop().await;
}

#[tokio::test]
async fn spans_without_an_opinion_join_the_default_experiment_of_the_user() {
    let server = TestServer::start().await;
    let created = server
        .post("/api/2.0/mlflow/experiments/create")
        .json(&json!({"name": "mine"}))
        .send()
        .await
        .unwrap();
    let created: serde_json::Value = created.json().await.unwrap();
    let mut settings = server.json("/traceloupe/v1/settings").await;
    settings["default_experiment_id"] = created["experiment_id"].clone();
    server.client.put(server.url("/traceloupe/v1/settings")).json(&settings).send().await.unwrap();
    let sent = server.post("/traceloupe/v1/test-trace").send().await.unwrap();
    let sent: serde_json::Value = sent.json().await.unwrap();
    let path = format!("/traceloupe/v1/traces/{}", sent["trace_id"].as_str().unwrap());
    assert_eq!(server.json(&path).await["experiment_name"], "mine");
    server.stop().await;
}
