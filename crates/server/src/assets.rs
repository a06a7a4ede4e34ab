//! The web UI: embedded in release builds, read from `ui/dist` in debug builds, explained where it is missing.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

macro_rules! policy {
    () => {
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
         font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; \
         form-action 'none'"
    };
}

/// What a page may do: run and load nothing but our own, be framed by nobody. Values that users send are hostile text.
pub(crate) const CONTENT_SECURITY_POLICY: &str = concat!(policy!(), "; frame-ancestors 'none'");

/// The same for the page that notebooks show in a frame, wherever the notebook is served from. It has nothing that changes anything.
pub(crate) const FRAMED_POLICY: &str =
    concat!(policy!(), "; frame-ancestors * vscode-webview: vscode-file: file:");

/// Where MLflow's SDK says that the page for notebooks is; it reads the ids of traces from its address.
pub(crate) const NOTEBOOK_PAGE: &str = "/static-files/lib/notebook-trace-renderer/index.html";

const MISSING_PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Traceloupe</title>\
    <style>body{font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>\
    <h1>The server runs, the UI is not built</h1>\
    <p>This binary was built without the web UI. Build it with</p><pre>npm ci --prefix ui &amp;&amp; npm run build --prefix ui</pre>\
    <p>and then the binary again, or run <code>cargo xtask run</code>, which does both.</p>\
    <p>Traces are received all the same.</p></html>";

#[cfg(feature = "embed-ui")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Dist;

/// Returns a file of the UI with its media type.
#[cfg(feature = "embed-ui")]
fn file(path: &str) -> Option<(Vec<u8>, String)> {
    let file = Dist::get(path)?;
    Some((file.data.into_owned(), file.metadata.mimetype().to_owned()))
}

#[cfg(not(feature = "embed-ui"))]
fn file(_path: &str) -> Option<(Vec<u8>, String)> {
    None
}

/// Answers everything that no route has: a file of the UI, or its page, whose own router reads the address.
pub(crate) async fn serve(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let is_api = ["api/", "ajax-api/", "traceloupe/", "v1/"].iter().any(|prefix| path.starts_with(prefix));
    if is_api {
        return not_found().await;
    }
    if let Some((body, media_type)) = file(path).filter(|_| path != "index.html") {
        // Vite puts a hash of the content into the names below assets/.
        let caching =
            if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        let media_type = HeaderValue::from_str(&media_type)
            .unwrap_or(HeaderValue::from_static("application/octet-stream"));
        return (
            [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, HeaderValue::from_static(caching))],
            body,
        )
            .into_response();
    }
    // A missing file is not answered with a page; names of traces and sessions in an address may have dots all the same.
    let is_name = ["experiments/", "sessions/", "traces/"].iter().any(|prefix| path.starts_with(prefix));
    let has_dot = |segment: &str| segment.contains('.') && segment != "index.html";
    if !is_name && path.rsplit('/').next().is_some_and(has_dot) {
        return not_found().await;
    }
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    match file("index.html") {
        Some((page, _)) => (html, page).into_response(),
        None => (StatusCode::SERVICE_UNAVAILABLE, html, MISSING_PAGE).into_response(),
    }
}

/// The page for an unknown route, as MLflow's clients expect it: HTML, not JSON.
pub(crate) async fn not_found() -> Response {
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    let page = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n\
                <p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n";
    (StatusCode::NOT_FOUND, html, page).into_response()
}
