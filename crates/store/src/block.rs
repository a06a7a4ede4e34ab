//! Tables `block`, `block_trace` and `large_value`: the bodies of spans.

use model::{Span, TraceId};
use proto::blob::{self, ValueHash};
use rusqlite::{OptionalExtension as _, params};

use crate::compression::decompress;
use crate::span_block::{Bodies, LargeValue, SpanBlock};
use crate::{ReadTx, StoreError, TraceKey, WriteTx};

impl ReadTx<'_> {
    /// Decodes one span of a block.
    pub(crate) fn span_body(
        &self,
        trace_id: TraceId,
        block_id: i64,
        position: i64,
    ) -> Result<Span, StoreError> {
        let block = self.block(block_id)?;
        Ok(self.span_in_block(trace_id, &block, position)?.0)
    }

    /// Returns the decompressed bytes of a block.
    pub(crate) fn block(&self, block_id: i64) -> Result<Vec<u8>, StoreError> {
        if let Some(bytes) = self.shared.and_then(|shared| shared.borrow().bytes(block_id)) {
            return Ok(bytes);
        }
        let sql = "SELECT n_bytes, body FROM block WHERE block_id = ?1";
        self.connection
            .prepare_cached(sql)?
            .query_row([block_id], |row| {
                let n_bytes: i64 = row.get(0)?;
                Ok((n_bytes, row.get_ref(1)?.as_blob()?.to_vec()))
            })
            .map_err(StoreError::from)
            .and_then(|(n_bytes, body)| decompress(&body, n_bytes))
    }

    /// Decodes one span of a decompressed block; also returns how many bytes it has there, with its large values.
    pub(crate) fn span_in_block(
        &self,
        trace_id: TraceId,
        block: &[u8],
        position: i64,
    ) -> Result<(Span, usize), StoreError> {
        let index =
            usize::try_from(position).map_err(|_| StoreError::Failed("a negative position".to_owned()))?;
        let bytes = blob::span_in_block(block, index)?;
        let mut n_bytes = bytes.len();
        let span = blob::decode_span(trace_id, bytes, &mut |hash| {
            let value = self.large_value(hash)?;
            n_bytes += value.len();
            Ok::<_, StoreError>(value)
        })?;
        Ok((span, n_bytes))
    }

    /// Returns a large value that is a text.
    pub(crate) fn large_text(&self, hash: ValueHash) -> Result<String, StoreError> {
        String::from_utf8(self.large_value(hash)?)
            .map_err(|_| StoreError::Failed("a large text is not UTF-8".to_owned()))
    }

    fn large_value(&self, hash: ValueHash) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT n_bytes, body FROM large_value WHERE hash = ?1";
        let found = self
            .connection
            .prepare_cached(sql)?
            .query_row([hash.as_slice()], |row| {
                Ok((row.get::<_, i64>(0)?, row.get_ref(1)?.as_blob()?.to_vec()))
            })
            .optional()?;
        match found {
            Some((n_bytes, body)) => decompress(&body, n_bytes),
            None => Err(StoreError::Failed("a large value is missing".to_owned())),
        }
    }
}

impl WriteTx<'_> {
    /// Stores the bodies of spans, or puts them where they will be stored; returns the id of their block and the position of the
    /// first.
    pub(crate) fn insert_block(&mut self, block: &SpanBlock) -> Result<(i64, usize), StoreError> {
        let (block_id, first) = match &block.bodies {
            Bodies::Packed { n_bytes, body } => {
                let n_spans = i64::try_from(block.n_spans).unwrap_or(i64::MAX);
                let sql = "INSERT INTO block (n_bytes, n_spans, body) VALUES (?1, ?2, ?3)";
                self.connection.prepare_cached(sql)?.execute(params![n_bytes, n_spans, body])?;
                (self.connection.last_insert_rowid(), 0)
            }
            Bodies::Loose(bodies) => self.shared_block().add(self.connection, bodies)?,
        };
        for (hash, value) in &block.large_values {
            self.put_large_value(block_id, hash, value)?;
        }
        Ok((block_id, first))
    }

    /// Notes that a block holds spans of a trace from a position on.
    pub(crate) fn put_block_trace(
        &self,
        block: i64,
        first_position: i64,
        n_spans: i64,
        trace: TraceKey,
    ) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO block_trace (block_id, first_position, n_spans, trace_key) VALUES (?1, ?2, ?3, ?4)";
        self.connection.prepare_cached(sql)?.execute([block, first_position, n_spans, trace.0])?;
        Ok(())
    }

    /// Notes that a block holds bodies that nothing points to any more, so that it is merged again.
    pub(crate) fn unsettle_block(&self, block: i64) -> Result<(), StoreError> {
        let sql = "UPDATE block SET is_settled = 0 WHERE block_id = ?1";
        self.connection.prepare_cached(sql)?.execute([block])?;
        Ok(())
    }

    /// Deletes a block with all that belongs to it, and the large values that nothing else refers to.
    pub(crate) fn delete_block(&self, block: i64) -> Result<(), StoreError> {
        let hashes = self
            .connection
            .prepare_cached("SELECT hash FROM block_large_value WHERE block_id = ?1")?
            .query_map([block], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<Vec<u8>>>>()?;
        for sql in [
            "DELETE FROM block WHERE block_id = ?1",
            "DELETE FROM block_trace WHERE block_id = ?1",
            "DELETE FROM block_large_value WHERE block_id = ?1",
            "DELETE FROM segment WHERE block_id = ?1",
            "DELETE FROM unpacked_block WHERE block_id = ?1",
            "DELETE FROM block_filter WHERE block_id = ?1",
        ] {
            self.connection.prepare_cached(sql)?.execute([block])?;
        }
        for hash in hashes {
            let sql = "DELETE FROM large_value
                       WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM block_large_value WHERE hash = ?1)";
            self.connection.prepare_cached(sql)?.execute([hash])?;
        }
        Ok(())
    }

    fn put_large_value(
        &mut self,
        block_id: i64,
        hash: &ValueHash,
        value: &LargeValue,
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO large_value (hash, n_bytes, body) VALUES (?1, ?2, ?3)";
        self.connection.prepare_cached(sql)?.execute(params![hash.as_slice(), value.n_bytes, value.body])?;
        let sql = "INSERT OR IGNORE INTO block_large_value VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute(params![hash.as_slice(), block_id])?;
        Ok(())
    }
}
