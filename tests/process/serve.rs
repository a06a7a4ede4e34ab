//! `traceloupe serve` as a process of its own, on free ports.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// However busy the machine is, a start that takes longer never ends.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// A running server; killed when it goes away.
pub struct Served {
    child: Child,
    /// What the ready line says.
    pub ready: Value,
}

/// Returns the binary: the one that `TRACELOUPE_BIN` names, or the one beside this test.
pub fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("TRACELOUPE_BIN") {
        return named.into();
    }
    let own = std::env::current_exe().expect("the path of this test");
    let target = own.parent().and_then(Path::parent).expect("target/debug/deps");
    let binary = target.join("traceloupe");
    if !binary.exists() {
        let built = Command::new(env!("CARGO")).args(["build", "-p", "cli", "--bin", "traceloupe"]).status();
        assert!(built.is_ok_and(|status| status.success()), "the binary cannot be built");
    }
    binary
}

/// Returns the command that serves a data folder on free ports, with more flags.
pub fn command(data_dir: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.arg("serve").arg("--data-dir").arg(data_dir);
    for listener in ["--listen", "--otlp-http", "--otlp-grpc"] {
        command.args([listener, "127.0.0.1:0"]);
    }
    command.args(flags).env("TRACELOUPE_CONFIG", "/dev/null").stdin(Stdio::null());
    command
}

impl Served {
    /// Starts a server and waits until it is ready.
    pub fn start(data_dir: &Path, flags: &[&str]) -> Self {
        Self::spawn(command(data_dir, flags))
    }

    /// Starts a server by a command that ends in ours.
    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let stdout = child.stdout.take().expect("a pipe");
        let (line, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut text = String::new();
            let mut stdout = BufReader::new(stdout);
            let _ = stdout.read_line(&mut text);
            let _ = line.send(text);
            // Reading on keeps the pipe open for as long as the server runs.
            let _ = stdout.read_to_end(&mut Vec::new());
        });
        let text = lines.recv_timeout(START_PATIENCE).expect("a ready line");
        let ready = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:?}"));
        Self { child, ready }
    }

    /// Returns the address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.ready["http"].as_str().expect("an address"))
    }

    /// Returns its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a crash would.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
    }

    /// Waits for its end.
    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a client that does not wait for ever.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().expect("a client")
}
