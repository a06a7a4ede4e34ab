//! Hostile headers, encodings and requests that are hardly HTTP.

use std::io::Write as _;

use super::wire::{field, post, post_protobuf, span, spans};
use super::{Case, Ids, Keeps, MAX_BODY_BYTES};

const HTTP: &str = "RFC 9110";
const HTTP_1: &str = "RFC 9112";
const OURS: &str = "ours";
const MLFLOW: &str = "MLflow";

const PROTOBUF: &str = "content-type: application/x-protobuf";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 3).expect("in memory")
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases(ids: Ids) -> Vec<Case> {
    let both =
        spans(&[span(ids.neighbour, &[field(5, b"neighbour")]), span(ids.hostile, &[field(5, b"hostile")])]);
    let encoded =
        |encoding: &str, body: &[u8]| post(&format!("{PROTOBUF}\r\ncontent-encoding: {encoding}"), body);
    let mut cases = Vec::new();
    let mut add = |name, bytes: Vec<u8>, status, says, keeps, by| {
        cases.push(Case { name, bytes, status, says, keeps, by });
    };

    // A thousandth of what it unfolds to.
    let bomb = [both.clone(), vec![0; 2 * MAX_BODY_BYTES]].concat();
    for (name, encoding, body) in [
        ("a gzip bomb", "gzip", gzip(&bomb)),
        ("a deflate bomb", "deflate", deflate(&bomb)),
        ("a zstd bomb", "zstd", zstd(&bomb)),
    ] {
        add(name, encoded(encoding, &body), 413, "max_body_bytes", Keeps::Nothing, OURS);
    }
    for (name, encoding, body, says) in [
        ("gzip cut off", "gzip", gzip(&both), "gzip"),
        ("deflate cut off", "deflate", deflate(&both), "deflate"),
        ("zstd cut off", "zstd", zstd(&both), "zstd"),
    ] {
        add(name, encoded(encoding, &body[..body.len() - 6]), 400, says, Keeps::Nothing, MLFLOW);
    }
    add(
        "gzip with a wrong checksum",
        encoded("gzip", &{
            let mut damaged = gzip(&both);
            let at = damaged.len() - 8;
            damaged[at] ^= 0xff;
            damaged
        }),
        400,
        "gzip",
        Keeps::Nothing,
        MLFLOW,
    );
    add("what is not gzip as gzip", encoded("gzip", &both), 400, "gzip", Keeps::Nothing, MLFLOW);
    add("an unknown content encoding", encoded("br", &both), 400, "Content-Encoding", Keeps::Nothing, MLFLOW);
    add(
        "two content encodings",
        encoded("gzip, gzip", &gzip(&gzip(&both))),
        400,
        "Content-Encoding",
        Keeps::Nothing,
        MLFLOW,
    );
    add(
        "gzip in two parts",
        encoded("gzip", &[gzip(&both[..20]), gzip(&both[20..])].concat()),
        200,
        "",
        Keeps::All,
        "RFC 1952",
    );
    add(
        "a body over the bound",
        post_protobuf(&vec![0; MAX_BODY_BYTES + 1]),
        413,
        "max_body_bytes",
        Keeps::Nothing,
        OURS,
    );

    add("no content type", post("x: y", &both), 400, "Content-Type", Keeps::Nothing, MLFLOW);
    add(
        "text/plain as content type",
        post("content-type: text/plain", &both),
        400,
        "Content-Type",
        Keeps::Nothing,
        MLFLOW,
    );
    add(
        "protobuf called JSON",
        post("content-type: application/json", &both),
        400,
        "JSON",
        Keeps::Nothing,
        MLFLOW,
    );
    add(
        "an experiment id that is no number",
        post(&format!("{PROTOBUF}\r\nx-mlflow-experiment-id: abc"), &both),
        400,
        "INVALID_PARAMETER_VALUE",
        Keeps::Nothing,
        MLFLOW,
    );
    add(
        "an experiment id of 30 digits",
        post(&format!("{PROTOBUF}\r\nx-mlflow-experiment-id: {}", "9".repeat(30)), &both),
        400,
        "INVALID_PARAMETER_VALUE",
        Keeps::Nothing,
        MLFLOW,
    );
    add(
        "an experiment that does not exist",
        post(&format!("{PROTOBUF}\r\nx-mlflow-experiment-id: 987654"), &both),
        404,
        "RESOURCE_DOES_NOT_EXIST",
        Keeps::Nothing,
        MLFLOW,
    );

    let length = both.len();
    let raw = |head: &str| [head.replace('\n', "\r\n").as_bytes(), b"\r\n\r\n", &both].concat();
    let line = format!("host: localhost\n{PROTOBUF}\ncontent-length: {length}");
    add(
        "GET of the path that takes traces",
        raw(&format!("GET /v1/traces HTTP/1.1\n{line}")),
        404,
        "",
        Keeps::Nothing,
        MLFLOW,
    );
    add(
        "PUT to the path that takes traces",
        raw(&format!("PUT /v1/traces HTTP/1.1\n{line}")),
        404,
        "",
        Keeps::Nothing,
        MLFLOW,
    );
    add(
        "a target in absolute form",
        raw(&format!("POST http://localhost/v1/traces HTTP/1.1\n{line}")),
        200,
        "",
        Keeps::All,
        HTTP_1,
    );
    add("HTTP/1.0", raw(&format!("POST /v1/traces HTTP/1.0\n{line}")), 200, "", Keeps::All, HTTP_1);
    add("HTTP/3.7", raw(&format!("POST /v1/traces HTTP/3.7\n{line}")), 400, "", Keeps::Nothing, HTTP_1);
    add(
        "HTTP/1.1 without a host",
        raw(&format!("POST /v1/traces HTTP/1.1\n{PROTOBUF}\ncontent-length: {length}")),
        400,
        "Host",
        Keeps::Nothing,
        HTTP_1,
    );
    add(
        "two hosts",
        raw(&format!("POST /v1/traces HTTP/1.1\nhost: evil.example\n{line}")),
        400,
        "Host",
        Keeps::Nothing,
        HTTP_1,
    );
    add(
        "a foreign host",
        raw(&format!("POST /v1/traces HTTP/1.1\nhost: evil.example\n{PROTOBUF}\ncontent-length: {length}")),
        403,
        "Host",
        Keeps::Nothing,
        OURS,
    );
    add(
        "a foreign page as origin",
        raw(&format!("POST /v1/traces HTTP/1.1\norigin: https://evil.example\n{line}")),
        403,
        "",
        Keeps::Nothing,
        OURS,
    );
    add(
        "a length that is no number",
        raw(&format!("POST /v1/traces HTTP/1.1\nhost: localhost\n{PROTOBUF}\ncontent-length: -5")),
        400,
        "",
        Keeps::Nothing,
        HTTP,
    );
    add(
        "two lengths that differ",
        raw(&format!("POST /v1/traces HTTP/1.1\n{line}\ncontent-length: 5")),
        400,
        "",
        Keeps::Nothing,
        HTTP_1,
    );
    add(
        "an unknown transfer encoding",
        raw(&format!("POST /v1/traces HTTP/1.1\nhost: localhost\n{PROTOBUF}\ntransfer-encoding: gzip")),
        400,
        "",
        Keeps::Nothing,
        HTTP_1,
    );
    let chunked = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\n{PROTOBUF}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    add(
        "a chunk whose length is no number",
        format!("{chunked}zz\r\n").into_bytes(),
        400,
        "",
        Keeps::Nothing,
        HTTP_1,
    );
    add(
        "a chunk of 2^64 − 1 bytes",
        format!("{chunked}ffffffffffffffff\r\ncut off here").into_bytes(),
        400,
        "",
        Keeps::Nothing,
        HTTP_1,
    );
    add("a body that ends early", format!("POST /v1/traces HTTP/1.1\r\nhost: localhost\r\n{PROTOBUF}\r\ncontent-length: 99\r\n\r\ncut off here").into_bytes(), 400, "before the body was complete", Keeps::Nothing, HTTP_1);
    add(
        "a header of 1 MB",
        raw(&format!("POST /v1/traces HTTP/1.1\nx: {}\n{line}", "x".repeat(1 << 20))),
        431,
        "",
        Keeps::Nothing,
        "RFC 6585",
    );
    add(
        "1,000 headers",
        raw(&format!("POST /v1/traces HTTP/1.1\n{}{line}", "x: y\n".repeat(1_000))),
        431,
        "",
        Keeps::Nothing,
        "RFC 6585",
    );
    add(
        "a header without a name",
        raw(&format!("POST /v1/traces HTTP/1.1\n: y\n{line}")),
        400,
        "",
        Keeps::Nothing,
        HTTP,
    );
    add(
        "a control character in the target",
        raw(&format!("POST /v1/tra\u{1}ces HTTP/1.1\n{line}")),
        400,
        "",
        Keeps::Nothing,
        HTTP_1,
    );
    add("a request line of noise", b"\x00\x01\x02 hello\r\n\r\n".to_vec(), 400, "", Keeps::Nothing, HTTP_1);
    add(
        "TLS where there is none",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 client hello\r\n\r\n".to_vec(),
        400,
        "",
        Keeps::Nothing,
        HTTP_1,
    );
    add(
        "HTTP/2 that goes wrong",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
        0,
        "",
        Keeps::Nothing,
        "RFC 9113",
    );
    cases
}
