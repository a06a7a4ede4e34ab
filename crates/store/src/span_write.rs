//! Writing to tables `span`, `span_usage` and `span_link`, block by block.

use std::ops::Range;
use std::sync::LazyLock;

use model::Exporter;
use rusqlite::{Statement, params};

use crate::segment::{self, SegmentRow};
use crate::span::{key_of, source_number};
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
    /// Position in the block of a body of those that were put.
    fn place(&self, position: usize) -> i64 {
        i64::try_from(self.first + position).unwrap_or(i64::MAX)
    }
}

/// Parameters that all rows of a statement share: trace, block, resource, scope.
const N_SHARED: usize = 4;

/// Parameters of each row besides.
const N_OWN: usize = 11;

/// How many rows one statement puts: as many as are left, the largest number first. A statement for one row spends most of its time
/// on beginning and ending.
const ROWS_AT_ONCE: [usize; 3] = [16, 4, 1];

/// Writes a statement that puts rows together with the place of the copy of one kind of exporter, for [`bind_shared`] and
/// [`bind_row`].
///
/// Where it fails, what it did stays (`OR FAIL`), and the job that it is of is undone: else SQLite would copy each page before each
/// statement, to undo that alone.
fn insert_rows_sql(exporter: Exporter, n_rows: usize, on_conflict: &str) -> String {
    let prefix = prefix_of(exporter);
    let rows: Vec<String> = (0..n_rows)
        .map(|index| {
            let first = N_SHARED + index * N_OWN + 1;
            let own: Vec<String> = (first..first + N_OWN).map(|number| format!("?{number}")).collect();
            format!("(?1, {}, ?2, ?3, ?4)", own.join(", "))
        })
        .collect();
    format!(
        "INSERT OR FAIL INTO span (trace_key, span_id, parent_span_id, name, span_type, kind, status, source, flags,
             start_time, duration, {prefix}_position, {prefix}_block, {prefix}_resource, {prefix}_scope)
         VALUES {} ON CONFLICT (trace_key, span_id) DO {on_conflict}",
        rows.join(", ")
    )
}

/// Statements that write rows, with the place of the copy of one kind of exporter.
struct RowSql {
    /// Put rows of which nothing is stored, by [`ROWS_AT_ONCE`].
    insert: [String; ROWS_AT_ONCE.len()],
    replace: String,
}

impl RowSql {
    fn new(exporter: Exporter) -> Self {
        let insert = ROWS_AT_ONCE.map(|n_rows| insert_rows_sql(exporter, n_rows, "NOTHING"));
        Self { insert, replace: replace_row_sql(exporter) }
    }

    fn of(exporter: Exporter) -> &'static Self {
        static OTEL: LazyLock<RowSql> = LazyLock::new(|| RowSql::new(Exporter::OpenTelemetry));
        static MLFLOW: LazyLock<RowSql> = LazyLock::new(|| RowSql::new(Exporter::Mlflow));
        match exporter {
            Exporter::OpenTelemetry => &OTEL,
            Exporter::Mlflow => &MLFLOW,
        }
    }
}

/// Writes a statement that replaces a row and the place of the copy of one kind of exporter; the other place stays.
fn replace_row_sql(exporter: Exporter) -> String {
    let prefix = prefix_of(exporter);
    let columns = [
        "parent_span_id",
        "name",
        "span_type",
        "kind",
        "status",
        "source",
        "flags",
        "start_time",
        "duration",
    ];
    let places = ["block", "position", "resource", "scope"].map(|column| format!("{prefix}_{column}"));
    let sets = columns.iter().copied().chain(places.iter().map(String::as_str));
    let sets: Vec<String> = sets.map(|column| format!("{column} = excluded.{column}")).collect();
    insert_rows_sql(exporter, 1, &format!("UPDATE SET {}", sets.join(", ")))
}

