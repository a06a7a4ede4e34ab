//! Search over traces in the language of [`model::filter::trace`].
//!
//! What a filter says of traces becomes SQL with parameters. What it says of spans is looked for where span searches look, in the
//! packed rows and text filters of blocks, among the traces that the rest leaves; see docs/adr/0007.

mod compile;
mod functions;
mod metrics;
mod spans;

use model::filter::Direction;
use model::filter::trace::{
    NumberField, SpanField, TextField, TraceClause, TraceFilter, TraceOrder, TraceOrderKey,
};
use model::{ExperimentId, SpanCopy, TraceId, TraceInfo, UnixNanos};
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::trace::{COLUMNS, from_row};
use crate::{ReadTx, Store, StoreError, TraceKey};
use compile::{Sql, text_expression};
pub(crate) use functions::add_functions;
pub use metrics::{
    CostColumn, MetricDimension, MetricNumber, MetricQuery, MetricRow, MetricValue, MetricView, TokenColumn,
};

/// Writes a span, from its copies, as the JSON text that filters over the content of spans are about.
///
/// A word of letters, digits, `_` and `-` in it must be in the text of one of the copies, case aside, or in a key.
pub type SpanContent = fn(&[SpanCopy]) -> String;

/// Traces whose spans are looked at one trace after the other, before blocks are asked: some ten milliseconds. Tests have few
/// traces, and are to go both ways.
const MAX_LOOKED_AT: i64 = if cfg!(test) { 3 } else { 2_000 };

/// Traces of a page, and whether there are more behind it.
type Page = (Vec<(TraceKey, TraceInfo)>, bool);

/// Which traces to find, and in which order.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceSearch {
    /// Only those of these experiments.
    pub experiments: Vec<ExperimentId>,
    /// Only those that pass.
    pub filter: TraceFilter,
    /// Their order; those that it leaves equal newest first, then by id.
    pub order: Vec<TraceOrder>,
    /// Only those behind this place; the order must be none, which is newest first.
    pub after: Option<TraceCursor>,
    /// How many to pass over.
    pub offset: u64,
    /// How many to return.
    pub limit: usize,
}

/// A place among traces that are ordered newest first. It stays while traces arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceCursor {
    /// Start of the trace.
    pub request_time: UnixNanos,
    /// Its id.
    pub trace_id: TraceId,
}

impl Store {
    /// Runs a read with searches over traces, and waits its turn if what it asks about spans may take long.
    pub async fn search_traces<T, E>(
        &self,
        asks_spans: bool,
        read: impl FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _turn = match asks_spans {
            true => Some(self.inner.searches.acquire().await.map_err(|_| StoreError::Closed)?),
            false => None,
        };
        self.read(read).await
    }
}

