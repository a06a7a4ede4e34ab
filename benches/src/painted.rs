//! From the start of the desktop app until its window shows a page, seen from outside: by the pixels on the screen.

use std::collections::HashSet;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, MapState, Window};
use x11rb::rust_connection::RustConnection;

use crate::subject::{Memory, free_ports, memory_of_tree, read_ready, terminate};

const LIMIT: Duration = Duration::from_secs(60);
const SIZE: (u16, u16) = (1280, 800);
/// An empty window has one colour, a frame of the shell without text a handful.
const N_COLOURS_OF_A_PAGE: usize = 24;
/// How long the window stays open before its memory is read: start-up garbage is gone by then.
const SETTLE: Duration = Duration::from_secs(3);

/// What was measured, one entry for each start.
pub struct WindowFigures {
    /// Until the server in the app was ready.
    pub ready: Vec<Duration>,
    /// Until the window showed a page.
    pub painted: Vec<Duration>,
    /// Memory of the app with the processes of its web view, at rest.
    pub idle: Memory,
}

/// Starts the app `n_starts` times on a screen of its own.
pub async fn measure(binary: &Path, n_starts: usize) -> Result<WindowFigures> {
    let mut screen = Screen::start().await?;
    let mut figures = WindowFigures { ready: Vec::new(), painted: Vec::new(), idle: Memory::default() };
    for _ in 0..n_starts {
        let folder = tempfile::tempdir()?;
        let started = Instant::now();
        let mut app = Command::new(binary)
            .args(free_ports())
            .arg("--data-dir")
            .arg(folder.path().join("data"))
            .env("DISPLAY", &screen.name)
            .env("NO_AT_BRIDGE", "1")
            .env("XDG_CONFIG_HOME", folder.path().join("config"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = app.stdout.take().context("stdout is piped")?;
        let ready = tokio::spawn(async move { read_ready(stdout).await.map(|_| Instant::now()) });
        let painted = screen.wait_until_painted(started).await?;
        figures.ready.push(ready.await?? - started);
        figures.painted.push(painted);
        if figures.painted.len() == n_starts {
            tokio::time::sleep(SETTLE).await;
            figures.idle = memory_of_tree(app.id().context("the app has ended")?)?;
        }
        terminate(&mut app).await?;
    }
    terminate(&mut screen.server).await?;
    Ok(figures)
}

/// A virtual screen and a connection to it.
struct Screen {
    server: Child,
    name: String,
    connection: RustConnection,
    root: Window,
}

impl Screen {
    async fn start() -> Result<Self> {
        let (width, height) = SIZE;
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start Xvfb")?;
        let stdout = server.stdout.take().context("stdout is piped")?;
        let number = BufReader::new(stdout).lines().next_line().await?.context("Xvfb ended early")?;
        let name = format!(":{}", number.trim());
        let (connection, screen) = x11rb::connect(Some(&name))?;
        let root = connection.setup().roots.get(screen).context("the screen is there")?.root;
        Ok(Self { server, name, connection, root })
    }

    /// Looks at the screen until it shows a page.
    async fn wait_until_painted(&self, started: Instant) -> Result<Duration> {
        while started.elapsed() < LIMIT {
            if self.shows_window()? && self.n_colours()? >= N_COLOURS_OF_A_PAGE {
                return Ok(started.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("the window showed nothing within {} s", LIMIT.as_secs())
    }

    fn shows_window(&self) -> Result<bool> {
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            // A window may be gone before it is looked at.
            let Ok(attributes) = self.connection.get_window_attributes(window)?.reply() else { continue };
            if attributes.map_state == MapState::VIEWABLE {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn n_colours(&self) -> Result<usize> {
        let (width, height) = SIZE;
        let image =
            self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, !0)?.reply()?;
        let (pixels, _) = image.data.as_chunks::<4>();
        Ok(pixels.iter().collect::<HashSet<_>>().len())
    }
}
