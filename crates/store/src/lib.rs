//! Owns SQLite: schema, migrations, the one writer with group commit, the readers, and all SQL.
//!
//! Access is by intent: [`Store::read`] and [`Store::write`] run a closure on a store thread. Nobody outside holds a connection.
//! What a write *means* (merging, roll-ups) is decided in `ingest`, whose code runs inside these closures.

mod assessment;
mod block;
mod checkpoint;
mod comparison;
mod compression;
mod connection;
mod content;
mod delete_trace;
mod error;
mod experiment;
mod journal;
mod known_value;
mod log;
mod merge;
mod migration;
mod reader;
mod rejected;
mod retention;
mod run;
mod search;
mod segment;
mod session;
mod setting;
mod shared_block;
mod space;
mod span;
mod span_block;
mod span_mark;
mod span_rows;
mod span_write;
mod state;
mod text_filter;
mod trace;
mod trace_artifact;
mod trace_list;
mod trace_search;
mod tx;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

pub use comparison::{Baseline, Baselines, RowRule};
pub use connection::Synchronous;
pub use error::StoreError;
pub use journal::JournalEntry;
pub use known_value::{KnownField, KnownValue};
pub use log::StoredLog;
pub use merge::{MergeStep, Merged, Merger, QUIET_AFTER};
pub use rejected::{NewRejected, RejectedBounds, RejectedGroup, RejectedKey, RejectedRequest};
pub use retention::{RemovalReason, Removed, RetentionPolicy, RetentionReport, RetentionStep};
pub use run::{Run, RunStatus};
pub use search::{FoundSpan, SearchControl, SearchEnd, SpanCursor, SpanSearch};
pub use session::{SessionQuery, SessionRow, ToolSpan};
pub use space::Space;
pub use span::{SpanRecord, SpanUsage};
pub use span_block::{MAX_INLINE_VALUE_BYTES, SpanBlock, SpanBlockBuilder, SpanOrigin, UnfoldedBlock};
pub use span_write::OpenBlock;
pub use state::StoreState;
pub use trace::TraceKey;
pub use trace_list::{PageStart, TracePage, TraceQuery};
pub use trace_search::{
    CostColumn, FoundTraces, MetricDimension, MetricNumber, MetricQuery, MetricRow, MetricValue, MetricView,
    NextTraces, SpanContent, TokenColumn, TraceCursor, TraceSearch, TraceSearchControl,
};
pub use tx::{ReadTx, WriteTx};
pub use writer::{Journaled, JournaledWrite};

/// Name of the database file in the data folder.
pub const DATABASE_FILE: &str = "traceloupe.db";

/// Searches that run at once: fewer than there are readers, so that a page never waits for searches to end.
const MAX_SEARCHES: usize = 2;

/// How to open a store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Folder that holds the database.
    pub data_dir: PathBuf,
    /// Bytes of writes that may wait; further ones wait for room.
    pub max_queue_bytes: usize,
    /// What a commit survives.
    pub synchronous: Synchronous,
}

/// The database of one data folder. Cheap to clone; the last clone stops the threads.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    writer: writer::Writer,
    readers: reader::Readers,
    /// A turn for each search that may run.
    searches: Semaphore,
}

impl Store {
    /// Opens the database of a data folder, making or migrating it if need be.
    ///
    /// Errors name the file and what to do; a file that is not ours, newer or damaged is left untouched.
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let path = options.data_dir.join(DATABASE_FILE);
        let connection = connection::open_for_writing(&path, options.synchronous)?;
        let readers = reader::Readers::start(&path)?;
        let writer =
            writer::Writer::start(connection, path.clone(), options.max_queue_bytes, options.synchronous)?;
        Ok(Self { inner: Arc::new(Inner { path, writer, readers, searches: Semaphore::new(MAX_SEARCHES) }) })
    }

    /// Runs `read` on a reader thread, within one snapshot of the database, which has all that was acknowledged before.
    pub async fn read<T, E, F>(&self, read: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.inner.writer.catch_up().await;
        self.inner.readers.run(read).await
    }

    /// Runs `write` on the writer thread; answers after the commit. An error undoes this write alone.
    ///
    /// `n_bytes` is about what the write holds in memory: writes wait here while the queue is full, but not for ever; then the error
    /// is [`StoreError::Overloaded`].
    pub async fn write<T, E, F>(&self, n_bytes: usize, write: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.inner.writer.run(n_bytes, write).await
    }

    /// Writes what is in the journal, or will be: answers once it is there or committed, whichever comes first.
    ///
    /// While something hinders writes, and where a commit must survive the power, this answers after the commit like
    /// [`Store::write`], with its errors.
    pub async fn write_journaled(
        &self,
        n_bytes: usize,
        journaled: Journaled<'_>,
        write: Box<dyn JournaledWrite>,
    ) -> Result<(), StoreError> {
        self.inner.writer.run_journaled(n_bytes, journaled, write).await
    }

    /// Returns what a former process acknowledged and did not commit, oldest first: it is to be written before anything else.
    /// Until this is called nothing is journaled.
    pub fn take_unapplied(&self) -> Vec<JournalEntry> {
        self.inner.writer.journal().take_unapplied()
    }

    /// Whether no write waits: the time for work in the background.
    pub fn is_idle(&self) -> bool {
        self.inner.writer.is_idle()
    }

    /// Returns whether the store takes writes. Cheap.
    pub fn state(&self) -> StoreState {
        self.inner.writer.states().borrow().clone()
    }

    /// Listens to changes of [`Store::state`].
    pub fn states(&self) -> watch::Receiver<StoreState> {
        self.inner.writer.states()
    }

    /// Returns the path of the database file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Returns the bytes that the database takes on disk, write-ahead log included.
    pub fn size_on_disk(&self) -> u64 {
        let with_suffix = |suffix: &str| {
            let mut path = self.inner.path.clone().into_os_string();
            path.push(suffix);
            std::fs::metadata(path).map_or(0, |metadata| metadata.len())
        };
        with_suffix("") + with_suffix("-wal")
    }

    /// Finishes what is queued, stops the threads and folds the write-ahead log into the database.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.inner.readers.stop();
        self.inner.writer.stop().await
    }
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
