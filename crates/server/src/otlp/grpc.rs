//! OTLP over gRPC, on every listener: the same items, answers and reasons as over HTTP, in gRPC's words.
//!
//! Messages cross as bytes, so that `proto` alone knows what is in them. Each call has one, which is read and unfolded here rather than
//! by a library: as over HTTP there must be room for it first. <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::post;
use bytes::{Buf as _, BytesMut};
use http_body_util::{BodyExt as _, Full};
use ingest::IngestError;
use tonic::{Code, Status};

use super::answer::{RETRY_AFTER_SECONDS, Refusal};
use super::decompress::{self, Unfolded};
use super::{Export, Signal, Transport, header_text, keep, take, unread};
use crate::inbox;
use crate::router::App;

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
    let mut export = Export::new(signal, Transport::Grpc, &parts);
    let unfolded = match message(&app, &export.headers, body).await {
        Ok(unfolded) => unfolded,
        Err(unreadable) => return refuse(&app, export, unreadable).await,
    };
    export.body = Some(unfolded.body.clone());
    match answer(&app, export).await {
        Ok(message) => success(&message),
        Err(status) => status.into_http(),
    }
}

/// A message that could not be read, and the code for it where gRPC has one.
struct Unreadable {
    refusal: Refusal,
    code: Option<Code>,
}

impl From<Refusal> for Unreadable {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, code: None }
    }
}

impl Unreadable {
    /// What is sent is not gRPC's framing.
    fn internal(reason: &str) -> Self {
        Self { refusal: Refusal::Undecodable(reason.to_owned()), code: Some(Code::Internal) }
    }
}

async fn refuse(app: &App, export: Export, unreadable: Unreadable) -> Response {
    let Unreadable { refusal, code } = unreadable;
    let answer = match code {
        Some(code) => Status::new(code, refusal.to_string()),
        None => status(&refusal),
    };
    // What could not be kept is in the log.
    let _ = inbox::keep(app, export, &refusal).await;
    let mut response: Response = answer.into_http();
    if code == Some(Code::Unimplemented) {
        response.headers_mut().insert("grpc-accept-encoding", HeaderValue::from_static(ENCODINGS));
    }
    response
}

/// The encodings that are taken.
const ENCODINGS: &str = "identity,gzip,deflate,zstd";

/// Bytes before a message: whether it is compressed, and its length.
const PREFIX_BYTES: usize = 5;

/// Reads the one message of a call and undoes its compression.
async fn message(app: &App, headers: &HeaderMap, body: Body) -> Result<Unfolded, Unreadable> {
    let max_bytes = app.max_body_bytes;
    let mut message = framed(body, max_bytes).await?;
    let is_compressed = match message[0] {
        0 => false,
        1 => true,
        _ => return Err(Unreadable::internal("the gRPC message begins with an unknown flag")),
    };
    message.advance(PREFIX_BYTES);
    let encoding = match header_text(headers, "grpc-encoding") {
        _ if !is_compressed => "",
        None | Some("identity") => {
            return Err(Unreadable::internal(
                "the gRPC message is compressed, and grpc-encoding does not say how",
            ));
        }
        Some(encoding @ ("gzip" | "deflate" | "zstd")) => encoding,
        Some(unknown) => {
            let refusal = Refusal::UnknownCompression(unknown.chars().take(100).collect());
            return Err(Unreadable { refusal, code: Some(Code::Unimplemented) });
        }
    };
    decompress::unfold(&app.unfolded, message, encoding, max_bytes).await.map_err(|refusal| {
        let code = matches!(refusal, Refusal::BadCompression(_)).then_some(Code::Internal);
        Unreadable { refusal, code }
    })
}

/// Reads one message with its prefix. One that says that it is too large is refused before it is read.
async fn framed(mut body: Body, max_bytes: usize) -> Result<Bytes, Unreadable> {
    let mut read = BytesMut::new();
    let mut expected = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| unread(&error, max_bytes))?.into_data() else { continue };
        read.extend_from_slice(&data);
        if expected.is_none()
            && let Some(&[_, a, b, c, d]) = read.first_chunk::<PREFIX_BYTES>()
        {
            let n_bytes = u32::from_be_bytes([a, b, c, d]) as usize;
            if n_bytes > max_bytes {
                return Err(Refusal::TooLarge(max_bytes).into());
            }
            expected = Some(PREFIX_BYTES + n_bytes);
        }
        if expected.is_some_and(|expected| read.len() > expected) {
            return Err(Unreadable::internal("the call has more than one message"));
        }
    }
    if expected == Some(read.len()) {
        return Ok(read.freeze());
    }
    Err(Unreadable::internal("the gRPC message is cut off"))
}

fn success(message: &[u8]) -> Response {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    let framed = Bytes::from([&[0], &length[..], message].concat());
    let trailers = HeaderMap::from_iter([(
        header::HeaderName::from_static("grpc-status"),
        HeaderValue::from_static("0"),
    )]);
    let mut response =
        Response::new(Body::new(Full::new(framed).with_trailers(std::future::ready(Some(Ok(trailers))))));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    response
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
