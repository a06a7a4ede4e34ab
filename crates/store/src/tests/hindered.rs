//! Full disks, locks of other programs and folders that cannot be written: told, waited out, and nothing acknowledged is lost.

use std::sync::atomic::{AtomicU32, Ordering};

use model::UnixNanos;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::*;

type Write = Box<dyn FnOnce(&mut WriteTx<'_>) -> Result<(), StoreError> + Send>;

/// Waits for a state, however long the machine takes.
async fn until(store: &Store, is_wanted: impl Fn(&StoreState) -> bool) -> StoreState {
    let mut states = store.states();
    states.wait_for(is_wanted).await.expect("the store runs").clone()
}

/// Writes about so many kilobytes.
fn put(tx: &mut WriteTx<'_>, key: &str, n_kilobytes: usize) -> Result<(), StoreError> {
    tx.put_setting(key, &"x".repeat(n_kilobytes * 1024))
}

async fn has(store: &Store, key: &'static str) -> bool {
    store.read(move |tx| tx.setting(key)).await.unwrap().is_some()
}

/// Lets the database grow to so many pages and no further: to SQLite this is a full disk.
async fn set_max_pages(store: &Store, n_pages: u32) {
    store
        .write(0, move |tx| {
            tx.connection
                .query_row(&format!("PRAGMA max_page_count = {n_pages}"), [], |_| Ok(()))
                .map_err(StoreError::from)
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_writing_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 24);
    store.write(0, |tx| put(tx, "before", 1)).await.unwrap();
    assert_eq!(store.state(), StoreState::Ok);
    set_max_pages(&store, 100).await;
    for _ in 0..3 {
        let refused = store.write(0, |tx| put(tx, "large", 2_000)).await;
        assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
    }
    let full = until(&store, |state| *state != StoreState::Ok).await;
    assert!(matches!(full, StoreState::Full { .. }), "{full:?}");
    // What can be read still can.
    assert!(has(&store, "before").await && !has(&store, "large").await);
    // A probe finds by itself that small writes work.
    until(&store, |state| *state == StoreState::Ok).await;
    set_max_pages(&store, 100_000).await;
    store.write(0, |tx| put(tx, "large", 2_000)).await.unwrap();
    assert!(has(&store, "large").await);
    assert_eq!(store.state(), StoreState::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_within_a_group_acknowledges_nothing_that_it_undoes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 24);
    set_max_pages(&store, 100).await;
    let (began, begun) = oneshot::channel();
    let (go, gone) = std::sync::mpsc::channel();
    let spawn = |job: Write| {
        let store = store.clone();
        tokio::spawn(async move { store.write(0, job).await })
    };
    let holding = spawn(Box::new(move |_| {
        began.send(()).unwrap();
        gone.recv().unwrap();
        Ok(())
    }));
    begun.await.unwrap();
    let group = [
        spawn(Box::new(|tx| put(tx, "small", 1))),
        spawn(Box::new(|tx| put(tx, "too large", 4_000))),
        spawn(Box::new(|tx| put(tx, "after", 1))),
    ];
    go.send(()).unwrap();
    holding.await.unwrap().unwrap();
    for (key, job) in ["small", "too large", "after"].into_iter().zip(group) {
        let outcome = job.await.unwrap();
        // SQLite may undo the statement or the whole transaction; what counts is that answers and content agree.
        assert_eq!(outcome.is_ok(), has(&store, key).await, "{key}: {outcome:?}");
        assert!(outcome.is_ok() || matches!(outcome, Err(StoreError::Full)), "{key}: {outcome:?}");
        assert!(key != "too large" || outcome.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_holds_nobody_up_for_ever_and_is_noticed_when_free() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 24);
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    // Far more than one group: all are answered after one wait for the lock, not after one each.
    let n_ran = std::sync::Arc::new(AtomicU32::new(0));
    let mut writes = tokio::task::JoinSet::new();
    for _ in 0..2_000 {
        let (store, n_ran) = (store.clone(), n_ran.clone());
        writes.spawn(async move {
            let count = move |_: &mut WriteTx<'_>| {
                n_ran.fetch_add(1, Ordering::Relaxed);
                Ok::<_, StoreError>(())
            };
            store.write(2_000, count).await
        });
    }
    while let Some(outcome) = writes.join_next().await {
        assert!(matches!(outcome.unwrap(), Err(StoreError::Busy)));
    }
    assert_eq!(n_ran.load(Ordering::Relaxed), 0);
    let StoreState::Busy { since } = store.state() else { panic!("{:?}", store.state()) };
    assert!(matches!(store.write(0, |tx| put(tx, "x", 1)).await, Err(StoreError::Busy)));
    assert_eq!(store.state(), StoreState::Busy { since }, "since the first time");
    assert!(!has(&store, "x").await, "what can be read still can");
    other.execute_batch("ROLLBACK").unwrap();
    until(&store, |state| *state == StoreState::Ok).await;
    store.write(0, |tx| put(tx, "x", 1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_room_in_the_queue_is_told_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 10_000);
    let (began, begun) = oneshot::channel();
    let (go, gone) = std::sync::mpsc::channel();
    let holding = tokio::spawn({
        let store = store.clone();
        let hold = move |_: &mut WriteTx<'_>| {
            began.send(()).unwrap();
            gone.recv().unwrap();
            Ok::<_, StoreError>(())
        };
        async move { store.write(10_000, hold).await }
    });
    begun.await.unwrap();
    let refused = store.write(1, |tx| put(tx, "x", 1)).await;
    assert!(matches!(refused, Err(StoreError::Overloaded)), "{refused:?}");
    assert_eq!(store.state(), StoreState::Ok, "slow is not broken");
    go.send(()).unwrap();
    holding.await.unwrap().unwrap();
    store.write(1, |tx| put(tx, "x", 1)).await.unwrap();
}

#[test]
fn the_time_of_a_state_is_kept_while_its_kind_stays() {
    let busy = StoreState::Busy { since: UnixNanos(7) };
    assert_eq!(busy.after(&StoreError::Busy), busy);
    let full = busy.after(&StoreError::Full);
    assert!(matches!(full, StoreState::Full { since } if since != UnixNanos(7)));
    assert_eq!(full.after(&StoreError::Full), full);
}

/// Runs with a folder that even root cannot write to, or says why it cannot.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn files_that_become_unwritable_are_named_and_work_again_afterwards() {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 24);
    store.write(0, |tx| put(tx, "before", 1)).await.unwrap();
    let immutable = |sign: &str| {
        let wal = format!("{}-wal", store.path().display());
        std::process::Command::new("chattr")
            .arg(format!("{sign}i"))
            .arg(wal)
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if !immutable("+") {
        eprintln!("skipped: chattr +i needs root and a file system that knows it");
        return;
    }
    let refused = store.write(0, |tx| put(tx, "x", 1)).await;
    let state = store.state();
    assert!(immutable("-"));
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. } | StoreError::Io(_))), "{refused:?}");
    let StoreState::ReadOnly { reason, .. } = state else { panic!("{state:?}") };
    assert!(reason.contains("-wal") && reason.contains("--data-dir"), "{reason}");
    until(&store, |state| *state == StoreState::Ok).await;
    store.write(0, |tx| put(tx, "x", 1)).await.unwrap();
    assert!(has(&store, "before").await && has(&store, "x").await);
}
