//! OTLP over gRPC, on every listener: the same items, answers and reasons as over HTTP, in gRPC's words.
//!
//! Messages cross as bytes, so that `proto` alone knows what is in them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use ingest::IngestError;
use tonic::codec::{BufferSettings, Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, UnaryService};
use tonic::{Code, Status};

use super::answer::{RETRY_AFTER_SECONDS, Refusal};
use super::{Export, Signal, Transport, header_text, keep, take};
use crate::inbox;
use crate::router::App;
use crate::serve::TooSlow;

/// `TraceService.Export`, as its protobuf definition names it.
const EXPORT_TRACES: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
/// `LogsService.Export`.
const EXPORT_LOGS: &str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
/// `MetricsService.Export`.
const EXPORT_METRICS: &str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route(EXPORT_TRACES, post(|State(app), request| export(app, Signal::Traces, request)))
        .route(EXPORT_LOGS, post(|State(app), request| export(app, Signal::Logs, request)))
        .route(EXPORT_METRICS, post(|State(app), request| export(app, Signal::Metrics, request)))
}

async fn export(app: App, signal: Signal, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let export = Export::new(signal, Transport::Grpc, &parts);
    let is_answered = Arc::new(AtomicBool::new(false));
    let service = Service { app: app.clone(), export: export.clone(), is_answered: Arc::clone(&is_answered) };
    let response = Grpc::new(BytesCodec)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Deflate)
        .accept_compressed(CompressionEncoding::Zstd)
        .max_decoding_message_size(app.max_body_bytes)
        .unary(service, Request::from_parts(parts, body))
        .await;
    if !is_answered.load(Ordering::Relaxed) {
        // tonic refused what it could not read.
        let refusal = match Status::from_header_map(response.headers()) {
            Some(status) if matches!(status.code(), Code::OutOfRange | Code::ResourceExhausted) => {
                Refusal::TooLarge(app.max_body_bytes)
            }
            Some(status) if status.code() == Code::Unimplemented => Refusal::UnknownCompression(
                header_text(&export.headers, "grpc-encoding").unwrap_or_default().chars().take(100).collect(),
            ),
            // The body's own error, as tonic passes it on.
            Some(status) if status.message().contains(&TooSlow.to_string()) => Refusal::TooSlow,
            Some(status) => Refusal::Undecodable(status.message().to_owned()),
            None => Refusal::Undecodable("the gRPC message could not be read".to_owned()),
        };
        let has_own_words = matches!(refusal, Refusal::TooLarge(_) | Refusal::TooSlow);
        let own_answer = has_own_words.then(|| status(&refusal).into_http());
        // What could not be kept is in the log.
        let _ = inbox::keep(&app, export, &refusal).await;
        // tonic calls some of these `OUT_OF_RANGE`, which exporters repeat for ever (OTLP, section "Failures").
        if let Some(answer) = own_answer {
            return answer;
        }
    }
    response.map(Body::new)
}

struct Service {
    app: App,
    export: Export,
    /// Set once the message was read, after which the answer is ours.
    is_answered: Arc<AtomicBool>,
}

impl UnaryService<Bytes> for Service {
    type Response = Vec<u8>;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<Vec<u8>>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        self.is_answered.store(true, Ordering::Relaxed);
        let app = self.app.clone();
        let export = Export { body: Some(request.into_inner()), ..self.export.clone() };
        Box::pin(async move { answer(&app, export).await.map(tonic::Response::new) })
    }
}

async fn answer(app: &App, export: Export) -> Result<Vec<u8>, Status> {
    match take::take(app, &export).await {
        Ok(done) => {
            let answer = proto::otlp::partial_success_protobuf(done.n_rejected, &done.message());
            inbox::note_partial(app, export, &done).await;
            Ok(answer)
        }
        Err(refusal) => {
            let refusal = keep(app, export, refusal).await;
            Err(status(&refusal))
        }
    }
}

/// Refuses a service that we do not have, such as OTLP profiles.
pub(super) fn unimplemented(path: &str) -> Response {
    let hint = "Traceloupe takes OTLP traces, logs and metrics";
    Status::unimplemented(format!("no service at '{path}': {hint}")).into_http()
}

/// The status of a refusal, as OTLP says: what may be tried again is `UNAVAILABLE` and says when.
fn status(refusal: &Refusal) -> Status {
    let code = match refusal {
        Refusal::Ingest(IngestError::Store(error)) if error.is_temporary() => {
            let details = proto::otlp::encode_retry_details(
                Code::Unavailable as i32,
                &refusal.to_string(),
                RETRY_AFTER_SECONDS,
            );
            return Status::with_details(Code::Unavailable, refusal.to_string(), details.into());
        }
        Refusal::Ingest(IngestError::Store(_)) | Refusal::Failed(_) => Code::Internal,
        Refusal::Ingest(IngestError::NoSuchExperiment(_)) => Code::NotFound,
        Refusal::TooLarge(_) | Refusal::TooMuch(_) => Code::ResourceExhausted,
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
