//! Folding the write-ahead log into the database beside the writer, so that writes do not wait for it.
//!
//! A thread of its own folds what is committed while the writer goes on. SQLite begins the log anew only when a write finds all of
//! it folded, which under steady load never happens by itself: when the log is long, the writer folds the little that is left.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::Connection;

use crate::{StoreError, connection};

/// Pages in the log that are worth folding: 8 MB.
const STEP_PAGES: u32 = 1000;

/// Pages in the log from which on it should begin anew: 32 MB.
const LONG_PAGES: u32 = 4000;

/// Pages in the log from which on the writer folds it, however much that is: 256 MB.
const MAX_PAGES: u32 = 32_000;

/// The writer's half: it counts what it commits and wakes the thread.
pub(crate) struct Checkpointer {
    wake: Sender<()>,
    thread: JoinHandle<()>,
    log: Arc<Log>,
    /// Pages in the log when the writer last looked, and when it last folded.
    seen: u32,
    tried: u32,
}

/// The log as both threads know it, in pages.
#[derive(Default)]
struct Log {
    /// In the log after the last commit.
    committed: AtomicU32,
    /// Folded into the database by the thread.
    folded: AtomicU32,
}

impl Checkpointer {
    /// Starts the thread for a writer's connection. It ends when this is dropped or stopped.
    pub(crate) fn start(writer: &mut Connection, path: &Path) -> Result<Self, StoreError> {
        let log = Arc::new(Log::default());
        let committed = Arc::clone(&log);
        // Takes the place of SQLite's own check after each commit, which folds on the spot.
        writer.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, n_pages: i32| {
            committed.committed.store(u32::try_from(n_pages).unwrap_or(0), Relaxed);
            Ok(())
        }))?;
        let connection = connection::open_for_checkpoints(path)?;
        let (wake, woken) = bounded(1);
        let shared = Arc::clone(&log);
        let thread = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || work(&connection, &woken, &shared))
            .map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(Self { wake, thread, log, seen: 0, tried: 0 })
    }

    /// Ends the thread, waits for it, and folds all of the log: while the thread folds, nobody else can.
    pub(crate) fn stop(self, writer: &Connection) {
        drop(self.wake);
        // A panic of it hinders nothing here.
        let _ = self.thread.join();
        // What readers still hold is folded at the next start.
        writer.pragma_update(None, "wal_checkpoint", "TRUNCATE").ok();
    }

    /// Sees to the log after a commit, once its writes are answered.
    pub(crate) fn after_commit(&mut self, writer: &Connection) {
        let committed = self.log.committed.load(Relaxed);
        if committed < self.seen {
            // It was begun anew.
            self.log.folded.store(0, Relaxed);
            self.tried = 0;
        }
        self.seen = committed;
        let left = committed.saturating_sub(self.log.folded.load(Relaxed));
        // A reader may keep the log from beginning anew for a while: not tried again at every commit meanwhile.
        let is_due = committed >= LONG_PAGES && left < STEP_PAGES || committed >= MAX_PAGES;
        if is_due && committed - self.tried >= STEP_PAGES / 2 {
            self.tried = committed;
            self.log.folded.fetch_max(fold(writer), Relaxed);
        } else if left >= STEP_PAGES {
            // Full means that it is awake.
            let _ = self.wake.try_send(());
        }
    }
}

fn work(connection: &Connection, woken: &Receiver<()>, log: &Log) {
    while let Ok(()) = woken.recv() {
        log.folded.store(fold(connection), Relaxed);
    }
}

/// Folds what no reader holds; returns how many pages of the log are folded then.
fn fold(connection: &Connection) -> u32 {
    let folded = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(2));
    match folded {
        Ok(n_pages) => u32::try_from(n_pages).unwrap_or(0),
        Err(error) => {
            // What hinders this hinders writes too, which tell it; nothing is lost, the log holds everything.
            tracing::debug!(%error, "the write-ahead log could not be folded");
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Synchronous;

    /// Pages in the log: what SQLite itself counts.
    fn n_pages_in_log(connection: &Connection) -> i64 {
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1)).unwrap()
    }

    #[test]
    fn under_steady_writing_the_log_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steady.db");
        let mut writer = connection::open_for_writing(&path, Synchronous::Normal).unwrap();
        let mut checkpointer = Checkpointer::start(&mut writer, &path).unwrap();
        writer.execute_batch("CREATE TABLE filler (body BLOB)").unwrap();
        // Each commit takes more than 100 pages of the log; all together many times what is long.
        for _ in 0..400 {
            writer.execute("INSERT INTO filler VALUES (zeroblob(1000000))", []).unwrap();
            writer.execute("DELETE FROM filler", []).unwrap();
            checkpointer.after_commit(&writer);
        }
        let n_pages = n_pages_in_log(&writer);
        assert!(n_pages < i64::from(MAX_PAGES), "{n_pages} pages are in the log");
        let check: String = writer.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
    }

    #[test]
    fn nothing_is_left_in_the_log_once_it_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stopped.db");
        for _ in 0..20 {
            let mut writer = connection::open_for_writing(&path, Synchronous::Normal).unwrap();
            let mut checkpointer = Checkpointer::start(&mut writer, &path).unwrap();
            writer.execute_batch("CREATE TABLE IF NOT EXISTS filler (body BLOB)").unwrap();
            // Enough to wake the thread, which is folding when it is stopped.
            for _ in 0..20 {
                writer.execute("INSERT INTO filler VALUES (zeroblob(1000000))", []).unwrap();
            }
            checkpointer.after_commit(&writer);
            checkpointer.stop(&writer);
            assert_eq!(std::fs::metadata(folder.path().join("stopped.db-wal")).unwrap().len(), 0);
        }
    }
}
