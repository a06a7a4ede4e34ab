//! Writing to tables `span`, `span_usage` and `span_link`, block by block.

use std::ops::Range;

use model::Exporter;
use rusqlite::{Statement, params};

use crate::segment::{self, SegmentRow};
use crate::span::{CopyPlace, key_of, source_number};
use crate::span_block::{Bodies, SpanBlock, SpanOrigin};
use crate::{SpanRecord, SpanUsage, StoreError, TraceKey, WriteTx};

/// A block whose bodies are stored and whose rows follow, trace after trace, each by the position of its body.
#[must_use = "a block without its rows is found by no search: `finish_block`"]
pub struct OpenBlock {
    exporter: Exporter,
    block: i64,
    resource: i64,
    scope: i64,
    /// Position in it of the first body: others may be before it.
    first: usize,
    is_shared: bool,
    /// Trace of the rows that follow.
    trace: TraceKey,
    rows: Vec<Option<SegmentRow>>,
}

impl OpenBlock {
    fn place(&self, position: usize) -> CopyPlace {
        CopyPlace {
            exporter: self.exporter,
            block: self.block,
            position: i64::try_from(self.first + position).unwrap_or(i64::MAX),
            resource: self.resource,
            scope: self.scope,
        }
    }
}

/// Puts a narrow row together with the place of the copy of one kind of exporter. `?1` and `?2` are its key.
macro_rules! insert_row_sql {
    ($exporter:literal, $on_conflict:expr) => {
        concat!(
            "INSERT INTO span (trace_key, span_id, parent_span_id, name, span_type, kind, status, source, flags,
                 start_time, duration, ",
            $exporter, "_block, ", $exporter, "_position, ", $exporter, "_resource, ", $exporter, "_scope)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT (trace_key, span_id) DO ", $on_conflict
        )
    };
}

/// Replaces a row and the place of the copy of one kind of exporter; the other place stays.
macro_rules! replace_row_sql {
    ($exporter:literal) => {
        insert_row_sql!($exporter, concat!(
            "UPDATE SET parent_span_id = ?3, name = ?4, span_type = ?5, kind = ?6, status = ?7, source = ?8,
                 flags = ?9, start_time = ?10, duration = ?11, ",
            $exporter, "_block = ?12, ", $exporter, "_position = ?13, ", $exporter, "_resource = ?14, ",
            $exporter, "_scope = ?15"
        ))
    };
}

