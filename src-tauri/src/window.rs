//! The window: a web view that stays on the server's origin and hands everything else to the system.

use anyhow::{Context as _, Result};
use tauri::utils::config::Color;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tauri_plugin_opener::OpenerExt as _;

use crate::{download, failure};

/// Label of the one window.
const MAIN: &str = "main";

/// Opens the window on the server's address. The page gets no capability: all that it needs goes over HTTP.
pub fn open(app: &AppHandle, home: &Url, background: Option<Color>) -> Result<WebviewWindow> {
    let for_navigation = (app.clone(), home.clone());
    let for_new_window = app.clone();
    let for_download = app.clone();
    let mut builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::External(home.clone()))
        .title("Traceloupe")
        .inner_size(1280.0, 800.0)
        .min_inner_size(860.0, 560.0)
        // The page itself takes files that are dropped on it.
        .disable_drag_drop_handler()
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
        .on_document_title_changed(|window, title| {
            if !title.is_empty()
                && let Err(error) = window.set_title(&title)
            {
                tracing::warn!("cannot set the window's title: {error}");
            }
        })
        .on_download(move |_, event| {
            download::handle(&for_download, event);
            true
        });
    if let Some(background) = background {
        builder = builder.background_color(background);
    }
    let window = builder.build().context("cannot open the window")?;
    #[cfg(target_os = "linux")]
    load_again_after_crash(app, &window, home)?;
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

/// The page lives in a process of its own. When that dies the window would stay blank; all of the page's state is in its address,
/// so that is loaded again. `reload` does nothing at this point. A page that dies again at once is left alone, with a word.
#[cfg(target_os = "linux")]
fn load_again_after_crash(app: &AppHandle, window: &WebviewWindow, home: &Url) -> Result<()> {
    use std::cell::Cell;
    use std::time::{Duration, Instant};
    use webkit2gtk::{WebProcessTerminationReason, WebViewExt as _};
    const AT_ONCE: Duration = Duration::from_secs(10);

    let (app, home) = (app.clone(), home.to_string());
    let watch = move |platform: tauri::webview::PlatformWebview| {
        let last_crash = Cell::new(None::<Instant>);
        platform.inner().connect_web_process_terminated(move |view, reason| {
            tracing::error!(?reason, "the page's process ended");
            if reason != WebProcessTerminationReason::Crashed {
                return;
            }
            let now = Instant::now();
            let is_again = last_crash.replace(Some(now)).is_some_and(|last| now - last < AT_ONCE);
            if is_again {
                failure::tell_page_is_gone(&app);
            } else {
                view.load_uri(view.uri().as_deref().unwrap_or(&home));
            }
        });
    };
    window.with_webview(watch).context("cannot watch the page's process")
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
