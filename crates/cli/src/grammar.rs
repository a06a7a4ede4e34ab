//! What may be typed. Every flag of `serve` has an environment variable and a key in `config.toml` of the same name.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

/// Traceloupe: a trace viewer that listens on this machine for OpenTelemetry and MLflow.
#[derive(Debug, Parser)]
#[command(name = "traceloupe", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// Without a command the desktop app opens.
    #[command(subcommand)]
    pub command: Option<Subcommand>,
}

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Serves without a window: prints one JSON line when it is ready, logs to stderr, stops on SIGINT and SIGTERM
    Serve(Box<ServeArgs>),
    /// Prints the OpenAPI document of the UI API
    #[command(hide = true)]
    Openapi,
}

/// Settings of the server. What is not given comes from the environment, the file, or the defaults, in this order.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    /// UI, REST API and OTLP/HTTP [default: 127.0.0.1:5000, and [::1] beside it; port 0 picks a free one]
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: Option<SocketAddr>,
    /// OTLP/HTTP on its standard port [default: 127.0.0.1:4318]
    #[arg(long, value_name = "HOST:PORT")]
    pub otlp_http: Option<SocketAddr>,
    /// OTLP/gRPC on its standard port [default: 127.0.0.1:4317]
    #[arg(long, value_name = "HOST:PORT")]
    pub otlp_grpc: Option<SocketAddr>,
    /// Folder of the database [default: the system's folder for application data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Host name that requests may name beside localhost and IP addresses; may be repeated
    #[arg(long = "allow-host", value_name = "NAME")]
    pub allow_hosts: Vec<String>,
    /// Origin of web pages that may send traces and change data, such as https://app.example; may be repeated
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub allow_origins: Vec<String>,
    /// Bearer token that every request must carry; made and printed if other machines can reach the server
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Largest body of a request after decompression, in bytes [default: 67108864]
    #[arg(long, value_name = "BYTES")]
    pub max_body_bytes: Option<usize>,
    /// Bytes of writes that may wait for the disk [default: 134217728]
    #[arg(long, value_name = "BYTES")]
    pub max_queue_bytes: Option<usize>,
    /// Requests that the inbox of rejected requests keeps, the newest ones [default: 1000]
    #[arg(long, value_name = "N")]
    pub max_inbox_requests: Option<usize>,
    /// Bytes of payloads that the inbox keeps, compressed [default: 67108864]
    #[arg(long, value_name = "BYTES")]
    pub max_inbox_bytes: Option<usize>,
    /// Spans or log records in one request; more refuse it [default: 100000]
    #[arg(long, value_name = "N")]
    pub max_request_spans: Option<usize>,
    /// Bytes of one text or bytes value of an attribute; a larger one rejects its span [default: 16777216]
    #[arg(long, value_name = "BYTES")]
    pub max_value_bytes: Option<usize>,
    /// Lists within lists of an attribute value that are kept as such, at most 31; deeper ones become JSON text [default: 31]
    #[arg(long, value_name = "N")]
    pub max_value_depth: Option<usize>,
    /// Connections at once [default: 512]
    #[arg(long, value_name = "N")]
    pub max_connections: Option<usize>,
    /// Live-event streams at once, one for each browser [default: 64]
    #[arg(long, value_name = "N")]
    pub max_live_streams: Option<usize>,
    /// Time that the head of a request, and then its body, may take to arrive [default: 60]
    #[arg(long, value_name = "SECONDS")]
    pub read_timeout_seconds: Option<usize>,
    /// File of model prices, in JSON, that come before the bundled ones
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// What an acknowledged write survives: the death of the process, or also of the power [default: normal]
    #[arg(long, value_name = "LEVEL")]
    pub synchronous: Option<SynchronousArg>,
    /// What to log, such as `debug` or `info,store=trace` [default: info]
    #[arg(long, value_name = "FILTER")]
    pub log: Option<String>,
    /// Loads the demo traces
    #[arg(long)]
    pub demo: bool,
    /// File of settings [default: config.toml in the system's folder for settings]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Prints each setting with where it comes from, and ends
    #[arg(long)]
    pub print_config: bool,
}

/// What a commit survives, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SynchronousArg {
    /// The death of the process.
    Normal,
    /// The death of the power too.
    Full,
}
