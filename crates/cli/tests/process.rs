//! The real binary: bad input is a clear error and an exit code, and files that are not ours stay untouched.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn run(arguments: &[&str]) -> Output {
    // No display: nothing may open a window from a test.
    let mut command = Command::new(env!("CARGO_BIN_EXE_traceloupe"));
    command
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("the binary runs")
}

/// Starts `serve` on a data folder that it must refuse, and returns what it says.
fn refused(data_dir: &Path) -> String {
    let output = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--otlp-http",
        "127.0.0.1:0",
        "--data-dir",
        &data_dir.to_string_lossy(),
    ]);
    assert!(!output.status.success());
    assert!(output.stdout.is_empty(), "no ready line");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn unknown_commands_and_flags_are_named() {
    for (arguments, word) in [
        (&["srve"][..], "srve"),
        (&["serve", "--prot", "1"], "--prot"),
        (&["serve", "--listen", "nowhere"], "--listen"),
        (&["serve", "--synchronous", "maybe"], "normal"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(word), "{arguments:?}: {text}");
    }
}

#[test]
fn a_port_that_is_taken_is_told_once_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("its address").to_string();
    let folder = folder();
    let output = run(&["serve", "--listen", &address, "--data-dir", &folder.path().to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(&address) && text.contains("choose another address"), "{text}");
    assert_eq!(text.matches("Address already in use").count(), 1, "{text}");
}

#[test]
fn without_a_command_it_says_how_to_get_a_window() {
    // The binary of this test has no desktop app beside it, unless somebody built one: then it says that there is no display.
    let output = run(&[]);
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("traceloupe serve"), "{text}");
}

#[test]
fn a_foreign_or_damaged_or_newer_file_is_refused_and_left_untouched() {
    let sqlite = |application_id: u32, user_version: u32| {
        let mut header = vec![0; 100];
        header[..16].copy_from_slice(b"SQLite format 3\0");
        header[16..18].copy_from_slice(&8192_u16.to_be_bytes());
        header[60..64].copy_from_slice(&user_version.to_be_bytes());
        header[68..72].copy_from_slice(&application_id.to_be_bytes());
        header
    };
    let ours = 0x544C_5550;
    let mut cut_off = sqlite(ours, 1);
    cut_off[28..32].copy_from_slice(&9_u32.to_be_bytes());
    let mut garbage_inside = sqlite(ours, 1);
    garbage_inside.resize(8192, 0x5a);
    for (content, word) in [
        (
            b"not a database at all, but a text that somebody keeps here\n".repeat(3),
            "damaged or not a database",
        ),
        (b"short".to_vec(), "too short"),
        (sqlite(7, 0), "another program"),
        (sqlite(ours, 99), "newer version"),
        (cut_off, "cut off"),
        (garbage_inside, "damaged"),
    ] {
        let folder = folder();
        let path = folder.path().join("traceloupe.db");
        fs::write(&path, &content).unwrap();
        let text = refused(folder.path());
        assert!(text.contains(word), "{word}: {text}");
        assert!(text.contains("traceloupe.db") && text.contains("--data-dir"), "what to do: {text}");
        assert_eq!(fs::read(&path).unwrap(), content, "{word}: the file is untouched");
    }
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = folder();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let text = refused(&file.join("data"));
    assert!(text.contains("a-file") && text.contains("--data-dir"), "{text}");
}

#[test]
fn an_address_that_the_user_asked_for_and_is_taken_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = folder();
    let data_dir = folder.path().to_str().unwrap();
    let output = run(&["serve", "--listen", &address, "--otlp-http", "127.0.0.1:0", "--data-dir", data_dir]);
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(&address) && text.contains("--listen"), "{text}");
}

#[test]
fn settings_are_printed_with_their_source() {
    let folder = folder();
    let data_dir = folder.path().to_str().unwrap();
    let output = run(&["serve", "--print-config", "--data-dir", data_dir, "--log", "debug"]);
    assert!(output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("log").contains("debug") && line("log").ends_with("# flag"), "{text}");
    assert!(line("listen").contains("127.0.0.1:5000") && line("listen").ends_with("# default"), "{text}");
}
