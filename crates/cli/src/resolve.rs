//! Each setting from the first source that has it: flag, environment, file, default.

use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context as _;
use clap::ValueEnum as _;
use server::{Config, ListenAddress, MAX_VALUE_DEPTH, Synchronous};

use crate::config_file::{self, ConfigFile};
use crate::directories;
use crate::grammar::{ServeArgs, SynchronousArg};

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Flag,
    Environment(&'static str),
    File(PathBuf),
    Default,
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting as `--print-config` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) source: Source,
}

/// The settings, and where each comes from.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) config: Config,
    pub(crate) log: String,
    pub(crate) shown: Vec<Shown>,
}

/// Returns the settings of a server.
pub fn resolve(arguments: &ServeArgs) -> anyhow::Result<Config> {
    Ok(resolve_all(arguments, &|name| std::env::var(name).ok())?.config)
}

/// A day: who waits longer for a request waits for ever.
const MAX_READ_TIMEOUT_SECONDS: usize = 86_400;

/// How a setting is read from the environment, and shown.
struct Codec<T> {
    parse: fn(&str) -> anyhow::Result<T>,
    show: fn(&T) -> String,
}

const ADDRESS: Codec<SocketAddr> = Codec { parse: parsed, show: SocketAddr::to_string };
const NUMBER: Codec<usize> = Codec { parse: parsed, show: usize::to_string };
const SWITCH: Codec<bool> = Codec { parse: parsed, show: bool::to_string };
const TEXT: Codec<String> = Codec { parse: |text| Ok(text.to_owned()), show: String::clone };
const FOLDER: Codec<PathBuf> =
    Codec { parse: |text| Ok(PathBuf::from(text)), show: |path| path.display().to_string() };
const FILE: Codec<Option<PathBuf>> = Codec {
    parse: |text| Ok(Some(PathBuf::from(text))),
    show: |path| path.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
};
const WORDS: Codec<Vec<String>> = Codec { parse: words, show: |words| words.join(",") };
const LEVEL: Codec<SynchronousArg> = Codec {
    parse: |text| {
        SynchronousArg::from_str(text, true).map_err(|error| anyhow::anyhow!("{error}: normal or full"))
    },
    show: |level| format!("{level:?}").to_lowercase(),
};
/// A secret is not printed.
const SECRET: Codec<Option<String>> = Codec {
    parse: |token| Ok(Some(token.to_owned())),
    show: |token| if token.is_some() { "(set)".to_owned() } else { String::new() },
};

/// What a cookie's value may be made of: <https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1>
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}

