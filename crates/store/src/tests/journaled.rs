//! Writes that are acknowledged before their commit: read back at once, never lost, never out of order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use model::Exporter;
use tokio::sync::oneshot;

use super::*;
use crate::fixture::{Bench, spans_of};

/// Appends a letter to what the setting `log` holds, so that the order of writes can be told.
struct Append {
    letter: char,
    fault: Fault,
    is_committed: Arc<AtomicBool>,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    Fails,
    Panics,
}

impl JournaledWrite for Append {
    fn write(&mut self, tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
        append(tx, self.letter)?;
        match self.fault {
            Fault::None => Ok(()),
            Fault::Fails => Err(StoreError::Failed("by itself".to_owned())),
            Fault::Panics => panic!("of the test"),
        }
    }

    fn give_up(&mut self, tx: &mut WriteTx<'_>, _reason: &str) -> Result<(), StoreError> {
        append(tx, self.letter.to_ascii_uppercase())
    }

    fn committed(&mut self) {
        self.is_committed.store(true, Ordering::Relaxed);
    }
}

fn append(tx: &mut WriteTx<'_>, letter: char) -> Result<(), StoreError> {
    let mut log = tx.setting("log")?.unwrap_or_default();
    log.push(letter);
    tx.put_setting("log", &log)
}

async fn log(store: &Store) -> String {
    store.read(|tx| tx.setting("log")).await.unwrap().unwrap_or_default()
}

async fn write(store: &Store, letter: char, fault: Fault) -> Result<Arc<AtomicBool>, StoreError> {
    write_bytes(store, letter, fault, 1000).await
}

/// The same for a write that holds so many bytes in memory.
async fn write_bytes(
    store: &Store,
    letter: char,
    fault: Fault,
    n_bytes: usize,
) -> Result<Arc<AtomicBool>, StoreError> {
    let is_committed = Arc::new(AtomicBool::new(false));
    let write = Append { letter, fault, is_committed: Arc::clone(&is_committed) };
    store.write_journaled(n_bytes, Journaled::New(b"append ", &[letter as u8]), Box::new(write)).await?;
    Ok(is_committed)
}

/// Replays as a server does, from what the entries say.
async fn replay(store: &Store) -> usize {
    let entries = store.take_unapplied();
    for entry in &entries {
        let letter = entry.bytes.strip_prefix(b"append ").unwrap()[0].into();
        let write = Append { letter, fault: Fault::None, is_committed: Arc::default() };
        store.write_journaled(10, Journaled::Entry(entry), Box::new(write)).await.unwrap();
    }
    entries.len()
}

