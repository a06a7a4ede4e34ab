//! One export as it came, over HTTP or gRPC: enough to take it, or to explain why it could not be taken.

use std::net::{IpAddr, SocketAddr};

use axum::body::Bytes;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use model::ExperimentId;
use proto::otlp::Items;

use super::answer::Refusal;
use super::header_text;

/// Header that names the experiment of a request's spans.
const EXPERIMENT_HEADER: &str = "x-mlflow-experiment-id";

/// Header that names the run that the traces of a request are linked to, if their root is in it. The run need not exist.
const RUN_HEADER: &str = "x-mlflow-run-id";

/// Longest id of a run: those that MLflow makes have 32 bytes.
const MAX_RUN_ID_BYTES: usize = 250;

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Logs,
    Metrics,
}

impl Signal {
    /// Returns the path that OTLP/HTTP gives it.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Traces => "/v1/traces",
            Self::Logs => "/v1/logs",
            Self::Metrics => "/v1/metrics",
        }
    }

    pub(super) fn items(self) -> Items {
        match self {
            Self::Traces => Items::Spans,
            Self::Logs => Items::LogRecords,
            Self::Metrics => Items::DataPoints,
        }
    }
}

/// How the items of a request are written, and its answer too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Protobuf,
    Json,
}

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Http,
    Grpc,
}

/// A request that exports something.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    pub(crate) signal: Signal,
    pub(crate) transport: Transport,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) client: Option<IpAddr>,
    /// As far as it is told.
    pub(crate) encoding: Option<Encoding>,
    /// Decompressed, once it could be.
    pub(crate) body: Option<Bytes>,
}

impl Export {
    pub(crate) fn new(signal: Signal, transport: Transport, parts: &Parts) -> Self {
        let encoding = match transport {
            Transport::Http => encoding(&parts.headers),
            Transport::Grpc => Some(Encoding::Protobuf),
        };
        Self {
            signal,
            transport,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            headers: parts.headers.clone(),
            client: client_address(parts),
            encoding,
            body: None,
        }
    }

    /// Whether the client expects MLflow's answers: it names an experiment, as only MLflow's protocol does.
    pub(super) fn speaks_mlflow(&self) -> bool {
        self.signal == Signal::Traces && has_experiment_header(&self.headers)
    }

    /// Returns the experiment that the header names.
    pub(super) fn experiment(&self) -> Result<Option<ExperimentId>, Refusal> {
        if !has_experiment_header(&self.headers) {
            return Ok(None);
        }
        // A header that is no text is no number either.
        let id = self
            .headers
            .get(EXPERIMENT_HEADER)
            .map(|id| String::from_utf8_lossy(id.as_bytes()).trim().to_owned());
        id.map(|id| id.parse().map_err(|error| Refusal::BadExperiment(format!("{error}")))).transpose()
    }

    /// Returns the run that the header names.
    pub(super) fn run(&self) -> Option<String> {
        let id = header_text(&self.headers, RUN_HEADER)?.trim();
        (!id.is_empty() && id.len() <= MAX_RUN_ID_BYTES).then(|| id.to_owned())
    }

    /// Whether the headers are those of the MLflow SDK.
    pub(crate) fn is_mlflow_client(&self) -> bool {
        is_mlflow_client(&self.headers)
    }
}

/// Whether the headers are those of the MLflow SDK.
fn is_mlflow_client(headers: &HeaderMap) -> bool {
    headers.contains_key("x-mlflow-client-version")
        || header_text(headers, header::USER_AGENT.as_str()).is_some_and(|agent| agent.starts_with("mlflow-"))
}

pub(super) fn has_experiment_header(headers: &HeaderMap) -> bool {
    // An empty header has no opinion.
    headers.get(EXPERIMENT_HEADER).is_some_and(|id| !id.as_bytes().trim_ascii().is_empty())
}

/// Reads the content type: lower case, parameters allowed, as MLflow has it.
pub(super) fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    let given = header_text(headers, header::CONTENT_TYPE.as_str())?;
    match given.split(';').next().unwrap_or_default().trim() {
        "application/x-protobuf" => Some(Encoding::Protobuf),
        "application/json" => Some(Encoding::Json),
        _ => None,
    }
}

/// Tells gRPC from HTTP by the content type, which every call of gRPC has.
pub(crate) fn transport(headers: &HeaderMap) -> Transport {
    match header_text(headers, header::CONTENT_TYPE.as_str()) {
        Some(given) if given.starts_with("application/grpc") => Transport::Grpc,
        _ => Transport::Http,
    }
}

/// Returns the address of who asked.
pub(crate) fn client_address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|connection| connection.0.ip().to_canonical())
}
