//! Exports that went astray: a slash too many, a word too few, the root. They are told where to go, and wait in the inbox.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;

use super::answer::Answerer;
use super::{Export, Refusal, Signal, Transport, grpc, header_text, keep, read, transport};
use crate::assets;
use crate::inbox::recognise;
use crate::router::App;

/// Answers what no route takes.
pub(crate) async fn stray(State(app): State<App>, uri: Uri, request: Request) -> Response {
    if transport(request.headers()) == Transport::Grpc {
        return grpc::unimplemented(uri.path());
    }
    if request.method() != Method::POST || is_of_others(uri.path()) {
        return assets::serve(uri).await;
    }
    let (parts, body) = request.into_parts();
    let mut export = Export::new(signal_of(uri.path()), Transport::Http, &parts);
    let Ok(unfolded) = read(&app, &export.headers, body).await else {
        return assets::not_found().await;
    };
    let body = unfolded.body.clone();
    export.body = Some(body.clone());
    let recognised = tokio::task::spawn_blocking(move || recognise::recognise(&body)).await;
    let Some(content) = recognised.ok().flatten() else {
        return assets::not_found().await;
    };
    export.signal = content.signal;
    export.encoding = Some(content.encoding);
    let refusal = Refusal::WrongPath {
        path: uri.path().to_owned(),
        signal: content.signal,
        endpoint: endpoint(&app, &uri, &export.headers),
    };
    let answerer = Answerer::new(&export);
    answerer.refusal(&keep(&app, export, refusal).await)
}

/// Returns where the client finds this server: there where it found it, for every listener takes everything.
fn endpoint(app: &App, uri: &Uri, headers: &HeaderMap) -> String {
    // HTTP/2 names the host in the address.
    let named = uri.authority().map(|authority| authority.as_str());
    let host = named.or_else(|| header_text(headers, header::HOST.as_str())).filter(|host| !host.is_empty());
    host.map_or_else(|| app.endpoints().otlp_http, |host| format!("http://{host}"))
}

/// Paths whose own routes say what is wrong. Others below `/api/` are those of servers that take OTLP there, such as
/// `/api/public/otel/v1/traces`.
fn is_of_others(path: &str) -> bool {
    ["/api/2.0/mlflow/", "/api/3.0/mlflow/", "/ajax-api/", "/traceloupe/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

fn signal_of(path: &str) -> Signal {
    if path.contains("log") {
        Signal::Logs
    } else if path.contains("metric") {
        Signal::Metrics
    } else {
        Signal::Traces
    }
}
