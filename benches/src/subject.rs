//! The servers that are measured, each a process of its own with a folder of its own.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};

/// A server that does not answer after this long is broken.
const START_LIMIT: Duration = Duration::from_secs(120);

/// What is measured.
pub enum Subject {
    /// The headless binary.
    Traceloupe(PathBuf),
    /// The `mlflow` program, with SQLite as it chooses itself.
    Mlflow(PathBuf),
}

/// A server that answers.
pub struct Running {
    /// Its address.
    pub url: String,
    /// From the start of the process until it answered.
    pub ready_after: Duration,
    child: Child,
    _folder: TempDir,
}

/// Memory of a process and all below it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Resident set size in bytes; shared pages count for each process.
    pub rss: u64,
    /// Proportional set size in bytes; shared pages count once.
    pub pss: u64,
}

impl Subject {
    /// Returns what to call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Traceloupe(_) => "traceloupe",
            Self::Mlflow(_) => "mlflow",
        }
    }

    /// Starts it and waits until it answers.
    pub async fn start(&self) -> Result<Running> {
        let folder = tempfile::tempdir()?;
        match self {
            Self::Traceloupe(binary) => {
                let mut command = Command::new(binary);
                command.arg("serve").args(free_ports()).arg("--data-dir").arg(folder.path());
                let started = Instant::now();
                let mut child =
                    command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn()?;
                let stdout = child.stdout.take().context("stdout is piped")?;
                let url = format!("http://{}", read_ready(stdout).await?);
                let ready_after = started.elapsed();
                Ok(Running { url, ready_after, child, _folder: folder })
            }
            Self::Mlflow(program) => {
                let port = free_port()?;
                let store = format!("sqlite:///{}", folder.path().join("mlflow.db").display());
                let mut command = Command::new(program);
                command.args(["server", "--host", "127.0.0.1", "--port", &port.to_string()]);
                command.args(["--backend-store-uri", &store, "--artifacts-destination"]).arg(folder.path());
                command.env("MLFLOW_DISABLE_TELEMETRY", "true").current_dir(folder.path());
                let started = Instant::now();
                let child = command.stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn()?;
                let url = format!("http://127.0.0.1:{port}");
                wait_until_answered(&format!("{url}/health"), started).await?;
                Ok(Running { url, ready_after: started.elapsed(), child, _folder: folder })
            }
        }
    }
}

impl Running {
    /// Returns the memory that it uses now.
    pub fn memory(&self) -> Result<Memory> {
        memory_of_tree(self.child.id().context("the server has ended")?)
    }

    /// Returns the processor time that its process has used, in user and kernel mode.
    pub fn processor_time(&self) -> Result<Duration> {
        let pid = self.child.id().context("the server has ended")?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // After the name in parentheses; fields 14 and 15, in hundredths of a second.
        let fields = stat.rsplit_once(')').context("a line of /proc/…/stat")?.1.split_whitespace().skip(11);
        let ticks: u64 = fields.take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Asks it to end, and waits.
    pub async fn stop(mut self) -> Result<()> {
        terminate(&mut self.child).await
    }
}

/// Sends SIGTERM and waits for the end.
pub async fn terminate(child: &mut Child) -> Result<()> {
    let Some(pid) = child.id() else { return Ok(()) };
    let below = descendants(pid);
    Command::new("kill").arg(pid.to_string()).status().await?;
    if tokio::time::timeout(Duration::from_secs(20), child.wait()).await.is_err() {
        child.kill().await?;
    }
    for pid in below {
        // Workers that did not end with their parent.
        Command::new("kill").args(["-KILL", &pid.to_string()]).stderr(Stdio::null()).status().await?;
    }
    Ok(())
}

/// Flags for three free ports.
pub fn free_ports() -> [&'static str; 6] {
    ["--listen", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0"]
}

/// Reads the line that says where the server listens, and returns its HTTP address.
pub async fn read_ready(stdout: ChildStdout) -> Result<String> {
    let mut lines = BufReader::new(stdout).lines();
    let line =
        tokio::time::timeout(START_LIMIT, lines.next_line()).await.context("no ready line in time")??;
    let ready: Value = serde_json::from_str(&line.context("the server ended early")?)?;
    // The rest is read, or the server would block once the pipe is full.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(ready["http"].as_str().context("the ready line names no HTTP address")?.to_owned())
}

async fn wait_until_answered(url: &str, started: Instant) -> Result<()> {
    let client = reqwest::Client::new();
    while started.elapsed() < START_LIMIT {
        if client.get(url).send().await.is_ok_and(|response| response.status().is_success()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bail!("{url} did not answer within {} s", START_LIMIT.as_secs())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Adds up what the kernel says of a process and all below it.
pub fn memory_of_tree(pid: u32) -> Result<Memory> {
    let mut sum = Memory::default();
    for pid in [pid].into_iter().chain(descendants(pid)) {
        // A child may end between two looks.
        let Ok(rollup) = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else { continue };
        sum.rss += kilobytes(&rollup, "Rss:") * 1024;
        sum.pss += kilobytes(&rollup, "Pss:") * 1024;
    }
    Ok(sum)
}

fn kilobytes(rollup: &str, field: &str) -> u64 {
    let line = rollup.lines().find(|line| line.starts_with(field));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

fn descendants(pid: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children: Vec<u32> = children.split_whitespace().filter_map(|child| child.parse().ok()).collect();
    children.iter().flat_map(|child| [vec![*child], descendants(*child)].concat()).collect()
}
