//! Each setting from the first source that has it: flag, environment, file, default.

use std::fmt::{self, Debug, Display};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context as _;
use clap::ValueEnum as _;
use server::{Config, ListenAddress, Synchronous};

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

/// Looks settings up, and notes where it found them.
struct Resolver<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    file: PathBuf,
    shown: Vec<Shown>,
}

impl Resolver<'_> {
    /// Takes the first of flag, environment and file.
    fn pick<T: Clone>(
        &mut self,
        name: &'static str,
        variable: &'static str,
        flag: Option<T>,
        parse: impl Fn(&str) -> anyhow::Result<T>,
        in_file: Option<T>,
        default: impl FnOnce() -> anyhow::Result<T>,
        show: impl Fn(&T) -> String,
    ) -> anyhow::Result<(T, bool)> {
        let from_environment = match (self.environment)(variable) {
            Some(text) => Some(parse(&text).with_context(|| format!("the environment variable {variable} is not valid"))?),
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
        let is_default = source == Source::Default;
        self.shown.push(Shown { name, value: show(&value), source });
        Ok((value, is_default))
    }

    fn address(
        &mut self,
        name: &'static str,
        variable: &'static str,
        flag: Option<SocketAddr>,
        in_file: Option<SocketAddr>,
        default: ListenAddress,
    ) -> anyhow::Result<ListenAddress> {
        let (address, is_default) =
            self.pick(name, variable, flag, parsed, in_file, || Ok(default.address), SocketAddr::to_string)?;
        Ok(ListenAddress { address, is_default })
    }
}

fn parsed<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(text: &str) -> anyhow::Result<T> {
    text.parse().with_context(|| format!("{text:?}"))
}

fn words(text: &str) -> anyhow::Result<Vec<String>> {
    Ok(text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

fn joined(words: &Vec<String>) -> String {
    words.join(",")
}

pub(crate) fn resolve_all(
    arguments: &ServeArgs,
    environment: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<Resolved> {
    let named_file = arguments.config.clone().or_else(|| environment("TRACELOUPE_CONFIG").map(PathBuf::from));
    let is_named = named_file.is_some();
    // Without a home folder there is no file, and a data folder must be given.
    let file = named_file.or_else(|| directories::default_config_file().ok());
    let from_file = match &file {
        Some(path) => config_file::read(path, is_named)?,
        None => ConfigFile::default(),
    };
    let mut resolver = Resolver { environment, file: file.unwrap_or_default(), shown: Vec::new() };
    let flags = arguments.clone();
    let defaults = Config::new(PathBuf::new());
    let some = |words: Vec<String>| (!words.is_empty()).then_some(words);
    let text = |text: &str| Ok(text.to_owned());
    let mut config = Config::new(PathBuf::new());
    let r = &mut resolver;
    config.listen = r.address("listen", "TRACELOUPE_LISTEN", flags.listen, from_file.listen, defaults.listen)?;
    config.otlp_http =
        r.address("otlp_http", "TRACELOUPE_OTLP_HTTP", flags.otlp_http, from_file.otlp_http, defaults.otlp_http)?;
    config.otlp_grpc =
        r.address("otlp_grpc", "TRACELOUPE_OTLP_GRPC", flags.otlp_grpc, from_file.otlp_grpc, defaults.otlp_grpc)?;
    (config.data_dir, _) = r.pick(
        "data_dir",
        "TRACELOUPE_DATA_DIR",
        flags.data_dir,
        |text| Ok(PathBuf::from(text)),
        from_file.data_dir,
        directories::default_data_dir,
        |path| path.display().to_string(),
    )?;
    (config.allow_hosts, _) = r.pick(
        "allow_hosts",
        "TRACELOUPE_ALLOW_HOSTS",
        some(flags.allow_hosts),
        words,
        from_file.allow_hosts,
        || Ok(defaults.allow_hosts),
        joined,
    )?;
    (config.allow_origins, _) = r.pick(
        "allow_origins",
        "TRACELOUPE_ALLOW_ORIGINS",
        some(flags.allow_origins),
        words,
        from_file.allow_origins,
        || Ok(defaults.allow_origins),
        joined,
    )?;
    (config.token, _) = r.pick(
        "token",
        "TRACELOUPE_TOKEN",
        flags.token.map(Some),
        |token| Ok(Some(token.to_owned())),
        from_file.token.map(Some),
        || Ok(None),
        // A secret is not printed.
        |token| if token.is_some() { "(set)".to_owned() } else { String::new() },
    )?;
    (config.max_body_bytes, _) = r.pick(
        "max_body_bytes",
        "TRACELOUPE_MAX_BODY_BYTES",
        flags.max_body_bytes,
        parsed,
        from_file.max_body_bytes,
        || Ok(defaults.max_body_bytes),
        usize::to_string,
    )?;
    (config.max_queue_bytes, _) = r.pick(
        "max_queue_bytes",
        "TRACELOUPE_MAX_QUEUE_BYTES",
        flags.max_queue_bytes,
        parsed,
        from_file.max_queue_bytes,
        || Ok(defaults.max_queue_bytes),
        usize::to_string,
    )?;
    let (synchronous, _) = r.pick(
        "synchronous",
        "TRACELOUPE_SYNCHRONOUS",
        flags.synchronous,
        |text| SynchronousArg::from_str(text, true).map_err(|error| anyhow::anyhow!("{error}: normal or full")),
        from_file.synchronous,
        || Ok(SynchronousArg::Normal),
        |level| format!("{level:?}").to_lowercase(),
    )?;
    config.synchronous = match synchronous {
        SynchronousArg::Normal => Synchronous::Normal,
        SynchronousArg::Full => Synchronous::Full,
    };
    let (log, _) =
        r.pick("log", "TRACELOUPE_LOG", flags.log, text, from_file.log, || Ok("info".to_owned()), String::clone)?;
    (config.demo, _) = r.pick(
        "demo",
        "TRACELOUPE_DEMO",
        flags.demo.then_some(true),
        parsed,
        from_file.demo,
        || Ok(false),
        bool::to_string,
    )?;
    Ok(Resolved { config, log, shown: resolver.shown })
}

#[cfg(test)]
mod tests;
