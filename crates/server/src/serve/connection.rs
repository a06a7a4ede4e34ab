//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, Version, header};
use axum::response::IntoResponse as _;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tower::ServiceExt as _;

use super::body::{Answered, Answering, Timely};
use super::phase::Phase;

/// Requests at once on an HTTP/2 connection; a client waits with further ones.
const MAX_STREAMS: u32 = 128;

/// Bytes of a request's headers over HTTP/2; HTTP/1.1 has hyper's bound on its buffer, and 100 headers.
const MAX_HEADER_BYTES: u32 = 32 * 1024;

/// Streams that a client may begin and reset before they are served: floods of them are an attack (CVE-2023-44487).
const MAX_RESET_STREAMS: usize = 64;

/// How often a silent HTTP/2 connection is asked whether it is still there, and how long it may take to say so.
const PING_INTERVAL: Duration = Duration::from_secs(60);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// What a connection that is asked to end gets to do so, if it waits for no answer.
const MAX_GOODBYE: Duration = Duration::from_secs(1);

/// A TLS record of a handshake begins so: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
const TLS_HANDSHAKE: [u8; 2] = [22, 3];

/// What a client that speaks TLS hears: many show it, or say that HTTP came back, which tells as much.
const TLS_ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\
content-type: text/plain; charset=utf-8\r\n\r\n\
This port speaks plain HTTP, and the client began with TLS: write http:// in place of https://.\n";

/// What a client spoke on its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spoken {
    /// HTTP, or nothing that is known.
    Http,
    /// TLS, which we do not speak.
    Tls,
}

/// Serves a connection until it ends, its patience does, or the server stops.
pub(super) async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    read_timeout: Duration,
    phase: watch::Sender<Phase>,
    mut stopping: watch::Receiver<bool>,
) -> Spoken {
    // Answers are small and awaited; a failure to say so costs only time.
    let _ = stream.set_nodelay(true);
    let service = service_fn({
        let phase = phase.clone();
        move |request| answer(router.clone(), request, address, read_timeout, phase.clone())
    });
    let builder = builder();
    let is_tls = Arc::new(AtomicBool::new(false));
    let io = TokioIo::new(Heard {
        stream,
        phase: phase.clone(),
        is_first: true,
        is_http2: false,
        is_tls: Arc::clone(&is_tls),
        patience: read_timeout,
        stalled: None,
    });
    let mut served = pin!(builder.serve_connection(io, service));
    let mut phases = phase.subscribe();
    let mut is_ending = false;
    loop {
        let now = *phases.borrow_and_update();
        let deadline = if is_ending && now.waiting_since().is_some() {
            Some(Instant::now() + MAX_GOODBYE)
        } else {
            now.deadline(read_timeout)
        };
        tokio::select! {
            outcome = served.as_mut() => {
                if let Err(error) = outcome {
                    tracing::debug!(%address, error, "a connection ended early");
                }
                return if is_tls.load(Ordering::Relaxed) { Spoken::Tls } else { Spoken::Http };
            }
            _ = phases.changed() => {}
            _ = stopping.wait_for(|stop| *stop), if !is_ending => {
                is_ending = true;
                served.as_mut().graceful_shutdown();
            }
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                let is_polite = matches!(now, Phase::Idle(_)) && !is_ending;
                if !is_polite {
                    tracing::debug!(%address, phase = ?now, "a connection was cut");
                    return Spoken::Http;
                }
                is_ending = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Time is watched here, over both versions and the bytes that tell them apart.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(None);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES)
        .max_pending_accept_reset_streams(MAX_RESET_STREAMS)
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT);
    builder
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    address: SocketAddr,
    read_timeout: Duration,
    phase: watch::Sender<Phase>,
) -> Result<hyper::Response<Answered>, Infallible> {
    phase.send_modify(Phase::begin);
    let answering = Answering(phase);
    let mut request = request.map(|body| Body::new(Timely { body, deadline: Box::pin(sleep(read_timeout)) }));
    request.extensions_mut().insert(ConnectInfo(address));
    let response = match host_problem(&request) {
        Some(problem) => (StatusCode::BAD_REQUEST, problem).into_response(),
        None => router.oneshot(request).await?,
    };
    Ok(response.map(|body| Answered { body, _answering: answering }))
}

/// Refuses what RFC 9112, section 3.2, says must be refused: with two hosts each side could believe another one.
fn host_problem(request: &Request<Body>) -> Option<&'static str> {
    let n_hosts = request.headers().get_all(header::HOST).iter().count();
    match n_hosts {
        0 if request.version() == Version::HTTP_11 => Some("A request over HTTP/1.1 needs a Host header"),
        0 | 1 => None,
        _ => Some("A request may have only one Host header"),
    }
}

/// A stream that notes when a next request begins to arrive, and whether answers are read.
struct Heard {
    stream: TcpStream,
    phase: watch::Sender<Phase>,
    is_first: bool,
    /// On HTTP/2 bytes may be anything, such as a ping: there only whole requests count.
    is_http2: bool,
    is_tls: Arc<AtomicBool>,
    /// How long the client may leave an answer unread.
    patience: Duration,
    /// Runs out while the client takes nothing of what is written.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Heard {
    /// Ends the connection of a client that does not read its answers: it would hold them, and its place, for ever.
    fn taken<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read its answers")))
    }
}

impl AsyncRead for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let n_before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, into))?;
        let heard = &into.filled()[n_before..];
        if std::mem::take(&mut self.is_first) {
            self.is_http2 = heard.starts_with(b"PRI");
            if heard.starts_with(&TLS_HANDSHAKE) {
                self.is_tls.store(true, Ordering::Relaxed);
                // Nothing was sent before, so there is room for it; whether it is read is the client's business.
                let _ = self.stream.try_write(TLS_ANSWER);
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "the client speaks TLS")));
            }
        }
        if !heard.is_empty() && !self.is_http2 {
            self.phase.send_if_modified(Phase::hear);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Heard {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.taken(cx, written)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.taken(cx, written)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
