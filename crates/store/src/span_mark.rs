//! Table `span_mark`: the moments that bars show, of the spans that have any.

use std::collections::HashMap;

use model::{MarkKind, SpanId, SpanMark, UnixNanos, thin_out};
use rusqlite::{OptionalExtension as _, params};

use crate::span::{id_of, key_of};
use crate::{ReadTx, SpanRecord, StoreError, TraceKey, WriteTx};

/// Bytes of a mark: its time, and the number of its kind.
const MARK_BYTES: usize = 9;

fn encode(marks: &[SpanMark]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(marks.len() * MARK_BYTES);
    for mark in marks {
        bytes.extend_from_slice(&mark.time.0.to_le_bytes());
        bytes.push(mark.kind.number());
    }
    bytes
}

fn decode(bytes: &[u8]) -> Vec<SpanMark> {
    let (marks, _) = bytes.as_chunks::<MARK_BYTES>();
    let mark = |[time @ .., kind]: &[u8; MARK_BYTES]| SpanMark {
        time: UnixNanos(i64::from_le_bytes(*time)),
        kind: MarkKind::of(*kind),
    };
    marks.iter().map(mark).collect()
}

impl ReadTx<'_> {
    /// Returns the marks of the spans of a trace that have any, each span's by time.
    pub fn span_marks(&self, trace: TraceKey) -> Result<HashMap<SpanId, Vec<SpanMark>>, StoreError> {
        let sql = "SELECT span_id, marks FROM span_mark WHERE trace_key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement
            .query_map([trace.0], |row| Ok((id_of(row.get(0)?), decode(row.get_ref(1)?.as_blob()?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl WriteTx<'_> {
    /// Stores the marks of a span in place of former ones.
    pub(crate) fn put_marks(&mut self, trace: TraceKey, record: &SpanRecord) -> Result<(), StoreError> {
        if !record.marks.is_empty() {
            return self.replace_marks(trace, record.span_id, &record.marks);
        }
        let sql = "DELETE FROM span_mark WHERE trace_key = ?1 AND span_id = ?2";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, key_of(record.span_id)])?;
        Ok(())
    }

    /// Adds marks to those of a span; nothing if the span is not there.
    pub fn add_span_marks(
        &mut self,
        trace: TraceKey,
        span_id: SpanId,
        more: &[SpanMark],
    ) -> Result<(), StoreError> {
        let sql = "SELECT marks FROM span LEFT JOIN span_mark USING (trace_key, span_id)
                   WHERE trace_key = ?1 AND span_id = ?2";
        let former = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![trace.0, key_of(span_id)], |row| {
                Ok(row.get_ref(0)?.as_blob_or_null()?.map(decode).unwrap_or_default())
            })
            .optional()?;
        let Some(mut marks) = former else { return Ok(()) };
        marks.extend_from_slice(more);
        thin_out(&mut marks);
        self.replace_marks(trace, span_id, &marks)
    }

    fn replace_marks(
        &mut self,
        trace: TraceKey,
        span_id: SpanId,
        marks: &[SpanMark],
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO span_mark VALUES (?1, ?2, ?3)";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, key_of(span_id), encode(marks)])?;
        Ok(())
    }
}
