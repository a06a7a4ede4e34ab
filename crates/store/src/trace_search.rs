//! Search over traces in the language of [`model::filter::trace`].
//!
//! What a filter says of traces becomes SQL with parameters. What it says of spans is looked for where span searches look, in the
//! packed rows and text filters of blocks, among the traces that the rest leaves; see docs/adr/0007.

mod compile;
mod functions;
mod metrics;
mod page;
mod spans;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::filter::Direction;
use model::filter::trace::{NumberField, TextField, TraceFilter, TraceOrder, TraceOrderKey};
use model::{ExperimentId, SpanCopy, TraceId, UnixNanos};
use rusqlite::params_from_iter;

use crate::{ReadTx, Store, StoreError, TraceKey};
use compile::{Sql, text_expression};
pub(crate) use functions::add_functions;
pub use metrics::{
    CostColumn, MetricDimension, MetricNumber, MetricQuery, MetricRow, MetricValue, MetricView, TokenColumn,
};
pub use page::{FoundTraces, NextTraces, TraceSearchControl};
use spans::SpanFinder;

/// Writes a span, from its copies, as the JSON text that filters over the content of spans are about.
///
/// A word of letters, digits, `_` and `-` in it must be in the text of one of the copies, case aside, or in a key.
pub type SpanContent = fn(&[SpanCopy]) -> String;

/// How long a search over spans takes at most before it hands out what it has, if that is nothing.
const MAX_SEARCH_TIME: Duration = Duration::from_secs(2);

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
    /// How many to pass over: [`NextTraces::offset`] of the page before.
    pub offset: u64,
    /// How many to return at most.
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
    ///
    /// `patience` is how long it looks for more once it has found something. It ends when the caller no longer waits.
    pub async fn search_traces<T, E>(
        &self,
        asks_spans: bool,
        patience: Duration,
        read: impl FnOnce(&ReadTx<'_>, &TraceSearchControl) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _turn = match asks_spans {
            true => Some(self.inner.searches.acquire().await.map_err(|_| StoreError::Closed)?),
            false => None,
        };
        let caller = Caller::default();
        let cancel = Arc::clone(&caller.has_left);
        self.read(move |tx| read(tx, &TraceSearchControl::starting(cancel, patience, MAX_SEARCH_TIME))).await
    }
}

/// Notes when whoever asked no longer waits for the answer.
#[derive(Default)]
struct Caller {
    has_left: Arc<AtomicBool>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.has_left.store(true, Ordering::Relaxed);
    }
}

impl ReadTx<'_> {
    /// Returns the keys of all matching traces.
    pub fn matching_traces(
        &self,
        experiments: &[ExperimentId],
        filter: &TraceFilter,
        control: &TraceSearchControl,
        content: SpanContent,
    ) -> Result<Vec<TraceKey>, StoreError> {
        let mut keys = self.keys_of(compile::condition(experiments, filter, None))?;
        if filter.asks_spans() {
            let passing = match SpanFinder::new(self, filter, &control.cancel, content)? {
                Some(mut finder) => finder.passing(keys.iter().copied(), None)?.unwrap_or_default(),
                None => HashSet::new(),
            };
            keys.retain(|key| passing.contains(key));
        }
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

    fn keys_of(&self, condition: Sql) -> Result<Vec<i64>, StoreError> {
        let sql = format!("SELECT trace_key FROM trace WHERE {}", condition.text);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let keys = statement.query_map(params_from_iter(condition.values), |row| row.get(0))?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }
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
        sql.values.extend(values);
        let direction = if direction == Direction::Descending { " DESC" } else { "" };
        let nulls = if may_be_null { " NULLS LAST" } else { "" };
        terms.push(format!("{text}{direction}{nulls}"));
    };
    for order in order {
        add(&order.key, order.direction);
    }
    let newest_first = TraceOrderKey::Number(NumberField::TimestampMs);
    if order.iter().all(|order| order.key != newest_first) {
        add(&newest_first, Direction::Descending);
    }
    // By its bytes, as places are told: of names that clients made up, it is some order that stays.
    terms.push("trace.trace_id".to_owned());
    terms.join(", ")
}

#[cfg(test)]
mod tests;
