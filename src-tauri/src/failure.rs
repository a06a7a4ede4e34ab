//! What went wrong, told where the person looks: in a dialog, on stderr, and in the log.

use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};

/// Tells that the page keeps dying. The server goes on: a browser may still show it.
#[cfg(target_os = "linux")]
pub fn tell_page_is_gone(app: &AppHandle) {
    app.dialog()
        .message("The page crashed twice. Nothing that was received is lost: close the window and start Traceloupe again.")
        .title("Traceloupe")
        .kind(MessageDialogKind::Error)
        .show(|_| {});
}

/// Tells why the app cannot start, and ends the app with exit code 1 once the person has read it.
pub fn tell_and_exit(app: &AppHandle, error: &anyhow::Error) {
    let message = format!("{error:#}");
    // The log, which goes to stderr too, may not have begun, or may be silenced.
    if tracing::enabled!(tracing::Level::ERROR) {
        tracing::error!("cannot start: {message}");
    } else {
        eprintln!("traceloupe-desktop: {message}");
    }
    let handle = app.clone();
    app.dialog()
        .message(message)
        .title("Traceloupe cannot start")
        .kind(MessageDialogKind::Error)
        .show(move |_| handle.exit(1));
}
