//! The write of a merge: new blocks in, spans pointed to them, old blocks out.

use model::Exporter;
use rusqlite::params;

use super::Merged;
use super::plan::{Moved, NewBlock, Plan};
use crate::{StoreError, WriteTx, segment};

impl WriteTx<'_> {
    pub(super) fn apply(&mut self, plan: &Plan) -> Result<Merged, StoreError> {
        let mut merged = Merged { n_before: plan.old_blocks.len(), n_after: 0 };
        for block in &plan.new_blocks {
            if self.put_merged(block)? {
                merged.n_after += 1;
            }
        }
        for block in &plan.old_blocks {
            self.delete_block(*block)?;
        }
        Ok(merged)
    }

    /// Stores a merged block; returns whether any of its spans is still where it was.
    fn put_merged(&mut self, new: &NewBlock) -> Result<bool, StoreError> {
        let n_bytes = i64::try_from(new.n_bytes).unwrap_or(i64::MAX);
        let n_spans = i64::try_from(new.spans.len()).unwrap_or(i64::MAX);
        let sql = "INSERT INTO block (n_bytes, n_spans, is_settled, body) VALUES (?1, ?2, 1, ?3)";
        self.connection.prepare_cached(sql)?.execute(params![n_bytes, n_spans, new.body])?;
        let block = self.connection.last_insert_rowid();
        let mut rows = Vec::with_capacity(new.spans.len());
        let mut n_all_live = 0;
        let mut first_position = 0;
        for run in new.spans.chunk_by(|a, b| a.trace == b.trace) {
            let mut n_live = 0;
            for (moved, position) in run.iter().zip(first_position..) {
                let is_moved = self.move_copy(moved, block, position)? > 0;
                n_live += usize::from(is_moved);
                let row = || self.segment_row(moved.trace.0, moved.span_key);
                rows.push(is_moved.then(row).transpose()?);
            }
            let n_spans = i64::try_from(run.len()).unwrap_or(i64::MAX);
            n_all_live += n_live;
            if n_live > 0 {
                self.put_block_trace(block, first_position, n_spans, run[0].trace)?;
            }
            first_position += n_spans;
        }
        if n_all_live == 0 {
            self.delete_block(block)?;
            return Ok(false);
        }
        if n_all_live < new.spans.len() {
            self.unsettle_block(block)?;
        }
        segment::put(self.connection, block, &rows)?;
        let sql = "INSERT INTO block_filter (block_id, groups, bits) VALUES (?1, ?2, ?3)";
        let filter = &new.filter;
        self.connection.prepare_cached(sql)?.execute(params![block, filter.groups, filter.bits])?;
        for hash in &new.large_values {
            let sql = "INSERT INTO block_large_value SELECT hash, ?2 FROM large_value WHERE hash = ?1";
            self.connection.prepare_cached(sql)?.execute(params![hash.as_slice(), block])?;
        }
        Ok(true)
    }

    /// Points a span to its body's new place, unless it points elsewhere by now; returns how many spans that were.
    fn move_copy(&self, moved: &Moved, block: i64, position: i64) -> Result<usize, StoreError> {
        let sql = match moved.exporter {
            Exporter::OpenTelemetry => {
                "UPDATE span SET otel_block = ?5, otel_position = ?6
                 WHERE trace_key = ?1 AND span_id = ?2 AND otel_block = ?3 AND otel_position = ?4"
            }
            Exporter::Mlflow => {
                "UPDATE span SET mlflow_block = ?5, mlflow_position = ?6
                 WHERE trace_key = ?1 AND span_id = ?2 AND mlflow_block = ?3 AND mlflow_position = ?4"
            }
        };
        let params = [moved.trace.0, moved.span_key, moved.block, moved.position, block, position];
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }
}
