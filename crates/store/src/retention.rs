//! Retention: deletes the oldest traces that are not pinned, in small steps, and keeps count of what it removed.

use model::{TraceId, UnixNanos};
use rusqlite::{OptionalExtension as _, params};

use crate::{ReadTx, Space, Store, StoreError, TraceKey, WriteTx};

/// Rows that one step deletes at most, about: some ten milliseconds of the writer.
const STEP_ROWS: usize = 2_000;

/// Traces that one step deletes at most.
const STEP_TRACES: usize = 100;

/// Log records that one step looks at, for those whose trace never came.
const STEP_LOGS: usize = 500;

/// Setting: the log record up to which those whose trace never came were looked for.
const LOGS_SEEN: &str = "retention_logs_seen";

/// What to keep. Without a bound everything is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RetentionPolicy {
    /// Bytes that the database may use, free pages and the write-ahead log aside; above it the oldest traces go.
    pub max_bytes: Option<u64>,
    /// Traces that began and ended before this go. Those without a time stay.
    pub keep_since: Option<UnixNanos>,
}

/// Why a trace was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalReason {
    /// The database was above its bound.
    Size,
    /// It was too old.
    Age,
}

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// Traces.
    pub n_traces: u64,
    /// Spans of them.
    pub n_spans: u64,
    /// Bytes of the database that became free. Blocks that traces share become free with the last of them.
    pub n_bytes: u64,
    /// When the last of it was removed; absent if nothing ever was.
    pub last_time: Option<UnixNanos>,
}

/// What retention removed since the database was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RetentionReport {
    /// Because of the size of the database.
    pub by_size: Removed,
    /// Because of age.
    pub by_age: Removed,
}

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RetentionStep {
    /// The traces that are gone since.
    pub removed: Vec<TraceId>,
    /// Whether another step would do something.
    pub has_more: bool,
}

/// The oldest trace that is not pinned.
struct Oldest {
    trace: TraceKey,
    trace_id: TraceId,
    n_spans: u64,
    request_time: UnixNanos,
}

impl RemovalReason {
    fn as_str(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Age => "age",
        }
    }
}

impl Store {
    /// Removes a little of what a policy does not keep.
    pub async fn retention_step(
        &self,
        policy: RetentionPolicy,
        now: UnixNanos,
    ) -> Result<RetentionStep, StoreError> {
        // Most of the time there is nothing to do, which a reader finds out without troubling the writer.
        if !self.read(move |tx| Ok::<_, StoreError>(tx.has_remains()? || tx.due(policy)?.is_some())).await? {
            return Ok(RetentionStep::default());
        }
        self.write(0, move |tx| tx.retention_step(policy, now)).await
    }
}

