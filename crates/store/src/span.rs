//! Tables `span`, `span_usage` and `span_link`: the narrow row of each span, and where its bodies are.

use std::collections::HashMap;

use model::{
    Cost, DurationNanos, Exporter, InstrumentationScope, Resource, RowFlags, Source, SpanCopy, SpanId,
    SpanMark, TokenUsage, TraceId, UnixNanos,
};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{ReadTx, StoreError, TraceKey};

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
    /// Moments on its bar, thinned out, by time.
    pub marks: Vec<SpanMark>,
    /// Spans that it links to.
    pub links: Vec<(TraceId, SpanId)>,
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
pub(crate) struct CopyPlace {
    pub(crate) exporter: Exporter,
    pub(crate) block: i64,
    pub(crate) position: i64,
    pub(crate) resource: i64,
    pub(crate) scope: i64,
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
    pub(crate) fn span_usage(&self, trace: TraceKey) -> Result<HashMap<i64, SpanUsage>, StoreError> {
        let sql = "SELECT * FROM span_usage WHERE trace_key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([trace.0], |row| Ok((row.get(1)?, usage_from_row(row, 2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the spans of a trace that have tokens or cost.
    pub fn spans_with_usage(&self, trace: TraceKey) -> Result<Vec<(SpanId, SpanUsage)>, StoreError> {
        Ok(self.span_usage(trace)?.into_iter().map(|(key, usage)| (id_of(key), usage)).collect())
    }

    /// Returns the parent of a span, if the span is there and names one.
    pub fn parent_of(&self, trace: TraceKey, span_id: SpanId) -> Result<Option<SpanId>, StoreError> {
        let sql = "SELECT parent_span_id FROM span WHERE trace_key = ?1 AND span_id = ?2";
        let parent: Option<Option<i64>> = self
            .connection
            .prepare_cached(sql)?
            .query_row([trace.0, key_of(span_id)], |row| row.get(0))
            .optional()?;
        Ok(parent.flatten().map(id_of))
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
        let mut spans = Vec::new();
        self.each_span(trace, trace_id, |number, copies| {
            if spans.len() <= number {
                spans.resize_with(number + 1, Vec::new);
            }
            spans[number] = copies;
        })?;
        Ok(spans)
    }

    /// Calls `visit` with the copies of each span of a trace and its number by start time: for what needs all bodies, but not at
    /// once. They come as they are stored, since spans that started one after the other may lie in blocks far apart, and a block is
    /// read as a whole.
    pub fn each_span(
        &self,
        trace: TraceKey,
        trace_id: TraceId,
        mut visit: impl FnMut(usize, Vec<SpanCopy>),
    ) -> Result<(), StoreError> {
        let sql =
            format!("SELECT {PLACE_COLUMNS} FROM span WHERE trace_key = ?1 ORDER BY start_time, span_id");
        let mut all_places = self
            .connection
            .prepare_cached(&sql)?
            .query_map([trace.0], |row| places_from_row(row, 0))?
            .enumerate()
            .map(|(number, places)| Ok((number, places?)))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        all_places.sort_by_key(|(_, places)| places.first().map(|place| (place.block, place.position)));
        let mut bodies = Bodies::new(self, trace_id);
        for (number, places) in all_places {
            visit(number, bodies.copies(&places)?);
        }
        Ok(())
    }

    /// Returns the ids of the spans of a trace by start time.
    pub fn span_ids(&self, trace: TraceKey) -> Result<Vec<SpanId>, StoreError> {
        let sql = "SELECT span_id FROM span WHERE trace_key = ?1 ORDER BY start_time, span_id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([trace.0], |row| Ok(id_of(row.get(0)?)))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the copies of the first of some spans, each span's together, as far as `max_bytes` of bodies reach: at least of one.
    /// A span that is no longer there has none.
    pub fn copies_of_first(
        &self,
        trace: TraceKey,
        trace_id: TraceId,
        span_ids: &[SpanId],
        max_bytes: usize,
    ) -> Result<Vec<Vec<SpanCopy>>, StoreError> {
        let sql = format!("SELECT {PLACE_COLUMNS} FROM span WHERE trace_key = ?1 AND span_id = ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut bodies = Bodies::new(self, trace_id);
        let mut spans = Vec::new();
        for span_id in span_ids {
            let places = statement
                .query_row([trace.0, key_of(*span_id)], |row| places_from_row(row, 0))
                .optional()?
                .unwrap_or_default();
            spans.push(bodies.copies(&places)?);
            if bodies.n_bytes >= max_bytes {
                break;
            }
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

/// Bytes of decoded blocks that are kept while bodies are read: spans of one block lie together, but those of a trace that came in
/// pieces take turns in several.
const MAX_KEPT_BYTES: usize = 16 << 20;

/// Reads bodies one after the other. Resources and scopes are few.
struct Bodies<'a> {
    tx: &'a ReadTx<'a>,
    trace_id: TraceId,
    blocks: HashMap<i64, Vec<u8>>,
    /// Bytes in `blocks`.
    n_kept: usize,
    resources: HashMap<i64, Resource>,
    scopes: HashMap<i64, InstrumentationScope>,
    /// What the bodies that were read have in the store, before compression.
    n_bytes: usize,
}

impl<'a> Bodies<'a> {
    fn new(tx: &'a ReadTx<'a>, trace_id: TraceId) -> Self {
        let (resources, scopes) = (HashMap::new(), HashMap::new());
        Self { tx, trace_id, blocks: HashMap::new(), n_kept: 0, resources, scopes, n_bytes: 0 }
    }

    /// Returns the copies of one span.
    fn copies(&mut self, places: &[CopyPlace]) -> Result<Vec<SpanCopy>, StoreError> {
        places.iter().map(|place| self.copy(place)).collect()
    }

    fn copy(&mut self, place: &CopyPlace) -> Result<SpanCopy, StoreError> {
        let tx = self.tx;
        if !self.blocks.contains_key(&place.block) {
            let block = tx.block(place.block)?;
            if self.n_kept + block.len() > MAX_KEPT_BYTES {
                self.blocks.clear();
                self.n_kept = 0;
            }
            self.n_kept += block.len();
            self.blocks.insert(place.block, block);
        }
        let (span, n_bytes) = tx.span_in_block(self.trace_id, &self.blocks[&place.block], place.position)?;
        self.n_bytes += n_bytes;
        let resource = match self.resources.get(&place.resource) {
            Some(resource) => resource.clone(),
            None => self.resources.entry(place.resource).or_insert(tx.resource(place.resource)?).clone(),
        };
        let scope = match self.scopes.get(&place.scope) {
            Some(scope) => scope.clone(),
            None => self.scopes.entry(place.scope).or_insert(tx.scope(place.scope)?).clone(),
        };
        Ok(SpanCopy { exporter: place.exporter, span, resource, scope })
    }
}
