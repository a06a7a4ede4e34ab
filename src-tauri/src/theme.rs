//! The colour behind the page until it has painted: without it a dark theme opens with a flash of light grey.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use tauri::utils::config::Color;

/// `--bg` of the two themes in ui/src/styles/tokens.css.
const DARK: Color = Color(0x0d, 0x10, 0x15, 0xff);
const LIGHT: Color = Color(0xf6, 0xf6, 0xf4, 0xff);

/// The server is in this process and answers within a millisecond; a window that waits would be worse than a flash.
const LIMIT: Duration = Duration::from_millis(200);

/// Returns the background of the theme that the page will have, if it can be told.
pub fn background(address: SocketAddr) -> Option<Color> {
    match saved_theme(address)?.as_str() {
        "dark" => Some(DARK),
        "light" => Some(LIGHT),
        _ => is_system_dark().map(|is_dark| if is_dark { DARK } else { LIGHT }),
    }
}

/// Asks the server as the page would: there is one set of routes.
fn saved_theme(address: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address, LIMIT).ok()?;
    stream.set_read_timeout(Some(LIMIT)).ok()?;
    write!(stream, "GET /traceloupe/v1/settings HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    theme_of(&answer)
}

fn theme_of(answer: &str) -> Option<String> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    if !head.starts_with("HTTP/1.1 200 ") {
        return None;
    }
    let settings: Value = serde_json::from_str(body).ok()?;
    Some(settings["theme"].as_str()?.to_owned())
}

/// What WebKit goes by when the page asks for the preferred colour scheme.
#[cfg(target_os = "linux")]
fn is_system_dark() -> Option<bool> {
    use gtk::prelude::GtkSettingsExt as _;
    let settings = gtk::Settings::default()?;
    let name = settings.gtk_theme_name().unwrap_or_default().to_lowercase();
    Some(settings.is_gtk_application_prefer_dark_theme() || name.ends_with("-dark"))
}

#[cfg(not(target_os = "linux"))]
fn is_system_dark() -> Option<bool> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theme_is_read_from_an_answer() {
        let answer = |status: &str, body: &str| {
            format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n\r\n{body}")
        };
        assert_eq!(theme_of(&answer("200 OK", r#"{"theme":"dark"}"#)).as_deref(), Some("dark"));
        assert_eq!(theme_of(&answer("200 OK", "<html>")), None);
        assert_eq!(theme_of(&answer("401 Unauthorized", r#"{"theme":"dark"}"#)), None);
        assert_eq!(theme_of(""), None);
    }

    #[test]
    fn no_server_is_no_theme() {
        assert!(background(SocketAddr::from(([127, 0, 0, 1], 1))).is_none());
    }
}
