//! The inbox of rejected requests: what is kept of a request that could not be taken, under which heading, and how to mend it.

mod fix;
pub(crate) mod recognise;
mod sdk;

use std::net::IpAddr;
use std::time::SystemTime;

use axum::http::{HeaderMap, header};
use ingest::IngestError;
use model::UnixNanos;
use proto::ui::RejectionKind;
use serde_json::Value;
use store::{NewRejected, RejectedKey};

use crate::guard::Asked;
use crate::otlp::{Done, Export, Refusal, Transport};
use crate::router::App;
pub(crate) use fix::{Endpoints, fix};
pub(crate) use sdk::Sdk;

/// Headers that explain a failure. Others may hold secrets, and say nothing.
const HEADERS_THAT_MATTER: [&str; 9] = [
    "content-type",
    "content-encoding",
    "content-length",
    "user-agent",
    "x-mlflow-experiment-id",
    "x-mlflow-client-version",
    "host",
    "origin",
    "grpc-encoding",
];

/// The heading of spans whose trace is elsewhere, whichever trace it is.
const OTHER_EXPERIMENT: &str = "spans of a trace that is in another experiment";

/// Longest text that is kept of a header, path or reason.
const MAX_TEXT_CHARS: usize = 1000;

/// Keeps a refused export, with its payload where it can still be of use, and counts it. Fails if the store cannot take it.
pub(crate) async fn keep(app: &App, export: Export, refusal: &Refusal) -> Result<(), IngestError> {
    let kind = kind_of(refusal);
    tracing::warn!(%refusal, path = export.path, client = user_agent(&export.headers), "an export was refused");
    app.count_rejected(1);
    // Who is told to try again tries again, and the store could not take it anyway.
    if kind == RejectionKind::Unavailable {
        return Ok(());
    }
    let reason = match refusal {
        _ if kind == RejectionKind::OtherExperiment => OTHER_EXPERIMENT.to_owned(),
        // That it waits in the inbox need not be said there.
        Refusal::WrongPath { path, signal, .. } => {
            format!("nothing takes exports at '{path}': they go to {}", signal.path())
        }
        _ => refusal.to_string(),
    };
    put(app, export, kind, reason, true).await
}

/// Keeps an export of which some items could not be stored.
pub(crate) async fn note_partial(app: &App, export: Export, done: &Done) {
    app.count_rejected(done.n_bad + done.n_elsewhere);
    let kind = match done {
        Done { n_elsewhere: 1.., .. } => RejectionKind::OtherExperiment,
        Done { n_bad: 1.., .. } => RejectionKind::BadSpans,
        _ => return,
    };
    // Bad items stay bad, and the good ones are stored.
    let reason = match kind {
        RejectionKind::OtherExperiment => OTHER_EXPERIMENT.to_owned(),
        _ => done.bad_reason.clone().unwrap_or_default(),
    };
    // What could not be kept is in the log.
    let _ = put(app, export, kind, reason, kind == RejectionKind::OtherExperiment).await;
}

/// Notes a request that the guard refused, without its payload: who is not let in must not fill the disk.
pub(crate) async fn note_guarded(
    app: &App,
    kind: RejectionKind,
    reason: &str,
    request: &Asked,
    origin: Option<String>,
) {
    let Asked { transport, method, path, headers, client } = request;
    app.count_rejected(1);
    let key = RejectedKey {
        kind: kind_name(kind),
        reason: cut(reason),
        transport: transport_name(*transport),
        method: method.to_string(),
        path: cut(path),
        client_address: client.map(|client| client.to_string()).unwrap_or_default(),
        user_agent: cut(user_agent(headers)),
        origin: origin.map(|origin| cut(&origin)),
    };
    // What could not be kept is in the log.
    let _ = store(app, NewRejected { key, time: now(), headers: Vec::new(), payload: None }).await;
}

/// Returns the reason of a request that names a host which is not allowed; [`fix`] reads the name in it again.
pub(crate) fn foreign_host(name: &str) -> String {
    format!("the host name '{name}' is not allowed")
}

/// Notes a client that speaks TLS, of which nothing can be read.
pub(crate) async fn note_tls(app: &App, client: IpAddr) {
    tracing::warn!(%client, "a client speaks TLS to a port of plain HTTP");
    app.count_rejected(1);
    let key = RejectedKey {
        kind: kind_name(RejectionKind::Tls),
        reason: "the client speaks TLS, and this server plain HTTP".to_owned(),
        transport: "http".to_owned(),
        method: String::new(),
        path: String::new(),
        client_address: client.to_canonical().to_string(),
        user_agent: String::new(),
        origin: None,
    };
    // What could not be kept is in the log.
    let _ = store(app, NewRejected { key, time: now(), headers: Vec::new(), payload: None }).await;
}

