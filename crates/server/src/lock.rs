//! One server per data folder: a lock that dies with its process, and a note that says whose it is.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Held, not written to: on Windows a locked file cannot be read by others, so the note lies beside it.
const LOCK_FILE: &str = "traceloupe.lock";
const INSTANCE_FILE: &str = "traceloupe.instance.json";

/// Who runs on a data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Process id.
    pub pid: u32,
    /// `host:port` of its UI and API.
    pub http: String,
    /// Its version of Traceloupe.
    pub version: String,
}

/// Why a data folder cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The folder cannot be made or written.
    #[error("the data folder {path} cannot be written: {reason}; choose another one with --data-dir")]
    Unwritable {
        /// The folder.
        path: PathBuf,
        /// What the system says, which the message holds already.
        reason: io::Error,
    },
    /// Another server runs on it.
    #[error("{}", held_by(.path, .instance.as_ref()))]
    Held {
        /// The folder.
        path: PathBuf,
        /// Whose it is, as far as the note tells.
        instance: Option<Instance>,
    },
}

fn held_by(path: &Path, instance: Option<&Instance>) -> String {
    let whose = match instance {
        Some(Instance { pid, http, version }) => {
            format!("Traceloupe {version} with process id {pid}, at http://{http}/")
        }
        None => "another Traceloupe that is just starting or stopping".to_owned(),
    };
    format!(
        "the data folder {} is in use by {whose}; stop it, or choose another folder with --data-dir",
        path.display()
    )
}

/// The right to use a data folder; given back when dropped.
#[derive(Debug)]
pub(crate) struct DataDirLock {
    folder: PathBuf,
    // Closing the file releases the lock, however the process ends.
    _lock: File,
}

impl DataDirLock {
    /// Takes a data folder, making it if need be.
    pub(crate) fn take(folder: &Path) -> Result<Self, LockError> {
        let unwritable = |reason| LockError::Unwritable { path: folder.to_owned(), reason };
        fs::create_dir_all(folder).map_err(unwritable)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK_FILE))
            .map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(LockError::Held { path: folder.to_owned(), instance: read_instance(folder) })
            }
            Err(TryLockError::Error(reason)) => Err(unwritable(reason)),
        }
    }

    /// Notes who we are, for a second start and for commands that look for a running app.
    pub(crate) fn note(&self, instance: &Instance) -> Result<(), LockError> {
        let text = serde_json::to_string(instance).unwrap_or_default();
        fs::write(self.folder.join(INSTANCE_FILE), text)
            .map_err(|reason| LockError::Unwritable { path: self.folder.clone(), reason })
    }
}

impl Drop for DataDirLock {
    fn drop(&mut self) {
        // A note that stays behind does no harm: the lock is what counts.
        let _ = fs::remove_file(self.folder.join(INSTANCE_FILE));
    }
}

fn read_instance(folder: &Path) -> Option<Instance> {
    serde_json::from_str(&fs::read_to_string(folder.join(INSTANCE_FILE)).ok()?).ok()
}

/// Returns the server that runs on a data folder, if one does.
pub fn instance_of(folder: &Path) -> Option<Instance> {
    let lock = File::open(folder.join(LOCK_FILE)).ok()?;
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => read_instance(folder),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_is_told_whose_folder_it_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(instance_of(folder.path()), None);
        let lock = DataDirLock::take(folder.path()).unwrap();
        let instance = Instance { pid: 4711, http: "127.0.0.1:5000".into(), version: "9.9.9".into() };
        lock.note(&instance).unwrap();
        let error = DataDirLock::take(folder.path()).unwrap_err().to_string();
        for part in ["4711", "127.0.0.1:5000", "9.9.9", "--data-dir"] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(instance_of(folder.path()), Some(instance));
        drop(lock);
        assert_eq!(instance_of(folder.path()), None);
        DataDirLock::take(folder.path()).unwrap();
    }
}
