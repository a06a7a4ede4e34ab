//! Opening the database file: refusing what is not ours before touching it, and the settings of a connection.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::{StoreError, migration, trace_search};

/// `TLUP`: tells our databases from others; written once, at creation.
const APPLICATION_ID: u32 = 0x544C_5550;

/// Page size in bytes, fixed at creation. Blocks of a few kilobytes fit a page of 8 kB with fewer overflow pages than the
/// default of 4 kB, and narrow rows do not suffer; see docs/adr/0002.
const PAGE_SIZE: u32 = 8192;

/// How long a statement waits for a lock of another program.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(3);

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// The death of the process, not of the power.
    #[default]
    Normal,
    /// The death of the power too, at the price of a commit and a disk flush before each answer.
    Full,
}

/// Opens the database for the writer, making and migrating it if need be.
pub(crate) fn open_for_writing(path: &Path, synchronous: Synchronous) -> Result<Connection, StoreError> {
    let is_new = check_header(path)?;
    let mut connection = Connection::open(path).map_err(|error| refused(path, &error))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let set_up = || -> rusqlite::Result<()> {
        if is_new {
            connection.pragma_update(None, "page_size", PAGE_SIZE)?;
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
            connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let level = if synchronous == Synchronous::Full { "FULL" } else { "NORMAL" };
        connection.pragma_update(None, "synchronous", level)?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        // Each write of a group has a savepoint: in a file, what it would restore costs a fifth of the writer's time.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "cache_size", -32_000)
    };
    set_up().map_err(|error| refused(path, &error))?;
    connection.set_prepared_statement_cache_capacity(128);
    trace_search::add_functions(&connection)?;
    migration::migrate(&mut connection, path).map_err(|error| match error {
        StoreError::Failed(reason) => StoreError::Corrupt { path: path.to_owned(), reason },
        other => other,
    })?;
    Ok(connection)
}

/// Opens the database for folding its write-ahead log, and nothing else.
pub(crate) fn open_for_checkpoints(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| refused(path, &error))?;
    // Folding flushes the log before the database, as the writer's own would.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

/// Opens the database for a reader.
pub(crate) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| refused(path, &error))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Kilobytes. Not mapped: merging reads the whole file in time, and its pages would count as memory of ours; the system's
    // cache holds them as well.
    connection.pragma_update(None, "cache_size", -8_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    trace_search::add_functions(&connection)?;
    Ok(connection)
}

fn refused(path: &Path, error: &rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode;
    let reason = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::ReadOnly { path: path.to_owned(), reason }
        }
        Some(ErrorCode::DiskFull) => StoreError::Full,
        _ => StoreError::Corrupt { path: path.to_owned(), reason },
    }
}

/// Looks at the first bytes of the file, so that a foreign, newer or damaged one is refused before SQLite touches it.
///
/// Returns whether there is no database yet. Header: <https://www.sqlite.org/fileformat2.html#the_database_header>
fn check_header(path: &Path) -> Result<bool, StoreError> {
    let corrupt = |reason: &str| StoreError::Corrupt { path: path.to_owned(), reason: reason.to_owned() };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(StoreError::ReadOnly { path: path.to_owned(), reason: error.to_string() }),
    };
    let mut header = Vec::with_capacity(100);
    file.by_ref().take(100).read_to_end(&mut header).map_err(|error| corrupt(&error.to_string()))?;
    if header.is_empty() {
        return Ok(true);
    }
    let Ok(header) = <[u8; 100]>::try_from(header) else {
        return Err(corrupt("it is too short"));
    };
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(corrupt("it does not begin like an SQLite database"));
    }
    let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if number(68) != APPLICATION_ID {
        return Err(StoreError::NotOurs { path: path.to_owned() });
    }
    if number(60) > migration::FORMAT {
        let (found, supported) = (number(60), migration::FORMAT);
        return Err(StoreError::NewerSchema { path: path.to_owned(), found, supported });
    }
    // Without a write-ahead log the file must have all the pages that its header counts; 1 stands for 65,536 bytes.
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let has_wal = std::fs::metadata(wal).is_ok_and(|metadata| metadata.len() > 0);
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    if !has_wal && length < page_size * u64::from(number(28)) {
        return Err(corrupt("it was cut off"));
    }
    Ok(false)
}
