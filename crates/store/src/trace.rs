//! Table `trace` with its tags, metadata and links.

use std::collections::BTreeMap;

use model::{
    Cost, ExperimentId, ExperimentSource, Source, TokenUsage, TraceId, TraceInfo, TraceLabels, TraceName,
    TraceState, TraceSummary, UnixNanos,
};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{ReadTx, StoreError, WriteTx};

/// The short form of a trace id within this database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceKey(pub(crate) i64);

pub(crate) const COLUMNS: &str =
    "trace_key, trace_id, experiment_id, is_explicit, client_request_id, request_time,
    execution_duration_ms, state, is_finalized, name, request_preview, response_preview, session, user,
    input_tokens, output_tokens, total_tokens, cache_read_tokens, cache_creation_tokens, is_usage_final,
    input_cost, output_cost, total_cost, is_cost_final,
    n_spans, n_errors, start_time, end_time, root_name, first_name, services, sources, is_pinned, client_trace_id";

pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<(TraceKey, TraceInfo)> {
    let experiment_source = match row.get::<_, u8>(3)? {
        0 => ExperimentSource::Default,
        MOVED => ExperimentSource::Moved,
        _ => ExperimentSource::Explicit,
    };
    let state: usize = row.get(7)?;
    let services: String = row.get(30)?;
    let info = TraceInfo {
        trace_id: TraceId(row.get(1)?),
        client_trace_id: row.get(33)?,
        experiment_id: ExperimentId(row.get(2)?),
        experiment_source,
        client_request_id: row.get(4)?,
        request_time: UnixNanos(row.get(5)?),
        execution_duration_ms: row.get(6)?,
        state: TraceState::ALL.get(state).copied().unwrap_or_default(),
        is_finalized: row.get(8)?,
        name: row.get(9)?,
        request_preview: row.get(10)?,
        response_preview: row.get(11)?,
        session: row.get(12)?,
        user: row.get(13)?,
        usage: TokenUsage {
            input: row.get(14)?,
            output: row.get(15)?,
            total: row.get(16)?,
            cache_read: row.get(17)?,
            cache_creation: row.get(18)?,
        },
        is_usage_final: row.get(19)?,
        cost: Cost { input: row.get(20)?, output: row.get(21)?, total: row.get(22)? },
        is_cost_final: row.get(23)?,
        summary: TraceSummary {
            n_spans: row.get(24)?,
            n_errors: row.get(25)?,
            start: UnixNanos(row.get(26)?),
            end: UnixNanos(row.get(27)?),
            root_name: row.get(28)?,
            first_name: row.get(29)?,
            services: serde_json::from_str(&services).unwrap_or_default(),
            sources: sources_of(row.get(31)?),
        },
        is_pinned: row.get(32)?,
    };
    Ok((TraceKey(row.get(0)?), info))
}

/// In `is_explicit`, where older versions read it as true.
const MOVED: u8 = 2;

pub(crate) const ALL_SOURCES: [Source; 3] =
    [Source::OpenTelemetry, Source::Mlflow, Source::OpenTelemetryInferred];

fn sources_of(bits: u8) -> Vec<Source> {
    ALL_SOURCES.into_iter().filter(|source| bits & source_bit(*source) != 0).collect()
}

pub(crate) fn source_bit(source: Source) -> u8 {
    match source {
        Source::OpenTelemetry => 1,
        Source::Mlflow => 2,
        Source::OpenTelemetryInferred => 4,
    }
}

pub(crate) fn state_number(state: TraceState) -> usize {
    TraceState::ALL.iter().position(|other| *other == state).unwrap_or_default()
}

