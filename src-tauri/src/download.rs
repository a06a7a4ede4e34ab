//! Downloads: where a file goes, and how the person learns that it is there. A web view shows neither.

use std::path::{Path, PathBuf};

use tauri::webview::DownloadEvent;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tauri_plugin_opener::OpenerExt as _;

/// Handles an event of a download.
pub fn handle(app: &AppHandle, event: DownloadEvent<'_>) {
    match event {
        DownloadEvent::Requested { destination, .. } => {
            // Without a downloads folder the web view takes the working folder, which may be anything.
            if app.path().download_dir().is_err()
                && let Ok(home) = app.path().home_dir()
                && let Some(name) = destination.file_name()
            {
                *destination = free_path(&home, Path::new(name));
            }
        }
        DownloadEvent::Finished { path: Some(path), success: true, .. } => show(app, &path),
        DownloadEvent::Finished { success: true, .. } => {}
        DownloadEvent::Finished { url, .. } => {
            tracing::warn!(%url, "download failed");
            app.dialog()
                .message("The download failed.")
                .title("Traceloupe")
                .kind(MessageDialogKind::Error)
                .show(|_| {});
        }
        _ => {}
    }
}

/// Returns a path in `folder` that is not taken: `name`, else `name (1)` and so on.
fn free_path(folder: &Path, name: &Path) -> PathBuf {
    let stem = name.file_stem().unwrap_or_default().to_string_lossy();
    let extension =
        name.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    let mut path = folder.join(name);
    let mut n_taken = 0_u32;
    while path.exists() {
        n_taken += 1;
        path = folder.join(format!("{stem} ({n_taken}){extension}"));
    }
    path
}

/// Shows the file in the file manager, or says where it is.
fn show(app: &AppHandle, path: &Path) {
    tracing::info!(path = %path.display(), "downloaded");
    if let Err(error) = app.opener().reveal_item_in_dir(path) {
        tracing::debug!("no file manager shows the download: {error}");
        app.dialog().message(format!("Saved as {}", path.display())).title("Traceloupe").show(|_| {});
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let name = Path::new("trace.json");
        assert_eq!(free_path(folder.path(), name), folder.path().join("trace.json"));
        std::fs::write(folder.path().join("trace.json"), "").unwrap();
        assert_eq!(free_path(folder.path(), name), folder.path().join("trace (1).json"));
        std::fs::write(folder.path().join("trace (1).json"), "").unwrap();
        assert_eq!(free_path(folder.path(), name), folder.path().join("trace (2).json"));
        assert_eq!(free_path(folder.path(), Path::new("plain")), folder.path().join("plain"));
    }
}
