//! Search, judgements, uploads and bad input over raw HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tests::TestServer;

const ID: &str = "tr-07070707070707070707070707070707";

async fn send(server: &TestServer, method: Method, path: &str, body: &Value) -> Response {
    let request = server.client.request(method, server.url(path)).header("content-type", "application/json");
    request.body(body.to_string()).send().await.expect("an answer")
}

/// Returns the body of a StartTrace request: a trace in experiment 0, with more fields or others.
pub(super) fn start_of_trace(id: &str, fields: &Value) -> Value {
    let mut info = json!({
        "trace_id": id,
        "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}},
        "request_time": "2026-11-22T14:47:48Z",
        "state": "OK",
    });
    for (key, value) in fields.as_object().expect("an object") {
        info[key] = value.clone();
    }
    json!({"trace": {"trace_info": info}})
}

async fn start_trace(server: &TestServer, id: &str, fields: &Value) -> Value {
    let body = start_of_trace(id, fields);
    let response = send(server, Method::POST, "/api/3.0/mlflow/traces", &body).await;
    assert_eq!(response.status(), 200);
    response.json().await.expect("JSON")
}

async fn found(server: &TestServer, filter: &str) -> usize {
    let location = json!({"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}});
    let body = json!({"locations": [location], "filter": filter});
    let response = send(server, Method::POST, "/api/3.0/mlflow/traces/search", &body).await;
    assert_eq!(response.status(), 200, "{filter}");
    let answer: Value = response.json().await.expect("JSON");
    answer["traces"].as_array().map_or(0, Vec::len)
}

fn trace_file(span_id: u8) -> Value {
    json!({"spans": [{
        "trace_id": STANDARD.encode([7; 16]), "span_id": STANDARD.encode([span_id; 8]), "parent_span_id": null,
        "name": "from a file", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1_795_359_308_327_789_760_u64,
        "end_time_unix_nano": 1_795_359_308_327_789_761_u64, "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {"mlflow.spanInputs": "{\"q\": 1}", "mlflow.spanType": "\"LLM\""}, "links": [],
    }]})
}

/// What the TypeScript SDK 0.1 does: StartTrace, upload of `traces.json`, and the same file back.
#[tokio::test]
async fn an_uploaded_file_of_spans_is_a_trace_like_any_other() {
    let server = TestServer::start().await;
    let made = start_trace(&server, ID, &json!({})).await;
    let location =
        made["trace"]["trace_info"]["tags"]["mlflow.artifactLocation"].as_str().unwrap().to_owned();
    let path = location.replace("mlflow-artifacts:", "/api/2.0/mlflow-artifacts/artifacts") + "/traces.json";
    let upload = send(&server, Method::PUT, &path, &trace_file(1)).await;
    assert_eq!((upload.status().as_u16(), upload.text().await.unwrap()), (200, String::new()));
    let file: Value =
        serde_json::from_str(&server.get(&path).send().await.unwrap().text().await.unwrap()).unwrap();
    let span = &file["spans"][0];
    assert_eq!(span["end_time_unix_nano"], 1_795_359_308_327_789_761_u64);
    assert_eq!(span["attributes"]["mlflow.spanInputs"], "{\"q\": 1}");
    assert_eq!(span["span_id"], STANDARD.encode([1; 8]));
    let trace = server.json(&format!("/api/3.0/mlflow/traces/get?trace_id={ID}")).await;
    assert_eq!(trace["trace"]["spans"][0]["name"], "from a file");
    assert_eq!(found(&server, "span.type = 'LLM' AND span.content LIKE '%from a file%'").await, 1);
    // A damaged file changes nothing.
    let mut damaged = trace_file(2);
    damaged["spans"].as_array_mut().unwrap().push(json!({"span_id": "?"}));
    let refused = send(&server, Method::PUT, &path, &damaged).await;
    assert_eq!(refused.status(), 400);
    let trace = server.json(&format!("/api/3.0/mlflow/traces/get?trace_id={ID}")).await;
    assert_eq!(trace["trace"]["spans"].as_array().map(Vec::len), Some(1));
    server.stop().await;
}

#[tokio::test]
async fn attachments_are_kept_with_their_trace_and_go_with_it() {
    let server = TestServer::start().await;
    start_trace(&server, ID, &json!({})).await;
    let path = format!("/api/2.0/mlflow-artifacts/artifacts/0/traces/{ID}/artifacts/attachments/a.html");
    let request =
        server.client.put(server.url(&path)).body("<script>alert(1)</script>").send().await.unwrap();
    assert_eq!(request.status(), 200);
    let response = server.get(&path).send().await.unwrap();
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=a.html");
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    assert_eq!(response.text().await.unwrap(), "<script>alert(1)</script>");
    let body = json!({"experiment_id": "0", "request_ids": [ID]});
    let deleted = send(&server, Method::POST, "/api/2.0/mlflow/traces/delete-traces", &body).await;
    assert_eq!(deleted.json::<Value>().await.unwrap(), json!({"traces_deleted": 1}));
    assert_eq!(server.get(&path).send().await.unwrap().status(), 404);
    assert_eq!(server.client.put(server.url(&path)).body("x").send().await.unwrap().status(), 404);
    server.stop().await;
}

#[tokio::test]
async fn a_header_links_traces_whose_root_came_to_a_run() {
    let server = TestServer::start().await;
    let span = |trace: &str, parent: &str| {
        json!({"traceId": trace.repeat(16), "spanId": "0101010101010101", "parentSpanId": parent, "name": "s",
               "startTimeUnixNano": "1795359308327789760", "endTimeUnixNano": "1795359308327789761"})
    };
    let spans = json!([span("07", ""), span("08", "0202020202020202")]);
    let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]});
    let response = server
        .post("/v1/traces")
        .header("content-type", "application/json")
        .header("x-mlflow-experiment-id", "0")
        .header("x-mlflow-run-id", "run1")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(found(&server, "").await, 2);
    assert_eq!(found(&server, &format!("run_id = 'run1' AND request_id = '{ID}'")).await, 1);
    assert_eq!(found(&server, "run_id = 'run1'").await, 1);
    server.stop().await;
}

