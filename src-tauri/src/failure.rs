//! What went wrong, told where the person looks: in a dialog, and through the log on stderr and in the file.

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
    tracing::error!("cannot start: {message}");
    let handle = app.clone();
    app.dialog()
        .message(message)
        .title("Traceloupe cannot start")
        .kind(MessageDialogKind::Error)
        .show(move |_| handle.exit(1));
}