/// Keeps the writer busy until told otherwise.
async fn hold(store: &Store) -> mpsc::Sender<()> {
    let (began, begun) = oneshot::channel();
    let (go, gone) = mpsc::channel::<()>();
    let held = store.clone();
    tokio::spawn(async move {
        let wait = move |tx: &mut WriteTx<'_>| {
            let _ = began.send(());
            let _ = gone.recv();
            append(tx, '.')
        };
        held.write(0, wait).await
    });
    begun.await.unwrap();
    go
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_what_was_acknowledged_and_writes_stay_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 24);
    let go = hold(&store).await;
    // Acknowledged, though the writer is held: it cannot have been committed.
    let committed = write(&store, 'a', Fault::None).await.unwrap();
    assert!(!committed.load(Ordering::Relaxed));
    let (reader, later) = (store.clone(), store.clone());
    let reading = tokio::spawn(async move { log(&reader).await });
    let writing = tokio::spawn(async move { later.write(0, |tx| append(tx, 'b')).await });
    tokio::task::yield_now().await;
    assert!(!reading.is_finished(), "it waits for what is acknowledged");
    go.send(()).unwrap();
    let seen = reading.await.unwrap();
    assert!(seen.starts_with(".a"), "{seen}");
    writing.await.unwrap().unwrap();
    assert_eq!(log(&store).await, ".ab");
    assert!(committed.load(Ordering::Relaxed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_larger_than_all_that_may_be_ahead_passes_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 64 << 20);
    for (letter, n_bytes) in [('a', 10), ('b', 8 << 20), ('c', (8 << 20) + 1), ('d', 200 << 20), ('e', 10)] {
        write_bytes(&store, letter, Fault::None, n_bytes).await.unwrap();
    }
    assert_eq!(log(&store).await, "abcde");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_by_itself_gives_up_and_the_others_stand() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 24);
    let go = hold(&store).await;
    for (letter, fault) in [('a', Fault::None), ('b', Fault::Fails), ('c', Fault::Panics), ('d', Fault::None)]
    {
        write(&store, letter, fault).await.unwrap();
    }
    go.send(()).unwrap();
    assert_eq!(log(&store).await, ".aBCd");
    // Alone in its transaction it is undone as well.
    write(&store, 'e', Fault::Panics).await.unwrap();
    assert_eq!(log(&store).await, ".aBCdE");
    assert_eq!(store.state(), StoreState::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_when_another_program_takes_the_database_is_written_once_it_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 24);
    write(&store, 'a', Fault::None).await.unwrap();
    assert_eq!(log(&store).await, "a");
    let other = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let committed = write(&store, 'b', Fault::None).await.unwrap();
    write(&store, 'c', Fault::None).await.unwrap();
    let busy = store.states().wait_for(|state| *state != StoreState::Ok).await.unwrap().clone();
    assert!(matches!(busy, StoreState::Busy { .. }), "{busy:?}");
    // From now on nothing is promised that nobody knows, and reads show what is there.
    assert!(matches!(write(&store, 'x', Fault::None).await, Err(StoreError::Busy)));
    assert!(matches!(store.write(0, |tx| append(tx, 'y')).await, Err(StoreError::Busy)));
    assert_eq!(log(&store).await, "a");
    assert!(!committed.load(Ordering::Relaxed));
    other.execute_batch("ROLLBACK").unwrap();
    store.states().wait_for(|state| *state == StoreState::Ok).await.unwrap();
    assert_eq!(log(&store).await, "abc");
    write(&store, 'd', Fault::None).await.unwrap();
    assert_eq!(log(&store).await, "abcd");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_process_acknowledged_is_replayed_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 24);
    write(&store, 'a', Fault::None).await.unwrap();
    assert_eq!(log(&store).await, "a");
    let go = hold(&store).await;
    for letter in ['b', 'c'] {
        write(&store, letter, Fault::None).await.unwrap();
    }
    // What the disk has at the moment of a kill.
    let left = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, left.path().join(path.file_name().unwrap())).unwrap();
    }
    go.send(()).unwrap();
    let restarted = open(&left, 1 << 24);
    // Reads of the start do not wait for what is not replayed yet; writes are committed at once.
    assert_eq!(log(&restarted).await, "a");
    assert_eq!(replay(&restarted).await, 2);
    assert_eq!(log(&restarted).await, "abc");
    write(&restarted, 'd', Fault::None).await.unwrap();
    restarted.close().await.unwrap();
    let again = open(&left, 1 << 24);
    assert_eq!(replay(&again).await, 0);
    assert_eq!(log(&again).await, "abcd");
}

#[tokio::test]
async fn where_a_commit_must_survive_the_power_nothing_is_acknowledged_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        data_dir: folder.path().to_owned(),
        max_queue_bytes: 1 << 20,
        synchronous: Synchronous::Full,
    };
    let store = Store::open(&options).unwrap();
    let committed = write(&store, 'a', Fault::None).await.unwrap();
    assert!(committed.load(Ordering::Relaxed));
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_share_a_commit_and_a_block() {
    let bench = Bench::new();
    // They wait together for the writer.
    let go = hold(&bench.store).await;
    for trace in 1..=5 {
        bench.put_journaled(Exporter::OpenTelemetry, spans_of(trace, 0..8, 100), false).await;
    }
    go.send(()).unwrap();
    assert_eq!(bench.contents().await.len(), 40);
    assert_eq!(bench.number("SELECT count(*) FROM block").await, 1);
    // What is answered after its commit has a block of its own.
    bench.put(Exporter::OpenTelemetry, spans_of(6, 0..8, 100)).await;
    assert_eq!(bench.number("SELECT count(*) FROM block").await, 2);
}