/// Bad input of every route: never a 5xx, which the SDK retries for minutes, and nothing is written.
#[tokio::test]
async fn bad_input_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    start_trace(&server, ID, &json!({"tags": {"k": "v"}})).await;
    let before = server.json(&format!("/api/3.0/mlflow/traces/{ID}")).await;
    let long = "x".repeat(10 << 20);
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let texts = [
        "../../etc/passwd".to_owned(),
        "a\0b".to_owned(),
        "\u{202e}\u{feff}".to_owned(),
        "'; DROP TABLE trace; --".to_owned(),
        "%2e%2e%2f".to_owned(),
    ];
    let values: Vec<Value> = texts
        .iter()
        .map(|text| json!(text))
        .chain([
            json!(5),
            json!(-1),
            json!(1e300),
            json!(true),
            json!([]),
            json!([1]),
            json!({}),
            json!({"a": null}),
        ])
        .collect();
    let assessment = format!("/api/3.0/mlflow/traces/{ID}/assessments");
    let tags = format!("/api/2.0/mlflow/traces/{ID}/tags");
    let routes = [
        (
            Method::POST,
            "/api/3.0/mlflow/traces/search",
            &["locations", "filter", "order_by", "max_results", "page_token"][..],
        ),
        (
            Method::POST,
            "/api/2.0/mlflow/experiments/search",
            &["filter", "order_by", "max_results", "page_token", "view_type"],
        ),
        (Method::POST, "/api/2.0/mlflow/experiments/update", &["experiment_id", "new_name"]),
        (
            Method::POST,
            "/api/2.0/mlflow/traces/delete-traces",
            &["experiment_id", "max_timestamp_millis", "max_traces", "request_ids"],
        ),
        (Method::POST, "/api/2.0/mlflow/traces/link-to-run", &["trace_ids", "run_id"]),
        (Method::POST, "/api/2.0/mlflow/traces/link-prompts", &["trace_id", "prompt_versions"]),
        (
            Method::POST,
            "/api/3.0/mlflow/traces/calculate-filter-correlation",
            &["experiment_ids", "filter_string1", "filter_string2", "base_filter"],
        ),
        (
            Method::POST,
            "/api/3.0/mlflow/traces/metrics",
            &[
                "experiment_ids",
                "view_type",
                "metric_name",
                "aggregations",
                "dimensions",
                "filters",
                "time_interval_seconds",
                "max_results",
            ],
        ),
        (Method::POST, "/api/2.0/mlflow/runs/create", &["experiment_id", "tags", "run_name", "start_time"]),
        (Method::POST, "/api/2.0/mlflow/runs/update", &["run_id", "status", "end_time"]),
        (Method::PATCH, tags.as_str(), &["key"]),
        (Method::DELETE, tags.as_str(), &["key"]),
        (Method::POST, assessment.as_str(), &["assessment"]),
    ];
    for (method, path, fields) in routes {
        let response = send(&server, method.clone(), path, &json!({fields[0]: long})).await;
        assert!(response.status().as_u16() < 500, "long: {method} {path}");
        for field in fields {
            for value in &values {
                let mut body = json!({});
                body[*field] = value.clone();
                let response = send(&server, method.clone(), path, &body).await;
                let status = response.status().as_u16();
                let shown: String = body.to_string().chars().take(80).collect();
                assert!(status < 500, "{status}: {method} {path} {shown}");
            }
            let body = format!("{{\"{field}\": {deep}}}");
            let request = server.client.request(method.clone(), server.url(path));
            let response =
                request.header("content-type", "application/json").body(body).send().await.unwrap();
            assert!(response.status().as_u16() < 500, "deep: {method} {path}");
        }
    }
    for value in &values {
        for field in [
            "assessment_name",
            "feedback",
            "expectation",
            "issue",
            "source",
            "metadata",
            "create_time",
            "overrides",
            "valid",
        ] {
            let mut judged = json!({"assessment_name": "n"});
            judged[field] = value.clone();
            let response = send(&server, Method::POST, &assessment, &json!({"assessment": judged})).await;
            let status = response.status().as_u16();
            assert!(status < 500, "{status}: {field}");
            if status == 200 {
                let made: Value = response.json().await.unwrap();
                let id = made["assessment"]["assessment_id"].as_str().unwrap().to_owned();
                let gone = send(&server, Method::DELETE, &format!("{assessment}/{id}"), &json!({})).await;
                assert_eq!(gone.status(), 200);
            }
        }
    }
    for path in [
        "/api/3.0/mlflow/traces/..%2f..%2fetc%2fpasswd",
        "/api/3.0/mlflow/traces/a%00b",
        "/api/3.0/mlflow/traces/%ff%fe",
        "/api/2.0/mlflow-artifacts/artifacts/..%2f..%2fetc%2fpasswd",
        "/api/2.0/mlflow-artifacts/artifacts/%00",
        "/api/2.0/mlflow-artifacts/artifacts//etc/passwd",
        "/api/2.0/mlflow-artifacts/artifacts?path=../../etc",
        "/api/2.0/mlflow-artifacts/artifacts?path=/etc",
        "/ajax-api/3.0/mlflow/get-trace-artifact?request_id=..%2f..%2fetc",
        "/ajax-api/3.0/mlflow/get-trace-artifact?request_id=tr-07070707070707070707070707070707&path=..%2fx",
    ] {
        let status = server.get(path).send().await.unwrap().status().as_u16();
        assert!((400..500).contains(&status), "{status}: {path}");
    }
    assert_eq!(server.json(&format!("/api/3.0/mlflow/traces/{ID}")).await, before, "nothing was written");
    assert_eq!(
        server.json("/api/2.0/mlflow/experiments/get?experiment_id=0").await["experiment"]["name"],
        "Default"
    );
    server.stop().await;
}

