//! Table `trace_artifact`: files that clients keep with a trace, attachments of messages above all.

use rusqlite::{OptionalExtension as _, params};

use crate::{ReadTx, StoreError, TraceKey, WriteTx};

impl ReadTx<'_> {
    /// Returns a file of a trace.
    pub fn trace_artifact(&self, trace: TraceKey, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT body FROM trace_artifact WHERE trace_key = ?1 AND path = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![trace.0, path], |row| row.get(0)).optional()?)
    }
}

impl WriteTx<'_> {
    /// Stores or replaces a file of a trace.
    pub fn put_trace_artifact(&mut self, trace: TraceKey, path: &str, body: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO trace_artifact (trace_key, path, body) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET body = ?3";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, path, body])?;
        Ok(())
    }
}