fn parsed<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(text: &str) -> anyhow::Result<T> {
    text.parse().with_context(|| format!("{text:?}"))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a codec")]
fn words(text: &str) -> anyhow::Result<Vec<String>> {
    Ok(text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

/// Returns what to log, which is not the server's to know.
pub fn log_filter(arguments: &ServeArgs) -> anyhow::Result<String> {
    Ok(resolve_all(arguments, &|name| std::env::var(name).ok())?.log)
}

/// Looks settings up, and notes where it found them.
struct Resolver<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    file: PathBuf,
    shown: Vec<Shown>,
}

impl Resolver<'_> {
    /// Takes the first of flag, environment, file and default, and notes which it was.
    fn pick<T>(
        &mut self,
        name: &'static str,
        codec: &Codec<T>,
        flag: Option<T>,
        in_file: Option<T>,
        default: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let variable = variable_of(name);
        // As OpenTelemetry has it, a variable that is set to nothing is not set: `TRACELOUPE_TOKEN=` must open no door.
        let from_environment = match (self.environment)(variable).filter(|text| !text.is_empty()) {
            Some(text) => Some(
                (codec.parse)(&text)
                    .with_context(|| format!("the environment variable {variable} is not valid"))?,
            ),
            None => None,
        };
        let (value, source) = if let Some(value) = flag {
            (value, Source::Flag)
        } else if let Some(value) = from_environment {
            (value, Source::Environment(variable))
        } else if let Some(value) = in_file {
            (value, Source::File(self.file.clone()))
        } else {
            (default()?, Source::Default)
        };
        self.shown.push(Shown { name, value: (codec.show)(&value), source });
        Ok(value)
    }

    fn number(
        &mut self,
        name: &'static str,
        flag: Option<usize>,
        in_file: Option<usize>,
        default: usize,
        allowed: RangeInclusive<usize>,
    ) -> anyhow::Result<usize> {
        let number = self.pick(name, &NUMBER, flag, in_file, || Ok(default))?;
        let (least, most) = (allowed.start(), allowed.end());
        anyhow::ensure!(allowed.contains(&number), "{name} is {number}, but must be from {least} to {most}");
        Ok(number)
    }

    fn token(&mut self, flag: Option<String>, in_file: Option<String>) -> anyhow::Result<Option<String>> {
        let token = self.pick("token", &SECRET, flag.map(Some), in_file.map(Some), || Ok(None))?;
        if let Some(token) = &token {
            let source = self.shown.last().map_or(&Source::Default, |shown| &shown.source);
            anyhow::ensure!(
                !token.is_empty() && token.bytes().all(is_token_byte),
                "the token ({source}) must be visible ASCII characters without quotes, commas, semicolons and backslashes, for \
                 headers and cookies carry it"
            );
        }
        Ok(token)
    }

    fn address(
        &mut self,
        name: &'static str,
        flag: Option<SocketAddr>,
        in_file: Option<SocketAddr>,
        default: ListenAddress,
    ) -> anyhow::Result<ListenAddress> {
        let address = self.pick(name, &ADDRESS, flag, in_file, || Ok(default.address))?;
        let is_default = self.shown.last().is_some_and(|shown| shown.source == Source::Default);
        Ok(ListenAddress { address, is_default })
    }
}

/// Returns the environment variable of a setting.
fn variable_of(name: &str) -> &'static str {
    match name {
        "listen" => "TRACELOUPE_LISTEN",
        "otlp_http" => "TRACELOUPE_OTLP_HTTP",
        "otlp_grpc" => "TRACELOUPE_OTLP_GRPC",
        "data_dir" => "TRACELOUPE_DATA_DIR",
        "allow_hosts" => "TRACELOUPE_ALLOW_HOSTS",
        "allow_origins" => "TRACELOUPE_ALLOW_ORIGINS",
        "token" => "TRACELOUPE_TOKEN",
        "max_body_bytes" => "TRACELOUPE_MAX_BODY_BYTES",
        "max_queue_bytes" => "TRACELOUPE_MAX_QUEUE_BYTES",
        "max_inbox_requests" => "TRACELOUPE_MAX_INBOX_REQUESTS",
        "max_inbox_bytes" => "TRACELOUPE_MAX_INBOX_BYTES",
        "max_request_spans" => "TRACELOUPE_MAX_REQUEST_SPANS",
        "max_value_bytes" => "TRACELOUPE_MAX_VALUE_BYTES",
        "max_value_depth" => "TRACELOUPE_MAX_VALUE_DEPTH",
        "max_connections" => "TRACELOUPE_MAX_CONNECTIONS",
        "max_live_streams" => "TRACELOUPE_MAX_LIVE_STREAMS",
        "read_timeout_seconds" => "TRACELOUPE_READ_TIMEOUT_SECONDS",
        "prices" => "TRACELOUPE_PRICES",
        "synchronous" => "TRACELOUPE_SYNCHRONOUS",
        "log" => "TRACELOUPE_LOG",
        "demo" => "TRACELOUPE_DEMO",
        other => unreachable!("invariant: the settings are named here alone, and {other} is none"),
    }
}

