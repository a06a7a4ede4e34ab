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

    /// Returns path and size in bytes of all files of a trace, by path.
    pub fn trace_artifacts(&self, trace: TraceKey) -> Result<Vec<(String, u64)>, StoreError> {
        let sql = "SELECT path, length(body) FROM trace_artifact WHERE trace_key = ?1 ORDER BY path";
        let mut statement = self.connection.prepare_cached(sql)?;
        let files = statement.query_map([trace.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(files.collect::<rusqlite::Result<_>>()?)
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

    /// Deletes a file of a trace, and all that lie below it as a folder; what is not there counts as deleted.
    pub fn delete_trace_artifacts(&mut self, trace: TraceKey, path: &str) -> Result<(), StoreError> {
        // What is below a folder sorts between `folder/` and `folder0`, the character behind `/`.
        let sql = "DELETE FROM trace_artifact
                   WHERE trace_key = ?1 AND (path = ?2 OR (path > ?2 || '/' AND path < ?2 || '0'))";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, path])?;
        Ok(())
    }
}
