//! `/traceloupe/v1/live`.

use tests::TestServer;

/// Reads the stream until it holds a text.
async fn read_until(stream: &mut reqwest::Response, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let chunk = stream.chunk().await.expect("the stream is whole").expect("the stream goes on");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    text
}

#[tokio::test]
async fn a_new_trace_is_told_to_all_who_listen_and_open_streams_do_not_hold_up_a_stop() {
    let server = TestServer::start().await;
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut stream = server.get("/traceloupe/v1/live").send().await.unwrap();
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        // The first event means that listening has begun.
        read_until(&mut stream, "\"*\"").await;
        streams.push(stream);
    }
    let sent = server.post("/traceloupe/v1/test-trace").send().await.unwrap();
    let sent: serde_json::Value = sent.json().await.unwrap();
    for stream in &mut streams {
        let text = read_until(stream, "trace:").await;
        assert!(text.contains("event: change"), "{text}");
        assert!(text.contains(sent["trace_id"].as_str().unwrap()) && text.contains("\"traces\""), "{text}");
    }
    server.stop().await;
    for stream in &mut streams {
        assert!(stream.chunk().await.expect("the stream ends whole, it is not cut off").is_none());
    }
}
