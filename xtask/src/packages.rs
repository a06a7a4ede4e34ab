//! System packages: finds out which are missing and installs them where that is allowed, else says how.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail, ensure};

use crate::process::find;

/// The oldest Node that the UI's tools run on.
const NODE_AT_LEAST: (u32, u32) = (20, 19);

/// How to see that something is there, whatever installed it.
enum Probe {
    /// One of these programs is on `PATH`.
    Program(&'static [&'static str]),
    /// pkg-config knows this library.
    Library(&'static str),
    /// One of these paths exists.
    Path(&'static [&'static str]),
    /// This Python program succeeds.
    Python(&'static str),
}

/// A thing that must be there, and the Debian package that brings it.
pub struct Need {
    package: &'static str,
    probe: Probe,
}

const fn need(package: &'static str, probe: Probe) -> Need {
    Need { package, probe }
}

/// To compile the server and the command line: SQLite and compression are C.
pub const BUILD: &[Need] = &[
    need("build-essential", Probe::Program(&["cc", "gcc", "clang"])),
    need("make", Probe::Program(&["make"])),
];

/// To compile the window.
pub const BUILD_WINDOW: &[Need] = &[
    need("build-essential", Probe::Program(&["cc", "gcc", "clang"])),
    need("make", Probe::Program(&["make"])),
    need("pkg-config", Probe::Program(&["pkg-config", "pkgconf"])),
    need("libwebkit2gtk-4.1-dev", Probe::Library("webkit2gtk-4.1")),
];

/// To show the window on an image as bare as a container's: a font and a software renderer.
pub const SHOW_WINDOW: &[Need] = &[
    need("fonts-dejavu-core", Probe::Path(&["/usr/share/fonts", "/usr/local/share/fonts"])),
    need(
        "libgl1-mesa-dri",
        Probe::Path(&[
            "/usr/lib/x86_64-linux-gnu/dri",
            "/usr/lib/aarch64-linux-gnu/dri",
            "/usr/lib64/dri",
            "/usr/lib/dri",
        ]),
    ),
];

/// To run the client tests.
pub const PYTHON: &[Need] = &[
    need("python3", Probe::Program(&["python3"])),
    need("python3-venv", Probe::Python("import venv, ensurepip")),
];

/// To test in a browser.
pub const BROWSER: &[Need] =
    &[need("chromium", Probe::Program(&["chromium", "chromium-browser", "google-chrome"]))];

/// To test the real window without a display.
pub const WINDOW_TEST: &[Need] = &[
    need("xvfb", Probe::Program(&["Xvfb"])),
    need("xauth", Probe::Program(&["xauth"])),
    need("webkit2gtk-driver", Probe::Program(&["WebKitWebDriver"])),
    need("dbus-daemon", Probe::Program(&["dbus-run-session"])),
    need("xdotool", Probe::Program(&["xdotool"])),
    need("imagemagick", Probe::Program(&["import"])),
];

impl Need {
    fn is_met(&self) -> bool {
        match self.probe {
            Probe::Program(names) => names.iter().any(|name| find(name).is_some()),
            Probe::Library(name) => succeeds(Command::new("pkg-config").args(["--exists", name])),
            Probe::Path(paths) => paths.iter().any(|path| Path::new(path).exists()),
            Probe::Python(program) => succeeds(Command::new("python3").args(["-c", program])),
        }
    }
}

/// Makes sure that all `needs` are met: installs Debian packages as root or through passwordless sudo, else fails with the
/// exact line that a person can run. Does nothing on other systems than Linux, which bring a web view along.
pub fn ensure_installed(needs: &[&[Need]]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing = missing_packages(needs);
    if missing.is_empty() {
        return Ok(());
    }
    let line = install_line(&missing);
    ensure!(
        find("apt-get").is_some(),
        "missing: {}. On Debian or Ubuntu this installs them:\n  sudo sh -c '{line}'",
        missing.join(", ")
    );
    let mut shell = if is_root() {
        Command::new("sh")
    } else if succeeds(Command::new("sudo").args(["-n", "true"])) {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "sh"]);
        sudo
    } else {
        bail!(
            "these packages are missing, and installing them needs root. Run this, then try again:\n  sudo sh -c '{line}'"
        );
    };
    eprintln!("installing {}", missing.join(" "));
    let status = shell.args(["-c", &line]).stdin(Stdio::null()).stdout(std::io::stderr()).status()?;
    ensure!(status.success(), "this failed ({status}):\n  {line}");
    let still_missing = missing_packages(needs);
    ensure!(still_missing.is_empty(), "installed, but still not found: {}", still_missing.join(", "));
    Ok(())
}

fn missing_packages(needs: &[&[Need]]) -> Vec<&'static str> {
    let mut packages: Vec<&str> =
        needs.iter().copied().flatten().filter(|need| !need.is_met()).map(|need| need.package).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// One line for a shell of root. A failed update is no reason to stop: the package lists may be there already.
fn install_line(packages: &[&str]) -> String {
    format!(
        "export DEBIAN_FRONTEND=noninteractive; apt-get update -q; apt-get install -y -q --no-install-recommends {}",
        packages.join(" ")
    )
}

/// Makes sure that Node is there and new enough for the UI's tools.
pub fn ensure_node() -> Result<()> {
    let version = node_version();
    if version.is_none() && cfg!(target_os = "linux") {
        ensure_installed(&[&[
            need("nodejs", Probe::Program(&["node"])),
            need("npm", Probe::Program(&["npm"])),
        ]])?;
    }
    let (major, minor) = NODE_AT_LEAST;
    match node_version() {
        Some(found) if found >= NODE_AT_LEAST => Ok(()),
        Some((a, b)) => bail!(
            "Node {a}.{b} is too old: the UI needs {major}.{minor} or newer, see https://nodejs.org/download"
        ),
        None => {
            bail!("Node is missing: the UI needs {major}.{minor} or newer, see https://nodejs.org/download")
        }
    }
}

fn node_version() -> Option<(u32, u32)> {
    let output = Command::new("node").arg("--version").output().ok()?;
    parse_node_version(&String::from_utf8(output.stdout).ok()?)
}

fn parse_node_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_is_met_by_any_of_its_programs() {
        assert!(need("x", Probe::Program(&["no-such-program", "cargo"])).is_met());
        assert!(!need("x", Probe::Program(&["no-such-program"])).is_met());
        assert!(!need("x", Probe::Library("no-such-library")).is_met());
        assert!(!need("x", Probe::Path(&["/no/such/path"])).is_met());
    }

    #[test]
    fn node_versions_are_read_as_node_prints_them() {
        assert_eq!(parse_node_version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(parse_node_version("20.20.2"), None);
        assert!((18, 20) < NODE_AT_LEAST && (22, 0) > NODE_AT_LEAST);
    }

    #[test]
    fn the_line_names_every_package_and_never_asks() {
        let line = install_line(&["xvfb", "chromium"]);
        assert!(
            line.ends_with(" xvfb chromium") && line.contains("noninteractive") && line.contains(" -y "),
            "{line}"
        );
    }
}
