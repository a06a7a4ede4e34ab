//! `/traceloupe/v1/traces/{trace_id}/analysis`: the critical path and the doctor.

use serde_json::{Value, json};
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
    assert_eq!(
        segments_of(&server, &format!("/traceloupe/v1/traces/{id}/critical-path")).await,
        [(1, 0.0, 2e6), (2, 2e6, 6e6), (1, 6e6, 10e6)]
    );
    let findings = analysis["findings"].as_array().unwrap();
    let codes: Vec<_> =
        findings.iter().map(|finding| (finding["code"].as_str(), finding["n_spans"].as_u64())).collect();
    assert_eq!(codes, [(Some("deprecated_attribute"), Some(1)), (Some("no_service_name"), Some(2))]);
    assert!(findings[0]["fix"].as_str().unwrap().contains("http.request.method"));
    for route in ["analysis", "critical-path"] {
        let unknown = format!("/traceloupe/v1/traces/ffffffffffffffffffffffffffffffff/{route}");
        assert_eq!(server.get(&unknown).send().await.unwrap().status(), 404, "{route}");
    }
    server.stop().await;
}

/// Reads segments as a browser does: the number of the span, and nanoseconds since the base.
async fn segments_of(server: &TestServer, path: &str) -> Vec<(u64, f64, f64)> {
    let body = server.get(path).send().await.expect("an answer").bytes().await.expect("a body");
    assert_eq!(&body[..8], b"TLCP\x01\0\0\0");
    let header_end = 16 + u32::from_le_bytes(array(&body, 8)) as usize;
    let header: Value = serde_json::from_slice(&body[16..header_end]).expect("a header");
    let base = BASE_NANOS.to_string();
    assert_eq!(header["base_time_unix_nano"], base.as_str());
    let place = |column: usize| header["columns"][column]["offset"].as_u64().expect("a place");
    let at = |column: usize, index: usize| usize::try_from(place(column)).expect("a place") + 8 * index;
    let n_segments = header["n_segments"].as_u64().expect("a count");
    (0..usize::try_from(n_segments).expect("a count"))
        .map(|index| {
            let span_id = u64::from_be_bytes(array(&body, at(0, index)));
            let time = |column| f64::from_le_bytes(array(&body, at(column, index)));
            (span_id, time(1), time(2))
        })
        .collect()
}

fn array<const N: usize>(body: &[u8], at: usize) -> [u8; N] {
    body[at..at + N].try_into().expect("the body is long enough")
}
