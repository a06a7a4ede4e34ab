//! Sessions: what the traces of one conversation add up to, and the traces in order.

use model::filter::Direction;
use model::{DurationNanos, ExperimentId, SpanId, TraceInfo, TraceState, UnixNanos};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, params, params_from_iter};

use crate::span::id_of;
use crate::trace::{COLUMNS, from_row, state_number};
use crate::{ReadTx, StoreError, TraceKey};

/// Users of one session that are named.
const MAX_USERS: usize = 20;

/// Which sessions to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionQuery {
    /// Only traces of this experiment count; those of all that are not deleted if absent.
    pub experiment: Option<ExperimentId>,
    /// Only sessions that this user took part in.
    pub user: Option<String>,
    /// How many to pass over.
    pub offset: u64,
    /// How many to return.
    pub limit: usize,
}

/// What the traces of a session add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub session: String,
    /// Who took part, by name.
    pub users: Vec<String>,
    /// Traces.
    pub n_traces: u64,
    /// Those that failed.
    pub n_errors: u64,
    /// Input tokens; absent if none are known.
    pub input_tokens: Option<i64>,
    /// Output tokens.
    pub output_tokens: Option<i64>,
    /// Cost in pico-dollars.
    pub cost: Option<i64>,
    /// Start of the first trace.
    pub first: UnixNanos,
    /// Start of the last trace.
    pub last: UnixNanos,
    /// Durations of the traces, added.
    pub duration: DurationNanos,
}

/// A tool that ran in a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSpan {
    /// Its span.
    pub span_id: SpanId,
    /// Name of the span.
    pub name: String,
    /// How long it took.
    pub duration: DurationNanos,
    /// Whether it failed.
    pub is_error: bool,
}

const SUMS: &str = "session, count(*), sum(state = ?), sum(input_tokens), sum(output_tokens), sum(total_cost), min(request_time),
    max(request_time),
    total(CASE WHEN n_spans > 0 THEN end_time - start_time ELSE coalesce(execution_duration_ms, 0) * 1000000 END),
    json_group_array(DISTINCT user) FILTER (WHERE user IS NOT NULL)";

#[expect(clippy::cast_possible_truncation, reason = "a sum beyond the range of i64 becomes its bound")]
fn session_row(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    let users: String = row.get(9)?;
    let mut users: Vec<String> = serde_json::from_str(&users).unwrap_or_default();
    users.sort_unstable();
    users.truncate(MAX_USERS);
    Ok(SessionRow {
        session: row.get(0)?,
        n_traces: row.get(1)?,
        n_errors: row.get(2)?,
        input_tokens: row.get(3)?,
        output_tokens: row.get(4)?,
        cost: row.get(5)?,
        first: UnixNanos(row.get(6)?),
        last: UnixNanos(row.get(7)?),
        duration: DurationNanos(row.get::<_, f64>(8)? as i64),
        users,
    })
}

const IN_ACTIVE: &str = " AND experiment_id NOT IN (SELECT experiment_id FROM experiment WHERE is_deleted)";

fn in_experiment(experiment: Option<ExperimentId>) -> (&'static str, Vec<Value>) {
    match experiment {
        Some(id) => (" AND +experiment_id = ?", vec![Value::from(id.0)]),
        None => ("", Vec::new()),
    }
}

fn error_number() -> Value {
    Value::from(i64::try_from(state_number(TraceState::Error)).unwrap_or_default())
}

