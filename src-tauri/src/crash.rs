//! Crash reports: a text file per panic in the data folder. Nothing leaves the machine; a person may attach one to an issue.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// Reports that are kept; older ones go.
const KEPT_REPORTS: usize = 10;

/// Writes a report for each panic from now on, and then does what was done before.
pub fn report_panics(data_dir: &Path) {
    let folder = data_dir.join("crashes");
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        let what = format!("thread '{}' {panic}", thread.name().unwrap_or("unnamed"));
        match write_report(&folder, &what, &Backtrace::force_capture().to_string()) {
            Ok(file) => eprintln!("traceloupe-desktop: crash report in {}", file.display()),
            Err(error) => eprintln!("traceloupe-desktop: cannot write a crash report: {error}"),
        }
        previous(panic);
    }));
}

/// Writes one report and removes the oldest beyond the bound.
pub fn write_report(folder: &Path, what: &str, backtrace: &str) -> std::io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let now = Timestamp::now();
    let text = report(now, what, backtrace);
    let stem = format!("crash-{}", now.strftime("%Y%m%dT%H%M%S%3fZ"));
    let file = folder.join(format!("{stem}.txt"));
    fs::write(&file, text)?;
    remove_oldest(folder)?;
    Ok(file)
}

fn report(time: Timestamp, what: &str, backtrace: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "Traceloupe {}\ntime     {time}", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(text, "system   {} {}", system_name(), std::env::consts::ARCH);
    let _ = writeln!(text, "web view {}", tauri::webview_version().unwrap_or_else(|_| "unknown".into()));
    let _ = write!(text, "\n{what}\n\n{backtrace}");
    text
}

fn system_name() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    pretty.map_or_else(|| std::env::consts::OS.to_owned(), |name| name.trim_matches('"').to_owned())
}

/// The time in a report's name sorts as text.
fn remove_oldest(folder: &Path) -> std::io::Result<()> {
    let mut reports: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("crash-")))
        .collect();
    reports.sort();
    let n_too_many = reports.len().saturating_sub(KEPT_REPORTS);
    reports[..n_too_many].iter().try_for_each(fs::remove_file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_where_and_on_what() {
        let folder = tempfile::tempdir().unwrap();
        let file =
            write_report(folder.path(), "thread 'main' panicked at x.rs:1:2:\nboom", "0: frame").unwrap();
        let text = fs::read_to_string(&file).unwrap();
        for part in [env!("CARGO_PKG_VERSION"), "boom", "x.rs:1:2", "0: frame", std::env::consts::ARCH] {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
        assert!(file.file_name().unwrap().to_str().unwrap().starts_with("crash-20"));
    }

    #[test]
    fn a_panic_on_any_thread_leaves_a_report() {
        let data_dir = tempfile::tempdir().unwrap();
        report_panics(data_dir.path());
        let worker =
            std::thread::Builder::new().name("worker-7".into()).spawn(|| panic!("out of cheese")).unwrap();
        assert!(worker.join().is_err());
        drop(std::panic::take_hook());
        let reports: Vec<_> =
            fs::read_dir(data_dir.path().join("crashes")).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(reports.len(), 1);
        let text = fs::read_to_string(&reports[0]).unwrap();
        assert!(text.contains("thread 'worker-7' panicked at") && text.contains("out of cheese"), "{text}");
        assert!(text.contains("crash::tests"), "no backtrace in:\n{text}");
    }

    #[test]
    fn the_newest_reports_are_kept_and_other_files_untouched() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("note.txt"), "mine").unwrap();
        for n in 0..KEPT_REPORTS + 3 {
            fs::write(folder.path().join(format!("crash-20200101T0000{n:02}000Z.txt")), "").unwrap();
        }
        let newest = write_report(folder.path(), "what", "where").unwrap();
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names.len(), KEPT_REPORTS + 1);
        assert_eq!(names[0], "crash-20200101T000004000Z.txt");
        assert_eq!(names[KEPT_REPORTS - 1], newest.file_name().unwrap().to_str().unwrap());
        assert_eq!(names[KEPT_REPORTS], "note.txt");
    }
}