impl ReadTx<'_> {
    /// Returns a trace.
    pub fn trace(&self, trace_id: TraceId) -> Result<Option<(TraceKey, TraceInfo)>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM trace WHERE trace_id = ?1");
        Ok(self.connection.prepare_cached(&sql)?.query_row([trace_id.0], from_row).optional()?)
    }

    /// Returns the trace that is called so.
    pub fn named_trace(&self, name: &TraceName) -> Result<Option<(TraceKey, TraceInfo)>, StoreError> {
        Ok(self.trace(name.trace_id)?.filter(|(_, info)| name.fits(info)))
    }

    /// Returns the tags and metadata of a trace.
    pub fn trace_labels(&self, trace: TraceKey) -> Result<TraceLabels, StoreError> {
        let pairs = |sql: &str| -> Result<BTreeMap<String, String>, StoreError> {
            let mut statement = self.connection.prepare_cached(sql)?;
            let pairs = statement.query_map([trace.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(pairs.collect::<rusqlite::Result<_>>()?)
        };
        Ok(TraceLabels {
            tags: pairs("SELECT key, value FROM trace_tag WHERE trace_key = ?1")?,
            metadata: pairs("SELECT key, value FROM trace_metadata WHERE trace_key = ?1")?,
        })
    }
}

impl WriteTx<'_> {
    /// Returns a key for a trace that is not stored yet.
    ///
    /// A key is not used again while something of a deleted trace may still be stored under it.
    pub fn new_trace_key(&mut self) -> Result<TraceKey, StoreError> {
        let last = match self.ids.last_trace_key {
            Some(last) => last,
            None => self
                .connection
                .prepare_cached(
                    "SELECT max(coalesce((SELECT max(trace_key) FROM trace), 0),
                                coalesce((SELECT max(trace_key) FROM trace_remains), 0))",
                )?
                .query_row([], |row| row.get(0))?,
        };
        self.ids.last_trace_key = Some(last + 1);
        Ok(TraceKey(last + 1))
    }

    /// Stores a trace under a new key.
    pub fn insert_trace(&mut self, key: TraceKey, info: &TraceInfo) -> Result<(), StoreError> {
        self.put_trace(include_str!("sql/insert_trace.sql"), key, info)
    }

    /// Replaces all columns of a trace but whether it is pinned, which [`Self::pin_trace`] alone decides.
    pub fn update_trace(&mut self, key: TraceKey, info: &TraceInfo) -> Result<(), StoreError> {
        self.put_trace(include_str!("sql/update_trace.sql"), key, info)
    }

    fn put_trace(&mut self, sql: &str, key: TraceKey, info: &TraceInfo) -> Result<(), StoreError> {
        let summary = &info.summary;
        let services = serde_json::to_string(&summary.services).unwrap_or_default();
        let sources = summary.sources.iter().fold(0, |bits, source| bits | source_bit(*source));
        self.connection.prepare_cached(sql)?.execute(params![
            key.0,
            info.trace_id.0,
            info.experiment_id.0,
            match info.experiment_source {
                ExperimentSource::Default => 0,
                ExperimentSource::Explicit => 1,
                ExperimentSource::Moved => MOVED,
            },
            info.client_request_id,
            info.request_time.0,
            info.execution_duration_ms,
            state_number(info.state),
            info.is_finalized,
            info.name,
            info.request_preview,
            info.response_preview,
            info.session,
            info.user,
            info.usage.input,
            info.usage.output,
            info.usage.total,
            info.usage.cache_read,
            info.usage.cache_creation,
            info.is_usage_final,
            info.cost.input,
            info.cost.output,
            info.cost.total,
            info.is_cost_final,
            summary.n_spans,
            summary.n_errors,
            summary.start.0,
            summary.end.0,
            summary.root_name,
            summary.first_name,
            services,
            sources,
            info.client_trace_id,
        ])?;
        Ok(())
    }

    /// Sets a tag of a trace.
    pub fn put_trace_tag(&mut self, trace: TraceKey, key: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO trace_tag VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = ?3 WHERE value <> ?3";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, key, value])?;
        Ok(())
    }

    /// Sets one entry of the metadata of a trace.
    pub fn put_trace_metadata(&mut self, trace: TraceKey, key: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO trace_metadata VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = ?3";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, key, value])?;
        Ok(())
    }

    /// Deletes a tag of a trace; returns whether it was there.
    pub fn delete_trace_tag(&mut self, trace: TraceKey, key: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM trace_tag WHERE trace_key = ?1 AND key = ?2";
        Ok(self.connection.prepare_cached(sql)?.execute(params![trace.0, key])? > 0)
    }

    /// Links a trace to a run, which may not exist.
    pub fn link_run(&mut self, trace: TraceKey, run_id: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO trace_run VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, run_id])?;
        Ok(())
    }

    /// Links a trace to a version of a prompt, `name/version`, which may not exist.
    pub fn link_prompt(&mut self, trace: TraceKey, version: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO trace_prompt VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, version])?;
        Ok(())
    }
}
