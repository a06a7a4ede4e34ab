//! `POST /v1/logs`: log records are shown with their span, whichever comes first; those of no trace are counted and told.

use serde_json::{Value, json};
use tests::TestServer;
use tests::otlp::{request, span, trace_id};

fn logs(records: &[Value]) -> Value {
    let resource = json!({"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]});
    json!({"resourceLogs": [{"resource": resource, "scopeLogs": [{"scope": {"name": "lib"}, "logRecords": records}]}]})
}

fn record(trace_byte: u8, text: &str) -> Value {
    json!({"traceId": trace_id(trace_byte), "spanId": "0102030405060708", "timeUnixNano": "1795358868000000007",
           "severityNumber": "SEVERITY_NUMBER_WARN", "severityText": "WARN", "body": {"stringValue": text}})
}

#[tokio::test]
async fn a_record_is_shown_with_its_span_whichever_comes_first() {
    for logs_first in [true, false] {
        let server = TestServer::start().await;
        let spans = request(&[span(1, "hello")]);
        let records = logs(&[record(1, "careful")]);
        let (first, second) = if logs_first {
            (("/v1/logs", &records), ("/v1/traces", &spans))
        } else {
            (("/v1/traces", &spans), ("/v1/logs", &records))
        };
        for (path, body) in [first, second] {
            let response = server.post_json(path, body).await;
            assert_eq!((response.status().as_u16(), response.text().await.unwrap()), (200, "{}".to_owned()));
        }
        let trace = format!("/traceloupe/v1/traces/{}", trace_id(1));
        let detail = server.json(&format!("{trace}/spans/0102030405060708")).await;
        let expected = json!([{
            "time_unix_nano": "1795358868000000007", "observed_time_unix_nano": "0", "span_id": "0102030405060708",
            "severity_number": 13, "severity_text": "WARN", "event_name": "", "body": {"stringValue": "careful"},
            "attributes": [], "dropped_attributes_count": 0, "scope_name": "lib", "service_name": "shop"
        }]);
        assert_eq!(detail["logs"], expected);
        assert_eq!(server.json(&format!("{trace}/logs")).await["logs"], expected);
        assert_eq!(server.json(&trace).await["n_logs"], 1);
        server.stop().await;
    }
}

#[tokio::test]
async fn records_of_no_trace_are_counted_and_told() {
    let server = TestServer::start().await;
    let lonely = json!({"timeUnixNano": "1", "body": {"stringValue": "nobody's"}});
    let mut bad = record(1, "bad");
    bad["spanId"] = json!("no hex");
    let response =
        server.post_json("/v1/logs", &logs(&[lonely.clone(), lonely, bad, record(1, "good")])).await;
    assert_eq!(response.status(), 200);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["partialSuccess"]["rejectedLogRecords"], "3");
    let message = answer["partialSuccess"]["errorMessage"].as_str().unwrap();
    assert!(message.contains("not hexadecimal") && message.contains("without a trace id"), "{message}");
    let status = server.json("/traceloupe/v1/status").await;
    assert_eq!(status["not_stored"]["n_logs_without_trace"], 2);
    assert_eq!(status["n_traces"], 0, "log records alone are no trace");
    server.stop().await;
}

#[tokio::test]
async fn a_trace_without_spans_has_no_page() {
    let server = TestServer::start().await;
    server.post_json("/v1/logs", &logs(&[record(1, "early")])).await;
    let response = server.get(&format!("/traceloupe/v1/traces/{}/logs", trace_id(1))).send().await.unwrap();
    assert_eq!(response.status(), 404);
    server.stop().await;
}