/// Ids that StartTrace takes, and those that it names as impossible, with the real server's words where it refuses them too.
#[tokio::test]
async fn ids_of_traces_that_cannot_be_kept_are_named() {
    let server = TestServer::start().await;
    for (id, reason) in [
        ("a/b", "must be a single path component"),
        ("..", "must be a single path component"),
        (".", "must be a single path component"),
        ("a%2Fb", "must not contain '%', '?', '#' or control characters"),
        ("a?b", "must not contain '%', '?', '#' or control characters"),
        ("a\u{1}b", "must not contain '%', '?', '#' or control characters"),
        ("tr-00000000000000000000000000000000", "must not have 0 as each of its digits"),
    ] {
        let info = json!({
            "trace_id": id,
            "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}},
        });
        let body = json!({"trace": {"trace_info": info}});
        let response = send(&server, Method::POST, "/api/3.0/mlflow/traces", &body).await;
        assert_eq!(response.status(), 400, "{id}");
        let answer: Value = response.json().await.unwrap();
        let expected = format!("Invalid value {} for parameter 'trace_id' supplied: {reason}", json!(id));
        assert_eq!(answer["message"], expected);
    }
    let named = start_trace(&server, "any name", &json!({})).await;
    assert_eq!(named["trace"]["trace_info"]["trace_id"], "any name");
    let made = start_trace(&server, "tr-ABABABABABABABABABABABABABABABAB", &json!({})).await;
    assert_eq!(made["trace"]["trace_info"]["trace_id"], "tr-abababababababababababababababab");
    server.stop().await;
}

