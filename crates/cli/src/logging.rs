//! Logs go to stderr; stdout belongs to the ready line and to the results of commands.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

/// Begins to log to stderr. `filter` is a level or tracing's filter syntax.
pub fn log_to_stderr(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).with_context(|| format!("--log {filter:?} is not valid"))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .finish();
    // Already set when another part of the process did so first.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}
