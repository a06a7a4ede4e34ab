//! Tables `span`, `span_usage` and `span_link`: the narrow row of each span, and where its bodies are.

use std::collections::HashMap;

use model::{
    Cost, DurationNanos, Exporter, InstrumentationScope, Resource, RowFlags, Source, Span, SpanCopy, SpanId,
    SpanRow, StringTable, TokenUsage, TraceId, UnixNanos,
};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::segment::SegmentRow;
use crate::{ReadTx, StoreError, TraceKey, WriteTx};

/// The narrow row of a span, as `ingest` decides it from all copies.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanRecord {
    /// Its id.
    pub span_id: SpanId,
    /// Its parent.
    pub parent_span_id: Option<SpanId>,
    /// Name.
    pub name: String,
    /// Type, empty if unknown.
    pub span_type: String,
    /// OTLP kind.
    pub kind: u8,
    /// OTLP status code.
    pub status: u8,
    /// Which SDK made it.
    pub source: Source,
    /// Facts that are true or not.
    pub flags: RowFlags,
    /// Start.
    pub start: UnixNanos,
    /// Duration; 0 if not ended or reversed.
    pub duration: DurationNanos,
    /// Tokens and cost.
    pub usage: SpanUsage,
    /// Spans that it links to.
    pub links: Vec<(TraceId, SpanId)>,
    /// Whether no copy of it was stored before.
    pub is_new: bool,
}

/// Tokens and cost of one span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpanUsage {
    /// Tokens.
    pub tokens: TokenUsage,
    /// Cost.
    pub cost: Cost,
}

impl SpanUsage {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.cost.is_empty()
    }
}

/// Where a copy's body is, and what came with it.
struct CopyPlace {
    exporter: Exporter,
    block: i64,
    position: i64,
    resource: i64,
    scope: i64,
}

#[expect(clippy::cast_possible_wrap, reason = "the bits are kept; SQLite has signed integers only")]
pub(crate) fn key_of(id: SpanId) -> i64 {
    u64::from_be_bytes(id.0) as i64
}

#[expect(clippy::cast_sign_loss, reason = "the bits are kept; SQLite has signed integers only")]
pub(crate) fn id_of(key: i64) -> SpanId {
    SpanId((key as u64).to_be_bytes())
}

pub(crate) fn source_number(source: Source) -> u8 {
    match source {
        Source::OpenTelemetry => 0,
        Source::Mlflow => 1,
        Source::OpenTelemetryInferred => 2,
    }
}

pub(crate) fn source_of(number: u8) -> Source {
    match number {
        1 => Source::Mlflow,
        2 => Source::OpenTelemetryInferred,
        _ => Source::OpenTelemetry,
    }
}

fn usage_from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<SpanUsage> {
    Ok(SpanUsage {
        tokens: TokenUsage {
            input: row.get(first)?,
            output: row.get(first + 1)?,
            total: row.get(first + 2)?,
            cache_read: row.get(first + 3)?,
            cache_creation: row.get(first + 4)?,
        },
        cost: Cost { input: row.get(first + 5)?, output: row.get(first + 6)?, total: row.get(first + 7)? },
    })
}

/// Inserts or updates a narrow row together with the place of the copy of one kind of exporter; the other place stays.
macro_rules! put_row_sql {
    ($exporter:literal) => {
        concat!(
            "INSERT INTO span (trace_key, span_id, parent_span_id, name, span_type, kind, status, source, flags,
                 start_time, duration, ",
            $exporter, "_block, ", $exporter, "_position, ", $exporter, "_resource, ", $exporter, "_scope)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT (trace_key, span_id) DO UPDATE SET
                 parent_span_id = ?3, name = ?4, span_type = ?5, kind = ?6, status = ?7, source = ?8, flags = ?9,
                 start_time = ?10, duration = ?11, ",
            $exporter, "_block = ?12, ", $exporter, "_position = ?13, ", $exporter, "_resource = ?14, ",
            $exporter, "_scope = ?15"
        )
    };
}

const PLACE_COLUMNS: &str = "otel_block, otel_position, otel_resource, otel_scope,
    mlflow_block, mlflow_position, mlflow_resource, mlflow_scope";

