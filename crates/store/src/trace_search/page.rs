//! Pages of traces by what their spans are: traces that pass all else, in the order of the page, a run of them at a time.
//!
//! Runs grow while the page is not full: what many traces have fills it from the first run, what few or none have costs little more
//! than one visit of all blocks. A page is handed out short when its time is over; the next one goes on where it ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use model::{TraceId, TraceInfo, UnixNanos};
use rusqlite::types::Value;
use rusqlite::{Row, Rows, params_from_iter};

use super::compile::Sql;
use super::spans::SpanFinder;
use super::{SpanContent, TraceCursor, TraceSearch, compile, order_by};
use crate::trace::{COLUMNS, from_row};
use crate::{ReadTx, StoreError, TraceKey};

/// Spans of the traces of the first run. Tests have few, and are to have several runs.
const FIRST_RUN: u64 = if cfg!(test) { 2 } else { 5_000 };

/// By how much the next run is larger, at most.
const GROWTH: u64 = 8;

/// A page of traces.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundTraces {
    /// In order.
    pub traces: Vec<(TraceKey, TraceInfo)>,
    /// Where the next page begins; absent if there is none. A page may be short, even empty, and have a next one.
    pub next: Option<NextTraces>,
}

/// Where a page of traces begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextTraces {
    /// In any order: how many to pass over, of the traces that pass what a filter says of traces themselves.
    pub offset: u64,
    /// Newest first: behind this trace.
    pub after: TraceCursor,
}

/// When a search that asks about spans hands out its page although it is not full.
#[derive(Debug, Clone, Default)]
pub struct TraceSearchControl {
    /// Set to end the search: nobody waits for the answer.
    pub cancel: Arc<AtomicBool>,
    /// When a page is handed out that has any traces.
    pub patience: Option<Instant>,
    /// When a page is handed out whatever it has.
    pub deadline: Option<Instant>,
}

impl TraceSearchControl {
    /// Begins now.
    pub(super) fn starting(cancel: Arc<AtomicBool>, patience: Duration, deadline: Duration) -> Self {
        let now = Instant::now();
        Self { cancel, patience: Some(now + patience), deadline: Some(now + deadline) }
    }

    fn end(&self, is_empty: bool) -> Option<Instant> {
        if is_empty { self.deadline } else { self.patience.or(self.deadline) }
    }

    /// Returns how many spans the next run may have, `wanted` at most; nothing if it is time to hand the page out.
    fn next_run(&self, wanted: u64, n_looked_at: u64, started: Instant, is_empty: bool) -> Option<u64> {
        if self.cancel.load(Ordering::Relaxed) {
            return None;
        }
        let Some(end) = self.end(is_empty) else { return Some(wanted) };
        let left = end.checked_duration_since(Instant::now())?;
        // At the pace so far, of which some may be lost: the first runs are the quickest.
        let share = left.as_micros().saturating_mul(u128::from(n_looked_at)) * 3 / 5;
        let affordable = share / started.elapsed().as_micros().max(1);
        let next = wanted.min(u64::try_from(affordable).unwrap_or(u64::MAX));
        (next >= FIRST_RUN).then_some(next)
    }
}

/// A trace that passes all that a filter says of traces themselves.
struct Candidate {
    key: i64,
    cursor: TraceCursor,
    n_spans: u64,
}

impl Candidate {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let cursor = TraceCursor { request_time: UnixNanos(row.get(1)?), trace_id: TraceId(row.get(2)?) };
        Ok(Self { key: row.get(0)?, cursor, n_spans: row.get(3)? })
    }
}

/// Takes traces until they have so many spans; also tells whether these are the last.
fn take(rows: &mut Rows<'_>, n_spans: u64) -> Result<(Vec<Candidate>, bool), StoreError> {
    let (mut run, mut n_taken) = (Vec::new(), 0);
    while n_taken < n_spans {
        let Some(row) = rows.next()? else { return Ok((run, true)) };
        let candidate = Candidate::from_row(row)?;
        n_taken += candidate.n_spans.max(1);
        run.push(candidate);
    }
    Ok((run, false))
}

