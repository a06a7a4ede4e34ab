//! Pages of traces, newest first, and what experiments add up to.

use std::collections::HashMap;

use model::{ExperimentId, TraceId, TraceInfo, UnixNanos};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, params, params_from_iter};

use crate::trace::{COLUMNS, from_row};
use crate::{ReadTx, StoreError, TraceKey};

/// Which traces to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceQuery {
    /// Only those of these experiments; all if absent.
    pub experiments: Option<Vec<ExperimentId>>,
    /// Where the page starts.
    pub start: PageStart,
    /// Rows of a page.
    pub limit: usize,
}

/// Where a page of the list starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PageStart {
    /// At the newest trace.
    #[default]
    First,
    /// After the trace with this time and key: stable while traces arrive.
    After(UnixNanos, i64),
    /// After this many traces.
    Offset(u64),
}

/// One page of traces.
#[derive(Debug, Clone, PartialEq)]
pub struct TracePage {
    /// Newest first.
    pub traces: Vec<(TraceKey, TraceInfo)>,
    /// Where the next page starts; absent on the last.
    pub next: Option<PageStart>,
}

/// Which rows a query is about, as SQL.
fn condition(query: &TraceQuery) -> (String, Vec<Value>) {
    match &query.experiments {
        None => ("1".to_owned(), Vec::new()),
        Some(ids) => {
            let marks = vec!["?"; ids.len()].join(", ");
            (format!("experiment_id IN ({marks})"), ids.iter().map(|id| Value::from(id.0)).collect())
        }
    }
}

impl ReadTx<'_> {
    /// Returns a page of traces.
    pub fn list_traces(&self, query: &TraceQuery) -> Result<TracePage, StoreError> {
        let (mut condition, mut values) = condition(query);
        let mut offset = 0;
        match query.start {
            PageStart::First => {}
            PageStart::Offset(n) => offset = i64::try_from(n).unwrap_or(i64::MAX),
            PageStart::After(time, key) => {
                condition.push_str(" AND (request_time, trace_key) < (?, ?)");
                values.extend([Value::from(time.0), Value::from(key)]);
            }
        }
        // One row more than asked for tells whether there is a next page.
        values.extend([
            Value::from(i64::try_from(query.limit).unwrap_or(i64::MAX).saturating_add(1)),
            offset.into(),
        ]);
        let sql = format!(
            "SELECT {COLUMNS} FROM trace WHERE {condition} ORDER BY request_time DESC, trace_key DESC LIMIT ? OFFSET ?"
        );
        let mut traces = self
            .connection
            .prepare_cached(&sql)?
            .query_map(params_from_iter(values), from_row)?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let has_more = traces.len() > query.limit;
        traces.truncate(query.limit);
        let next = traces.last().filter(|_| has_more).map(|(key, info)| match query.start {
            PageStart::Offset(n) => PageStart::Offset(n + traces.len() as u64),
            PageStart::First | PageStart::After(..) => PageStart::After(info.request_time, key.0),
        });
        Ok(TracePage { traces, next })
    }

    /// Returns the next newer and the next older trace of the same experiment, in the order of the list.
    pub fn trace_neighbours(
        &self,
        info: &TraceInfo,
    ) -> Result<(Option<TraceId>, Option<TraceId>), StoreError> {
        let find = |sql: &str| {
            self.connection
                .prepare_cached(sql)?
                .query_row(params![info.experiment_id.0, info.request_time.0, info.trace_id.0], |row| {
                    Ok(TraceId(row.get(0)?))
                })
                .optional()
        };
        let newer = find(
            "SELECT trace_id FROM trace
             WHERE experiment_id = ?1 AND request_time >= ?2 AND (request_time > ?2 OR trace_id < ?3)
             ORDER BY request_time, trace_id DESC LIMIT 1",
        )?;
        let older = find(
            "SELECT trace_id FROM trace
             WHERE experiment_id = ?1 AND request_time <= ?2 AND (request_time < ?2 OR trace_id > ?3)
             ORDER BY request_time DESC, trace_id LIMIT 1",
        )?;
        Ok((newer, older))
    }

    /// Returns the oldest traces of an experiment that began up to a time, those of its whole millisecond too.
    pub fn traces_until(
        &self,
        experiment: ExperimentId,
        until: UnixNanos,
        limit: usize,
    ) -> Result<Vec<TraceKey>, StoreError> {
        let sql = "SELECT trace_key FROM trace WHERE experiment_id = ?1 AND request_time < ?2
                   ORDER BY request_time, trace_id LIMIT ?3";
        let before = UnixNanos::from_millis(until.as_millis().saturating_add(1));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let keys = statement.query_map([experiment.0, before.0, limit], |row| row.get(0).map(TraceKey))?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns how many traces a query has over all pages.
    pub fn count_traces(&self, query: &TraceQuery) -> Result<u64, StoreError> {
        let (condition, values) = condition(query);
        let sql = format!("SELECT count(*) FROM trace WHERE {condition}");
        Ok(self.connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?)
    }

    /// Returns the number of traces and the time of the newest for each experiment that has any.
    pub fn traces_by_experiment(&self) -> Result<HashMap<ExperimentId, (u64, UnixNanos)>, StoreError> {
        let sql = "SELECT experiment_id, count(*), max(request_time) FROM trace GROUP BY experiment_id";
        let pair = |row: &Row<'_>| Ok((ExperimentId(row.get(0)?), (row.get(1)?, UnixNanos(row.get(2)?))));
        let mut statement = self.connection.prepare_cached(sql)?;
        let pairs = statement.query_map([], pair)?;
        Ok(pairs.collect::<rusqlite::Result<_>>()?)
    }
}