/// Returns what names of the columns of a copy begin with.
fn prefix_of(exporter: Exporter) -> &'static str {
    match exporter {
        Exporter::OpenTelemetry => "otel",
        Exporter::Mlflow => "mlflow",
    }
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
        let n_spans = i64::try_from(positions.len()).unwrap_or(i64::MAX);
        self.put_block_trace(block.block, block.place(positions.start), n_spans, trace)
    }

    /// Stores the rows of spans of which nothing was stored before, each with the position of its body; returns the positions of those
    /// of which something was, ascending, and stores nothing of them.
    pub fn insert_spans<'r>(
        &mut self,
        block: &mut OpenBlock,
        records: impl Iterator<Item = (usize, &'r SpanRecord)>,
    ) -> Result<Vec<usize>, StoreError> {
        // In the order of the table: a new trace is then appended to it, page after page, and no page is split in its midst.
        let mut records: Vec<(i64, usize, &SpanRecord)> =
            records.map(|(position, record)| (key_of(record.span_id), position, record)).collect();
        records.sort_unstable_by_key(|(key, position, _)| (*key, *position));
        let connection = self.connection;
        let mut known = Vec::new();
        let mut rest = records.as_slice();
        for (n_rows, sql) in ROWS_AT_ONCE.into_iter().zip(&RowSql::of(block.exporter).insert) {
            if rest.len() < n_rows {
                continue;
            }
            let mut statement = connection.prepare_cached(sql)?;
            bind_shared(&mut statement, block)?;
            while let Some((chunk, left)) = rest.split_at_checked(n_rows) {
                rest = left;
                for (index, (_, position, record)) in chunk.iter().enumerate() {
                    let row = self.segment_row_of(block, record)?;
                    bind_row(&mut statement, index, &row, record, block.place(*position))?;
                    block.rows[*position] = Some(row);
                }
                if statement.raw_execute()? < n_rows {
                    self.take_known(block, chunk, &mut known)?;
                }
            }
        }
        known.sort_unstable();
        for (_, position, record) in records {
            if known.binary_search(&position).is_err() {
                self.put_what_belongs(block.trace, record)?;
            }
        }
        Ok(known)
    }

    /// Finds out which of some rows were not put, for there was one; they are not of this block.
    fn take_known(
        &self,
        block: &mut OpenBlock,
        rows: &[(i64, usize, &SpanRecord)],
        known: &mut Vec<usize>,
    ) -> Result<(), StoreError> {
        let sql = match block.exporter {
            Exporter::OpenTelemetry => {
                "SELECT 1 FROM span WHERE trace_key = ?1 AND span_id = ?2 AND otel_block = ?3 AND otel_position = ?4"
            }
            Exporter::Mlflow => {
                "SELECT 1 FROM span WHERE trace_key = ?1 AND span_id = ?2 AND mlflow_block = ?3 AND mlflow_position = ?4"
            }
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        for (key, position, _) in rows {
            if !statement.exists([block.trace.0, *key, block.block, block.place(*position)])? {
                block.rows[*position] = None;
                known.push(*position);
            }
        }
        Ok(())
    }

    /// Stores what the few spans have that have more than a row.
    fn put_what_belongs(&mut self, trace: TraceKey, record: &SpanRecord) -> Result<(), StoreError> {
        if !record.usage.is_empty() {
            self.put_usage(trace, record)?;
        }
        if !record.marks.is_empty() {
            self.put_marks(trace, record)?;
        }
        self.put_links(trace, record)
    }

    /// Stores the row of a span as it is with this copy. A former copy from the same exporter is replaced, one from the other kind
    /// stays.
    pub fn replace_span(
        &mut self,
        block: &mut OpenBlock,
        position: usize,
        record: &SpanRecord,
    ) -> Result<(), StoreError> {
        let row = self.segment_row_of(block, record)?;
        let connection = self.connection;
        let mut statement = connection.prepare_cached(&RowSql::of(block.exporter).replace)?;
        bind_shared(&mut statement, block)?;
        bind_row(&mut statement, 0, &row, record, block.place(position))?;
        statement.raw_execute()?;
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

    /// Returns what the segment of its block says of a span.
    fn segment_row_of(&mut self, block: &OpenBlock, record: &SpanRecord) -> Result<SegmentRow, StoreError> {
        Ok(SegmentRow {
            trace: block.trace.0,
            span_key: key_of(record.span_id),
            name: self.string_id(&record.name)?,
            span_type: self.string_id(&record.span_type)?,
            resource: block.resource,
            kind: record.kind,
            status: record.status,
            source: source_number(record.source),
            start: record.start.0,
            duration: record.duration.0,
        })
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

/// Gives a statement of [`insert_rows_sql`] what all its rows share.
fn bind_shared(statement: &mut Statement<'_>, block: &OpenBlock) -> Result<(), StoreError> {
    let shared: [i64; N_SHARED] = [block.trace.0, block.block, block.resource, block.scope];
    for (number, value) in (1..).zip(shared) {
        statement.raw_bind_parameter(number, value)?;
    }
    Ok(())
}

/// Gives a row to a statement of [`insert_rows_sql`], where it is the one with this index.
fn bind_row(
    statement: &mut Statement<'_>,
    index: usize,
    row: &SegmentRow,
    record: &SpanRecord,
    position: i64,
) -> Result<(), StoreError> {
    let own: [Option<i64>; N_OWN] = [
        Some(row.span_key),
        record.parent_span_id.map(key_of),
        Some(row.name),
        Some(row.span_type),
        Some(row.kind.into()),
        Some(row.status.into()),
        Some(row.source.into()),
        Some(record.flags.0.into()),
        Some(row.start),
        Some(row.duration),
        Some(position),
    ];
    for (number, value) in (N_SHARED + index * N_OWN + 1..).zip(own) {
        statement.raw_bind_parameter(number, value)?;
    }
    Ok(())
}
