//! `/traceloupe/v1/traces/{trace_id}/analysis`: the critical path and the doctor.

use serde_json::json;
use testkit::draw::{BASE_NANOS, draw};
use tests::TestServer;

#[tokio::test]
async fn the_critical_path_and_the_findings_are_told() {
    let server = TestServer::start().await;
    let id = testkit::trace_id(1);
    // One column is a millisecond: `plan` waits for `llm` from 2 to 6 and is itself on the path before and after.
    let group = draw(
        id,
        "
        0....5....10
plan    [=========]    http.method=GET
  llm     [===]
",
    );
    server.export_protobuf(proto::otlp::encode_protobuf(vec![group])).await;
    let analysis = server.json(&format!("/traceloupe/v1/traces/{id}/analysis")).await;
    let at = |ms: u64| (BASE_NANOS + ms * 1_000_000).to_string();
    let segment = |row: u32, start: u64, end: u64| {
        json!({
            "row": row,
            "span_id": testkit::span_id(u64::from(row) + 1).to_string(),
            "start_time_unix_nano": at(start),
            "end_time_unix_nano": at(end),
        })
    };
    assert_eq!(analysis["critical_path"], json!([segment(0, 0, 2), segment(1, 2, 6), segment(0, 6, 10)]));
    assert_eq!(analysis["critical_path_ns"], "10000000");
    let findings = analysis["findings"].as_array().unwrap();
    let codes: Vec<_> =
        findings.iter().map(|finding| (finding["code"].as_str(), finding["n_spans"].as_u64())).collect();
    assert_eq!(codes, [(Some("deprecated_attribute"), Some(1)), (Some("no_service_name"), Some(2))]);
    assert!(findings[0]["fix"].as_str().unwrap().contains("http.request.method"));
    assert_eq!(
        server
            .get("/traceloupe/v1/traces/ffffffffffffffffffffffffffffffff/analysis")
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    server.stop().await;
}