/// Asks for the keys of a page, and one more, which tells whether there is a next page.
pub(super) fn page_sql(search: &TraceSearch) -> Sql {
    let mut condition = compile::condition(&search.experiments, &search.filter, search.after);
    let order = order_by(&search.order, &mut condition);
    let limit = i64::try_from(search.limit).unwrap_or(i64::MAX).saturating_add(1);
    condition.values.push(Value::from(limit));
    condition.values.push(offset(search));
    // Keys alone are sorted, and passed over: with all columns it takes up to three times as long.
    let text =
        format!("SELECT trace_key FROM trace WHERE {} ORDER BY {order} LIMIT ? OFFSET ?", condition.text);
    Sql { text, values: condition.values }
}

impl ReadTx<'_> {
    /// Returns a page of matching traces.
    pub fn search_traces(
        &self,
        search: &TraceSearch,
        control: &TraceSearchControl,
        content: SpanContent,
    ) -> Result<FoundTraces, StoreError> {
        if search.filter.asks_spans() {
            self.page_by_spans(search, control, content)
        } else {
            self.page(search)
        }
    }

    fn page(&self, search: &TraceSearch) -> Result<FoundTraces, StoreError> {
        let Sql { text, values } = page_sql(search);
        let mut statement = self.connection.prepare_cached(&text)?;
        let keys = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        let mut keys = keys.collect::<rusqlite::Result<Vec<i64>>>()?;
        let has_more = keys.len() > search.limit;
        keys.truncate(search.limit);
        let mut found = self.found(&keys, None)?;
        found.next = found.traces.last().filter(|_| has_more).map(|(_, info)| NextTraces {
            offset: search.offset + keys.len() as u64,
            after: TraceCursor { request_time: info.request_time, trace_id: info.trace_id },
        });
        Ok(found)
    }

    fn page_by_spans(
        &self,
        search: &TraceSearch,
        control: &TraceSearchControl,
        content: SpanContent,
    ) -> Result<FoundTraces, StoreError> {
        let Some(mut finder) = SpanFinder::new(self, &search.filter, &control.cancel, content)? else {
            return Ok(FoundTraces::default());
        };
        let mut condition = compile::condition(&search.experiments, &search.filter, search.after);
        let order = order_by(&search.order, &mut condition);
        condition.values.push(offset(search));
        let sql = format!(
            "SELECT trace_key, request_time, trace_id, n_spans FROM trace WHERE {} ORDER BY {order} LIMIT -1 OFFSET ?",
            condition.text
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(condition.values))?;
        let (started, mut n_looked_at, mut size) = (Instant::now(), 0, FIRST_RUN);
        let mut keys = Vec::new();
        let mut next = None;
        let mut n_passed = search.offset;
        loop {
            let (run, is_last) = take(&mut rows, size)?;
            // The first run is always finished, so that the next page begins further on; one that is given up is looked at again.
            let deadline = control.deadline.filter(|_| next.is_some());
            let Some(passing) = finder.passing(run.iter().map(|candidate| candidate.key), deadline)? else {
                return self.found(&keys, next);
            };
            for candidate in &run {
                if passing.contains(&candidate.key) {
                    if keys.len() == search.limit {
                        return self.found(&keys, next);
                    }
                    keys.push(candidate.key);
                }
                n_passed += 1;
                next = Some(NextTraces { offset: n_passed, after: candidate.cursor });
                n_looked_at += candidate.n_spans.max(1);
            }
            if is_last {
                return self.found(&keys, None);
            }
            // Rows tell at once, trace by trace: nothing is gained by looking at more of them than the page takes.
            let wanted = if finder.reads_bodies() { size.saturating_mul(GROWTH) } else { FIRST_RUN };
            match control.next_run(wanted, n_looked_at, started, keys.is_empty()) {
                Some(next_size) => size = next_size,
                None => return self.found(&keys, next),
            }
        }
    }

    fn found(&self, keys: &[i64], next: Option<NextTraces>) -> Result<FoundTraces, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM trace WHERE trace_key = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let traces = keys.iter().map(|key| statement.query_row([key], from_row));
        Ok(FoundTraces { traces: traces.collect::<rusqlite::Result<_>>()?, next })
    }
}

fn offset(search: &TraceSearch) -> Value {
    Value::from(i64::try_from(search.offset).unwrap_or(i64::MAX))
}
