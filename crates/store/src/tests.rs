//! Commits, undone writes, bounds and the file itself.

use std::time::Duration;

use model::{Experiment, ExperimentId, UnixNanos};
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

fn open(folder: &TempDir, max_queue_bytes: usize) -> Store {
    let options = StoreOptions {
        data_dir: folder.path().to_owned(),
        max_queue_bytes,
        synchronous: Synchronous::Normal,
    };
    Store::open(&options).unwrap()
}

fn create(tx: &mut WriteTx<'_>, name: &str) -> Result<ExperimentId, StoreError> {
    tx.insert_experiment(None, name, "mlflow-artifacts:/{id}", &[], UnixNanos(1))
}

async fn names(store: &Store) -> Vec<String> {
    let experiments: Vec<Experiment> = store.read(|tx| tx.experiments()).await.unwrap();
    experiments.into_iter().map(|experiment| experiment.name).collect()
}

#[tokio::test]
async fn an_acknowledged_write_is_there_for_the_next_reader_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    store.write(0, |tx| create(tx, "a")).await.unwrap();
    assert_eq!(names(&store).await, ["a"]);
    store.close().await.unwrap();
    assert!(matches!(store.write(0, |tx| create(tx, "late")).await, Err(StoreError::Closed)));
    assert_eq!(names(&open(&folder, 1 << 20)).await, ["a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_or_panicking_write_undoes_itself_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    // While the first write holds the writer, the others wait and are committed as one group.
    let (began, begun) = tokio::sync::oneshot::channel();
    let (go, gone) = std::sync::mpsc::channel();
    let blocker = store.clone();
    let first = tokio::spawn(async move {
        let hold = move |tx: &mut WriteTx<'_>| {
            began.send(()).unwrap();
            gone.recv().unwrap();
            create(tx, "first")
        };
        blocker.write(0, hold).await
    });
    begun.await.unwrap();
    let writes = [
        tokio::spawn({
            let store = store.clone();
            async move { store.write(0, |tx| create(tx, "good")).await }
        }),
        tokio::spawn({
            let store = store.clone();
            async move {
                store
                    .write(0, |tx| {
                        create(tx, "undone")?;
                        Err(StoreError::Failed("no".to_owned()))
                    })
                    .await
            }
        }),
        tokio::spawn({
            let store = store.clone();
            async move {
                store
                    .write(0, |tx| -> Result<ExperimentId, StoreError> {
                        create(tx, "undone too")?;
                        panic!("a defect, for this test")
                    })
                    .await
            }
        }),
    ];
    go.send(()).unwrap();
    first.await.unwrap().unwrap();
    let [good, failed, panicked] = writes;
    assert!(good.await.unwrap().is_ok());
    assert!(matches!(failed.await.unwrap(), Err(StoreError::Failed(reason)) if reason == "no"));
    assert!(
        matches!(panicked.await.unwrap(), Err(StoreError::Failed(reason)) if reason.contains("panicked"))
    );
    assert_eq!(names(&store).await, ["first", "good"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_wait_while_the_queue_is_full_and_one_larger_than_it_still_passes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 10_000);
    let (go, gone) = std::sync::mpsc::channel();
    let (began, begun) = tokio::sync::oneshot::channel();
    let holding = tokio::spawn({
        let store = store.clone();
        async move {
            let hold = move |tx: &mut WriteTx<'_>| {
                began.send(()).unwrap();
                gone.recv().unwrap();
                create(tx, "holds all the room")
            };
            store.write(1_000_000, hold).await
        }
    });
    begun.await.unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.write(1, |tx| create(tx, "waits")).await }
    });
    // The held write has not ended, so this one cannot: it has no room even to queue.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    go.send(()).unwrap();
    holding.await.unwrap().unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_file_is_made_with_what_cannot_be_changed_later() {
    let folder = tempfile::tempdir().unwrap();
    open(&folder, 1 << 20).close().await.unwrap();
    let connection = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(pragma("page_size"), 8192);
    assert_eq!(pragma("auto_vacuum"), 2, "incremental");
    assert_eq!(pragma("application_id"), 0x544C_5550, "TLUP");
    assert_eq!(pragma("user_version"), 1);
}

#[tokio::test]
async fn a_database_locked_by_another_program_is_busy_and_works_again_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, 1 << 20);
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(store.write(0, |tx| create(tx, "x")).await, Err(StoreError::Busy)));
    other.execute_batch("ROLLBACK").unwrap();
    store.write(0, |tx| create(tx, "x")).await.unwrap();
}
