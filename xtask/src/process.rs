//! Starts programs: finds them, waits for them with a time limit, and ends all that they started.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// How often a running program is asked whether it has ended.
const POLL: Duration = Duration::from_millis(20);

/// npm is a script, which Windows finds only by its full name.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Returns the path of a program if it is on `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    let path: OsString = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// Where a program's output goes, and how long it may take.
pub enum Output {
    /// To the terminal, without a limit: a person watches.
    Terminal,
    /// Appended to a file, and ended with its children when the time is over.
    Log(PathBuf, Duration),
}

impl Output {
    /// Prints a line there.
    pub fn print(&self, line: &str) -> Result<()> {
        match self {
            Self::Terminal => println!("{line}"),
            Self::Log(file, _) => writeln!(File::options().create(true).append(true).open(file)?, "{line}")?,
        }
        Ok(())
    }
}

/// Runs a program; fails with its command line if it fails.
pub fn run(mut command: Command, output: &Output) -> Result<()> {
    let line = describe(&command);
    let end = match output {
        Output::Terminal => {
            eprintln!("$ {line}");
            let status = command.stdin(Stdio::null()).status();
            End::Ended(status.with_context(|| format!("cannot start {line}"))?)
        }
        Output::Log(file, limit) => run_logged(command, &line, file, *limit)?,
    };
    match end {
        End::Ended(status) if status.success() => Ok(()),
        // A signal is not the program's own failure, and worth knowing.
        End::Ended(status) => bail!("{line}: {status}"),
        End::TimedOut => bail!("{line}: took too long and was ended"),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Ended(ExitStatus),
    TimedOut,
}

/// The command line as one would type it.
fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut line = program.to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

fn run_logged(mut command: Command, line: &str, log: &Path, limit: Duration) -> Result<End> {
    let mut output = File::options().create(true).append(true).open(log)?;
    writeln!(output, "$ {line}")?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
    let mut child = command.spawn().with_context(|| format!("cannot start {line}"))?;
    wait(&mut child, limit)
}

fn wait(child: &mut Child, limit: Duration) -> Result<End> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(End::Ended(status));
        }
        if Instant::now() > deadline {
            end_tree(child)?;
            return Ok(End::TimedOut);
        }
        std::thread::sleep(POLL);
    }
}

/// Ends a program and everything below it, so that no server or browser outlives a failed test.
fn end_tree(child: &mut Child) -> Result<()> {
    for pid in descendants(child.id()) {
        // Its children may be gone already; that is what is wanted.
        let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).stderr(Stdio::null()).status();
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// Lists the processes below `pid`, as /proc shows them; empty where there is no /proc.
fn descendants(pid: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let parents: Vec<(u32, u32)> = entries
        .filter_map(|entry| {
            let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name in brackets may hold blanks, so fields count from the last bracket: state, then parent.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut found = vec![pid];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(parents.iter().filter(|(_, p)| *p == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    found.split_off(1)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn run_shell(script: &str, limit: Duration) -> (End, String) {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let end = run_logged(command, "sh", log.path(), limit).unwrap();
        (end, std::fs::read_to_string(log.path()).unwrap().replacen("$ sh\n", "", 1))
    }

    #[test]
    fn keeps_both_outputs_and_tells_failure_from_success() {
        let (end, log) = run_shell("echo out; echo err >&2", Duration::from_secs(10));
        assert!(matches!(end, End::Ended(status) if status.success()));
        assert_eq!(log, "out\nerr\n");
        let (end, _) = run_shell("exit 3", Duration::from_secs(10));
        assert!(matches!(end, End::Ended(status) if status.code() == Some(3)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn ends_grandchildren_when_time_is_up() {
        let (end, log) = run_shell("sleep 600 & echo $!; wait", Duration::from_millis(300));
        assert_eq!(end, End::TimedOut);
        let pid = log.trim();
        let gone =
            || std::fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |s| s.contains(") Z "));
        let deadline = Instant::now() + Duration::from_secs(5);
        while !gone() && Instant::now() < deadline {
            std::thread::sleep(POLL);
        }
        assert!(gone(), "process {pid} is still there");
    }
}
