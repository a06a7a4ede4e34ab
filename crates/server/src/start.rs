//! Start and graceful stop: lock, store, listeners, router; and the same backwards.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ingest::{Change, Ingest, IngestError, Settings};
use model::UnixNanos;
use proto::ui::{Listener, ListenerRole};
use store::{Store, StoreError, StoreOptions};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::config::{Config, ListenAddress};
use crate::demo;
use crate::guard::Guard;
use crate::listen::{self, Bound};
use crate::lock::{DataDirLock, Instance, LockError};
use crate::otlp;
use crate::prices;
use crate::ready::Ready;
use crate::router::{App, router};
use crate::serve::{ConnectionBounds, Connections};
use crate::token::{self, Generated};

/// How long open requests may take to end when the server stops. Live events end at once, uploads get their answer.
const MAX_DRAIN: Duration = Duration::from_secs(10);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be taken.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another program holds the database.
    #[error("{}: {}", .path.display(), StoreError::Busy)]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The default experiment or the demo data could not be stored.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// An address that the user asked for cannot be listened on.
    #[error(
        "cannot listen on {address} ({flag}): {reason}; choose another address, or stop what listens there"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The flag that names it.
        flag: &'static str,
        /// What the system says, which the message holds already.
        reason: io::Error,
    },
    /// A token is needed, and could not be made or read.
    #[error(
        "a token for other machines can neither be read nor made: {reason}; set one with --token or TRACELOUPE_TOKEN"
    )]
    Token {
        /// What the system says, which the message holds already.
        reason: io::Error,
    },
}

/// What went wrong while stopping; what was acknowledged is stored all the same.
#[derive(Debug, thiserror::Error)]
#[error("the database did not close cleanly: {0}")]
pub struct StopError(StoreError);

impl From<StoreError> for StopError {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

/// A running server.
pub struct Running {
    ready: Ready,
    data_dir: PathBuf,
    store: Store,
    stop: watch::Sender<bool>,
    servers: JoinSet<()>,
    token: Option<String>,
    _lock: DataDirLock,
}

/// Starts a server; it accepts connections when this returns.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let started_at = UnixNanos::from_system_time(SystemTime::now());
    config.allow_origins.iter().try_for_each(|origin| ingest::check_origin(origin.trim_end_matches('/')))?;
    let lock = DataDirLock::take(&config.data_dir)?;
    let made_token = token_if_needed(&config)?;
    let token =
        config.token().map(str::to_owned).or_else(|| made_token.as_ref().map(|made| made.token.clone()));
    // Listeners before the store: a port that is taken is the likelier failure, and undone at once.
    let http = bind(ListenerRole::Http, config.listen, "--listen").await?;
    let otlp_http = bind(ListenerRole::OtlpHttp, config.otlp_http, "--otlp-http").await?;
    let otlp_grpc = bind(ListenerRole::OtlpGrpc, config.otlp_grpc, "--otlp-grpc").await?;
    let store = Store::open(&StoreOptions {
        data_dir: config.data_dir.clone(),
        max_queue_bytes: config.max_queue_bytes,
        synchronous: config.synchronous,
    });
    let database = config.data_dir.join(store::DATABASE_FILE);
    let store = store.map_err(|error| named(error.into(), &database))?;
    let ingest = Ingest::with_prices(store.clone(), prices::load(config.prices.as_deref()));
    ingest.ensure_default_experiment().await.map_err(|error| named(error.into(), &database))?;
    if config.demo {
        demo::load(&ingest).await?;
    }
    let version = env!("CARGO_PKG_VERSION");
    lock.note(&Instance {
        pid: std::process::id(),
        http: http.address.to_string(),
        version: version.to_owned(),
    })?;
    let listeners = vec![http.listener.clone(), otlp_http.listener.clone(), otlp_grpc.listener.clone()];
    let ready = Ready {
        event: "ready",
        http: http.address.to_string(),
        otlp_http: otlp_http.address.to_string(),
        otlp_grpc: otlp_grpc.address.to_string(),
        data_dir: config.data_dir.display().to_string(),
        version,
        notices: listeners
            .iter()
            .filter_map(notice)
            .chain(made_token.as_ref().map(|made| token_notice(made, http.address)))
            .collect(),
    };
    ready.notices.iter().for_each(|notice| tracing::warn!("{notice}"));
    let (stop, stopping) = watch::channel(false);
    let settings = store.read(Settings::read).await?;
    let background = ingest.clone();
    let app = App::new(ingest, &config, listeners, started_at, stopping.clone());
    app.allow_origins(settings.allow_origins);
    otlp::replay(&app).await?;
    let guard =
        Guard { allow_hosts: config.allow_hosts, allow_origins: config.allow_origins, token: token.clone() };
    let bounds = ConnectionBounds {
        max_connections: config.max_connections,
        read_timeout: Duration::from_secs(config.read_timeout_seconds as u64),
    };
    let connections = Connections::new(app.clone(), router(app, guard), bounds, stopping.clone());
    let mut servers = JoinSet::new();
    for socket in [http, otlp_http, otlp_grpc].into_iter().flat_map(|bound| bound.sockets) {
        servers.spawn(connections.clone().serve(socket));
    }
    servers.spawn(announce_store_state(background.clone(), stopping.clone()));
    servers.spawn(async move { background.work_in_background(stopping).await });
    Ok(Running { ready, data_dir: config.data_dir, store, stop, servers, token, _lock: lock })
}

