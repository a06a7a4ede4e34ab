//! Space in the database file: what is used, what is free, and giving free pages back to the file system.

use rusqlite::Connection;

use crate::{ReadTx, Store, StoreError};

/// Pages that one step gives back: each one moves a page from the end of the file, a millisecond or two in all.
const STEP_PAGES: u32 = 64;

/// Free pages that are kept for what comes next (1 MB): giving back and taking again would be work for nothing.
const SPARE_PAGES: u64 = 128;

/// Sizes of the database file in bytes; the write-ahead log is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// What holds something.
    pub used: u64,
    /// What is free for what comes next.
    pub free: u64,
}

impl Store {
    /// Gives some free pages back to the file system; returns whether there are more than are kept spare.
    pub async fn vacuum_step(&self) -> Result<bool, StoreError> {
        // The look costs nothing; the write is queued only if there is something to do.
        if !self.read(|tx| has_surplus(tx.connection)).await? {
            return Ok(false);
        }
        self.write(0, |tx| {
            let mut statement = tx.connection.prepare(&format!("PRAGMA incremental_vacuum({STEP_PAGES})"))?;
            // Each step of the statement frees one page.
            let mut rows = statement.query([])?;
            while rows.next()?.is_some() {}
            has_surplus(tx.connection)
        })
        .await
    }
}

impl ReadTx<'_> {
    /// Returns how much of the database file is used and free.
    pub fn space(&self) -> Result<Space, StoreError> {
        let page_size = pragma(self.connection, "page_size")?;
        let free = pragma(self.connection, "freelist_count")?;
        let used = pragma(self.connection, "page_count")?.saturating_sub(free);
        Ok(Space { used: used * page_size, free: free * page_size })
    }
}

fn has_surplus(connection: &Connection) -> Result<bool, StoreError> {
    Ok(pragma(connection, "freelist_count")? > SPARE_PAGES)
}

fn pragma(connection: &Connection, name: &str) -> Result<u64, StoreError> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
