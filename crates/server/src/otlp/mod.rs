//! The OTLP edge: traces, logs and metrics over HTTP (protobuf and JSON) and gRPC; answered once what came is safe: spans
//! that name no experiment when the journal has them, all else after the commit (contract c and section 0).

mod answer;
mod decompress;
mod dialect;
mod export;
pub(crate) mod grpc;
mod record;
mod room;
mod stray;
mod take;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::LengthLimitError;
use ingest::IngestError;

use crate::inbox;
use crate::router::App;
use crate::serve::TooSlow;
use answer::Answerer;
pub(crate) use answer::Refusal;
use decompress::Unfolded;
pub(crate) use dialect::in_dialect;
pub(crate) use export::{Encoding, Export, Signal, Transport, client_address, transport};
pub(crate) use record::replay;
pub(crate) use room::Room;
pub(crate) use stray::stray;
pub(crate) use take::{Done, store_spans};

/// `POST /v1/traces`.
#[utoipa::path(
    post,
    path = "/v1/traces",
    tag = "otlp",
    params(("x-mlflow-experiment-id" = Option<String>, Header, description = "Experiment of the spans; without it they join that of their trace, else the default one")),
    request_body(description = "ExportTraceServiceRequest, protobuf or JSON; gzip, deflate, zstd or identity", content_type = "application/x-protobuf"),
    responses(
        (status = 200, description = "Stored: in the journal or committed. Spans that could not be are counted in `partial_success`, with reasons"),
        (status = 400, description = "Not a request for traces, or no span of it is good"),
        (status = 404, description = "The experiment of the header does not exist; the spans wait in the inbox of rejected requests"),
        (status = 422, description = "With the experiment header: no span is good"),
        (status = 503, description = "The store is busy or full: try again")
    )
)]
pub(crate) async fn export_traces(State(app): State<App>, request: Request) -> Response {
    export(&app, Signal::Traces, request).await
}

/// `POST /v1/logs`.
#[utoipa::path(
    post,
    path = "/v1/logs",
    tag = "otlp",
    request_body(description = "ExportLogsServiceRequest, protobuf or JSON; gzip, deflate, zstd or identity", content_type = "application/x-protobuf"),
    responses(
        (status = 200, description = "Committed. Log records without a trace id are not stored, and counted in `partial_success`"),
        (status = 400, description = "Not a request for logs"),
        (status = 503, description = "The store is busy or full: try again")
    )
)]
pub(crate) async fn export_logs(State(app): State<App>, request: Request) -> Response {
    export(&app, Signal::Logs, request).await
}

/// `POST /v1/metrics`.
#[utoipa::path(
    post,
    path = "/v1/metrics",
    tag = "otlp",
    request_body(description = "ExportMetricsServiceRequest, protobuf or JSON; gzip, deflate, zstd or identity", content_type = "application/x-protobuf"),
    responses(
        (status = 200, description = "Counted, not stored, which `partial_success` says"),
        (status = 400, description = "Not a request for metrics")
    )
)]
pub(crate) async fn export_metrics(State(app): State<App>, request: Request) -> Response {
    export(&app, Signal::Metrics, request).await
}

async fn export(app: &App, signal: Signal, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut export = Export::new(signal, Transport::Http, &parts);
    let answerer = Answerer::new(&export);
    let outcome = async {
        let unfolded = read(app, &export.headers, body).await?;
        export.body = Some(unfolded.body);
        if export.encoding.is_none() {
            return Err(Refusal::ContentType(
                header_text(&export.headers, header::CONTENT_TYPE.as_str()).map(str::to_owned),
            ));
        }
        take::take(app, &export).await
    };
    match outcome.await {
        Ok(done) => {
            inbox::note_partial(app, export, &done).await;
            answerer.success(&done)
        }
        Err(refusal) => {
            if let Refusal::UntoldCompression(name) = refusal {
                unfold(app, &mut export, name).await;
            }
            answerer.refusal(&keep(app, export, refusal).await)
        }
    }
}

/// Keeps a refused export in the inbox and returns what its sender is told. Spans of which the answer says or implies that they wait
/// there must do so: while the store cannot take them, the sender is told to come back instead.
async fn keep(app: &App, export: Export, refusal: Refusal) -> Refusal {
    let must_wait =
        matches!(refusal, Refusal::Ingest(IngestError::NoSuchExperiment(_)) | Refusal::WrongPath { .. });
    match inbox::keep(app, export, &refusal).await {
        Err(IngestError::Store(error)) if must_wait && error.is_temporary() => Refusal::Ingest(error.into()),
        _ => refusal,
    }
}

/// Undoes a compression that no header told, so that what is in it can be accepted later.
async fn unfold(app: &App, export: &mut Export, encoding: &'static str) {
    let Some(body) = export.body.clone() else { return };
    if let Ok(unfolded) = decompress::unfold(&app.unfolded, body, encoding, app.max_body_bytes).await {
        export.body = Some(unfolded.body);
    }
}

/// Answers those who look at a path to which exports are posted, such as a browser.
pub(crate) async fn not_posted() -> Response {
    let page = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Nothing to look at</h1>\n\
                <p>This is where OTLP exporters post, and it works. What they have sent is on the <a href=\"/\">first page</a>.</p>\n";
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// Reads a body and undoes its content encoding.
async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Unfolded, Refusal> {
    let max_bytes = app.max_body_bytes;
    // Before reading: who sends `Expect: 100-continue` is spared the upload.
    let length = header_text(headers, header::CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok());
    if length.is_some_and(|length: u64| length > max_bytes as u64) {
        return Err(Refusal::TooLarge(max_bytes));
    }
    let body = axum::body::to_bytes(body, max_bytes).await.map_err(|error| unread(&error, max_bytes))?;
    let encoding = header_text(headers, header::CONTENT_ENCODING.as_str()).unwrap_or_default();
    decompress::unfold(&app.unfolded, body, encoding, max_bytes).await
}

/// Says why a body could not be read.
fn unread(error: &axum::Error, max_bytes: usize) -> Refusal {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return Refusal::TooLarge(max_bytes);
        }
        if error.is::<TooSlow>() {
            return Refusal::TooSlow;
        }
        cause = error.source();
    }
    Refusal::CutOff
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}