pub(crate) fn resolve_all(
    arguments: &ServeArgs,
    environment: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<Resolved> {
    let named_file = arguments
        .config
        .clone()
        .or_else(|| environment("TRACELOUPE_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from));
    let is_named = named_file.is_some();
    // Without a home folder there is no file, and a data folder must be given.
    let path = named_file.or_else(|| directories::default_config_file().ok());
    let file = match &path {
        Some(path) => config_file::read(path, is_named)?,
        None => ConfigFile::default(),
    };
    let mut resolver = Resolver { environment, file: path.unwrap_or_default(), shown: Vec::new() };
    let r = &mut resolver;
    let flags = arguments.clone();
    let some = |words: Vec<String>| (!words.is_empty()).then_some(words);
    let defaults = Config::new(PathBuf::new());
    let config = Config {
        listen: r.address("listen", flags.listen, file.listen, defaults.listen)?,
        otlp_http: r.address("otlp_http", flags.otlp_http, file.otlp_http, defaults.otlp_http)?,
        otlp_grpc: r.address("otlp_grpc", flags.otlp_grpc, file.otlp_grpc, defaults.otlp_grpc)?,
        data_dir: r.pick(
            "data_dir",
            &FOLDER,
            flags.data_dir,
            file.data_dir,
            directories::default_data_dir,
        )?,
        allow_hosts: r.pick("allow_hosts", &WORDS, some(flags.allow_hosts), file.allow_hosts, || {
            Ok(defaults.allow_hosts)
        })?,
        allow_origins: r.pick(
            "allow_origins",
            &WORDS,
            some(flags.allow_origins),
            file.allow_origins,
            || Ok(defaults.allow_origins),
        )?,
        token: r.token(flags.token, file.token)?,
        max_body_bytes: r.number(
            "max_body_bytes",
            flags.max_body_bytes,
            file.max_body_bytes,
            defaults.max_body_bytes,
            1..=usize::MAX,
        )?,
        max_queue_bytes: r.number(
            "max_queue_bytes",
            flags.max_queue_bytes,
            file.max_queue_bytes,
            defaults.max_queue_bytes,
            1..=usize::MAX,
        )?,
        max_inbox_requests: r.pick(
            "max_inbox_requests",
            &NUMBER,
            flags.max_inbox_requests,
            file.max_inbox_requests,
            || Ok(defaults.max_inbox_requests),
        )?,
        max_inbox_bytes: r.pick(
            "max_inbox_bytes",
            &NUMBER,
            flags.max_inbox_bytes,
            file.max_inbox_bytes,
            || Ok(defaults.max_inbox_bytes),
        )?,
        max_request_spans: r.number(
            "max_request_spans",
            flags.max_request_spans,
            file.max_request_spans,
            defaults.max_request_spans,
            1..=usize::MAX,
        )?,
        max_value_bytes: r.number(
            "max_value_bytes",
            flags.max_value_bytes,
            file.max_value_bytes,
            defaults.max_value_bytes,
            1..=usize::MAX,
        )?,
        max_value_depth: r.number(
            "max_value_depth",
            flags.max_value_depth,
            file.max_value_depth,
            defaults.max_value_depth,
            1..=MAX_VALUE_DEPTH,
        )?,
        max_connections: r.number(
            "max_connections",
            flags.max_connections,
            file.max_connections,
            defaults.max_connections,
            1..=usize::MAX >> 4,
        )?,
        max_live_streams: r.number(
            "max_live_streams",
            flags.max_live_streams,
            file.max_live_streams,
            defaults.max_live_streams,
            1..=usize::MAX >> 4,
        )?,
        read_timeout_seconds: r.number(
            "read_timeout_seconds",
            flags.read_timeout_seconds,
            file.read_timeout_seconds,
            defaults.read_timeout_seconds,
            1..=MAX_READ_TIMEOUT_SECONDS,
        )?,
        prices: r
            .pick("prices", &FILE, flags.prices.map(Some), file.prices.map(Some), || Ok(defaults.prices))?,
        synchronous: match r
            .pick("synchronous", &LEVEL, flags.synchronous, file.synchronous, || Ok(SynchronousArg::Normal))?
        {
            SynchronousArg::Normal => Synchronous::Normal,
            SynchronousArg::Full => Synchronous::Full,
        },
        demo: r.pick("demo", &SWITCH, flags.demo.then_some(true), file.demo, || Ok(defaults.demo))?,
    };
    let log = r.pick("log", &TEXT, flags.log, file.log, || Ok("info".to_owned()))?;
    Ok(Resolved { config, log, shown: resolver.shown })
}

#[cfg(test)]
mod tests;
