//! The log: to stderr for whoever started the app there, and to a file a day for whoever did not.

use std::io::IsTerminal as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

/// Days that are kept.
const KEPT_FILES: usize = 7;

/// Starts logging what the filter lets through; the files are in `logs/` of the data folder. If they cannot be written, stderr has
/// to do: that the folder is not writable is the server's to report.
pub fn start(filter: &str, data_dir: &Path) -> Result<()> {
    let filter = EnvFilter::try_new(filter).with_context(|| format!("--log {filter:?} is not valid"))?;
    // Written at once, not by a thread of its own: after a crash the last line is the one that matters.
    let file = open_files(data_dir).map(|files| fmt::layer().with_ansi(false).with_writer(files));
    let stderr = fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(stderr).with(file).init();
    Ok(())
}

fn open_files(data_dir: &Path) -> Option<RollingFileAppender> {
    let folder = data_dir.join("logs");
    std::fs::create_dir_all(&folder).ok()?;
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .max_log_files(KEPT_FILES)
        .filename_prefix("traceloupe-desktop")
        .filename_suffix("log")
        .build(folder)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn old_files_go_and_the_new_one_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        std::fs::create_dir(&logs).unwrap();
        for day in 1..=20 {
            std::fs::write(logs.join(format!("traceloupe-desktop.2020-01-{day:02}.log")), "old").unwrap();
        }
        open_files(folder.path()).unwrap().write_all(b"new").unwrap();
        let files: Vec<_> = std::fs::read_dir(&logs).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() <= KEPT_FILES, "{files:?}");
        assert!(files.iter().any(|file| std::fs::read(file).unwrap() == b"new"), "{files:?}");
    }

    #[test]
    fn without_a_writable_folder_there_are_no_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(open_files(&file).is_none());
    }
}
