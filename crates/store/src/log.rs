//! Table `log_record`: log records by trace id, which may come before, with or after their spans, or without any.

use std::collections::{HashMap, HashSet};

use model::{InstrumentationScope, LogRecord, Resource, SpanId, TraceId};
use proto::blob;
use rusqlite::{Row, params};

use crate::compression::{compress, decompress};
use crate::span::{id_of, key_of};
use crate::{ReadTx, StoreError, TraceKey, WriteTx};

/// A log record as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredLog {
    /// The record.
    pub record: LogRecord,
    /// Its resource.
    pub resource: Resource,
    /// Its scope.
    pub scope: InstrumentationScope,
}

/// Stands for no span: an id of zero is none.
const NO_SPAN: i64 = 0;

/// Bodies below this gain nothing from compression.
const MIN_COMPRESSED_BYTES: usize = 256;

/// A row before its body is decoded.
struct LogRow {
    resource_id: i64,
    scope_id: i64,
    n_bytes: Option<i64>,
    body: Vec<u8>,
}

impl LogRow {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { resource_id: row.get(0)?, scope_id: row.get(1)?, n_bytes: row.get(2)?, body: row.get(3)? })
    }

    fn record(&self, trace_id: TraceId) -> Result<LogRecord, StoreError> {
        Ok(match self.n_bytes {
            Some(n_bytes) => blob::decode_log(trace_id, &decompress(&self.body, n_bytes)?)?,
            None => blob::decode_log(trace_id, &self.body)?,
        })
    }
}

impl ReadTx<'_> {
    /// Returns the log records of a span, by time.
    pub fn span_logs(&self, trace_id: TraceId, span_id: SpanId) -> Result<Vec<StoredLog>, StoreError> {
        let sql = "SELECT resource_id, scope_id, n_bytes, body FROM log_record
                   WHERE trace_id = ?1 AND span_id = ?2 ORDER BY time, log_key";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![trace_id.0, key_of(span_id)], LogRow::from_row)?;
        self.stored_logs(trace_id, rows)
    }

    /// Returns all log records of a trace, by time.
    pub fn trace_logs(&self, trace_id: TraceId) -> Result<Vec<StoredLog>, StoreError> {
        let sql = "SELECT resource_id, scope_id, n_bytes, body FROM log_record
                   WHERE trace_id = ?1 ORDER BY time, log_key";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([trace_id.0], LogRow::from_row)?;
        self.stored_logs(trace_id, rows)
    }

    fn stored_logs(
        &self,
        trace_id: TraceId,
        rows: impl Iterator<Item = rusqlite::Result<LogRow>>,
    ) -> Result<Vec<StoredLog>, StoreError> {
        let mut resources: HashMap<i64, Resource> = HashMap::new();
        let mut scopes: HashMap<i64, InstrumentationScope> = HashMap::new();
        let mut logs = Vec::new();
        for row in rows {
            let row = row?;
            let resource = match resources.get(&row.resource_id) {
                Some(resource) => resource.clone(),
                None => resources.entry(row.resource_id).or_insert(self.resource(row.resource_id)?).clone(),
            };
            let scope = match scopes.get(&row.scope_id) {
                Some(scope) => scope.clone(),
                None => scopes.entry(row.scope_id).or_insert(self.scope(row.scope_id)?).clone(),
            };
            logs.push(StoredLog { record: row.record(trace_id)?, resource, scope });
        }
        Ok(logs)
    }

    /// Returns how many log records a trace has.
    pub fn n_logs(&self, trace_id: TraceId) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM log_record WHERE trace_id = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([trace_id.0], |row| row.get(0))?)
    }
}

impl WriteTx<'_> {
    /// Returns the spans of a trace that log records name, whether or not the spans are there.
    pub fn spans_with_logs(&mut self, trace_id: TraceId) -> Result<HashSet<SpanId>, StoreError> {
        // Asked for each trace of each request; many programs send no logs at all.
        let has_logs = match self.ids.has_logs {
            Some(has_logs) => has_logs,
            None => {
                let sql = "SELECT EXISTS (SELECT 1 FROM log_record)";
                self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?
            }
        };
        self.ids.has_logs = Some(has_logs);
        if !has_logs {
            return Ok(HashSet::new());
        }
        let sql = "SELECT DISTINCT span_id FROM log_record WHERE trace_id = ?1 AND span_id <> ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map(params![trace_id.0, NO_SPAN], |row| row.get(0).map(id_of))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Stores log records of one resource and scope, each of which has a trace id. One that is there already stays as it is.
    ///
    /// `n_equal` counts the equal records of one request: give the same map for all calls of a request and a fresh one for the next.
    pub fn put_logs(
        &mut self,
        resource: &Resource,
        scope: &InstrumentationScope,
        records: Vec<LogRecord>,
        n_equal: &mut HashMap<i64, u32>,
    ) -> Result<(), StoreError> {
        let resource_id = self.resource_id(&resource.into())?;
        let scope_id = self.scope_id(&scope.into())?;
        self.ids.has_logs = Some(true);
        for record in records {
            let Some(trace_id) = record.trace_id else { continue };
            let (span_id, time) = (record.span_id, record.time());
            let body = blob::encode_log(record);
            let number = n_equal.entry(log_id(trace_id, resource_id, scope_id, &body, 0)).or_default();
            let log_id = log_id(trace_id, resource_id, scope_id, &body, *number);
            *number += 1;
            let compressed = if body.len() < MIN_COMPRESSED_BYTES { None } else { Some(compress(&body)?) };
            let n_bytes = compressed.as_ref().map(|_| i64::try_from(body.len()).unwrap_or(i64::MAX));
            let sql = "INSERT OR IGNORE INTO log_record
                       (trace_id, log_id, span_id, time, resource_id, scope_id, n_bytes, body)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            self.connection.prepare_cached(sql)?.execute(params![
                trace_id.0,
                log_id,
                span_id.map_or(NO_SPAN, key_of),
                time.0,
                resource_id,
                scope_id,
                n_bytes,
                compressed.unwrap_or(body),
            ])?;
        }
        Ok(())
    }

    /// Sets the bits of `flag` on a span, if it is there.
    pub fn set_span_flag(&mut self, trace: TraceKey, span_id: SpanId, flag: u8) -> Result<(), StoreError> {
        let sql =
            "UPDATE span SET flags = flags | ?3 WHERE trace_key = ?1 AND span_id = ?2 AND flags & ?3 <> ?3";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, key_of(span_id), flag])?;
        Ok(())
    }
}

fn log_id(trace_id: TraceId, resource_id: i64, scope_id: i64, body: &[u8], number: u32) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&trace_id.0).update(&resource_id.to_le_bytes()).update(&scope_id.to_le_bytes());
    hasher.update(&number.to_le_bytes()).update(body);
    let hash = hasher.finalize();
    let bytes = hash.as_bytes().first_chunk().expect("invariant: a hash has 32 bytes");
    i64::from_le_bytes(*bytes)
}
