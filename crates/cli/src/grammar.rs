//! What may be typed. Every flag of `serve` has an environment variable and a key in `config.toml` of the same name.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::compare::Limit;

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
    /// Compares two traces: what differs, what the difference is made of, and where it began
    Compare(CompareArgs),
    /// Ends with exit code 1 if a trace is worse than a baseline by more than is allowed, for CI
    Check(CheckArgs),
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

/// Two traces, and how to tell what differs.
#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// The trace that is compared with: a trace id, or a file of OTLP (JSON or protobuf; `FILE#ID` if it holds several traces)
    pub baseline: String,
    /// The trace in question, likewise
    pub candidate: String,
    /// Where to find it.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Prints the JSON document, which docs/formats/comparison.md describes
    #[arg(long, conflicts_with = "html")]
    pub json: bool,
    /// Prints one HTML file that needs nothing else
    #[arg(long)]
    pub html: bool,
    /// Lists the spans too: in text those that differ, in JSON each of either side
    #[arg(long)]
    pub rows: bool,
}

/// A trace, a baseline, and what may be worse.
#[derive(Debug, Clone, Args)]
#[command(group(clap::ArgGroup::new("limits").required(true).multiple(true)))]
pub struct CheckArgs {
    /// The trace in question: a trace id, or a file of OTLP (JSON or protobuf; `FILE#ID` if it holds several traces)
    pub candidate: String,
    /// The trace that it is compared with, likewise
    #[arg(long, value_name = "TRACE")]
    pub baseline: String,
    /// Where to find them.
    #[command(flatten)]
    pub source: SourceArgs,
    /// By how much it may take longer, such as +10% or +250ms
    #[arg(long, value_name = "LIMIT", group = "limits", allow_hyphen_values = true, value_parser = crate::compare::Limit::duration)]
    pub max_duration: Option<Limit>,
    /// By how much it may cost more, such as +5% or +0.002 (dollars)
    #[arg(long, value_name = "LIMIT", group = "limits", allow_hyphen_values = true, value_parser = crate::compare::Limit::cost)]
    pub max_cost: Option<Limit>,
    /// How many more tokens it may use, such as +5% or +200
    #[arg(long, value_name = "LIMIT", group = "limits", allow_hyphen_values = true, value_parser = crate::compare::Limit::tokens)]
    pub max_tokens: Option<Limit>,
    /// No span may fail whose like in the baseline did not
    #[arg(long, group = "limits")]
    pub no_new_errors: bool,
}

/// Where trace ids are looked up.
#[derive(Debug, Clone, Args)]
pub struct SourceArgs {
    /// Address of a running Traceloupe that knows the trace ids, such as http://127.0.0.1:5000
    #[arg(long, value_name = "URL", env = "TRACELOUPE_SERVER", conflicts_with = "data_dir")]
    pub server: Option<String>,
    /// Folder of the database that knows the trace ids; a Traceloupe that runs on it is asked [default: that of the app]
    #[arg(long, value_name = "DIR", env = "TRACELOUPE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Bearer token, if the server wants one
    #[arg(long, value_name = "TOKEN", env = "TRACELOUPE_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
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
