//! A start that failed, told where the person looks: in a dialog, and through the log on stderr and in the file.

use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};

/// Tells why, and ends the app with exit code 1 once the person has read it.
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
