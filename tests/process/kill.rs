//! `kill -9` under load, twenty times on the same folder: nothing acknowledged is lost, and nothing is corrupt.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use testkit::load::Random;

use crate::load::{Load, Sent, verify};
use crate::serve::{Served, client};

const N_ROUNDS: u64 = 20;

/// The load and the moments of the kills follow from it. Timing does not: no two runs are the same, and all must hold.
const SEED: u64 = 4711;

#[tokio::test(flavor = "multi_thread")]
async fn killed_under_load_it_loses_nothing_that_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let client = client();
    let mut random = Random::new(SEED);
    let mut all: Vec<Sent> = Vec::new();
    let mut n_unacknowledged_but_stored = 0;
    for round in 0..N_ROUNDS {
        let server = Served::start(&data_dir, &[]);
        let load = Load::start(&server, SEED + round);
        // Sometimes right at the start, sometimes in full swing; never before anything was acknowledged at all.
        while load.n_acknowledged() == 0 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(random.next_u64() % 800)).await;
        server.kill();
        let sent = load.sent().await;
        assert_sound(&data_dir, folder.path());
        let again = Served::start(&data_dir, &[]);
        let n_found = verify(&again, &client, &sent).await;
        n_unacknowledged_but_stored += n_found - sent.iter().filter(|sent| sent.is_acknowledged).count();
        // This one is killed as well, while idle: the log of the former may be half folded in.
        again.kill();
        all.extend(sent);
    }
    let server = Served::start(&data_dir, &[]);
    verify(&server, &client, &all).await;
    let n_spans: usize = all.iter().filter(|sent| sent.is_acknowledged).map(|sent| sent.spans.len()).sum();
    println!(
        "{N_ROUNDS} kills: {} requests with {n_spans} spans acknowledged and found; {n_unacknowledged_but_stored} stored whose answer was cut off",
        all.iter().filter(|sent| sent.is_acknowledged).count()
    );
}

/// Asserts that a copy of the database is sound to SQLite itself, in the state in which the kill left it.
fn assert_sound(data_dir: &Path, scratch: &Path) {
    const CHECK: &str = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])";
    let copy = scratch.join("copy.db");
    for suffix in ["", "-wal"] {
        let _ = fs::remove_file(format!("{}{suffix}", copy.display()));
        let from = data_dir.join(format!("traceloupe.db{suffix}"));
        if from.exists() {
            fs::copy(from, format!("{}{suffix}", copy.display())).expect("a copy");
        }
    }
    match Command::new("python3").args(["-c", CHECK]).arg(&copy).output() {
        Ok(checked) => assert_eq!(String::from_utf8_lossy(&checked.stdout).trim(), "ok"),
        Err(error) => eprintln!("skipped: integrity_check needs python3: {error}"),
    }
}
