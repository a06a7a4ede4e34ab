//! Who may ask: the `Host` check against DNS rebinding, the `Origin` check against other web pages, and the token.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use proto::ui::RejectionKind;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use crate::inbox;
use crate::otlp::{self, Transport, client_address};
use crate::router::App;
use crate::token_page;

/// Cookie that carries the token for the UI, which cannot send a header with its first request.
const TOKEN_COOKIE: &str = "traceloupe_token";

/// What the guard goes by.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    pub(crate) allow_hosts: Vec<String>,
    pub(crate) allow_origins: Vec<String>,
    pub(crate) token: Option<String>,
}

/// The guard, and the app that it guards: what it refuses is told in the inbox, and it reads the origins allowed at run time.
pub(crate) struct Guarded {
    pub(crate) guard: Guard,
    pub(crate) app: App,
}

impl Guarded {
    fn allows_origin(&self, origin: &str) -> bool {
        let allowed = || self.app.allowed_origins.read().unwrap_or_else(PoisonError::into_inner);
        self.guard.allows_origin(origin) || allowed().iter().any(|allowed| is_origin(allowed, origin))
    }

    /// Tells the inbox of a refused export; other refused requests only go to the log.
    async fn note(&self, kind: RejectionKind, reason: &str, request: &Asked, origin: Option<&str>) {
        if request.is_export() {
            inbox::note_guarded(&self.app, kind, reason, request, origin.map(str::to_owned)).await;
        }
    }
}

/// Who asks for what.
pub(crate) struct Asked {
    pub(crate) transport: Transport,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) client: Option<IpAddr>,
}

impl Asked {
    fn is_export(&self) -> bool {
        self.path.starts_with("/v1/") || self.path.starts_with("/opentelemetry.")
    }
}

/// Whether an origin of a list is this one.
fn is_origin(allowed: &str, origin: &str) -> bool {
    allowed.trim_end_matches('/').eq_ignore_ascii_case(origin)
}

impl Guard {
    fn allows_host(&self, host: &str) -> bool {
        let name = without_port(host);
        name.eq_ignore_ascii_case("localhost")
            // An IP literal cannot be rebound: no name is resolved.
            || name.parse::<IpAddr>().is_ok()
            || self.allow_hosts.iter().any(|allowed| without_port(allowed).eq_ignore_ascii_case(name))
    }

    fn allows_origin(&self, origin: &str) -> bool {
        let Ok(uri) = origin.parse::<Uri>() else { return false };
        let host = uri.host().map(without_brackets).unwrap_or_default();
        let is_local = host.eq_ignore_ascii_case("localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        is_local || self.allow_origins.iter().any(|allowed| is_origin(allowed, origin))
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return true };
        let text =
            |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let bearer = text(header::AUTHORIZATION);
        let bearer =
            bearer.strip_prefix("Bearer ").or_else(|| bearer.strip_prefix("bearer ")).unwrap_or_default();
        let cookies = text(header::COOKIE);
        // A browser may hold several of the name, of servers on other ports of this machine.
        let is_cookie = |cookie: &str| {
            let (name, value) = cookie.trim().split_once('=').unwrap_or_default();
            name == TOKEN_COOKIE && is_same(value, token)
        };
        is_same(bearer, token) || cookies.split(';').any(is_cookie)
    }
}