/// Returns what is kept of an acknowledged export that could not be stored.
pub(crate) fn unstored(export: Export, reason: &str) -> NewRejected {
    rejected(export, RejectionKind::Internal, reason, true)
}

async fn put(
    app: &App,
    export: Export,
    kind: RejectionKind,
    reason: String,
    may_be_accepted: bool,
) -> Result<(), IngestError> {
    // Recognising a large payload takes its time.
    let read = move || rejected(export, kind, &reason, may_be_accepted);
    match tokio::task::spawn_blocking(read).await {
        Ok(rejected) => store(app, rejected).await,
        Err(error) => {
            tracing::error!(%error, "a rejected request could not be read");
            Ok(())
        }
    }
}

fn rejected(export: Export, kind: RejectionKind, reason: &str, may_be_accepted: bool) -> NewRejected {
    let headers = kept_headers(&export.headers);
    let key = RejectedKey {
        kind: kind_name(kind),
        reason: cut(reason),
        transport: transport_name(export.transport),
        method: export.method.to_string(),
        path: cut(&export.path),
        client_address: export.client.map(|client| client.to_string()).unwrap_or_default(),
        user_agent: cut(user_agent(&export.headers)),
        origin: None,
    };
    let payload = export.body.filter(|body| !body.is_empty()).map(|body| {
        let content = recognise::recognise(&body).filter(|_| may_be_accepted);
        let n_waiting = content.as_ref().map_or(0, |content| content.n_items() as u64);
        let name = content.map_or("unknown", |content| content.name());
        (name.to_owned(), n_waiting, body.into())
    });
    NewRejected { key, time: now(), headers, payload }
}

async fn store(app: &App, rejected: NewRejected) -> Result<(), IngestError> {
    app.ingest.keep_rejected(rejected, app.inbox_bounds).await.inspect_err(|error| {
        tracing::error!(%error, "a rejected request could not be kept in the inbox");
    })
}

fn kind_of(refusal: &Refusal) -> RejectionKind {
    match refusal {
        Refusal::ContentType(_) => RejectionKind::ContentType,
        Refusal::UnknownCompression(_) | Refusal::BadCompression(_) | Refusal::UntoldCompression(_) => {
            RejectionKind::Compression
        }
        Refusal::TooLarge(_) | Refusal::TooMuch(_) => RejectionKind::TooLarge,
        Refusal::TooSlow | Refusal::CutOff | Refusal::NoSpans | Refusal::Undecodable(_) => {
            RejectionKind::Undecodable
        }
        Refusal::NoGoodSpan(_) => RejectionKind::BadSpans,
        Refusal::BadExperiment(_) => RejectionKind::BadExperimentId,
        Refusal::WrongPath { .. } => RejectionKind::WrongPath,
        Refusal::Ingest(IngestError::NoSuchExperiment(_)) => RejectionKind::UnknownExperiment,
        Refusal::Ingest(IngestError::OtherExperiment(_)) => RejectionKind::OtherExperiment,
        Refusal::Ingest(IngestError::Store(error)) if error.is_temporary() => RejectionKind::Unavailable,
        Refusal::Ingest(_) | Refusal::Failed(_) => RejectionKind::Internal,
    }
}

fn transport_name(transport: Transport) -> String {
    if transport == Transport::Grpc { "grpc" } else { "http" }.to_owned()
}

/// Returns the word of a kind, as the UI API and the store have it.
fn kind_name(kind: RejectionKind) -> String {
    serde_json::to_value(kind).ok().as_ref().and_then(Value::as_str).unwrap_or("internal").to_owned()
}

/// Returns the kind of a word of the store.
pub(crate) fn kind_named(name: &str) -> RejectionKind {
    serde_json::from_value(Value::from(name)).unwrap_or(RejectionKind::Internal)
}

/// Returns the headers that are worth keeping.
pub(crate) fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    HEADERS_THAT_MATTER
        .iter()
        .filter_map(|name| {
            let value = String::from_utf8_lossy(headers.get(*name)?.as_bytes()).into_owned();
            Some(((*name).to_owned(), cut(&value)))
        })
        .collect()
}

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).collect()
}

fn now() -> UnixNanos {
    UnixNanos::from_system_time(SystemTime::now())
}
