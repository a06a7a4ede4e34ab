//! Connections: how many, how slow they may be, and the ways in which HTTP/1.1 carries a body.

use std::time::Duration;

use tests::TestServer;
use tests::otlp::{request, span, trace_id};
use tests::raw::RawConnection;

/// A whole export of one span.
fn export(trace_byte: u8, headers: &str) -> Vec<u8> {
    let body = request(&[span(trace_byte, "raw")]).to_string();
    let length = body.len();
    format!(
        "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

async fn open(server: &TestServer) -> RawConnection {
    RawConnection::open(&server.ready().http).await
}

/// Asks something that needs no store, and returns the status.
async fn probe(connection: &mut RawConnection) -> u16 {
    connection.send(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    connection.expect().await.status
}

async fn has_trace(server: &TestServer, trace_byte: u8) -> bool {
    let path = format!("/traceloupe/v1/traces/{}", trace_id(trace_byte));
    server.get(&path).send().await.expect("an answer").status() == 200
}

#[tokio::test]
async fn a_connection_serves_one_request_after_another_and_several_at_once() {
    let server = TestServer::start().await;
    let mut connection = open(&server).await;
    for trace_byte in 1..4 {
        connection.send(&export(trace_byte, "")).await;
        assert_eq!(connection.expect().await.status, 200);
    }
    // Pipelined: the answers come in the order of the requests.
    let mut both = export(4, "");
    both.extend_from_slice(b"GET /version HTTP/1.1\r\nhost: localhost\r\n\r\n");
    both.extend_from_slice(&export(5, "connection: close\r\n"));
    connection.send(&both).await;
    assert_eq!(connection.expect().await.text(), "{}");
    assert_eq!(connection.expect().await.text(), "3.18.0");
    assert_eq!(connection.expect().await.text(), "{}");
    connection.ended().await;
    for trace_byte in 1..=5 {
        assert!(has_trace(&server, trace_byte).await, "{trace_byte}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on_or_spared_the_upload() {
    let server = TestServer::start_with(|config| config.max_body_bytes = 1_000).await;
    let mut connection = open(&server).await;
    let whole = export(1, "expect: 100-continue\r\n");
    let body_at = whole.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
    connection.send(&whole[..body_at]).await;
    assert_eq!(connection.expect().await.status, 100);
    connection.send(&whole[body_at..]).await;
    assert_eq!(connection.expect().await.status, 200);
    // Too large by its own word: refused before a byte of it is sent.
    let head = "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                content-length: 1001\r\nexpect: 100-continue\r\n\r\n";
    connection.send(head.as_bytes()).await;
    let refused = connection.expect().await;
    assert_eq!(refused.status, 413);
    assert!(refused.text().contains("max_body_bytes"), "{}", refused.text());
    server.stop().await;
}

#[tokio::test]
async fn chunked_bodies_are_bounded_like_others() {
    let server = TestServer::start_with(|config| config.max_body_bytes = 1_000).await;
    let head = "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunked = |body: &[u8]| {
        let mut bytes = head.as_bytes().to_vec();
        for chunk in body.chunks(100) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    };
    let mut body = request(&[span(1, "chunked")]).to_string().into_bytes();
    body.resize(1_000, b' ');
    let mut connection = open(&server).await;
    connection.send(&chunked(&body)).await;
    assert_eq!(connection.expect().await.status, 200);
    assert!(has_trace(&server, 1).await);
    body.push(b' ');
    connection.send(&chunked(&body)).await;
    assert_eq!(connection.expect().await.status, 413);
    server.stop().await;
}

#[tokio::test]
async fn connections_that_owe_a_request_make_room_for_those_that_ask() {
    let server = TestServer::start_with(|config| config.max_connections = 8).await;
    // A thousand that never finish a head: more than a hundred times the bound.
    let mut slow = Vec::new();
    for _ in 0..1_000 {
        let mut connection = open(&server).await;
        connection.send(b"POST /v1/traces HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await;
        slow.push(connection);
    }
    let mut connection = open(&server).await;
    connection.send(&export(1, "")).await;
    assert_eq!(connection.expect().await.status, 200);
    assert!(has_trace(&server, 1).await);
    // The first of them was closed long ago.
    slow[0].ended().await;
    server.stop().await;
}

#[tokio::test]
async fn a_connection_over_the_bound_is_told_why_when_all_others_wait_for_answers() {
    let server = TestServer::start_with(|config| config.max_connections = 2).await;
    // Live events are answers without an end.
    let mut busy = Vec::new();
    for _ in 0..2 {
        let mut connection = open(&server).await;
        connection.send(b"GET /traceloupe/v1/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        busy.push(connection);
        // Its answer began: it is no longer one that owes a request.
        assert!(busy.last_mut().unwrap().head().await.contains("text/event-stream"));
    }
    let mut one_more = open(&server).await;
    let refused = one_more.expect().await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), "1");
    assert!(refused.text().contains("max_connections"), "{}", refused.text());
    one_more.ended().await;
    // With one gone there is room again.
    drop(busy.pop());
    loop {
        let mut connection = open(&server).await;
        connection.send(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        match connection.expect().await.status {
            200 => break,
            status => assert_eq!(status, 503),
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn live_streams_are_bounded_and_give_their_room_back() {
    let server = TestServer::start_with(|config| config.max_live_streams = 2).await;
    let stream = || server.get("/traceloupe/v1/live").send();
    let (first, second) = (stream().await.unwrap(), stream().await.unwrap());
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 200));
    let third = stream().await.unwrap();
    assert_eq!(third.status(), 503);
    assert!(third.text().await.unwrap().contains("max_live_streams"));
    drop(first);
    // The server notices the end of a stream when it happens, which is after the client has done its part.
    while stream().await.unwrap().status() != 200 {}
    drop(second);
    server.stop().await;
}

#[tokio::test]
async fn heads_and_bodies_that_do_not_arrive_in_time_end_their_request_alone() {
    let server = TestServer::start_with(|config| config.read_timeout_seconds = 1).await;
    let mut live = open(&server).await;
    live.send(b"GET /traceloupe/v1/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(live.head().await.contains("text/event-stream"));
    let whole = export(1, "");
    let body_at = whole.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
    let mut silent = open(&server).await;
    let mut slow_head = open(&server).await;
    slow_head.send(&whole[..20]).await;
    let mut slow_body = open(&server).await;
    slow_body.send(&whole[..body_at + 10]).await;
    let mut slow_second = open(&server).await;
    assert_eq!(probe(&mut slow_second).await, 200);
    slow_second.send(&whole[..20]).await;
    let answer = slow_body.expect().await;
    assert_eq!(answer.status, 408);
    assert!(answer.text().contains("read_timeout_seconds"), "{}", answer.text());
    silent.ended().await;
    slow_head.ended().await;
    slow_second.ended().await;
    // Between requests there is no hurry, and an answer may last: the live events go on.
    let mut connection = open(&server).await;
    connection.send(&whole).await;
    assert_eq!(connection.expect().await.status, 200);
    assert!(live.read_until(&trace_id(1)).await, "the stream goes on");
    server.stop().await;
}

#[tokio::test]
async fn a_slow_body_is_told_in_the_inbox_over_grpc_too() {
    let server = TestServer::start_with(|config| config.read_timeout_seconds = 1).await;
    let frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    };
    // A header as a literal: <https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2>
    let header = |name: &str, value: &str| {
        let length = |text: &str| u8::try_from(text.len()).unwrap();
        [&[0, length(name)], name.as_bytes(), &[length(value)], value.as_bytes()].concat()
    };
    let headers = [
        header(":method", "POST"),
        header(":scheme", "http"),
        header(":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
        header(":authority", "localhost"),
        header("content-type", "application/grpc"),
        header("te", "trailers"),
    ];
    let mut slow = open(&server).await;
    slow.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    // SETTINGS, HEADERS that are whole, and DATA that announces 32 bytes of which three come.
    slow.send(
        &[frame(4, 0, 0, b""), frame(1, 4, 1, &headers.concat()), frame(0, 0, 1, b"\0\0\0\0\x20abc")]
            .concat(),
    )
    .await;
    let mut whole = open(&server).await;
    let cut = export(1, "");
    whole.send(&cut[..cut.len() - 1]).await;
    whole.end().await;
    let groups = loop {
        let list = server.json("/traceloupe/v1/rejected").await;
        let groups = list["groups"].as_array().unwrap().clone();
        if groups.len() == 2 {
            break groups;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    for (transport, says) in [("grpc", "read_timeout_seconds"), ("http", "before the body was complete")] {
        let group = groups.iter().find(|group| group["transport"] == transport).unwrap();
        assert!(group["reason"].as_str().unwrap().contains(says), "{group}");
        let path = format!("/traceloupe/v1/rejected/{}", group["group_id"].as_str().unwrap());
        let fix = server.json(&path).await["fix"]["text"].as_str().unwrap().to_owned();
        assert!(fix.contains("Not all of the body arrived"), "{fix}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answers_is_cut_off() {
    let server = TestServer::start_with(|config| config.read_timeout_seconds = 1).await;
    let mut deaf = open(&server).await;
    // Many times what the buffers between the two sides hold.
    let ask = b"GET /api/2.0/mlflow/experiments/search HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1_000);
    // First what is sent is taken, then it waits for this side to read, then the server closes, and sending fails.
    let mut is_open = true;
    for _ in 0..1_000 {
        let sending = tokio::time::timeout(Duration::from_secs(3), deaf.send(&ask));
        is_open = sending.await.unwrap_or(true);
        if !is_open {
            break;
        }
    }
    assert!(!is_open, "the server reads on without end");
    // Another one is served as ever.
    assert_eq!(probe(&mut open(&server).await).await, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_stop_waits_for_what_is_under_way_and_for_nothing_else() {
    let server = TestServer::start().await;
    let whole = export(1, "");
    let mut under_way = open(&server).await;
    under_way.send(&whole[..whole.len() - 1]).await;
    let mut half_a_head = open(&server).await;
    half_a_head.send(&whole[..20]).await;
    let mut idle = open(&server).await;
    assert_eq!(probe(&mut idle).await, 200);
    let stop = tokio::spawn(server.stop());
    idle.ended().await;
    half_a_head.ended().await;
    assert!(!stop.is_finished());
    under_way.send(&whole[whole.len() - 1..]).await;
    assert_eq!(under_way.expect().await.status, 200);
    stop.await.unwrap();
}
