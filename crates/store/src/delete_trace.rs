//! Deleting traces: gone at once for every reader, cleared away in small steps.
//!
//! [`WriteTx::delete_trace`] removes the trace itself, by which all reads begin, and notes its remains; [`WriteTx::clear_remains`]
//! removes the rest a few rows at a time. A span that arrives in between belongs to a new trace with a key of its own.

use model::{TraceId, UnixNanos};
use rusqlite::{OptionalExtension as _, params};

use crate::{ReadTx, StoreError, TraceKey, WriteTx};

/// Tables of a trace whose rows are few and go with it at once. Rows are found by `trace_key`.
const SMALL_TABLES: [&str; 7] =
    ["trace", "trace_tag", "trace_metadata", "assessment", "trace_run", "trace_prompt", "trace_artifact"];

/// Tables of a trace that may have any number of rows, and the rest of their primary key beside `trace_key`.
const LARGE_TABLES: [(&str, &str); 4] = [
    ("span", "span_id"),
    ("span_usage", "span_id"),
    ("span_mark", "span_id"),
    ("span_link", "span_id, linked_trace_id, linked_span_id"),
];

/// A block in which fewer than one in this many spans are left is merged again.
const MIN_LIVE_SHARE: i64 = 2;

impl WriteTx<'_> {
    /// Deletes a trace with everything of it; its remains wait for [`Self::clear_remains`].
    pub fn delete_trace(&mut self, trace: TraceKey) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO trace_remains (trace_key, trace_id, max_log_key)
                   SELECT trace_key, trace_id, coalesce((SELECT max(log_key) FROM log_record), 0)
                   FROM trace WHERE trace_key = ?1";
        self.connection.prepare_cached(sql)?.execute([trace.0])?;
        self.forget_comparisons(trace)?;
        for table in SMALL_TABLES {
            let sql = format!("DELETE FROM {table} WHERE trace_key = ?1");
            self.connection.prepare_cached(&sql)?.execute([trace.0])?;
        }
        Ok(())
    }

    /// Clears at most about `max_rows` rows of deleted traces away; returns whether there is more.
    pub fn clear_remains(&mut self, max_rows: usize) -> Result<bool, StoreError> {
        let mut n_left = max_rows;
        while let Some((trace, trace_id, max_log_key)) = self.first_remains()? {
            for (table, rest_of_key) in LARGE_TABLES {
                n_left -= self.clear_rows(table, rest_of_key, trace, n_left)?;
            }
            n_left -= self.clear_logs(trace_id, max_log_key, n_left)?;
            n_left -= self.clear_blocks(trace, n_left)?;
            if n_left == 0 {
                return Ok(true);
            }
            self.connection
                .prepare_cached("DELETE FROM trace_remains WHERE trace_key = ?1")?
                .execute([trace.0])?;
        }
        Ok(false)
    }

    fn first_remains(&self) -> Result<Option<(TraceKey, TraceId, i64)>, StoreError> {
        let sql = "SELECT trace_key, trace_id, max_log_key FROM trace_remains LIMIT 1";
        let first = self
            .connection
            .prepare_cached(sql)?
            .query_row([], |row| Ok((TraceKey(row.get(0)?), TraceId(row.get(1)?), row.get(2)?)));
        Ok(first.optional()?)
    }

    fn clear_rows(
        &self,
        table: &str,
        rest_of_key: &str,
        trace: TraceKey,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let sql = format!(
            "DELETE FROM {table} WHERE trace_key = ?1 AND ({rest_of_key}) IN
                 (SELECT {rest_of_key} FROM {table} WHERE trace_key = ?1 LIMIT ?2)"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.connection.prepare_cached(&sql)?.execute(params![trace.0, limit])?)
    }

    fn clear_logs(&self, trace_id: TraceId, max_log_key: i64, limit: usize) -> Result<usize, StoreError> {
        let sql = "DELETE FROM log_record WHERE log_key IN
                       (SELECT log_key FROM log_record WHERE trace_id = ?1 AND log_key <= ?2 LIMIT ?3)";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.connection.prepare_cached(sql)?.execute(params![trace_id.0, max_log_key, limit])?)
    }

    /// Deletes log records up to a time whose traces never came, among the next `limit` records after `after` in order of
    /// arrival; returns where to go on, 0 at the end.
    pub(crate) fn delete_lost_logs(
        &self,
        until: UnixNanos,
        after: i64,
        limit: usize,
    ) -> Result<i64, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT max(log_key) FROM (SELECT log_key FROM log_record WHERE log_key > ?1 ORDER BY log_key LIMIT ?2)";
        let last: Option<i64> =
            self.connection.prepare_cached(sql)?.query_row([after, limit], |row| row.get(0))?;
        let Some(last) = last else { return Ok(0) };
        let sql = "DELETE FROM log_record WHERE log_key > ?1 AND log_key <= ?2 AND time <= ?3
                       AND NOT EXISTS (SELECT 1 FROM trace WHERE trace.trace_id = log_record.trace_id)";
        self.connection.prepare_cached(sql)?.execute([after, last, until.0])?;
        Ok(last)
    }

    /// Takes a trace out of at most `limit` blocks; returns of how many. Blocks that hold nothing else go.
    fn clear_blocks(&mut self, trace: TraceKey, limit: usize) -> Result<usize, StoreError> {
        let sql = "SELECT DISTINCT block_id FROM block_trace WHERE trace_key = ?1 LIMIT ?2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let blocks = self
            .connection
            .prepare_cached(sql)?
            .query_map(params![trace.0, limit], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        for block in &blocks {
            let sql = "DELETE FROM block_trace WHERE block_id = ?1 AND trace_key = ?2";
            self.connection.prepare_cached(sql)?.execute([*block, trace.0])?;
            let sql = "SELECT sum(n_spans), (SELECT n_spans FROM block WHERE block_id = ?1)
                       FROM block_trace WHERE block_id = ?1";
            let (n_live, n_spans): (Option<i64>, Option<i64>) = self
                .connection
                .prepare_cached(sql)?
                .query_row([block], |row| Ok((row.get(0)?, row.get(1)?)))?;
            match n_live {
                None => self.delete_block(*block)?,
                Some(n_live) if n_live * MIN_LIVE_SHARE < n_spans.unwrap_or(0) => {
                    self.unsettle_block(*block)?
                }
                Some(_) => {}
            }
        }
        Ok(blocks.len())
    }
}

impl ReadTx<'_> {
    /// Whether there are log records whose traces never came.
    pub(crate) fn has_lost_logs(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM log_record
                       WHERE NOT EXISTS (SELECT 1 FROM trace WHERE trace.trace_id = log_record.trace_id))";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// Whether deleted traces are still to be cleared away.
    pub fn has_remains(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM trace_remains)";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }
}
