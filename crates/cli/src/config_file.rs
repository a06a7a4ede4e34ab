//! `config.toml`: the same keys as the flags of `serve`, with underscores.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use crate::grammar::SynchronousArg;

/// The file's content. An unknown key is an error that names it: a typing mistake must not pass in silence.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigFile {
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) otlp_http: Option<SocketAddr>,
    pub(crate) otlp_grpc: Option<SocketAddr>,
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) allow_hosts: Option<Vec<String>>,
    pub(crate) allow_origins: Option<Vec<String>>,
    pub(crate) token: Option<String>,
    pub(crate) max_body_bytes: Option<usize>,
    pub(crate) max_queue_bytes: Option<usize>,
    pub(crate) max_inbox_requests: Option<usize>,
    pub(crate) max_inbox_bytes: Option<usize>,
    pub(crate) max_request_spans: Option<usize>,
    pub(crate) max_value_bytes: Option<usize>,
    pub(crate) max_value_depth: Option<usize>,
    pub(crate) max_connections: Option<usize>,
    pub(crate) max_live_streams: Option<usize>,
    pub(crate) read_timeout_seconds: Option<usize>,
    pub(crate) prices: Option<PathBuf>,
    pub(crate) synchronous: Option<SynchronousArg>,
    pub(crate) log: Option<String>,
    pub(crate) demo: Option<bool>,
}

/// Reads a file of settings. One that nobody named need not exist.
pub(crate) fn read(path: &Path, is_named: bool) -> anyhow::Result<ConfigFile> {
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text).with_context(|| format!("{} is not valid", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound && !is_named => Ok(ConfigFile::default()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}