impl ReadTx<'_> {
    /// Returns sessions, those with the newest traces first, and whether there are more.
    pub fn sessions(&self, query: &SessionQuery) -> Result<(Vec<SessionRow>, bool), StoreError> {
        let (in_experiment, scope) = match query.experiment {
            Some(_) => in_experiment(query.experiment),
            None => (IN_ACTIVE, Vec::new()),
        };
        let having = if query.user.is_some() { "HAVING sum(user = ?) > 0" } else { "" };
        let sql = format!(
            "SELECT {SUMS} FROM trace WHERE session IS NOT NULL{in_experiment} GROUP BY session {having}
             ORDER BY max(request_time) DESC, session LIMIT ? OFFSET ?"
        );
        let mut values = vec![error_number()];
        values.extend(scope);
        values.extend(query.user.clone().map(Value::from));
        // One row more than asked for tells whether there is a next page.
        values.push(Value::from(i64::try_from(query.limit).unwrap_or(i64::MAX).saturating_add(1)));
        values.push(Value::from(i64::try_from(query.offset).unwrap_or(i64::MAX)));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), session_row)?;
        let mut sessions = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        let has_more = sessions.len() > query.limit;
        sessions.truncate(query.limit);
        Ok((sessions, has_more))
    }

    /// Returns what one session adds up to, if there is such.
    pub fn session(
        &self,
        session: &str,
        experiment: Option<ExperimentId>,
    ) -> Result<Option<SessionRow>, StoreError> {
        let (in_experiment, scope) = in_experiment(experiment);
        let sql = format!("SELECT {SUMS} FROM trace WHERE session = ?{in_experiment} GROUP BY session");
        let mut values = vec![error_number(), Value::from(session.to_owned())];
        values.extend(scope);
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row(params_from_iter(values), session_row).optional()?)
    }

    /// Returns traces of a session, the oldest first, and whether there are more.
    pub fn session_traces(
        &self,
        session: &str,
        experiment: Option<ExperimentId>,
        offset: u64,
        limit: usize,
    ) -> Result<(Vec<(TraceKey, TraceInfo)>, bool), StoreError> {
        let (in_experiment, scope) = in_experiment(experiment);
        let sql = format!(
            "SELECT {COLUMNS} FROM trace WHERE session = ?{in_experiment} ORDER BY request_time, trace_key LIMIT ? OFFSET ?"
        );
        let mut values = vec![Value::from(session.to_owned())];
        values.extend(scope);
        values.push(Value::from(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)));
        values.push(Value::from(i64::try_from(offset).unwrap_or(i64::MAX)));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), from_row)?;
        let mut traces = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        let has_more = traces.len() > limit;
        traces.truncate(limit);
        Ok((traces, has_more))
    }

    /// Returns the first tools that ran in a trace, by start.
    pub fn tools_of(&self, trace: TraceKey, limit: usize) -> Result<Vec<ToolSpan>, StoreError> {
        let Some(tool) = self.find_string("TOOL")? else { return Ok(Vec::new()) };
        let sql =
            "SELECT span_id, string.text, duration, status = 2 FROM span JOIN string ON string_id = span.name
                   WHERE trace_key = ?1 AND span_type = ?2 ORDER BY start_time, span_id LIMIT ?3";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let tools = statement.query_map(params![trace.0, tool, limit], |row| {
            Ok(ToolSpan {
                span_id: id_of(row.get(0)?),
                name: row.get(1)?,
                duration: DurationNanos(row.get(2)?),
                is_error: row.get(3)?,
            })
        })?;
        Ok(tools.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the first spans of some types in a trace by start, or the last ones, the last first.
    pub fn spans_of_types(
        &self,
        trace: TraceKey,
        types: &[&str],
        from: Direction,
        limit: usize,
    ) -> Result<Vec<SpanId>, StoreError> {
        let mut numbers = Vec::new();
        for name in types {
            numbers.extend(self.find_string(name)?);
        }
        let marks = vec!["?"; numbers.len()].join(", ");
        let order = if from == Direction::Descending { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT span_id FROM span WHERE trace_key = ? AND span_type IN ({marks})
             ORDER BY start_time {order}, span_id LIMIT ?"
        );
        let values = std::iter::once(trace.0).chain(numbers);
        let values = values.chain([i64::try_from(limit).unwrap_or(i64::MAX)]);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let spans = statement.query_map(params_from_iter(values), |row| row.get(0).map(id_of))?;
        Ok(spans.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the first root of a trace.
    pub fn root_of(&self, trace: TraceKey) -> Result<Option<SpanId>, StoreError> {
        let sql = "SELECT span_id FROM span WHERE trace_key = ?1 AND parent_span_id IS NULL
                   ORDER BY start_time, span_id LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([trace.0], |row| row.get(0).map(id_of)).optional()?)
    }
}

#[cfg(test)]
mod tests {
    use testkit::trace_id;

    use super::*;
    use crate::fixture::{Bench, new_trace, run};

    #[test]
    fn sessions_add_up_their_traces_newest_first() {
        run(async {
            let bench = Bench::new();
            bench
                .store
                .write(0, |tx| {
                    // Session, user, experiment, start, tokens, whether it failed.
                    let traces = [
                        ("s1", Some("ada"), 0, 1, Some(10), false),
                        ("s1", Some("bob"), 0, 9, Some(5), true),
                        ("s2", Some("ada"), 0, 5, None, false),
                        ("s3", None, 1, 7, None, false),
                        ("s1", None, 1, 99, Some(1), false),
                    ];
                    for (index, (session, user, experiment, at, tokens, fails)) in (1..).zip(traces) {
                        let mut info = new_trace(trace_id(index));
                        info.session = Some(session.to_owned());
                        info.user = user.map(str::to_owned);
                        info.experiment_id = ExperimentId(experiment);
                        info.request_time = UnixNanos(at);
                        info.usage.input = tokens;
                        info.execution_duration_ms = Some(2);
                        info.state = if fails { TraceState::Error } else { TraceState::Ok };
                        let key = tx.new_trace_key()?;
                        tx.insert_trace(key, &info)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await
                .unwrap();
            let query = |experiment: Option<i64>, user: Option<&str>, offset, limit| SessionQuery {
                experiment: experiment.map(ExperimentId),
                user: user.map(str::to_owned),
                offset,
                limit,
            };
            for (query, expected, has_more) in [
                (query(Some(0), None, 0, 9), vec!["s1 2 1 15 ada,bob", "s2 1 0 - ada"], false),
                (query(Some(0), None, 0, 1), vec!["s1 2 1 15 ada,bob"], true),
                (query(Some(0), None, 1, 1), vec!["s2 1 0 - ada"], false),
                (query(Some(0), Some("bob"), 0, 9), vec!["s1 2 1 15 ada,bob"], false),
                (query(None, None, 0, 9), vec!["s1 3 1 16 ada,bob", "s3 1 0 - ", "s2 1 0 - ada"], false),
                (query(Some(0), Some("eve"), 0, 9), vec![], false),
            ] {
                let (found, more) = bench.store.read(move |tx| tx.sessions(&query)).await.unwrap();
                let shown: Vec<String> = found
                    .iter()
                    .map(|row| {
                        let tokens = row.input_tokens.map_or("-".to_owned(), |n| n.to_string());
                        let users = row.users.join(",");
                        format!("{} {} {} {tokens} {users}", row.session, row.n_traces, row.n_errors)
                    })
                    .collect();
                assert_eq!((shown, more), (expected.into_iter().map(str::to_owned).collect(), has_more));
            }
            let (row, (traces, has_more)) = bench
                .store
                .read(|tx| {
                    let experiment = Some(ExperimentId(0));
                    Ok::<_, StoreError>((
                        tx.session("s1", experiment)?,
                        tx.session_traces("s1", experiment, 0, 1)?,
                    ))
                })
                .await
                .unwrap();
            let row = row.unwrap();
            assert_eq!(
                (row.first, row.last, row.duration),
                (UnixNanos(1), UnixNanos(9), DurationNanos(4_000_000))
            );
            assert_eq!((traces[0].1.trace_id, has_more), (trace_id(1), true));
            let none = bench.store.read(|tx| tx.session("s9", None)).await.unwrap();
            assert_eq!(none, None);
        });
    }
}
