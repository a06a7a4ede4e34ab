//! Life of the app: one runtime, plug-ins, server, window, and an end in good order.

use std::io::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, Result};
use server::{Config, Running};
use tauri::{AppHandle, Manager as _, RunEvent, Url};
use tauri_plugin_window_state::StateFlags;
use tokio::runtime::Runtime;

use crate::{crash, failure, instance, logging, signals, theme, window};

/// A server that takes longer to stop is left behind: what it acknowledged is committed already.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// What the window remembers. Not whether it is visible: one that opens hidden would look like an app that does not start.
const REMEMBERED: StateFlags =
    StateFlags::SIZE.union(StateFlags::POSITION).union(StateFlags::MAXIMIZED).union(StateFlags::FULLSCREEN);

/// What the app is told at start.
pub struct Settings {
    /// For the server.
    pub config: Config,
    /// What to log.
    pub log: String,
}

/// The server while it runs.
struct Server(Mutex<Option<Running>>);

/// Runs until the window is closed or the system asks to end. Settings that could not be resolved are told in the window system
/// too: whoever clicked an icon sees no stderr.
pub fn run(settings: Result<Settings>) -> ExitCode {
    if let Ok(settings) = &settings {
        crash::report_panics(&settings.config.data_dir);
    }
    run_to_end(settings).unwrap_or_else(|error| {
        eprintln!("traceloupe-desktop: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_to_end(settings: Result<Settings>) -> Result<ExitCode> {
    // One runtime for the server and for Tauri.
    let runtime = Runtime::new().context("cannot start the runtime")?;
    tauri::async_runtime::set(runtime.handle().clone());
    let app = build(settings)?;
    let code = app.run_return(|app, event| {
        if matches!(event, RunEvent::Exit) {
            stop_server(app);
        }
    });
    // No thread of ours may run while the process takes its libraries down.
    runtime.shutdown_timeout(STOP_LIMIT);
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn build(settings: Result<Settings>) -> Result<tauri::App> {
    // First of all plug-ins: a second start ends here, before it touches the data folder or a port.
    let data_dir = settings.as_ref().ok().map(|settings| settings.config.data_dir.clone());
    let single_instance = instance::single(data_dir.as_deref(), window::focus);
    tauri::Builder::default()
        .plugin(single_instance)
        .plugin(tauri_plugin_dialog::init())
        // Its script would catch clicks in the page and then may not open anything: the window's own handlers do.
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(REMEMBERED).build())
        .setup(move |app| {
            signals::exit_on_request(app.handle());
            // An error returned from here would be a panic in Tauri.
            if let Err(error) = start(app.handle(), settings) {
                failure::tell_and_exit(app.handle(), &error);
            }
            Ok(())
        })
        .build(tauri::generate_context!())
        .context("cannot start the window system")
}

fn start(app: &AppHandle, settings: Result<Settings>) -> Result<()> {
    let Settings { config, log } = settings?;
    logging::start(&log, &config.data_dir)?;
    let running = tauri::async_runtime::block_on(server::start(config))?;
    let token = running.token().map(str::to_owned);
    print_ready(running.ready())?;
    let address = address_from_here(&running.ready().http)?;
    app.manage(Server(Mutex::new(Some(running))));
    window::open(app, &home(address, token.as_deref())?, theme::background(address))?;
    Ok(())
}

/// Where the window reaches the server: one that listens on all addresses does so on loopback too.
fn address_from_here(http: &str) -> Result<SocketAddr> {
    let mut address: SocketAddr = http.parse().with_context(|| format!("{http:?} is no address"))?;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    Ok(address)
}

/// The first page. With the token in its address the server gives the page a cookie, and sends it on to an address without.
fn home(address: SocketAddr, token: Option<&str>) -> Result<Url> {
    let mut home: Url = format!("http://{address}/").parse().context("the server's address is no URL")?;
    home.set_query(token.map(|token| format!("token={token}")).as_deref());
    Ok(home)
}

/// The same line as `traceloupe serve` prints, for a program that starts the app. Whoever clicked an icon may have no stdout.
fn print_ready(ready: &server::Ready) -> Result<()> {
    let line = serde_json::to_string(ready)?;
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = writeln!(stdout, "{line}").and_then(|()| stdout.flush()) {
        tracing::debug!("nobody reads the ready line: {error}");
    }
    Ok(())
}

fn stop_server(app: &AppHandle) {
    let Some(running) = app.try_state::<Server>().and_then(|server| server.0.lock().ok()?.take()) else {
        return;
    };
    let stopped =
        tauri::async_runtime::block_on(async { tokio::time::timeout(STOP_LIMIT, running.stop()).await });
    match stopped {
        Ok(Ok(())) => tracing::info!("stopped"),
        Ok(Err(error)) => tracing::error!("the server did not stop cleanly: {error}"),
        Err(_) => tracing::error!("the server did not stop within {} s", STOP_LIMIT.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_home(http: &str, token: Option<&str>, expected: &str) {
        assert_eq!(home(address_from_here(http).unwrap(), token).unwrap().as_str(), expected);
    }

    #[test]
    fn the_window_reaches_the_server_wherever_it_listens() {
        check_home("127.0.0.1:5000", None, "http://127.0.0.1:5000/");
        check_home("[::1]:5000", None, "http://[::1]:5000/");
        check_home("0.0.0.0:5000", Some("secret"), "http://127.0.0.1:5000/?token=secret");
        check_home("[::]:5000", Some("secret"), "http://[::1]:5000/?token=secret");
        check_home("192.168.1.4:80", None, "http://192.168.1.4/");
        assert!(address_from_here("localhost").is_err());
    }
}