/// Says which database it is that another program holds.
fn named(error: StartError, database: &Path) -> StartError {
    match error {
        StartError::Store(StoreError::Busy) | StartError::Ingest(IngestError::Store(StoreError::Busy)) => {
            StartError::Locked { path: database.to_owned() }
        }
        other => other,
    }
}

/// Returns a token of our own if other machines can reach the server and the user gave none.
fn token_if_needed(config: &Config) -> Result<Option<Generated>, StartError> {
    let addresses = [config.listen, config.otlp_http, config.otlp_grpc];
    let is_reachable = addresses.iter().any(|asked| !asked.address.ip().is_loopback());
    if !is_reachable || config.token().is_some() {
        return Ok(None);
    }
    let made = token::generated(&config.data_dir).map_err(|reason| StartError::Token { reason })?;
    Ok(Some(made))
}

/// Says what clients must send, and where the token is kept.
fn token_notice(made: &Generated, http: SocketAddr) -> String {
    let Generated { token, path } = made;
    format!(
        "other machines can reach this server, so every request needs the token {token} (kept in {path}): programs send \
         'Authorization: Bearer {token}', a browser opens http://{here}/?token={token}, on another machine with the name or \
         address of this one",
        path = path.display(),
        here = from_here(http)
    )
}

/// Returns `host:port` by which this machine reaches an address. What listens on all addresses has none of its own, and browsers
/// refuse to open `0.0.0.0`.
fn from_here(address: SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

async fn bind(role: ListenerRole, asked: ListenAddress, flag: &'static str) -> Result<Bound, StartError> {
    let address = asked.address;
    listen::bind(role, asked).await.map_err(|reason| StartError::Listen { address, flag, reason })
}

/// Says which default port was taken, for the ready line and the log.
fn notice(listener: &Listener) -> Option<String> {
    let Listener { asked, address, is_fallback, .. } = listener;
    is_fallback.then(|| format!("{asked} is taken by another program: listening on {address} instead"))
}

/// Tells UIs when something hinders the store, and when it no longer does.
async fn announce_store_state(ingest: Ingest, mut stopping: watch::Receiver<bool>) {
    let mut states = ingest.store().states();
    loop {
        tokio::select! {
            changed = states.changed() => match changed {
                Ok(()) => ingest.announce([Change::StoreState]),
                Err(_) => return,
            },
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

impl Running {
    /// Returns what the ready line says.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Returns the address of the UI, for a browser on this machine.
    pub fn http_url(&self) -> String {
        let address = self.ready.http.parse().map_or_else(|_| self.ready.http.clone(), from_here);
        format!("http://{address}/")
    }

    /// Returns the token that every request must carry, if one is wanted.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Returns the data folder.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Takes no new connections, answers what is under way, stores what is queued, and gives the data folder back.
    pub async fn stop(mut self) -> Result<(), StopError> {
        let _ = self.stop.send(true);
        let drained = async { while self.servers.join_next().await.is_some() {} };
        if timeout(MAX_DRAIN, drained).await.is_err() {
            tracing::warn!("connections were still open after {} s and are cut", MAX_DRAIN.as_secs());
            self.servers.shutdown().await;
        }
        Ok(self.store.close().await?)
    }
}
