//! Serving accepted connections: how many, how long each may take to ask, and how they end when the server stops.
//!
//! `axum::serve` has no such bounds. HTTP/1.1 and cleartext HTTP/2 are told apart by the first bytes.

mod body;
mod connection;
mod phase;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub(crate) use body::TooSlow;
use connection::Spoken;
use phase::Phase;

use crate::inbox;
use crate::router::App;

/// Bounds on connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionBounds {
    /// Connections at once, over all listeners.
    pub(crate) max_connections: usize,
    /// How long a request's head, and then its body, may take to arrive.
    pub(crate) read_timeout: Duration,
}

/// How long accepting pauses when the system has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long a new connection waits for one that is closed in its favour.
const MAX_WAIT_FOR_ROOM: Duration = Duration::from_secs(1);

/// How often a new connection that waits for room looks for another one to close.
const CLOSE_PAUSE: Duration = Duration::from_millis(20);

/// Connections that are being refused at once; more are just closed.
const MAX_REFUSED: usize = 64;

/// What a connection beyond the bound hears, whatever it meant to ask.
const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n\
content-type: text/plain; charset=utf-8\r\ncontent-length: 75\r\n\r\n\
Too many connections are open: close some, or raise max_connections (503).\n";

/// All connections of a server.
#[derive(Clone)]
pub(crate) struct Connections {
    app: App,
    router: Router,
    read_timeout: Duration,
    room: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    open: Arc<Mutex<Open>>,
    stopping: watch::Receiver<bool>,
}

/// The open connections, so that one can be closed in favour of another.
#[derive(Default)]
struct Open {
    next: u64,
    phases: HashMap<u64, watch::Sender<Phase>>,
}

impl Connections {
    pub(crate) fn new(
        app: App,
        router: Router,
        bounds: ConnectionBounds,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            app,
            router,
            read_timeout: bounds.read_timeout,
            room: Arc::new(Semaphore::new(bounds.max_connections)),
            refusals: Arc::new(Semaphore::new(MAX_REFUSED)),
            open: Arc::default(),
            stopping,
        }
    }

    /// Accepts and serves connections until the server stops, and then until those that are open have ended.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let mut stopping = self.stopping.clone();
        let mut served = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                // The sender going away means the same.
                _ = stopping.wait_for(|stop| *stop) => break,
            };
            match accepted {
                Ok((stream, address)) => {
                    served.spawn(self.clone().admit(stream, address));
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    self.close_one();
                    sleep(ACCEPT_PAUSE).await;
                }
            }
            while served.try_join_next().is_some() {}
        }
        drop(listener);
        while served.join_next().await.is_some() {}
    }

    async fn admit(self, stream: TcpStream, address: SocketAddr) {
        match self.room().await {
            Some(room) => {
                let (id, phase) = self.register();
                let heard =
                    connection::serve(stream, address, self.router, self.read_timeout, phase, self.stopping)
                        .await;
                if heard == Spoken::Tls {
                    inbox::note_tls(&self.app, address.ip()).await;
                }
                self.open.lock().unwrap_or_else(PoisonError::into_inner).phases.remove(&id);
                drop(room);
            }
            None => self.refuse(stream).await,
        }
    }

    /// Returns room for one more, if need be that of a connection that asks nothing.
    async fn room(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
            return Some(room);
        }
        let mut acquired = pin!(Arc::clone(&self.room).acquire_owned());
        let mut patience = pin!(sleep(MAX_WAIT_FOR_ROOM));
        // Again and again: what is closed for one that waits may make room for another that came before.
        while self.close_one() {
            tokio::select! {
                room = &mut acquired => return room.ok(),
                () = &mut patience => break,
                () = sleep(CLOSE_PAUSE) => {}
            }
        }
        None
    }

    fn register(&self) -> (u64, watch::Sender<Phase>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (id, phase) = (open.next, watch::Sender::new(Phase::new()));
        open.next += 1;
        open.phases.insert(id, phase.clone());
        (id, phase)
    }

    /// Closes the connection that has owed a request for longest; tells whether there was one, or one that is closing already. Those
    /// that wait for an answer stay.
    fn close_one(&self) -> bool {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let since = |phase: &watch::Sender<Phase>| phase.borrow().waiting_since();
        let longest = open
            .phases
            .values()
            .filter_map(|phase| Some((since(phase)?, phase)))
            .min_by_key(|(since, _)| *since);
        longest.is_some_and(|(_, phase)| phase.send_if_modified(Phase::close))
            || open.phases.values().any(|phase| *phase.borrow() == Phase::Closing)
    }

    /// Says why, so that an exporter tries again and its user can read the cause.
    async fn refuse(self, mut stream: TcpStream) {
        tracing::warn!("a connection was refused: max_connections are open and busy");
        let Ok(_permit) = self.refusals.try_acquire() else { return };
        let say = async {
            stream.write_all(REFUSAL).await?;
            stream.shutdown().await?;
            // A connection that is closed with bytes unread is reset, which may take the answer with it.
            let mut unread = [0; 4096];
            while stream.read(&mut unread).await? > 0 {}
            Ok::<_, io::Error>(())
        };
        let _ = timeout(MAX_WAIT_FOR_ROOM, say).await;
    }
}

/// Whether accepting failed for this one connection, which was closed before it was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_length_of_the_refusal_is_right() {
        let text = std::str::from_utf8(super::REFUSAL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
    }
}
