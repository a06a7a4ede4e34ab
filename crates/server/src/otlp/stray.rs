//! Exports that went astray: a slash too many, a word too few, the root. They are told where to go, and wait in the inbox.

use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::response::Response;

use super::answer::Answerer;
use super::{Export, Refusal, Signal, Transport, grpc, header_text, read};
use crate::assets;
use crate::inbox::{self, recognise};
use crate::router::App;

/// Answers what no route takes.
pub(crate) async fn stray(State(app): State<App>, uri: Uri, request: Request) -> Response {
    if header_text(request.headers(), "content-type")
        .is_some_and(|given| given.starts_with("application/grpc"))
    {
        return grpc::unimplemented(uri.path());
    }
    if request.method() != Method::POST || is_of_others(uri.path()) {
        return assets::serve(uri).await;
    }
    let (parts, body) = request.into_parts();
    let mut export = Export::new(signal_of(uri.path()), Transport::Http, &parts);
    let Ok(body) = read(&app, &export.headers, body).await else {
        return assets::not_found().await;
    };
    export.body = Some(body.clone());
    let recognised = tokio::task::spawn_blocking(move || recognise::recognise(&body)).await;
    let Some(content) = recognised.ok().flatten() else {
        return assets::not_found().await;
    };
    export.signal = content.signal;
    export.encoding = Some(content.encoding);
    let refusal = Refusal::WrongPath(uri.path().to_owned(), content.signal);
    let response = Answerer::new(&export).refusal(&refusal);
    inbox::keep(&app, export, &refusal).await;
    response
}

/// Paths whose own routes say what is wrong.
fn is_of_others(path: &str) -> bool {
    ["/api/", "/ajax-api/", "/traceloupe/"].iter().any(|prefix| path.starts_with(prefix))
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
