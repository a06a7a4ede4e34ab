//! What can go wrong in the store, by what a caller does about it.

use std::cell::RefCell;
use std::path::PathBuf;

/// A failure of the store. Callers branch on the variant, never on the text.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Another program holds the database; the write may succeed later.
    #[error("the database is locked by another program: close it there, or wait until it is done")]
    Busy,
    /// The disk or the quota is full; the write may succeed later.
    #[error("the disk is full: free some space")]
    Full,
    /// More waits for the disk than may; the write may succeed later.
    #[error("more waits to be stored than may: the disk does not keep up")]
    Overloaded,
    /// The disk or the file system fails; the write may succeed later.
    #[error("the disk fails: {0}")]
    Io(String),
    /// The folder or the file may not be written.
    #[error("{path} cannot be written: {reason}; make it writable, or choose another folder with --data-dir")]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is damaged or no database at all.
    #[error(
        "{path} is damaged or not a database ({reason}); it was left untouched: move it away, or choose another folder with --data-dir"
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is a database of another program.
    #[error(
        "{path} is an SQLite database of another program; it was left untouched: choose another folder with --data-dir"
    )]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version that this one cannot read.
    #[error(
        "{path} was written by a newer version of Traceloupe (format {found}, this version reads up to {supported}); it was left untouched: update Traceloupe, or choose another folder with --data-dir"
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format that we read.
        supported: u32,
    },
    /// The store is closing.
    #[error("the store is closing")]
    Closed,
    /// Anything else: a defect of ours or of the machine.
    #[error("the database failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// Whether the same write may succeed later: what hinders it lies with the machine, not with the write.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Busy
            | Self::Full
            | Self::Overloaded
            | Self::Io(_)
            | Self::ReadOnly { .. }
            | Self::Closed => true,
            Self::Corrupt { .. } | Self::NotOurs { .. } | Self::NewerSchema { .. } | Self::Failed(_) => false,
        }
    }
}

thread_local! {
    /// What hindered a statement of this thread: SQLite may undo the whole transaction over it, and whoever ran the statement keeps
    /// the error to itself.
    static HINDRANCE: RefCell<Option<StoreError>> = const { RefCell::new(None) };
}

/// Returns what hindered a statement of this thread since the last call.
pub(crate) fn take_hindrance() -> Option<StoreError> {
    HINDRANCE.take()
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let hindrance = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            // What exactly is the matter with the disk is found out by asking the file system, where the path is known.
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure,
            ) => Self::Io(error.to_string()),
            _ => return Self::Failed(error.to_string()),
        };
        HINDRANCE.set(Some(hindrance.clone()));
        hindrance
    }
}

impl From<proto::blob::BlobError> for StoreError {
    fn from(error: proto::blob::BlobError) -> Self {
        Self::Failed(error.to_string())
    }
}
