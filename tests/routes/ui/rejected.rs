//! `/traceloupe/v1/rejected`: why a request failed, how to mend it, and taking it after all.

use serde_json::{Value, json};
use tests::TestServer;
use tests::otlp::{request, span, trace_id};

async fn export_into(server: &TestServer, experiment: &str, byte: u8) -> u16 {
    let post = server
        .post("/v1/traces")
        .header("content-type", "application/json")
        .header("user-agent", "OTel-OTLP-Exporter-Python/1.39.1")
        .header("authorization", "Bearer secret")
        .header("x-mlflow-experiment-id", experiment);
    let response = post.body(request(&[span(byte, "late")]).to_string()).send().await.expect("an answer");
    response.status().as_u16()
}

async fn groups(server: &TestServer) -> Vec<Value> {
    let list = server.json("/traceloupe/v1/rejected").await;
    list["groups"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn spans_of_an_unknown_experiment_wait_and_can_be_accepted() {
    let server = TestServer::start().await;
    for byte in [1, 2] {
        assert_eq!(export_into(&server, "77", byte).await, 404, "MLflow's answer");
    }
    let groups = groups(&server).await;
    assert_eq!(groups.len(), 1, "they failed alike");
    let group = &groups[0];
    for (field, expected) in [
        ("kind", json!("unknown_experiment")),
        ("reason", json!("No Experiment with id=77 exists")),
        ("transport", json!("http")),
        ("method", json!("POST")),
        ("path", json!("/v1/traces")),
        ("client_address", json!("127.0.0.1")),
        ("sdk", json!("OpenTelemetry Python")),
        ("n_requests", json!(2)),
        ("n_kept", json!(2)),
        ("n_waiting", json!(2)),
    ] {
        assert_eq!(group[field], expected, "{field}");
    }
    let path = format!("/traceloupe/v1/rejected/{}", group["group_id"].as_str().unwrap());
    let detail = server.json(&path).await;
    assert!(detail["fix"]["text"].as_str().unwrap().contains("x-mlflow-experiment-id"));
    assert!(!detail["fix"]["snippets"].as_array().unwrap().is_empty());
    let newest = &detail["requests"][0];
    assert_eq!(newest["span_names"], json!(["late"]));
    let headers = newest["headers"].to_string();
    assert!(headers.contains("77") && !headers.contains("secret"), "{headers}");
    let body = format!("{path}/requests/{}/body", newest["request_id"].as_str().unwrap());
    assert_eq!(server.json(&body).await, request(&[span(2, "late")]), "the payload as it came");

    let accept = |experiment: &'static str| {
        let body = json!({"experiment_id": experiment});
        let path = format!("{path}/accept");
        let server = &server;
        async move { server.post_json(&path, &body).await }
    };
    assert_eq!(accept("78").await.status(), 404, "this experiment is not there either");
    let accepted: Value = accept("0").await.json().await.unwrap();
    let ids = [trace_id(1), trace_id(2)];
    assert_eq!(accepted, json!({"n_stored": 2, "n_left": 0, "reasons": [], "trace_ids": ids}));
    for id in ids {
        let trace = server.json(&format!("/traceloupe/v1/traces/{id}")).await;
        assert_eq!(trace["summary"]["experiment_id"], "0");
    }
    assert_eq!(server.json("/traceloupe/v1/rejected").await["groups"], json!([]));
    assert_eq!(server.get(&path).send().await.unwrap().status(), 404);
    server.stop().await;
}

#[tokio::test]
async fn spans_of_a_trace_that_is_elsewhere_can_join_it_there() {
    let server = TestServer::start().await;
    let made = server.post_json("/api/2.0/mlflow/experiments/create", &json!({"name": "other"})).await;
    let other: Value = made.json().await.unwrap();
    let other = other["experiment_id"].as_str().unwrap();
    assert_eq!(export_into(&server, "0", 1).await, 200);
    assert_eq!(export_into(&server, other, 1).await, 400);
    let group = &groups(&server).await[0];
    assert_eq!((&group["kind"], &group["n_waiting"]), (&json!("other_experiment"), &json!(1)));
    let path = format!("/traceloupe/v1/rejected/{}/accept", group["group_id"].as_str().unwrap());
    let accepted = server.post_json(&path, &json!({"experiment_id": other})).await;
    assert_eq!(accepted.json::<Value>().await.unwrap()["n_stored"], 1);
    let trace = server.json(&format!("/traceloupe/v1/traces/{}", trace_id(1))).await;
    assert_eq!(trace["summary"]["experiment_id"], "0", "where the trace was");
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_explained_and_can_only_be_removed() {
    let server = TestServer::start().await;
    let post = server.post("/v1/traces").header("content-type", "application/x-protobuf").body("no protobuf");
    assert_eq!(post.send().await.unwrap().status(), 400);
    let group = &groups(&server).await[0];
    assert_eq!(
        (&group["kind"], &group["n_kept"], &group["n_waiting"]),
        (&json!("undecodable"), &json!(1), &json!(0))
    );
    let path = format!("/traceloupe/v1/rejected/{}", group["group_id"].as_str().unwrap());
    let accepted = server.post_json(&format!("{path}/accept"), &json!({"experiment_id": "0"})).await;
    assert_eq!(accepted.json::<Value>().await.unwrap()["n_left"], 1);
    assert_eq!(groups(&server).await.len(), 1, "it stays until it is removed");
    for status in [204, 404] {
        assert_eq!(server.client.delete(server.url(&path)).send().await.unwrap().status(), status);
    }
    assert_eq!(groups(&server).await.len(), 0);
    server.stop().await;
}

#[tokio::test]
async fn the_inbox_keeps_the_newest_and_can_be_emptied() {
    let server = TestServer::start_with(|config| config.max_inbox_requests = 2).await;
    for byte in 1..=3 {
        export_into(&server, "77", byte).await;
    }
    let list = server.json("/traceloupe/v1/rejected").await;
    assert_eq!((&list["groups"][0]["n_requests"], &list["groups"][0]["n_kept"]), (&json!(3), &json!(2)));
    assert_eq!(list["n_forgotten"], 1);
    assert!(list["n_bytes"].as_u64().unwrap() > 0);
    let emptied = server.client.delete(server.url("/traceloupe/v1/rejected")).send().await.unwrap();
    assert_eq!(emptied.status(), 204);
    assert_eq!(
        server.json("/traceloupe/v1/rejected").await,
        json!({"groups": [], "n_bytes": 0, "n_forgotten": 0})
    );
    server.stop().await;
}

#[tokio::test]
async fn a_refused_origin_is_told_and_can_be_allowed_at_run_time() {
    let server = TestServer::start().await;
    let origin = "https://app.example";
    let export = || {
        let post =
            server.post("/v1/traces").header("origin", origin).header("content-type", "application/json");
        post.body(request(&[span(1, "from a page")]).to_string()).send()
    };
    assert_eq!(export().await.unwrap().status(), 403);
    let group = &groups(&server).await[0];
    assert_eq!((&group["kind"], &group["origin"]), (&json!("foreign_origin"), &json!(origin)));
    assert_eq!(group["n_kept"], 0, "pages that are not let in do not fill the disk");
    let mut settings = server.json("/traceloupe/v1/settings").await;
    let put = async |settings: &Value| {
        let put = server.client.put(server.url("/traceloupe/v1/settings"));
        let put = put.header("content-type", "application/json").body(settings.to_string());
        put.send().await.unwrap().status().as_u16()
    };
    for bad in ["app.example", "https://app.example/path", "*", "https://*.example", ""] {
        settings["allow_origins"] = json!([bad]);
        assert_eq!(put(&settings).await, 400, "{bad}");
    }
    settings["allow_origins"] = json!([origin]);
    assert_eq!(put(&settings).await, 200);
    let allowed = export().await.unwrap();
    assert_eq!(allowed.status(), 200);
    assert_eq!(allowed.headers()["access-control-allow-origin"], origin);
    settings["allow_origins"] = json!([]);
    assert_eq!(put(&settings).await, 200);
    assert_eq!(export().await.unwrap().status(), 403);
    server.stop().await;
}

#[tokio::test]
async fn a_missing_token_and_a_foreign_host_are_told_without_their_payload() {
    let server = TestServer::start_with(|config| config.token = Some("secret".into())).await;
    let body = request(&[span(1, "no token")]);
    assert_eq!(server.post_json("/v1/traces", &body).await.status(), 401);
    let post = server.post("/v1/traces").header("host", "evil.example").body(body.to_string());
    assert_eq!(post.send().await.unwrap().status(), 403);
    let list = server.get("/traceloupe/v1/rejected").bearer_auth("secret").send().await.unwrap();
    let list: Value = list.json().await.unwrap();
    let mut kinds: Vec<&str> =
        list["groups"].as_array().unwrap().iter().filter_map(|group| group["kind"].as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["foreign_host", "unauthorized"]);
    assert_eq!(list["n_bytes"], 0);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_speaks_tls_is_told_in_the_inbox() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let server = TestServer::start().await;
    let mut stream = tokio::net::TcpStream::connect(&server.ready().otlp_http).await.unwrap();
    // The head of a ClientHello: handshake, TLS 1.0 as all versions write it, 512 bytes to come.
    stream.write_all(&[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]).await.unwrap();
    let mut answer = Vec::new();
    // The end may come as a reset, for the server does not read on.
    let _ = stream.read_to_end(&mut answer).await;
    assert!(String::from_utf8_lossy(&answer).contains("http://"), "{answer:?}");
    // The connection ends before it is noted.
    let group = loop {
        let groups = groups(&server).await;
        if let Some(group) = groups.first() {
            break group.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!((&group["kind"], &group["client_address"]), (&json!("tls"), &json!("127.0.0.1")));
    let detail =
        server.json(&format!("/traceloupe/v1/rejected/{}", group["group_id"].as_str().unwrap())).await;
    assert!(detail["fix"]["snippets"][0]["code"].as_str().unwrap().contains("http://localhost:"));
    server.stop().await;
}
