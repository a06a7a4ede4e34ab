//! Hostile messages over gRPC, frame by frame: each ends in a code that no exporter repeats for ever.

use std::io::Write as _;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tests::TestServer;
use tests::otlp::trace_id;

/// Codes of gRPC. <https://grpc.io/docs/guides/status-codes/>
const OK: &str = "0";
const INVALID_ARGUMENT: &str = "3";
const RESOURCE_EXHAUSTED: &str = "8";
const INTERNAL: &str = "13";

const MAX_BODY_BYTES: usize = 1_000_000;

/// A message in its frame.
fn frame(is_compressed: bool, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a small message");
    [&[u8::from(is_compressed)], &length.to_be_bytes()[..], message].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn spans(trace_byte: u8, n_spans: usize, name: &str) -> Vec<u8> {
    let span = |number: usize| {
        model::Span::new(testkit::trace_id(trace_byte), testkit::span_id(number as u64 + 1), name)
    };
    let group = model::SpanGroup { spans: (0..n_spans).map(span).collect(), ..model::SpanGroup::default() };
    proto::otlp::encode_protobuf(vec![group])
}

#[tokio::test]
async fn hostile_messages_get_their_code_and_cost_no_neighbour() {
    let server = TestServer::start_with(|config| {
        config.max_body_bytes = MAX_BODY_BYTES;
        config.max_request_spans = 100;
    })
    .await;
    // One connection for all: none of them may break it for those that follow.
    let stream = tokio::net::TcpStream::connect(&server.ready().otlp_grpc).await.unwrap();
    let (mut client, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let url = server.url("/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    let mut export = async |encoding: &str, body: Vec<u8>| {
        let mut request =
            hyper::Request::post(&url).header("content-type", "application/grpc").header("te", "trailers");
        if !encoding.is_empty() {
            request = request.header("grpc-encoding", encoding);
        }
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let answer = client.send_request(request).await.unwrap();
        assert_eq!(answer.status(), 200, "gRPC tells in its own status");
        // A failure is told in the headers, for nothing else follows; success after the message.
        let mut told = answer.headers().clone();
        if !told.contains_key("grpc-status") {
            told = answer.into_body().collect().await.unwrap().trailers().unwrap().clone();
        }
        let header =
            |name: &str| told.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        (header("grpc-status"), header("grpc-message"))
    };
    let large = vec![0; MAX_BODY_BYTES + 1];
    let damaged = [spans(2, 1, "neighbour"), vec![0x0a, 0x04, 0x12, 0x02, 0x12, 0x7f]].concat();
    for (name, encoding, body, code, says) in [
        ("a message over the bound", "", frame(false, &large), RESOURCE_EXHAUSTED, "max_body_bytes"),
        ("a gzip bomb", "gzip", frame(true, &gzip(&large)), RESOURCE_EXHAUSTED, "max_body_bytes"),
        ("a message that is cut off", "", frame(false, &spans(1, 1, "x"))[..20].to_vec(), INTERNAL, ""),
        ("a compressed message that does not say how", "", frame(true, &spans(1, 1, "x")), INTERNAL, ""),
        ("what is not gzip as gzip", "gzip", frame(true, &spans(1, 1, "x")), INTERNAL, ""),
        ("noise", "", frame(false, b"\x0a\xff\xff"), INVALID_ARGUMENT, "protobuf"),
        ("damage around the spans", "", frame(false, &damaged), INVALID_ARGUMENT, "protobuf"),
        (
            "more spans than allowed",
            "",
            frame(false, &spans(1, 101, "x")),
            RESOURCE_EXHAUSTED,
            "max_request_spans",
        ),
        ("as many spans as allowed", "", frame(false, &spans(3, 100, "x")), OK, ""),
        ("an empty message", "", frame(false, b""), OK, ""),
    ] {
        let (found, message) = export(encoding, body).await;
        assert_eq!(found, code, "{name}: {message}");
        assert!(message.contains(says), "{name}: {message}");
    }
    drop(client);
    connection.await.unwrap().unwrap();
    for (trace_byte, status) in [(1, 404), (2, 404), (3, 200)] {
        let path = format!("/traceloupe/v1/traces/{}", trace_id(trace_byte));
        assert_eq!(server.get(&path).send().await.unwrap().status(), status, "{path}");
    }
    server.stop().await;
}
