//! The OTLP edge: `POST /v1/traces`, protobuf and JSON, and gRPC; answered after the commit (contract c and section 0).

mod answer;
mod decompress;
pub(crate) mod grpc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use ingest::{IngestError, SpanBatch, Stored};
use model::ExperimentId;
use proto::otlp::{Decoded, RejectReason};

use crate::router::App;
use answer::{Answerer, Encoding, Refusal};

/// Header that names the experiment of a request's spans.
const EXPERIMENT_HEADER: &str = "x-mlflow-experiment-id";

/// Bodies larger than this are decoded on a thread of their own, so that no other request waits for it. Smaller ones take
/// less than the half millisecond that async code may block for.
const MAX_INLINE_BODY_BYTES: usize = 64 * 1024;

/// `POST /v1/traces`.
#[utoipa::path(
    post,
    path = "/v1/traces",
    tag = "otlp",
    params(("x-mlflow-experiment-id" = Option<String>, Header, description = "Experiment of the spans; without it they join that of their trace, else the default one")),
    request_body(description = "ExportTraceServiceRequest, protobuf or JSON; gzip, deflate, zstd or identity", content_type = "application/x-protobuf"),
    responses(
        (status = 200, description = "Committed. Spans that could not be stored are counted in `partial_success`, with reasons"),
        (status = 400, description = "Not a request for traces, or no span of it is good"),
        (status = 404, description = "The experiment of the header does not exist"),
        (status = 422, description = "With the experiment header: no span is good"),
        (status = 503, description = "The store is busy or full: try again")
    )
)]
pub(crate) async fn export_traces(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answerer = Answerer::new(&parts.headers, has_experiment_header(&parts.headers));
    let outcome = async {
        let encoding = answerer.encoding()?;
        let body = axum::body::to_bytes(body, app.max_body_bytes)
            .await
            .map_err(|_| Refusal::TooLarge(app.max_body_bytes))?;
        export(&app, &parts.headers, encoding, body.into()).await
    };
    match outcome.await {
        Ok(done) => {
            app.count_rejected(done.n_rejected);
            answerer.success(&done)
        }
        Err(refusal) => {
            tracing::warn!(%refusal, client = answerer.client(), "an export was refused");
            app.count_rejected(1);
            answerer.refusal(&refusal)
        }
    }
}

/// What became of a request that is not refused.
#[derive(Debug, Default)]
pub(crate) struct Done {
    n_rejected: usize,
    reasons: Vec<String>,
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn has_experiment_header(headers: &HeaderMap) -> bool {
    // An empty header has no opinion.
    headers.get(EXPERIMENT_HEADER).is_some_and(|id| !id.as_bytes().trim_ascii().is_empty())
}

fn experiment(headers: &HeaderMap) -> Result<Option<ExperimentId>, Refusal> {
    if !has_experiment_header(headers) {
        return Ok(None);
    }
    // A header that is no text is no number either.
    let id =
        headers.get(EXPERIMENT_HEADER).map(|id| String::from_utf8_lossy(id.as_bytes()).trim().to_owned());
    id.map(|id| id.parse().map_err(|error| Refusal::BadExperiment(format!("{error}")))).transpose()
}

/// Whether the headers are those of the MLflow SDK.
fn is_mlflow_client(headers: &HeaderMap) -> bool {
    headers.contains_key("x-mlflow-client-version")
        || header_text(headers, header::USER_AGENT.as_str()).is_some_and(|agent| agent.starts_with("mlflow-"))
}

async fn export(app: &App, headers: &HeaderMap, encoding: Encoding, body: Vec<u8>) -> Result<Done, Refusal> {
    let experiment = experiment(headers)?;
    let content_encoding =
        header_text(headers, header::CONTENT_ENCODING.as_str()).unwrap_or_default().to_owned();
    let max_bytes = app.max_body_bytes;
    let decode = move || {
        let body = decompress::decompress(body, &content_encoding, max_bytes)?;
        let decoded = match encoding {
            _ if body.is_empty() => Decoded::default(),
            Encoding::Protobuf => proto::otlp::decode_protobuf(&body)
                .map_err(|error| Refusal::Undecodable(error.to_string()))?,
            Encoding::Json => {
                proto::otlp::decode_json(&body).map_err(|error| Refusal::Undecodable(error.to_string()))?
            }
        };
        Ok::<_, Refusal>((body.len(), decoded))
    };
    // Compressed bodies unfold: their size says little.
    let (n_bytes, decoded) = if headers.contains_key(header::CONTENT_ENCODING)
        || content_length(headers) > MAX_INLINE_BODY_BYTES
    {
        tokio::task::spawn_blocking(decode)
            .await
            .map_err(|_| Refusal::Failed("decoding panicked".to_owned()))??
    } else {
        decode()?
    };
    if !decoded.has_resource_spans {
        return Err(Refusal::NoSpans);
    }
    store(app, headers, experiment, n_bytes, decoded).await
}

fn content_length(headers: &HeaderMap) -> usize {
    // A chunked body has no length; it may be large.
    header_text(headers, header::CONTENT_LENGTH.as_str())
        .and_then(|length| length.parse().ok())
        .unwrap_or(usize::MAX)
}

async fn store(
    app: &App,
    headers: &HeaderMap,
    experiment: Option<ExperimentId>,
    n_bytes: usize,
    decoded: Decoded,
) -> Result<Done, Refusal> {
    let Decoded { groups, rejections, .. } = decoded;
    if groups.is_empty() {
        return match rejections.first() {
            None => Ok(Done::default()),
            Some(rejection) if rejection.reason == RejectReason::NotHex => {
                Err(Refusal::Undecodable(rejection.reason.to_string()))
            }
            Some(rejection) => Err(Refusal::NoGoodSpan(rejection.reason)),
        };
    }
    let batch = SpanBatch { groups, experiment, is_mlflow_client: is_mlflow_client(headers), n_bytes };
    let Stored { n_stored, rejected } = app.ingest.write_spans(batch).await?;
    if n_stored == 0
        && let Some(first) = rejected.first()
    {
        return Err(IngestError::OtherExperiment(first.trace_id).into());
    }
    let mut done = Done { n_rejected: rejections.len(), reasons: Vec::new() };
    for rejection in &rejections {
        done.add_reason(format!("span '{}': {}", rejection.span_name, rejection.reason));
    }
    for spans in &rejected {
        done.n_rejected += spans.n_spans;
        done.add_reason(IngestError::OtherExperiment(spans.trace_id).to_string());
    }
    Ok(done)
}

impl Done {
    /// Most reasons that one answer tells.
    const MAX_REASONS: usize = 10;

    fn add_reason(&mut self, reason: String) {
        if self.reasons.len() < Self::MAX_REASONS && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}
