//! The window: a web view that stays on the server's origin and hands everything else to the system.

use anyhow::{Context as _, Result};
use tauri::webview::{DownloadEvent, NewWindowResponse};
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tauri_plugin_opener::OpenerExt as _;

/// Label of the one window.
const MAIN: &str = "main";

/// Opens the window on the server's address. The page gets no capability: all that it needs goes over HTTP.
pub fn open(app: &AppHandle, http_url: &str) -> Result<WebviewWindow> {
    let home: Url = http_url.parse().context("the server's address is no URL")?;
    let for_navigation = (app.clone(), home.clone());
    let for_new_window = app.clone();
    let for_download = app.clone();
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::External(home))
        .title("Traceloupe")
        .inner_size(1280.0, 800.0)
        .min_inner_size(860.0, 560.0)
        .on_navigation(move |url| {
            let (app, home) = &for_navigation;
            let is_ours = is_same_origin(url, home);
            if !is_ours {
                open_outside(app, url);
            }
            is_ours
        })
        .on_new_window(move |url, _| {
            // One window: a link that asks for another opens in the browser, which the same server serves.
            open_outside(&for_new_window, &url);
            NewWindowResponse::Deny
        })
        .on_download(move |_, event| {
            if let DownloadEvent::Finished { path, success, url } = event {
                tell_download(&for_download, path.as_deref(), success, &url);
            }
            true
        })
        .build()
        .context("cannot open the window")?;
    #[cfg(target_os = "linux")]
    reload_after_crash(&window)?;
    Ok(window)
}

/// Brings the window to the front, for a second start.
pub fn focus(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for result in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = result {
            tracing::warn!("cannot bring the window to the front: {error}");
        }
    }
}

/// Origins are compared whole: as text, `http://127.0.0.1:4318` is a prefix of `http://127.0.0.1:43180`.
fn is_same_origin(url: &Url, home: &Url) -> bool {
    url.origin() == home.origin()
}

/// Trace data is hostile: only what a browser or mail program is for leaves the window.
fn may_open_outside(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https" | "mailto")
}

fn open_outside(app: &AppHandle, url: &Url) {
    if !may_open_outside(url) {
        tracing::warn!(scheme = url.scheme(), "a link of this kind is not opened");
        return;
    }
    if let Err(error) = app.opener().open_url(url.as_str(), None::<&str>) {
        tracing::warn!("cannot open a link in the browser: {error}");
    }
}

/// Shows a finished download in the file manager: a web view has no list of downloads.
fn tell_download(app: &AppHandle, path: Option<&std::path::Path>, is_complete: bool, url: &Url) {
    match path {
        Some(path) if is_complete => {
            tracing::info!(path = %path.display(), "downloaded");
            if let Err(error) = app.opener().reveal_item_in_dir(path) {
                tracing::warn!("cannot show the download: {error}");
            }
        }
        _ if is_complete => tracing::info!(%url, "downloaded"),
        _ => tracing::warn!(%url, "download failed"),
    }
}

/// The page lives in a process of its own. When that dies the window would stay blank; its state is in its address, so it is
/// loaded again.
#[cfg(target_os = "linux")]
fn reload_after_crash(window: &WebviewWindow) -> Result<()> {
    use webkit2gtk::{WebProcessTerminationReason, WebViewExt as _};
    window
        .with_webview(|platform| {
            platform.inner().connect_web_process_terminated(|view, reason| {
                tracing::error!(?reason, "the page's process ended");
                if reason == WebProcessTerminationReason::Crashed {
                    view.reload();
                }
            });
        })
        .context("cannot watch the page's process")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_own_origin_loads_in_the_window() {
        let home = url("http://127.0.0.1:4318/");
        assert!(is_same_origin(&url("http://127.0.0.1:4318/traces/1?span=2"), &home));
        for other in [
            "http://127.0.0.1:43180/",
            "http://127.0.0.1/",
            "https://127.0.0.1:4318/",
            "http://localhost:4318/",
            "http://127.0.0.1:4318@example.org/",
            "file:///etc/passwd",
            "about:blank",
        ] {
            assert!(!is_same_origin(&url(other), &home), "{other}");
        }
    }

    #[test]
    fn only_web_and_mail_links_leave_it() {
        assert!(may_open_outside(&url("https://example.org/")));
        assert!(may_open_outside(&url("mailto:a@example.org")));
        for other in ["file:///etc/passwd", "javascript:alert(1)", "smb://host/share", "data:text/html,x"] {
            assert!(!may_open_outside(&url(other)), "{other}");
        }
    }
}
