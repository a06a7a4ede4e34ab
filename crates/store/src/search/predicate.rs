//! What a search compares of packed rows, with names looked up once.

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, params_from_iter};

use super::{SpanCursor, SpanSearch};
use crate::segment::SegmentRow;
use crate::span::source_number;
use crate::{ReadTx, StoreError};

/// Which of the strings that rows name by id.
#[derive(Clone)]
pub(crate) enum Strings {
    Any,
    One(i64),
    In(HashSet<i64>),
}

impl Strings {
    pub(crate) fn has(&self, id: i64) -> bool {
        match self {
            Self::Any => true,
            Self::One(wanted) => *wanted == id,
            Self::In(wanted) => wanted.contains(&id),
        }
    }
}

impl From<Option<i64>> for Strings {
    fn from(wanted: Option<i64>) -> Self {
        wanted.map_or(Self::Any, Self::One)
    }
}

pub(crate) struct Predicate {
    name: Strings,
    span_type: Strings,
    kind: Option<u8>,
    /// One bit for each status; all if any will do.
    statuses: u8,
    source: Option<u8>,
    /// Resources of the service.
    resources: Option<HashSet<i64>>,
    /// Traces of the session, user and experiment.
    pub(super) traces: Option<HashSet<i64>>,
    /// First and last start.
    pub(super) starts: (i64, i64),
    durations: (i64, i64),
    after: Option<SpanCursor>,
}

impl Predicate {
    /// Looks up what a search names; none if nothing can match.
    pub(super) fn compile(tx: &ReadTx<'_>, search: &SpanSearch) -> Result<Option<Self>, StoreError> {
        let string = |text: &Option<String>| match text {
            None => Ok(Some(None)),
            Some(text) => tx.find_string(text).map(|found| found.map(Some)),
        };
        let (Some(name), Some(span_type)) = (string(&search.name)?, string(&search.span_type)?) else {
            return Ok(None);
        };
        let resources = search.service.as_deref().map(|service| tx.resources_of(service)).transpose()?;
        let traces = tx.traces_of(search)?;
        let is_empty = |set: &Option<HashSet<i64>>| set.as_ref().is_some_and(HashSet::is_empty);
        if is_empty(&resources) || is_empty(&traces) {
            return Ok(None);
        }
        let last = search.start_before.map_or(i64::MAX, |before| before.0.saturating_sub(1));
        let last = search.after.map_or(last, |after| last.min(after.start.0));
        Ok(Some(Self {
            name: name.into(),
            span_type: span_type.into(),
            kind: search.kind,
            statuses: search.status.map_or(u8::MAX, |status| 1_u8.checked_shl(status.into()).unwrap_or(0)),
            source: search.source.map(source_number),
            resources,
            traces,
            starts: (search.start_from.map_or(i64::MIN, |from| from.0), last),
            durations: (
                search.min_duration.map_or(i64::MIN, |min| min.0),
                search.max_duration.map_or(i64::MAX, |max| max.0),
            ),
            after: search.after,
        }))
    }

    /// Looks for rows, of some traces or all, by what filters over traces ask of spans; `statuses` has one bit for each.
    pub(crate) fn of_traces(
        name: Strings,
        span_type: Strings,
        statuses: u8,
        traces: Option<HashSet<i64>>,
    ) -> Self {
        Self {
            name,
            span_type,
            kind: None,
            statuses,
            source: None,
            resources: None,
            traces,
            starts: (i64::MIN, i64::MAX),
            durations: (i64::MIN, i64::MAX),
            after: None,
        }
    }

    pub(crate) fn matches(&self, row: &SegmentRow) -> bool {
        let is_small = |asked: Option<u8>, found: u8| asked.is_none_or(|asked| asked == found);
        let is_in = |(from, to): (i64, i64), found: i64| from <= found && found <= to;
        let is_one_of =
            |set: &Option<HashSet<i64>>, found: i64| set.as_ref().is_none_or(|set| set.contains(&found));
        let place = (row.start, row.trace, row.span_key);
        self.name.has(row.name)
            && self.span_type.has(row.span_type)
            && is_small(self.kind, row.kind)
            && self.statuses & 1_u8.checked_shl(row.status.into()).unwrap_or(0) != 0
            && is_small(self.source, row.source)
            && is_in(self.starts, row.start)
            && is_in(self.durations, row.duration)
            && self.after.is_none_or(|after| place < (after.start.0, after.trace, after.span))
            && is_one_of(&self.resources, row.resource)
            && is_one_of(&self.traces, row.trace)
    }
}

impl ReadTx<'_> {
    pub(crate) fn find_string(&self, text: &str) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT string_id FROM string WHERE text = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([text], |row| row.get(0)).optional()?)
    }

    fn resources_of(&self, service: &str) -> Result<HashSet<i64>, StoreError> {
        let sql = "SELECT resource_id FROM resource WHERE service_name = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([service], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the traces that a search is about, if it names a session, user or experiment.
    fn traces_of(&self, search: &SpanSearch) -> Result<Option<HashSet<i64>>, StoreError> {
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        let mut add = |column: &str, value: Option<Value>| {
            if let Some(value) = value {
                conditions.push(format!("{column} = ?"));
                values.push(value);
            }
        };
        add("session", search.session.clone().map(Value::from));
        add("user", search.user.clone().map(Value::from));
        add("experiment_id", search.experiment.map(|id| Value::from(id.0)));
        if conditions.is_empty() {
            return Ok(None);
        }
        let sql = format!("SELECT trace_key FROM trace WHERE {}", conditions.join(" AND "));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let keys = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(Some(keys.collect::<rusqlite::Result<_>>()?))
    }
}
