//! A disk that is full, files that cannot be written, a database that another program holds: senders are told to come back, the
//! status says why, it goes on by itself, and nothing acknowledged is lost.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;
use tests::grpc::{GrpcConnection, frame};

use crate::load::{Load, verify};
use crate::serve::{Served, client, command};

/// Asks for the status until the store is in a state, however long the machine takes; returns the message.
async fn until_state(server: &Served, wanted: &str) -> String {
    let client = client();
    loop {
        let answer = client.get(server.url("/traceloupe/v1/status")).send().await.expect("an answer");
        let status: Value = answer.json().await.expect("JSON");
        let store = &status["store"];
        if store["state"] == wanted {
            assert_eq!(store["since_unix_nano"].is_null(), wanted == "ok", "{store}");
            return store["message"].as_str().unwrap_or_default().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Sends one span; returns status, `Retry-After` and text of the answer.
async fn export(server: &Served) -> (u16, String, String) {
    export_trace(server, 0xee).await
}

/// The same in a trace of this number.
async fn export_trace(server: &Served, trace: u8) -> (u16, String, String) {
    let body = tests::otlp::request(&[tests::otlp::span(trace, "one more")]).to_string();
    let request =
        client().post(server.url("/v1/traces")).header("content-type", "application/json").body(body);
    let answer = request.send().await.expect("an answer");
    let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let retry_after = retry_after.unwrap_or_default().to_owned();
    (answer.status().as_u16(), retry_after, answer.text().await.expect("a body"))
}

/// Sends one span to an experiment; returns the status.
async fn export_into(server: &Served, experiment: &str, trace: u8) -> u16 {
    // Large, and of no two alike, for a disk that is full may have room for a little.
    let name = format!("{trace:03}").repeat(30_000);
    let body = tests::otlp::request(&[tests::otlp::span(trace, &name)]).to_string();
    let request = client().post(server.url("/v1/traces")).header("content-type", "application/json");
    let request = request.header("x-mlflow-experiment-id", experiment).body(body);
    request.send().await.expect("an answer").status().as_u16()
}

/// Whether a trace of this number is stored.
async fn has_trace(server: &Served, trace: u8) -> bool {
    let path = format!("/traceloupe/v1/traces/{}", testkit::trace_id(trace));
    client().get(server.url(&path)).send().await.expect("an answer").status() == 200
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A file system of its own size, if this user may mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, options: &str) -> Option<Self> {
        let path = at.to_str()?;
        succeeds("mount", &["-t", "tmpfs", "-o", options, "tmpfs", path]).then(|| Self(at.to_owned()))
    }

    fn remount(&self, options: &str) {
        let path = self.0.to_str().expect("a path of text");
        assert!(succeeds("mount", &["-o", &format!("remount,{options}"), path]), "remount {options}");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        succeeds("umount", &["-l", self.0.to_str().expect("a path of text")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_waited_out() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path(), "size=8m") else {
        println!("skipped: mounting a small disk needs root");
        return;
    };
    let server = Served::start(folder.path(), &[]);
    let load = Load::start(&server, 7);
    let message = until_state(&server, "full").await;
    assert!(message.contains("full"), "{message}");
    // Spans for an experiment that is not there wait in the inbox, or their sender is told that they do not.
    let (mut n_told, mut n_refused) = (0, 0);
    for trace in 1..=20 {
        match export_into(&server, "4242", trace).await {
            404 => n_told += 1,
            status => {
                assert_eq!(status, 503);
                n_refused += 1;
            }
        }
    }
    assert!(n_refused > 0, "the disk is full");
    // Each sender stops at its first refusal.
    let sent = load.sent().await;
    assert!(sent.iter().filter(|sent| sent.is_acknowledged).count() > 0);
    disk.remount("size=256m");
    until_state(&server, "ok").await;
    let inbox = client().get(server.url("/traceloupe/v1/rejected")).send().await.unwrap();
    let inbox: Value = inbox.json().await.unwrap();
    let n_waiting =
        inbox["groups"].as_array().unwrap().iter().filter_map(|group| group["n_waiting"].as_u64());
    assert_eq!(n_waiting.sum::<u64>(), n_told, "{inbox}");
    assert_eq!(export(&server).await.0, 200);
    verify(&server, &client(), &sent).await;
    server.kill();
    let again = Served::start(folder.path(), &[]);
    verify(&again, &client(), &sent).await;
    again.kill();
    drop(disk);
}

/// Another program that holds the database until it is told to let go.
fn hold(database: &Path) -> Option<Child> {
    const HOLD: &str = "import sqlite3, sys\n\
        db = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
        db.execute('BEGIN EXCLUSIVE')\n\
        print('held', flush=True)\n\
        sys.stdin.readline()";
    let mut python = Command::new("python3");
    python.args(["-c", HOLD]).arg(database).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut holder = python.spawn().ok()?;
    let mut line = String::new();
    BufReader::new(holder.stdout.take()?).read_line(&mut line).ok()?;
    assert_eq!(line.trim(), "held");
    Some(holder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_of_another_program_is_waited_out_and_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let server = Served::start(folder.path(), &[]);
    assert_eq!(export(&server).await.0, 200);
    // Whoever asks for it waits until it is committed: from here on nothing is under way.
    assert!(has_trace(&server, 0xee).await);
    let database = folder.path().join("traceloupe.db");
    let Some(mut holder) = hold(&database) else {
        println!("skipped: another program that locks needs python3");
        return;
    };
    // The journal has it, which is safe; that the database is locked shows only when it is to be committed.
    assert_eq!(export_trace(&server, 0xa1).await.0, 200);
    until_state(&server, "busy").await;
    for _ in 0..2 {
        let (status, retry_after, text) = export(&server).await;
        assert_eq!((status, retry_after.as_str()), (503, "1"), "{text}");
        assert!(text.contains("locked by another program"), "{text}");
    }
    let mut connection = GrpcConnection::open(server.ready["otlp_grpc"].as_str().unwrap()).await;
    let span = model::Span::new(testkit::trace_id(9), testkit::span_id(1), "waits");
    let group = model::SpanGroup { spans: vec![span], ..model::SpanGroup::default() };
    let message = frame(false, &proto::otlp::encode_protobuf(vec![group]));
    let refused = connection.export("", message.clone()).await.unwrap();
    // UNAVAILABLE, with when to come back: <https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling>
    assert_eq!(refused.status(), "14", "{}", refused.message());
    let details = STANDARD_NO_PAD.decode(refused.details().trim_end_matches('=')).unwrap();
    assert!(String::from_utf8_lossy(&details).contains("type.googleapis.com/google.rpc.RetryInfo"));
    assert!(until_state(&server, "busy").await.contains("locked by another program"));
    drop(holder.stdin.take());
    holder.wait().unwrap();
    until_state(&server, "ok").await;
    assert_eq!(export(&server).await.0, 200);
    assert_eq!(connection.export("", message).await.unwrap().status(), "0");
    assert!(has_trace(&server, 0xa1).await);

    // Acknowledged while the database is held, and dead before it was let go; all before it is committed.
    let mut holder = hold(&database).expect("python3 is there");
    assert_eq!(export_trace(&server, 0xa2).await.0, 200);
    server.kill();
    let refused = command(folder.path(), &[]).output().expect("it runs");
    assert!(!refused.status.success());
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(text.contains("traceloupe.db") && text.contains("locked by another program"), "{text}");
    drop(holder.stdin.take());
    holder.wait().unwrap();
    let again = Served::start(folder.path(), &[]);
    assert!(has_trace(&again, 0xa2).await);
    again.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_become_read_only_are_named_and_work_again_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let server = Served::start(folder.path(), &[]);
    assert_eq!(export(&server).await.0, 200);
    // Whoever asks for it waits until it is committed: from here on nothing is under way.
    assert!(has_trace(&server, 0xee).await);
    let wal = folder.path().join("traceloupe.db-wal");
    let wal = wal.to_str().unwrap();
    if !succeeds("chattr", &["+i", wal]) {
        println!("skipped: chattr +i needs root and a file system that knows it");
        return;
    }
    assert_eq!(export_trace(&server, 0xa1).await.0, 200, "the journal can be written");
    let message = until_state(&server, "read_only").await;
    let (status, retry_after, text) = export(&server).await;
    assert!(succeeds("chattr", &["-i", wal]));
    assert_eq!((status, retry_after.as_str()), (503, "1"), "{text}");
    assert!(message.contains("traceloupe.db-wal") && message.contains("--data-dir"), "{message}");
    until_state(&server, "ok").await;
    assert!(has_trace(&server, 0xa1).await);
    assert_eq!(export(&server).await.0, 200);
    server.kill();
}

#[test]
fn a_read_only_folder_is_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    std::fs::create_dir(&data_dir).unwrap();
    let Some(disk) = SmallDisk::mount(&data_dir, "ro") else {
        println!("skipped: mounting a read-only disk needs root");
        return;
    };
    let refused = command(&data_dir, &[]).output().expect("it runs");
    assert!(!refused.status.success());
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(text.contains("data") && text.contains("--data-dir") && text.contains("Read-only"), "{text}");
    drop(disk);
}
