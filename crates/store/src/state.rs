//! What hinders the writer, if anything does: told to whoever asks, and to whoever waits for it to change.

use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use model::UnixNanos;

use crate::StoreError;

/// Whether the store takes writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StoreState {
    /// It does.
    #[default]
    Ok,
    /// Another program holds the database.
    Busy {
        /// Since when.
        since: UnixNanos,
    },
    /// The disk or the quota is full.
    Full {
        /// Since when.
        since: UnixNanos,
    },
    /// The folder or the file may not be written.
    ReadOnly {
        /// Since when.
        since: UnixNanos,
        /// Which, why, and what to do.
        reason: String,
    },
    /// The disk fails.
    Failed {
        /// Since when.
        since: UnixNanos,
        /// How.
        reason: String,
    },
}

impl StoreState {
    /// Returns since when writes are hindered, if they are.
    pub fn since(&self) -> Option<UnixNanos> {
        match self {
            Self::Ok => None,
            Self::Busy { since }
            | Self::Full { since }
            | Self::ReadOnly { since, .. }
            | Self::Failed { since, .. } => Some(*since),
        }
    }

    /// The state after an error: the time is kept while the kind of hindrance stays.
    pub(crate) fn after(&self, error: &StoreError) -> Self {
        let now = UnixNanos::from_system_time(SystemTime::now());
        let reason = error.to_string();
        match (error, self) {
            (StoreError::Busy, Self::Busy { since }) => Self::Busy { since: *since },
            (StoreError::Busy, _) => Self::Busy { since: now },
            (StoreError::Full, Self::Full { since }) => Self::Full { since: *since },
            (StoreError::Full, _) => Self::Full { since: now },
            (StoreError::ReadOnly { .. }, Self::ReadOnly { since, .. }) => {
                Self::ReadOnly { since: *since, reason }
            }
            (StoreError::ReadOnly { .. }, _) => Self::ReadOnly { since: now, reason },
            (_, Self::Failed { since, .. }) => Self::Failed { since: *since, reason },
            (_, _) => Self::Failed { since: now, reason },
        }
    }
}

impl fmt::Display for StoreState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("the store takes writes"),
            Self::Busy { .. } => StoreError::Busy.fmt(f),
            Self::Full { .. } => StoreError::Full.fmt(f),
            Self::ReadOnly { reason, .. } | Self::Failed { reason, .. } => f.write_str(reason),
        }
    }
}

/// Name of the file that tells whether the folder can be written; it lives for a moment only.
const PROBE_FILE: &str = "traceloupe.probe";

/// Returns what is really the matter behind an error of SQLite, which says "disk I/O error" for all that it does not know.
pub(crate) fn explained(error: StoreError, database: &Path) -> StoreError {
    let StoreError::Io(_) = &error else { return error };
    let Some((path, cause)) = first_refusal(database) else { return error };
    match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        ErrorKind::NotFound => StoreError::Io(format!("{} is gone; start again", path.display())),
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
            StoreError::ReadOnly { path, reason: cause.to_string() }
        }
        _ => StoreError::Io(format!("{}: {cause}", path.display())),
    }
}

/// Tries what SQLite does: to open its files for writing, and to write a new one beside them.
fn first_refusal(database: &Path) -> Option<(PathBuf, std::io::Error)> {
    let mut wal = database.as_os_str().to_owned();
    wal.push("-wal");
    for path in [database.to_owned(), PathBuf::from(wal)] {
        if let Err(error) = File::options().write(true).open(&path) {
            return Some((path, error));
        }
    }
    let folder = database.parent()?;
    let probe = folder.join(PROBE_FILE);
    let written = File::create(&probe).and_then(|mut file| file.write_all(&[0; 8192]));
    let _ = fs::remove_file(&probe);
    written.err().map(|error| (folder.to_owned(), error))
}
