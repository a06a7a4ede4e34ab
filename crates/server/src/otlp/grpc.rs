//! OTLP over gRPC, on every listener: the same spans, answers and reasons as over HTTP, in gRPC's words.
//!
//! Messages cross as bytes, so that `proto` alone knows what is in them.

use std::future::Future;
use std::pin::Pin;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use ingest::IngestError;
use store::StoreError;
use tonic::codec::{BufferSettings, Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, UnaryService};
use tonic::{Code, Status};

use super::answer::{RETRY_AFTER_SECONDS, Refusal};
use super::{experiment, header_text, store};
use crate::router::App;

/// `TraceService.Export`, as its protobuf definition names it.
const EXPORT_TRACES: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

pub(crate) fn router() -> Router<App> {
    Router::new().route(EXPORT_TRACES, post(export_traces))
}

async fn export_traces(State(app): State<App>, request: Request) -> Response {
    let max_bytes = app.max_body_bytes;
    Grpc::new(BytesCodec)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .max_decoding_message_size(max_bytes)
        .unary(ExportTraces { app }, request)
        .await
        .map(Body::new)
}

struct ExportTraces {
    app: App,
}

impl UnaryService<Bytes> for ExportTraces {
    type Response = Vec<u8>;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<Vec<u8>>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        let app = self.app.clone();
        Box::pin(async move { export(&app, request).await.map(tonic::Response::new) })
    }
}

async fn export(app: &App, request: tonic::Request<Bytes>) -> Result<Vec<u8>, Status> {
    let (metadata, _, body) = request.into_parts();
    let headers = metadata.into_headers();
    let outcome = async {
        let experiment = experiment(&headers)?;
        let n_bytes = body.len();
        let decode = move || proto::otlp::decode_protobuf(&body);
        let decoded = tokio::task::spawn_blocking(decode)
            .await
            .map_err(|_| Refusal::Failed("decoding panicked".to_owned()))?
            .map_err(|error| Refusal::Undecodable(error.to_string()))?;
        store(app, &headers, experiment, n_bytes, decoded).await
    };
    match outcome.await {
        Ok(done) => {
            app.count_rejected(done.n_rejected);
            Ok(proto::otlp::partial_success_protobuf(done.n_rejected, &done.reasons.join("; ")))
        }
        Err(refusal) => {
            let client = header_text(&headers, "user-agent").unwrap_or_default();
            tracing::warn!(%refusal, client, "an export over gRPC was refused");
            app.count_rejected(1);
            Err(status(&refusal))
        }
    }
}

/// The status of a refusal, as OTLP says: what may be tried again is `UNAVAILABLE` and says when.
fn status(refusal: &Refusal) -> Status {
    let code = match refusal {
        Refusal::Ingest(IngestError::Store(StoreError::Busy | StoreError::Full | StoreError::Closed)) => {
            let details = proto::otlp::encode_retry_details(
                Code::Unavailable as i32,
                &refusal.to_string(),
                RETRY_AFTER_SECONDS,
            );
            return Status::with_details(Code::Unavailable, refusal.to_string(), details.into());
        }
        Refusal::Ingest(IngestError::Store(_)) | Refusal::Failed(_) => Code::Internal,
        Refusal::Ingest(IngestError::NoSuchExperiment(_)) => Code::NotFound,
        Refusal::TooLarge(_) => Code::ResourceExhausted,
        _ => Code::InvalidArgument,
    };
    Status::new(code, refusal.to_string())
}

/// Hands messages over as they are.
struct BytesCodec;

impl Codec for BytesCodec {
    type Encode = Vec<u8>;
    type Decode = Bytes;
    type Encoder = BytesEncoder;
    type Decoder = BytesDecoder;

    fn encoder(&mut self) -> Self::Encoder {
        BytesEncoder
    }

    fn decoder(&mut self) -> Self::Decoder {
        BytesDecoder
    }
}

struct BytesEncoder;

impl Encoder for BytesEncoder {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(target, &item);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

struct BytesDecoder;

impl Decoder for BytesDecoder {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let n_bytes = bytes::Buf::remaining(source);
        Ok(Some(bytes::Buf::copy_to_bytes(source, n_bytes)))
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}
