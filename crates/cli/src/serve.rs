//! `traceloupe serve`: the server without a window.

use std::io::Write as _;

use anyhow::Context as _;

use crate::grammar::ServeArgs;
use crate::logging::log_to_stderr;
use crate::resolve::{Resolved, Shown, resolve_all};

pub(crate) fn run(arguments: &ServeArgs) -> anyhow::Result<()> {
    let resolved = resolve_all(arguments, &|name| std::env::var(name).ok())?;
    if arguments.print_config {
        return print_config(&resolved.shown);
    }
    log_to_stderr(&resolved.log)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads to run on")?;
    runtime.block_on(serve(resolved))
}

async fn serve(resolved: Resolved) -> anyhow::Result<()> {
    // Listening for signals comes first: one that arrives during the start must stop us as well.
    let stop = stop_signal().context("signals cannot be listened to")?;
    let running = server::start(resolved.config).await?;
    let ready = serde_json::to_string(running.ready()).context("the ready line")?;
    // A pipe is block-buffered, and whoever started us waits for this line. One that is closed is nobody's loss.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "{ready}").and_then(|()| stdout.flush());
    tracing::info!(url = running.http_url(), "listening");
    stop.await;
    tracing::info!("stopping");
    running.stop().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Waits for SIGINT or SIGTERM, or what the system has in their place. Listening begins with this call.
#[cfg(unix)]
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C, or for the console or session to close. Listening begins with this call.
#[cfg(windows)]
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::windows::{ctrl_c, ctrl_close, ctrl_shutdown};
    let (mut interrupt, mut close, mut shutdown) = (ctrl_c()?, ctrl_close()?, ctrl_shutdown()?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = close.recv() => {}
            _ = shutdown.recv() => {}
        }
    })
}

#[expect(clippy::print_stdout, reason = "the result of this command")]
fn print_config(shown: &[Shown]) -> anyhow::Result<()> {
    let width = shown.iter().map(|setting| setting.name.len() + setting.value.len()).max().unwrap_or(0) + 3;
    for Shown { name, value, source } in shown {
        let line = format!("{name} = {value}");
        println!("{line:width$}  # {source}");
    }
    Ok(())
}
