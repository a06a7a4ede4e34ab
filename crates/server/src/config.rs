//! Everything that the server is told at start. `docs/settings.md` describes each setting for users.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use proto::otlp::Limits;
pub use store::Synchronous;

/// The most that [`Config::max_value_depth`] may be: deeper values could not be stored.
pub const MAX_VALUE_DEPTH: usize = Limits::DEEPEST_VALUE;

/// Where to listen, and whether the user said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenAddress {
    /// Address and port; port 0 picks a free one.
    pub address: SocketAddr,
    /// Whether it is the default: one that is taken is replaced by a free one, where an address that the user asked for is an error.
    pub is_default: bool,
}

impl ListenAddress {
    /// The default on loopback.
    pub const fn default_port(port: u16) -> Self {
        Self { address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port), is_default: true }
    }

    /// An address that the user asked for.
    pub const fn asked(address: SocketAddr) -> Self {
        Self { address, is_default: false }
    }
}

/// Settings of one server. Counts, bytes and seconds are at least 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// UI, REST API and OTLP/HTTP.
    pub listen: ListenAddress,
    /// OTLP/HTTP on its standard port.
    pub otlp_http: ListenAddress,
    /// OTLP/gRPC on its standard port.
    pub otlp_grpc: ListenAddress,
    /// Folder of the database, its lock, logs and crash reports.
    pub data_dir: PathBuf,
    /// Host names that requests may name beside `localhost` and IP literals.
    pub allow_hosts: Vec<String>,
    /// Origins that may change state beside our own and localhost.
    pub allow_origins: Vec<String>,
    /// Bearer token that every request must carry; needed to listen beyond this machine.
    pub token: Option<String>,
    /// Largest body of a request after decompression, in bytes.
    pub max_body_bytes: usize,
    /// Bytes of writes that may wait for the disk.
    pub max_queue_bytes: usize,
    /// Payloads that the inbox of rejected requests keeps, and groups of failures that it tells.
    pub max_inbox_requests: usize,
    /// Bytes of payloads that the inbox keeps, compressed.
    pub max_inbox_bytes: usize,
    /// Spans or log records in one request.
    pub max_request_spans: usize,
    /// Bytes of one text or bytes value of an attribute.
    pub max_value_bytes: usize,
    /// Lists within lists of an attribute value that are kept as such; at most [`MAX_VALUE_DEPTH`].
    pub max_value_depth: usize,
    /// Connections at once, over all listeners.
    pub max_connections: usize,
    /// Live-event streams at once.
    pub max_live_streams: usize,
    /// Seconds that the head of a request, and then its body, may take to arrive.
    pub read_timeout_seconds: usize,
    /// File of the user's model prices, which come before the bundled ones.
    pub prices: Option<PathBuf>,
    /// What a commit survives.
    pub synchronous: Synchronous,
    /// Whether to load the demo data at start.
    pub demo: bool,
}

impl Config {
    /// The defaults, with a data folder.
    pub fn new(data_dir: PathBuf) -> Self {
        let limits = Limits::default();
        Self {
            listen: ListenAddress::default_port(5000),
            otlp_http: ListenAddress::default_port(4318),
            otlp_grpc: ListenAddress::default_port(4317),
            data_dir,
            allow_hosts: Vec::new(),
            allow_origins: Vec::new(),
            token: None,
            // The MLflow SDK posts up to 16 MB and more; OTel batches stay far below.
            max_body_bytes: 64 << 20,
            max_queue_bytes: 128 << 20,
            max_inbox_requests: 1000,
            max_inbox_bytes: 64 << 20,
            max_request_spans: limits.max_spans,
            max_value_bytes: limits.max_value_bytes,
            max_value_depth: limits.max_value_depth,
            // Below the 1,024 files that a process may open by default.
            max_connections: 512,
            max_live_streams: 64,
            read_timeout_seconds: 60,
            prices: None,
            synchronous: Synchronous::Normal,
            demo: false,
        }
    }

    /// The user's token. An empty one would be no protection, and is none.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref().filter(|token| !token.is_empty())
    }

    /// What one request may hold.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            max_spans: self.max_request_spans,
            max_value_depth: self.max_value_depth.min(MAX_VALUE_DEPTH),
            max_value_bytes: self.max_value_bytes,
        }
    }
}
