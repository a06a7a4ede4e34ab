//! Ends the app in good order when the system asks: window state saved, server stopped, exit code 0.

use tauri::AppHandle;

/// Watches for the signals that ask a program to end.
pub fn exit_on_request(app: &AppHandle) {
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        let signal = next_request().await;
        tracing::info!(signal, "asked to end");
        handle.exit(0);
    });
}

#[cfg(unix)]
async fn next_request() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    // Registering fails only without a runtime.
    let watch = |kind| signal(kind).expect("the runtime watches signals");
    let mut terminate = watch(SignalKind::terminate());
    let mut interrupt = watch(SignalKind::interrupt());
    let mut hang_up = watch(SignalKind::hangup());
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
        _ = hang_up.recv() => "SIGHUP",
    }
}

#[cfg(not(unix))]
async fn next_request() -> &'static str {
    match tokio::signal::ctrl_c().await {
        Ok(()) => "Ctrl-C",
        // Then there is no console to press it on.
        Err(_) => std::future::pending().await,
    }
}