impl WriteTx<'_> {
    fn retention_step(
        &mut self,
        policy: RetentionPolicy,
        now: UnixNanos,
    ) -> Result<RetentionStep, StoreError> {
        let mut step = RetentionStep::default();
        let free_before = self.space()?.free;
        let mut reason = None;
        // What was deleted is cleared away before more is deleted, so that the size of what is left is known.
        if !self.has_remains()?
            && let Some(due) = self.due(policy)?
        {
            reason = Some(due);
            let removed = self.delete_oldest(due, policy)?;
            // Log records without a trace go when traces of their age go.
            let newest = removed.last().map_or(UnixNanos(i64::MAX), |oldest| oldest.request_time);
            self.delete_old_lost_logs(newest)?;
            let n_spans = removed.iter().map(|oldest| oldest.n_spans).sum();
            if !removed.is_empty() {
                self.count_removed(due, removed.len() as u64, n_spans, now)?;
            }
            step.removed = removed.into_iter().map(|oldest| oldest.trace_id).collect();
        }
        let has_remains = self.clear_remains(STEP_ROWS)?;
        self.count_freed(reason, self.space()?.free.saturating_sub(free_before))?;
        step.has_more = has_remains || self.due(policy)?.is_some();
        Ok(step)
    }

    /// Deletes the oldest traces, as many as a step may.
    fn delete_oldest(
        &mut self,
        due: RemovalReason,
        policy: RetentionPolicy,
    ) -> Result<Vec<Oldest>, StoreError> {
        let keep_since = policy.keep_since.filter(|_| due == RemovalReason::Age);
        let mut removed = Vec::new();
        let mut n_spans = 0;
        for oldest in self.oldest_traces(keep_since)? {
            n_spans += oldest.n_spans;
            if !removed.is_empty() && n_spans > STEP_ROWS as u64 {
                break;
            }
            self.delete_trace(oldest.trace)?;
            removed.push(oldest);
        }
        Ok(removed)
    }

    fn delete_old_lost_logs(&mut self, before: UnixNanos) -> Result<(), StoreError> {
        let seen = self.setting(LOGS_SEEN)?.and_then(|seen| seen.parse().ok()).unwrap_or(0);
        let seen = self.delete_lost_logs(before, seen, STEP_LOGS)?;
        self.put_setting(LOGS_SEEN, &seen.to_string())
    }

    fn count_removed(
        &self,
        reason: RemovalReason,
        n_traces: u64,
        n_spans: u64,
        now: UnixNanos,
    ) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO removal (reason, n_traces, n_spans, n_bytes, last_time) VALUES (?1, ?2, ?3, 0, ?4)
                   ON CONFLICT DO UPDATE SET
                       n_traces = n_traces + ?2, n_spans = n_spans + ?3, last_time = max(last_time, ?4)";
        self.connection.prepare_cached(sql)?.execute(params![reason.as_str(), n_traces, n_spans, now.0])?;
        Ok(())
    }

    /// Counts freed bytes for a reason; those of remains for the one that removed last.
    fn count_freed(&self, reason: Option<RemovalReason>, n_bytes: u64) -> Result<(), StoreError> {
        let sql = "UPDATE removal SET n_bytes = n_bytes + ?2 WHERE reason =
                       coalesce(?1, (SELECT reason FROM removal ORDER BY last_time DESC LIMIT 1))";
        self.connection.prepare_cached(sql)?.execute(params![reason.map(RemovalReason::as_str), n_bytes])?;
        Ok(())
    }

    /// Pins a trace or unpins it; returns whether it exists.
    pub fn pin_trace(&mut self, trace_id: TraceId, is_pinned: bool) -> Result<bool, StoreError> {
        let sql = "UPDATE trace SET is_pinned = ?2 WHERE trace_id = ?1";
        Ok(self.connection.prepare_cached(sql)?.execute(params![trace_id.0, is_pinned])? > 0)
    }
}

impl ReadTx<'_> {
    /// Returns what retention removed since the database was made.
    pub fn retention_report(&self) -> Result<RetentionReport, StoreError> {
        let removed = |reason: RemovalReason| -> Result<Removed, StoreError> {
            let sql = "SELECT n_traces, n_spans, n_bytes, last_time FROM removal WHERE reason = ?1";
            let found = self.connection.prepare_cached(sql)?.query_row([reason.as_str()], |row| {
                Ok(Removed {
                    n_traces: row.get(0)?,
                    n_spans: row.get(1)?,
                    n_bytes: row.get(2)?,
                    last_time: Some(UnixNanos(row.get(3)?)),
                })
            });
            Ok(found.optional()?.unwrap_or_default())
        };
        Ok(RetentionReport { by_size: removed(RemovalReason::Size)?, by_age: removed(RemovalReason::Age)? })
    }

    /// Returns why a trace must go, if one must.
    fn due(&self, policy: RetentionPolicy) -> Result<Option<RemovalReason>, StoreError> {
        if policy.keep_since.is_some() && !self.oldest_traces(policy.keep_since)?.is_empty() {
            return Ok(Some(RemovalReason::Age));
        }
        let Space { used, .. } = self.space()?;
        let is_above = policy.max_bytes.is_some_and(|max| used > max);
        let is_due = is_above && (!self.oldest_traces(None)?.is_empty() || self.has_lost_logs()?);
        Ok(is_due.then_some(RemovalReason::Size))
    }

    /// Returns the oldest traces that are not pinned; with a time, those alone that began and ended before it.
    fn oldest_traces(&self, before: Option<UnixNanos>) -> Result<Vec<Oldest>, StoreError> {
        let sql = match before {
            None => {
                "SELECT trace_key, trace_id, n_spans, request_time FROM trace WHERE is_pinned = 0 AND ?1 IS NULL
                     ORDER BY request_time, trace_key LIMIT ?2"
            }
            Some(_) => {
                "SELECT trace_key, trace_id, n_spans, request_time FROM trace
                        WHERE is_pinned = 0 AND request_time > 0 AND request_time < ?1 AND end_time < ?1
                        ORDER BY request_time, trace_key LIMIT ?2"
            }
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let limit = i64::try_from(STEP_TRACES).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![before.map(|before| before.0), limit], |row| {
            Ok(Oldest {
                trace: TraceKey(row.get(0)?),
                trace_id: TraceId(row.get(1)?),
                n_spans: row.get(2)?,
                request_time: UnixNanos(row.get(3)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests;