/// Compares without telling by its duration how much is right.
fn is_same(given: &str, token: &str) -> bool {
    let differing = given.bytes().zip(token.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
    given.len() == token.len() && differing == 0
}

fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn without_port(host: &str) -> &str {
    if let Some(bracketed) = host.strip_prefix('[') {
        return bracketed.split(']').next().unwrap_or_default();
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// The middleware in front of every route.
pub(crate) async fn check(State(guarded): State<Arc<Guarded>>, request: Request, next: Next) -> Response {
    match refusal(&guarded.guard, &guarded, &request) {
        None => {}
        Some(Refused { kind: Some(kind), reason, origin, hint, response }) => {
            let (parts, _) = request.into_parts();
            let client = client_address(&parts);
            let asked = Asked {
                transport: otlp::transport(&parts.headers),
                method: parts.method,
                path: parts.uri.path().to_owned(),
                headers: parts.headers,
                client,
            };
            guarded.note(kind, &reason, &asked, origin.as_deref()).await;
            return if asked.is_export() {
                otlp::in_dialect(response, hint, &asked.headers)
            } else {
                response
            };
        }
        Some(Refused { response, .. }) => return response,
    }
    let path = request.uri().path();
    let is_api = path.starts_with("/api/") || path.starts_with("/ajax-api/");
    if request.method() == Method::OPTIONS && is_api && !request.headers().contains_key(header::ORIGIN) {
        return StatusCode::NO_CONTENT.into_response();
    }
    next.run(request).await
}

/// An answer that keeps a request out, and what the inbox says of it; without a kind it says nothing.
struct Refused {
    kind: Option<RejectionKind>,
    reason: String,
    origin: Option<String>,
    /// What the answer says.
    hint: &'static str,
    response: Response,
}

/// MLflow's words, and what to do.
const FOREIGN_HOST: &str = "Invalid Host header - possible DNS rebinding attack detected. If the name is yours: traceloupe serve --allow-host NAME";
const FOREIGN_ORIGIN: &str = "Cross-origin request blocked. If the page is yours, allow its origin in the inbox of Traceloupe, or by --allow-origin";
const DISALLOWED_PREFLIGHT: &str = "Disallowed CORS origin";
const NO_TOKEN: &str = "This server wants a token: send 'Authorization: Bearer <token>' (MLFLOW_TRACKING_TOKEN, \
    OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20<token>), or open /?token=<token> in the browser";

fn refusal(guard: &Guard, guarded: &Guarded, request: &Request) -> Option<Refused> {
    // As in MLflow: probes and the SDK's version check must work under any name.
    let is_open = matches!(request.uri().path(), "/health" | "/version");
    if !is_open
        && let Some(host) = host(request)
        && !guard.allows_host(&host)
    {
        tracing::warn!(host, "request with a foreign Host header refused; --allow-host allows a name");
        return Some(Refused {
            kind: Some(RejectionKind::ForeignHost),
            reason: inbox::foreign_host(without_port(&host)),
            origin: None,
            hint: FOREIGN_HOST,
            response: refused(StatusCode::FORBIDDEN, FOREIGN_HOST),
        });
    }
    if let Some((origin, status, hint)) = check_origin(guarded, request) {
        let reason = format!("web pages of {origin} are not allowed to send traces");
        let kind = Some(RejectionKind::ForeignOrigin);
        return Some(Refused { kind, reason, origin: Some(origin), hint, response: refused(status, hint) });
    }
    if !is_open && request.method() != Method::OPTIONS && !guard.has_token(request.headers()) {
        let response = check_first_visit(guard, request);
        let is_refused = response.status() == StatusCode::UNAUTHORIZED;
        return Some(Refused {
            kind: is_refused.then_some(RejectionKind::Unauthorized),
            reason: "the token is missing or wrong".to_owned(),
            origin: None,
            hint: NO_TOKEN,
            response,
        });
    }
    None
}

fn host(request: &Request) -> Option<String> {
    let in_uri = request.uri().authority().map(|authority| authority.as_str().to_owned());
    in_uri.or_else(|| Some(request.headers().get(header::HOST)?.to_str().ok()?.to_owned()))
}

/// Returns the origin and what is answered to its request if it may not ask for that.
fn check_origin(guarded: &Guarded, request: &Request) -> Option<(String, StatusCode, &'static str)> {
    let origin = request.headers().get(header::ORIGIN)?.to_str().unwrap_or("null");
    if guarded.allows_origin(origin) {
        return None;
    }
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight {
        return Some((origin.to_owned(), StatusCode::BAD_REQUEST, DISALLOWED_PREFLIGHT));
    }
    let changes_state = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes_state {
        tracing::warn!(origin, "request of a foreign origin refused; --allow-origin allows it");
        return Some((origin.to_owned(), StatusCode::FORBIDDEN, FOREIGN_ORIGIN));
    }
    None
}

/// Without a token there is one way in: a page address with `?token=…`, which sets the cookie and goes on without it. A browser
/// gets a page that asks for the token and makes that address.
fn check_first_visit(guard: &Guard, request: &Request) -> Response {
    let (given, rest) = token_page::token_of(request.uri().query().unwrap_or_default());
    let is_page = request.method() == Method::GET && token_page::is_wanted(request.headers());
    match (&given, &guard.token) {
        (Some(given), Some(token)) if request.method() == Method::GET && is_same(given, token) => {
            let cookie = format!("{TOKEN_COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/");
            // One slash alone: two would name another host.
            let path = format!("/{}", request.uri().path().trim_start_matches('/'));
            let to = if rest.is_empty() { path } else { format!("{path}?{rest}") };
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, to)]).into_response()
        }
        _ if is_page => token_page::ask(given.is_some(), &rest),
        _ => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (StatusCode::UNAUTHORIZED, challenge, NO_TOKEN).into_response()
        }
    }
}

fn refused(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

/// CORS for the origins that the guard allows, as MLflow answers it (contract h).
pub(crate) fn cors(guard: Arc<Guarded>) -> CorsLayer {
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH];
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin: &HeaderValue, _| {
            origin.to_str().is_ok_and(|origin| guard.allows_origin(origin))
        }))
        .allow_methods(AllowMethods::list(methods))
        .allow_headers(AllowHeaders::mirror_request())
        .allow_credentials(true)
        .max_age(std::time::Duration::from_secs(600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_cannot_be_rebound_are_allowed() {
        let guard = Guard { allow_hosts: vec!["host.docker.internal".into()], ..Guard::default() };
        for host in [
            "localhost",
            "LOCALHOST:5000",
            "127.0.0.1:5000",
            "[::1]:5000",
            "8.8.8.8",
            "host.docker.internal:5000",
        ] {
            assert!(guard.allows_host(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example:5000", "127.0.0.1.evil.example", ""] {
            assert!(!guard.allows_host(host), "{host}");
        }
    }

    #[test]
    fn origins_of_this_machine_are_allowed() {
        let guard = Guard { allow_origins: vec!["https://app.example".into()], ..Guard::default() };
        for origin in
            ["http://localhost:3000", "http://127.0.0.1:5000", "https://[::1]", "https://app.example"]
        {
            assert!(guard.allows_origin(origin), "{origin}");
        }
        for origin in [
            "null",
            "https://evil.example",
            "http://localhost.evil.example",
            "https://app.example.evil.example",
        ] {
            assert!(!guard.allows_origin(origin), "{origin}");
        }
    }

    #[test]
    fn tokens_must_match_whole() {
        let guard = Guard { token: Some("secret".into()), ..Guard::default() };
        let with = |name: HeaderName, value: &'static str| {
            guard.has_token(&HeaderMap::from_iter([(name, HeaderValue::from_static(value))]))
        };
        assert!(with(header::AUTHORIZATION, "Bearer secret"));
        assert!(with(header::COOKIE, "a=b; traceloupe_token=secret"));
        assert!(!with(header::AUTHORIZATION, "Bearer secre"));
        assert!(!with(header::AUTHORIZATION, "Bearer secrets"));
        assert!(!with(header::COOKIE, "traceloupe_token="));
    }
}