impl ReadTx<'_> {
    /// Returns a page of matching traces, and whether there are more behind it.
    pub fn search_traces(&self, search: &TraceSearch, content: SpanContent) -> Result<Page, StoreError> {
        if let Some(page) = self.page_by_rows(search)? {
            return Ok(page);
        }
        let mut condition = self.condition(&search.experiments, &search.filter, search.after, content)?;
        let order = order_by(&search.order, &mut condition);
        // One row more than asked for tells whether there is a next page.
        let limit = i64::try_from(search.limit).unwrap_or(i64::MAX).saturating_add(1);
        condition.values.push(Value::from(limit));
        condition.values.push(Value::from(i64::try_from(search.offset).unwrap_or(i64::MAX)));
        let sql =
            format!("SELECT {COLUMNS} FROM trace WHERE {} ORDER BY {order} LIMIT ? OFFSET ?", condition.text);
        let mut traces = self
            .connection
            .prepare_cached(&sql)?
            .query_map(params_from_iter(condition.values), from_row)?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let has_more = traces.len() > search.limit;
        traces.truncate(search.limit);
        Ok((traces, has_more))
    }

    /// Looks at the spans of trace after trace in the order of the page, as long as that is the shorter way: what many traces have is
    /// found among the first ones. Nothing if the page is not full after [`MAX_LOOKED_AT`], or if bodies have to be read.
    fn page_by_rows(&self, search: &TraceSearch) -> Result<Option<Page>, StoreError> {
        let tests = spans::tests_of(&search.filter);
        if tests.is_empty()
            || asks_text(&search.filter)
            || tests.iter().any(|(field, _)| *field == SpanField::Content)
        {
            return Ok(None);
        }
        let Some(tests) = self.row_tests(&tests)? else { return Ok(Some((Vec::new(), false))) };
        let mut condition = compile::condition(&search.experiments, &search.filter, search.after);
        let order = order_by(&search.order, &mut condition);
        condition.values.push(Value::from(MAX_LOOKED_AT));
        let sql = format!("SELECT {COLUMNS} FROM trace WHERE {} ORDER BY {order} LIMIT ?", condition.text);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(condition.values))?;
        let (mut n_looked_at, mut n_passed_over, mut traces) = (0, 0, Vec::new());
        while let Some(row) = rows.next()? {
            n_looked_at += 1;
            if !self.has_span_row(TraceKey(row.get(0)?), &tests)? {
                continue;
            }
            if n_passed_over < search.offset {
                n_passed_over += 1;
            } else if traces.len() == search.limit {
                return Ok(Some((traces, true)));
            } else {
                traces.push(from_row(row)?);
            }
        }
        Ok((n_looked_at < MAX_LOOKED_AT).then_some((traces, false)))
    }

    /// Returns the keys of all matching traces.
    pub fn matching_traces(
        &self,
        experiments: &[ExperimentId],
        filter: &TraceFilter,
        content: SpanContent,
    ) -> Result<Vec<TraceKey>, StoreError> {
        let condition = self.condition(experiments, filter, None, content)?;
        let keys = self.keys_of(condition)?;
        Ok(keys.into_iter().map(TraceKey).collect())
    }

    /// Returns how many traces match; nothing if spans would have to be asked.
    pub fn count_matching(
        &self,
        experiments: &[ExperimentId],
        filter: &TraceFilter,
    ) -> Result<Option<u64>, StoreError> {
        if filter.asks_spans() {
            return Ok(None);
        }
        let condition = compile::condition(experiments, filter, None);
        let sql = format!("SELECT count(*) FROM trace WHERE {}", condition.text);
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(Some(statement.query_row(params_from_iter(condition.values), |row| row.get(0))?))
    }

    fn condition(
        &self,
        experiments: &[ExperimentId],
        filter: &TraceFilter,
        after: Option<TraceCursor>,
        content: SpanContent,
    ) -> Result<Sql, StoreError> {
        let condition = compile::condition(experiments, filter, after);
        let tests = spans::tests_of(filter);
        if tests.is_empty() && !asks_text(filter) {
            return Ok(condition);
        }
        let candidates = self.keys_of(condition)?.into_iter().collect();
        let found = self.traces_with_span(&tests, &spans::texts_of(filter), candidates, content)?;
        let list = serde_json::to_string(&found).unwrap_or_default();
        Ok(Sql {
            text: "trace.trace_key IN (SELECT value FROM json_each(?))".to_owned(),
            values: vec![Value::from(list)],
        })
    }

    fn keys_of(&self, condition: Sql) -> Result<Vec<i64>, StoreError> {
        let sql = format!("SELECT trace_key FROM trace WHERE {}", condition.text);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let keys = statement.query_map(params_from_iter(condition.values), |row| row.get(0))?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }
}

fn asks_text(filter: &TraceFilter) -> bool {
    filter.clauses.iter().any(|clause| matches!(clause, TraceClause::SpanText(_)))
}

/// Returns the terms of an order; what is absent comes last in either direction.
fn order_by(order: &[TraceOrder], sql: &mut Sql) -> String {
    let mut terms = Vec::new();
    let mut add = |key: &TraceOrderKey, direction: Direction| {
        let (text, values) = match key {
            // Finer than MLflow's milliseconds, and what the index has.
            TraceOrderKey::Number(NumberField::TimestampMs) => ("trace.request_time".to_owned(), Vec::new()),
            TraceOrderKey::Number(field) => (compile::number_expression(*field).0.to_owned(), Vec::new()),
            TraceOrderKey::ExperimentId => ("trace.experiment_id".to_owned(), Vec::new()),
            TraceOrderKey::Text(TextField::RequestId) => ("trace.trace_id".to_owned(), Vec::new()),
            TraceOrderKey::Text(field) => {
                let expression = text_expression(field);
                (expression.text, expression.values)
            }
        };
        let may_be_null = match key {
            TraceOrderKey::Number(field) => compile::number_expression(*field).1,
            TraceOrderKey::ExperimentId | TraceOrderKey::Text(TextField::RequestId) => false,
            TraceOrderKey::Text(_) => true,
        };
        if may_be_null {
            sql.values.extend(values.clone());
            terms.push(format!("{text} IS NULL"));
        }
        sql.values.extend(values);
        terms.push(if direction == Direction::Descending { format!("{text} DESC") } else { text });
    };
    for order in order {
        add(&order.key, order.direction);
    }
    for (key, direction) in [
        (TraceOrderKey::Number(NumberField::TimestampMs), Direction::Descending),
        (TraceOrderKey::Text(TextField::RequestId), Direction::Ascending),
    ] {
        if order.iter().all(|order| order.key != key) {
            add(&key, direction);
        }
    }
    terms.join(", ")
}

#[cfg(test)]
mod tests;
