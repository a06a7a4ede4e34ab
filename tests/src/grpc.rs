//! Exports over gRPC, as bytes: what is sent may be anything.

use std::io::Write as _;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::HeaderMap;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinHandle;

/// A connection over cleartext HTTP/2.
pub struct GrpcConnection {
    address: String,
    requests: SendRequest<Full<Bytes>>,
    connection: JoinHandle<hyper::Result<()>>,
}

/// What a call came to.
pub struct GrpcAnswer {
    told: HeaderMap,
}

impl GrpcConnection {
    /// Connects to `host:port`.
    pub async fn open(address: &str) -> Self {
        let stream = tokio::net::TcpStream::connect(address).await.expect("a listener");
        let (requests, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
        Self { address: address.to_owned(), requests, connection: tokio::spawn(connection) }
    }

    /// Exports spans: `body` is a framed message, `encoding` how it is compressed, empty if it is not.
    pub async fn export(&mut self, encoding: &str, body: Vec<u8>) -> hyper::Result<GrpcAnswer> {
        self.export_with(&[], encoding, body).await
    }

    /// The same with metadata.
    pub async fn export_with(
        &mut self,
        metadata: &[(&str, &str)],
        encoding: &str,
        body: Vec<u8>,
    ) -> hyper::Result<GrpcAnswer> {
        let url =
            format!("http://{}/opentelemetry.proto.collector.trace.v1.TraceService/Export", self.address);
        let mut request =
            hyper::Request::post(url).header("content-type", "application/grpc").header("te", "trailers");
        if !encoding.is_empty() {
            request = request.header("grpc-encoding", encoding);
        }
        for (name, value) in metadata {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body))).expect("a request");
        let answer = self.requests.send_request(request).await?;
        assert_eq!(answer.status(), 200, "gRPC tells in its own status");
        // A failure is told in the headers, for nothing else follows; success after the message.
        let mut told = answer.headers().clone();
        if !told.contains_key("grpc-status") {
            told = answer.into_body().collect().await?.trailers().cloned().unwrap_or_default();
        }
        Ok(GrpcAnswer { told })
    }

    /// Ends the connection, which must have been sound to the end.
    pub async fn close(self) {
        drop(self.requests);
        self.connection.await.expect("no panic").expect("a sound connection");
    }
}

impl GrpcAnswer {
    /// Returns the status: <https://grpc.io/docs/guides/status-codes/>
    pub fn status(&self) -> &str {
        self.header("grpc-status")
    }

    /// Returns the message.
    pub fn message(&self) -> &str {
        self.header("grpc-message")
    }

    /// Returns the details as they are sent: a `google.rpc.Status` in base64.
    pub fn details(&self) -> &str {
        self.header("grpc-status-details-bin")
    }

    fn header(&self, name: &str) -> &str {
        self.told.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Returns a message in its frame.
pub fn frame(is_compressed: bool, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a small message");
    [&[u8::from(is_compressed)], &length.to_be_bytes()[..], message].concat()
}

/// Compresses.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}