impl WriteTx<'_> {
    /// Stores bodies of spans from one exporter, resource and scope. Their rows follow.
    pub fn put_block(
        &mut self,
        exporter: Exporter,
        origin: &SpanOrigin,
        block: &SpanBlock,
    ) -> Result<OpenBlock, StoreError> {
        let resource = self.resource_id(&origin.resource)?;
        let scope = self.scope_id(&origin.scope)?;
        let rows = vec![None; block.n_spans];
        let is_shared = matches!(block.bodies, Bodies::Loose(_));
        let (block, first) = self.insert_block(block)?;
        Ok(OpenBlock { exporter, block, resource, scope, first, is_shared, trace: TraceKey(0), rows })
    }

    /// Says of which trace the rows that follow are: those of `positions`.
    pub fn begin_run(
        &mut self,
        block: &mut OpenBlock,
        trace: TraceKey,
        positions: Range<usize>,
    ) -> Result<(), StoreError> {
        block.trace = trace;
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.put_block_trace(
            block.block,
            number(block.first + positions.start),
            number(positions.len()),
            trace,
        )
    }

    /// Stores the rows of spans of which nothing was stored before, each with the position of its body; returns those of which
    /// something was, and stores nothing of them.
    pub fn insert_spans<'r>(
        &mut self,
        block: &mut OpenBlock,
        records: impl Iterator<Item = (usize, &'r SpanRecord)>,
    ) -> Result<Vec<usize>, StoreError> {
        let sql = match block.exporter {
            Exporter::OpenTelemetry => insert_row_sql!("otel", "NOTHING"),
            Exporter::Mlflow => insert_row_sql!("mlflow", "NOTHING"),
        };
        let connection = self.connection;
        // Looked up once: by its text, which is longer than most rows.
        let mut statement = connection.prepare_cached(sql)?;
        let mut known = Vec::new();
        for (position, record) in records {
            let (n_changed, row) =
                self.put_row(&mut statement, block.trace, record, &block.place(position))?;
            if n_changed == 0 {
                known.push(position);
                continue;
            }
            block.rows[position] = Some(row);
            if !record.usage.is_empty() {
                self.put_usage(block.trace, record)?;
            }
            if !record.marks.is_empty() {
                self.put_marks(block.trace, record)?;
            }
            self.put_links(block.trace, record)?;
        }
        Ok(known)
    }

    /// Stores the row of a span as it is with this copy. A former copy from the same exporter is replaced, one from the other kind
    /// stays.
    pub fn replace_span(
        &mut self,
        block: &mut OpenBlock,
        position: usize,
        record: &SpanRecord,
    ) -> Result<(), StoreError> {
        let sql = match block.exporter {
            Exporter::OpenTelemetry => replace_row_sql!("otel"),
            Exporter::Mlflow => replace_row_sql!("mlflow"),
        };
        let connection = self.connection;
        self.put_row(&mut *connection.prepare_cached(sql)?, block.trace, record, &block.place(position))?;
        // The resource of the other copy may count for more.
        block.rows[position] = Some(self.segment_row(block.trace.0, key_of(record.span_id))?);
        self.put_usage(block.trace, record)?;
        self.put_marks(block.trace, record)?;
        let sql = "DELETE FROM span_link WHERE trace_key = ?1 AND span_id = ?2";
        self.connection.prepare_cached(sql)?.execute([block.trace.0, key_of(record.span_id)])?;
        self.put_links(block.trace, record)
    }

    /// Makes the spans of a block searchable, once all their rows are there.
    pub fn finish_block(&mut self, block: &OpenBlock) -> Result<(), StoreError> {
        if block.is_shared {
            self.shared_block().put_rows(block.first, &block.rows);
            return Ok(());
        }
        segment::put(self.connection, block.block, &block.rows)
    }

    /// Puts a row by a statement; returns how many rows changed and what the segment of its block says of it.
    fn put_row(
        &mut self,
        statement: &mut Statement<'_>,
        trace: TraceKey,
        record: &SpanRecord,
        place: &CopyPlace,
    ) -> Result<(usize, SegmentRow), StoreError> {
        let row = SegmentRow {
            trace: trace.0,
            span_key: key_of(record.span_id),
            name: self.string_id(&record.name)?,
            span_type: self.string_id(&record.span_type)?,
            resource: place.resource,
            kind: record.kind,
            status: record.status,
            source: source_number(record.source),
            start: record.start.0,
            duration: record.duration.0,
        };
        let n_changed = statement.execute(params![
            row.trace,
            row.span_key,
            record.parent_span_id.map(key_of),
            row.name,
            row.span_type,
            row.kind,
            row.status,
            row.source,
            record.flags.0,
            row.start,
            row.duration,
            place.block,
            place.position,
            place.resource,
            place.scope,
        ])?;
        Ok((n_changed, row))
    }

    /// Replaces what log records that came after a span say of it: type, flags, usage and marks.
    pub fn update_span_view(&mut self, trace: TraceKey, record: &SpanRecord) -> Result<(), StoreError> {
        let span_type = self.string_id(&record.span_type)?;
        let sql = "UPDATE span SET span_type = ?3, flags = ?4 WHERE trace_key = ?1 AND span_id = ?2";
        let params = params![trace.0, key_of(record.span_id), span_type, record.flags.0];
        self.connection.prepare_cached(sql)?.execute(params)?;
        self.put_usage(trace, record)?;
        self.put_marks(trace, record)
    }

    fn put_usage(&mut self, trace: TraceKey, record: &SpanRecord) -> Result<(), StoreError> {
        let key = key_of(record.span_id);
        let SpanUsage { tokens, cost } = record.usage;
        if record.usage.is_empty() {
            let sql = "DELETE FROM span_usage WHERE trace_key = ?1 AND span_id = ?2";
            self.connection.prepare_cached(sql)?.execute(params![trace.0, key])?;
            return Ok(());
        }
        let sql = "INSERT OR REPLACE INTO span_usage VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.connection.prepare_cached(sql)?.execute(params![
            trace.0,
            key,
            tokens.input,
            tokens.output,
            tokens.total,
            tokens.cache_read,
            tokens.cache_creation,
            cost.input,
            cost.output,
            cost.total,
        ])?;
        Ok(())
    }

    fn put_links(&mut self, trace: TraceKey, record: &SpanRecord) -> Result<(), StoreError> {
        let key = key_of(record.span_id);
        for (linked_trace_id, linked_span_id) in &record.links {
            let sql = "INSERT OR IGNORE INTO span_link VALUES (?1, ?2, ?3, ?4)";
            let params = params![trace.0, key, linked_trace_id.0, key_of(*linked_span_id)];
            self.connection.prepare_cached(sql)?.execute(params)?;
        }
        Ok(())
    }
}
