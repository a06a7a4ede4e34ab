//! Hostile messages over gRPC, frame by frame: each ends in a code that no exporter repeats for ever.

use tests::TestServer;
use tests::grpc::{GrpcConnection, frame, gzip};
use tests::otlp::trace_id;

/// Codes of gRPC. <https://grpc.io/docs/guides/status-codes/>
const OK: &str = "0";
const INVALID_ARGUMENT: &str = "3";
const RESOURCE_EXHAUSTED: &str = "8";
const UNIMPLEMENTED: &str = "12";
const INTERNAL: &str = "13";

const MAX_BODY_BYTES: usize = 1_000_000;

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
    let mut connection = GrpcConnection::open(&server.ready().otlp_grpc).await;
    let large = vec![0; MAX_BODY_BYTES + 1];
    let damaged = [spans(2, 1, "neighbour"), vec![0x0a, 0x04, 0x12, 0x02, 0x12, 0x7f]].concat();
    for (name, encoding, body, code, says) in [
        ("a message over the bound", "", frame(false, &large), RESOURCE_EXHAUSTED, "max_body_bytes"),
        ("a gzip bomb", "gzip", frame(true, &gzip(&large)), RESOURCE_EXHAUSTED, "max_body_bytes"),
        ("a message that is cut off", "", frame(false, &spans(1, 1, "x"))[..20].to_vec(), INTERNAL, ""),
        ("a compressed message that does not say how", "", frame(true, &spans(1, 1, "x")), INTERNAL, ""),
        ("what is not gzip as gzip", "gzip", frame(true, &spans(1, 1, "x")), INTERNAL, ""),
        ("an encoding that nobody knows here", "snappy", frame(true, b"x"), UNIMPLEMENTED, "snappy"),
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
        let answer = connection.export(encoding, body).await.unwrap();
        let message = answer.message();
        assert_eq!(answer.status(), code, "{name}: {message}");
        assert!(message.contains(says), "{name}: {message}");
    }
    connection.close().await;
    for (trace_byte, status) in [(1, 404), (2, 404), (3, 200)] {
        let path = format!("/traceloupe/v1/traces/{}", trace_id(trace_byte));
        assert_eq!(server.get(&path).send().await.unwrap().status(), status, "{path}");
    }
    let list = server.json("/traceloupe/v1/rejected").await;
    let of_kind = |kind: &str| {
        let groups = list["groups"].as_array().unwrap();
        groups.iter().filter(|group| group["kind"] == kind && group["transport"] == "grpc").count()
    };
    // The unknown encoding, and what is not gzip.
    assert_eq!(of_kind("compression"), 2, "{list}");
    // Two of the three failed alike.
    assert_eq!(of_kind("too_large"), 2, "{list}");
    server.stop().await;
}

/// Exporters name it by `OTEL_EXPORTER_OTLP_COMPRESSION`, which OTLP leaves to the implementation.
#[tokio::test]
async fn every_encoding_that_grpc_libraries_have_is_read() {
    use std::io::Write as _;
    let server = TestServer::start().await;
    let mut connection = GrpcConnection::open(&server.ready().otlp_grpc).await;
    let deflate = |bytes: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    for (trace_byte, encoding, compress) in [
        (1, "gzip", &gzip as &dyn Fn(&[u8]) -> Vec<u8>),
        (2, "deflate", &deflate),
        (3, "zstd", &zstd),
        (4, "identity", &|bytes: &[u8]| bytes.to_vec()),
    ] {
        let message = spans(trace_byte, 1, "compressed");
        let answer = connection.export(encoding, frame(encoding != "identity", &compress(&message))).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), OK, "{encoding}: {}", answer.message());
        server.json(&format!("/traceloupe/v1/traces/{}", trace_id(trace_byte))).await;
    }
    connection.close().await;
    server.stop().await;
}