/// A sender's total may be other than the sum of what it reports beside it: then it is the total of the trace too, in MLflow's API as in ours.
#[tokio::test]
async fn the_total_that_a_call_reports_leads() {
    let server = TestServer::start().await;
    let count = |key: &str, count: u64| json!({"key": key, "value": {"intValue": count.to_string()}});
    let span = json!({
        "traceId": "07".repeat(16), "spanId": "01".repeat(8), "name": "call",
        "startTimeUnixNano": "1795359308327789760", "endTimeUnixNano": "1795359308327789761",
        "attributes": [
            count("llm.token_count.prompt", 10), count("llm.token_count.completion", 5), count("llm.token_count.total", 14)
        ],
    });
    let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]});
    assert_eq!(server.post("/v1/traces").json(&body).send().await.unwrap().status(), 200);
    let info = server.json(&format!("/api/3.0/mlflow/traces/{ID}")).await;
    assert_eq!(
        info["trace"]["trace_info"]["trace_metadata"]["mlflow.trace.tokenUsage"],
        r#"{"input_tokens": 10, "output_tokens": 5, "total_tokens": 14}"#
    );
    let ours = server.json(&format!("/traceloupe/v1/traces/{ID}")).await;
    assert_eq!(ours["summary"]["total_tokens"], 14);
    server.stop().await;
}

/// StartTrace races the spans, judgements, tags and searches of many threads: nothing is lost, nothing is counted twice.
#[tokio::test(flavor = "multi_thread")]
async fn writers_and_searches_at_once_lose_nothing() {
    let server = TestServer::start().await;
    let n_traces = 24_u8;
    let span = |trace: u8, id: u8, usage: bool| {
        let attributes = if usage {
            json!([{"key": "mlflow.chat.tokenUsage", "value": {"stringValue": "{\"input_tokens\": 1, \"output_tokens\": 2, \"total_tokens\": 3}"}}])
        } else {
            json!([])
        };
        json!({"traceId": format!("{trace:02x}").repeat(16), "spanId": format!("{id:02x}").repeat(8),
               "parentSpanId": if id == 1 { String::new() } else { "01".repeat(8) }, "name": format!("s{id}"),
               "startTimeUnixNano": "1795359308327789760", "endTimeUnixNano": "1795359308327789761", "attributes": attributes})
    };
    let mut requests = Vec::new();
    for trace in 1..=n_traces {
        let id = format!("tr-{}", format!("{trace:02x}").repeat(16));
        for part in [
            vec![span(trace, 1, false)],
            vec![span(trace, 2, true)],
            vec![span(trace, 3, true), span(trace, 2, true)],
        ] {
            let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": part}]}]});
            requests.push(server.post("/v1/traces").header("x-mlflow-experiment-id", "0").json(&body));
        }
        let info = json!({"trace_id": id, "trace_location": {"mlflow_experiment": {"experiment_id": "0"}}, "state": "OK",
                          "request_time": "2026-11-22T14:47:48Z", "tags": {"t": "1"}});
        requests.push(server.post("/api/3.0/mlflow/traces").json(&json!({"trace": {"trace_info": info}})));
        let location = json!({"mlflow_experiment": {"experiment_id": "0"}});
        let search = json!({"locations": [location], "filter": "span.name = 's2' AND tags.t = '1'"});
        requests.push(server.post("/api/3.0/mlflow/traces/search").json(&search));
    }
    let sent: Vec<_> = requests.into_iter().map(|request| tokio::spawn(request.send())).collect();
    for answer in sent {
        let answer = answer.await.unwrap().unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.url());
    }
    let judge = json!({"assessment": {"assessment_name": "q", "feedback": {"value": true}}});
    let judged: Vec<_> = (0..20)
        .map(|_| {
            let path = format!("/api/3.0/mlflow/traces/tr-{}/assessments", "01".repeat(16));
            tokio::spawn(server.post(&path).json(&judge).send())
        })
        .collect();
    for answer in judged {
        assert_eq!(answer.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(found(&server, "span.name = 's2' AND tags.t = '1'").await, usize::from(n_traces));
    for trace in 1..=n_traces {
        let id = format!("tr-{}", format!("{trace:02x}").repeat(16));
        let answer = server.json(&format!("/api/3.0/mlflow/traces/get?trace_id={id}")).await;
        assert_eq!(answer["trace"]["spans"].as_array().map(Vec::len), Some(3), "{id}");
        let usage =
            answer["trace"]["trace_info"]["trace_metadata"]["mlflow.trace.tokenUsage"].as_str().unwrap();
        // Two spans, each counted once though one was sent twice.
        assert_eq!(usage, r#"{"input_tokens": 2, "output_tokens": 4, "total_tokens": 6}"#);
    }
    let first = server.json(&format!("/api/3.0/mlflow/traces/tr-{}", "01".repeat(16))).await;
    assert_eq!(first["trace"]["trace_info"]["assessments"].as_array().map(Vec::len), Some(20));
    server.stop().await;
}