fn places_from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Vec<CopyPlace>> {
    let mut places = Vec::with_capacity(2);
    for (exporter, first) in [(Exporter::OpenTelemetry, first), (Exporter::Mlflow, first + 4)] {
        if let Some(block) = row.get(first)? {
            let (position, resource, scope) = (row.get(first + 1)?, row.get(first + 2)?, row.get(first + 3)?);
            places.push(CopyPlace { exporter, block, position, resource, scope });
        }
    }
    Ok(places)
}

impl ReadTx<'_> {
    /// Returns the narrow rows of a trace in no particular order, and their strings. Decodes no body.
    pub fn span_rows(&self, trace: TraceKey) -> Result<(Vec<SpanRow>, StringTable), StoreError> {
        let mut strings = StringTable::default();
        let mut usage = self.span_usage(trace)?;
        let mut statement = self.connection.prepare_cached(include_str!("sql/span_rows.sql"))?;
        let mut rows = statement.query([trace.0])?;
        let mut spans = Vec::new();
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            let mut flags = RowFlags(row.get(6)?);
            if row.get(9)? {
                flags.set(RowFlags::BOTH_EXPORTERS);
            }
            let usage = usage.remove(&key).unwrap_or_default();
            let mut text = |column| Ok::<_, rusqlite::Error>(strings.intern(row.get_ref(column)?.as_str()?));
            spans.push(SpanRow {
                span_id: id_of(key),
                parent_span_id: row.get::<_, Option<i64>>(1)?.map(id_of),
                name: text(2)?,
                service: text(10)?,
                span_type: text(11)?,
                scope: text(12)?,
                kind: row.get(3)?,
                status: row.get(4)?,
                source: source_of(row.get(5)?),
                flags,
                start: UnixNanos(row.get(7)?),
                duration: DurationNanos(row.get(8)?),
                input_tokens: usage.tokens.input,
                output_tokens: usage.tokens.output,
                cost_pico_usd: usage.cost.total,
            });
        }
        Ok((spans, strings))
    }

    fn span_usage(&self, trace: TraceKey) -> Result<HashMap<i64, SpanUsage>, StoreError> {
        let sql = "SELECT * FROM span_usage WHERE trace_key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([trace.0], |row| Ok((row.get(1)?, usage_from_row(row, 2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the spans of a trace that have tokens or cost, each with the ids of its ancestors, nearest first.
    ///
    /// Ancestors end at a root, at a missing parent, or where a cycle closes.
    pub fn usage_with_ancestors(
        &self,
        trace: TraceKey,
    ) -> Result<Vec<(SpanId, SpanUsage, Vec<SpanId>)>, StoreError> {
        let mut parents: HashMap<i64, Option<i64>> = HashMap::new();
        let sql = "SELECT parent_span_id FROM span WHERE trace_key = ?1 AND span_id = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut parent_of = |key: i64| -> Result<Option<i64>, StoreError> {
            if let Some(&parent) = parents.get(&key) {
                return Ok(parent);
            }
            let parent = statement.query_row([trace.0, key], |row| row.get(0)).optional()?.flatten();
            parents.insert(key, parent);
            Ok(parent)
        };
        let mut all = Vec::new();
        for (key, usage) in self.span_usage(trace)? {
            let mut ancestors: Vec<SpanId> = Vec::new();
            let mut at = key;
            while let Some(parent) = parent_of(at)? {
                if parent == key || ancestors.contains(&id_of(parent)) {
                    break;
                }
                ancestors.push(id_of(parent));
                at = parent;
            }
            all.push((id_of(key), usage, ancestors));
        }
        Ok(all)
    }

    /// Returns every copy of a span; none if the span is not there.
    pub fn span_copies(
        &self,
        trace: TraceKey,
        trace_id: TraceId,
        span_id: SpanId,
    ) -> Result<Vec<SpanCopy>, StoreError> {
        let sql = format!("SELECT {PLACE_COLUMNS} FROM span WHERE trace_key = ?1 AND span_id = ?2");
        let places = self
            .connection
            .prepare_cached(&sql)?
            .query_row([trace.0, key_of(span_id)], |row| places_from_row(row, 0))
            .optional()?
            .unwrap_or_default();
        places.into_iter().map(|place| self.copy(trace_id, &place)).collect()
    }

    /// Returns the copies of all spans of a trace, each span's together, by start time.
    pub fn all_span_copies(
        &self,
        trace: TraceKey,
        trace_id: TraceId,
    ) -> Result<Vec<Vec<SpanCopy>>, StoreError> {
        let sql =
            format!("SELECT {PLACE_COLUMNS} FROM span WHERE trace_key = ?1 ORDER BY start_time, span_id");
        let all_places = self
            .connection
            .prepare_cached(&sql)?
            .query_map([trace.0], |row| places_from_row(row, 0))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        // Spans of one block lie together, so the last block of each exporter is worth keeping; resources and scopes are few.
        let mut blocks: HashMap<Exporter, (i64, Vec<u8>)> = HashMap::new();
        let mut resources: HashMap<i64, Resource> = HashMap::new();
        let mut scopes: HashMap<i64, InstrumentationScope> = HashMap::new();
        let mut spans = Vec::with_capacity(all_places.len());
        for places in all_places {
            let mut copies = Vec::with_capacity(places.len());
            for place in places {
                if blocks.get(&place.exporter).is_none_or(|(id, _)| *id != place.block) {
                    blocks.insert(place.exporter, (place.block, self.block(place.block)?));
                }
                let span = self.span_in_block(trace_id, &blocks[&place.exporter].1, place.position)?;
                let resource = match resources.get(&place.resource) {
                    Some(resource) => resource.clone(),
                    None => resources.entry(place.resource).or_insert(self.resource(place.resource)?).clone(),
                };
                let scope = match scopes.get(&place.scope) {
                    Some(scope) => scope.clone(),
                    None => scopes.entry(place.scope).or_insert(self.scope(place.scope)?).clone(),
                };
                copies.push(SpanCopy { exporter: place.exporter, span, resource, scope });
            }
            spans.push(copies);
        }
        Ok(spans)
    }

    fn copy(&self, trace_id: TraceId, place: &CopyPlace) -> Result<SpanCopy, StoreError> {
        Ok(SpanCopy {
            exporter: place.exporter,
            span: self.span_body(trace_id, place.block, place.position)?,
            resource: self.resource(place.resource)?,
            scope: self.scope(place.scope)?,
        })
    }

    /// Returns which exporters sent a copy of a span, and its status and duration as they are stored.
    pub fn stored_span(
        &self,
        trace: TraceKey,
        span_id: SpanId,
    ) -> Result<Option<(Vec<Exporter>, u8)>, StoreError> {
        let sql = format!("SELECT status, {PLACE_COLUMNS} FROM span WHERE trace_key = ?1 AND span_id = ?2");
        let found = self.connection.prepare_cached(&sql)?.query_row([trace.0, key_of(span_id)], |row| {
            let exporters = places_from_row(row, 1)?.iter().map(|place| place.exporter).collect();
            Ok((exporters, row.get(0)?))
        });
        Ok(found.optional()?)
    }

    /// Returns which SDKs the spans of a trace came from, sorted.
    pub fn sources(&self, trace: TraceKey) -> Result<Vec<Source>, StoreError> {
        let sql = "SELECT DISTINCT source FROM span WHERE trace_key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let numbers = statement.query_map([trace.0], |row| row.get(0))?;
        let mut sources =
            numbers.map(|number| number.map(source_of)).collect::<rusqlite::Result<Vec<_>>>()?;
        sources.sort_unstable();
        Ok(sources)
    }

    /// Whether a span is in the store.
    pub fn has_span(&self, trace_id: TraceId, span_id: SpanId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM span JOIN trace USING (trace_key) WHERE trace_id = ?1 AND span_id = ?2)";
        let found = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![trace_id.0, key_of(span_id)], |row| row.get(0))?;
        Ok(found)
    }

    /// Returns the spans that link to a span, at most `limit`.
    pub fn linked_from(
        &self,
        trace_id: TraceId,
        span_id: SpanId,
        limit: usize,
    ) -> Result<Vec<(TraceId, SpanId)>, StoreError> {
        let sql = "SELECT trace.trace_id, span_link.span_id FROM span_link JOIN trace USING (trace_key)
                   WHERE linked_trace_id = ?1 AND linked_span_id = ?2 LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![trace_id.0, key_of(span_id), limit], |row| {
            Ok((TraceId(row.get(0)?), id_of(row.get(1)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns how many spans are in the store.
    pub fn n_spans(&self) -> Result<u64, StoreError> {
        Ok(self.connection.query_row("SELECT coalesce(sum(n_spans), 0) FROM trace", [], |row| row.get(0))?)
    }
}

impl WriteTx<'_> {
    /// Stores copies of spans of one trace from one exporter, resource and scope, with the narrow rows of the merged spans.
    ///
    /// A former copy from the same exporter is replaced; a copy from the other kind stays.
    pub fn put_spans(
        &mut self,
        trace: TraceKey,
        exporter: Exporter,
        resource: &Resource,
        scope: &InstrumentationScope,
        spans: Vec<(Span, SpanRecord)>,
    ) -> Result<(), StoreError> {
        let resource_id = self.resource_id(resource)?;
        let scope_id = self.scope_id(scope)?;
        let (bodies, records): (Vec<Span>, Vec<SpanRecord>) = spans.into_iter().unzip();
        let block = self.insert_block(trace, bodies)?;
        let mut rows = Vec::with_capacity(records.len());
        for (position, record) in (0_i64..).zip(&records) {
            let place = CopyPlace { exporter, block, position, resource: resource_id, scope: scope_id };
            rows.push(Some(self.put_row(trace, record, &place)?));
            self.put_usage(trace, record)?;
            self.put_links(trace, record)?;
        }
        self.put_segment(block, &rows)
    }

    /// Stores a row; returns what the segment of its block says of it.
    fn put_row(
        &mut self,
        trace: TraceKey,
        record: &SpanRecord,
        place: &CopyPlace,
    ) -> Result<SegmentRow, StoreError> {
        let name = self.string_id(&record.name)?;
        let span_type = self.string_id(&record.span_type)?;
        let sql = match place.exporter {
            Exporter::OpenTelemetry => put_row_sql!("otel"),
            Exporter::Mlflow => put_row_sql!("mlflow"),
        };
        self.connection.prepare_cached(sql)?.execute(params![
            trace.0,
            key_of(record.span_id),
            record.parent_span_id.map(key_of),
            name,
            span_type,
            record.kind,
            record.status,
            source_number(record.source),
            record.flags.0,
            record.start.0,
            record.duration.0,
            place.block,
            place.position,
            place.resource,
            place.scope,
        ])?;
        let span_key = key_of(record.span_id);
        if !record.is_new {
            // The resource of the other copy may count for more.
            return self.segment_row(trace.0, span_key);
        }
        Ok(SegmentRow {
            trace: trace.0,
            span_key,
            name,
            span_type,
            resource: place.resource,
            kind: record.kind,
            status: record.status,
            source: source_number(record.source),
            start: record.start.0,
            duration: record.duration.0,
        })
    }

    /// Replaces what log records that came after a span say of it: type, flags and usage.
    pub fn update_span_view(&mut self, trace: TraceKey, record: &SpanRecord) -> Result<(), StoreError> {
        let span_type = self.string_id(&record.span_type)?;
        let sql = "UPDATE span SET span_type = ?3, flags = ?4 WHERE trace_key = ?1 AND span_id = ?2";
        let params = params![trace.0, key_of(record.span_id), span_type, record.flags.0];
        self.connection.prepare_cached(sql)?.execute(params)?;
        self.put_usage(trace, record)
    }

    fn put_usage(&mut self, trace: TraceKey, record: &SpanRecord) -> Result<(), StoreError> {
        let key = key_of(record.span_id);
        let SpanUsage { tokens, cost } = record.usage;
        if record.usage.is_empty() {
            if record.is_new {
                return Ok(());
            }
            // What it replaces may have had some.
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
        if !record.is_new {
            let sql = "DELETE FROM span_link WHERE trace_key = ?1 AND span_id = ?2";
            self.connection.prepare_cached(sql)?.execute(params![trace.0, key])?;
        }
        for (linked_trace_id, linked_span_id) in &record.links {
            let sql = "INSERT OR IGNORE INTO span_link VALUES (?1, ?2, ?3, ?4)";
            let params = params![trace.0, key, linked_trace_id.0, key_of(*linked_span_id)];
            self.connection.prepare_cached(sql)?.execute(params)?;
        }
        Ok(())
    }
}
