//! The numbers that metrics over traces, spans and assessments are made of, one row each; adding up is for the caller.

use model::filter::evaluate::SPAN_STATUSES;
use model::filter::metrics::MetricFilter;
use model::filter::trace::{SpanField, TextField, TraceFilter};
use model::{ExperimentId, SpanId, TraceId};
use rusqlite::params_from_iter;
use rusqlite::types::{Value, ValueRef};

use super::compile::{Sql, condition, text_expression};
use crate::span::id_of;
use crate::{ReadTx, StoreError, TraceKey};

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricView {
    /// A trace.
    Traces,
    /// A span.
    Spans,
    /// A valid assessment.
    Assessments,
}

/// What is taken of a row; rows without it are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricValue {
    /// That it is there, as 1.
    One,
    /// The session of the trace, as text.
    Session,
    /// Duration of a trace or of an ended span in milliseconds.
    LatencyMs,
    /// A count of tokens of a trace.
    Tokens(TokenColumn),
    /// A cost of a span in pico-dollars.
    Cost(CostColumn),
    /// The value of an assessment: its number, else its JSON text.
    Assessment,
}

/// Which count of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenColumn {
    /// Sent.
    Input,
    /// Received.
    Output,
    /// Both.
    Total,
    /// Of those sent: read from a cache.
    CacheRead,
    /// Of those sent: written to a cache.
    CacheCreation,
}

/// Which cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostColumn {
    /// Of what was sent.
    Input,
    /// Of what was received.
    Output,
    /// Of both.
    Total,
}

/// What rows are grouped by; those without it are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricDimension {
    /// The name that MLflow knows the trace by.
    TraceName,
    /// MLflow's word for the state of the trace.
    TraceStatus,
    /// Name of the span.
    SpanName,
    /// Type of the span.
    SpanType,
    /// State of the span.
    SpanStatus,
    /// Name of the assessment.
    AssessmentName,
    /// Value of the assessment as JSON text.
    AssessmentValue,
}

/// Which rows to visit.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricQuery {
    /// What a row is.
    pub view: MetricView,
    /// What is taken of it.
    pub value: MetricValue,
    /// Only of traces of these experiments.
    pub experiments: Vec<ExperimentId>,
    /// Only those that pass all of these.
    pub filters: Vec<MetricFilter>,
    /// Only from this millisecond on. The time of costs is that of their span, else of the trace.
    pub from_ms: Option<i64>,
    /// Only up to the end of this millisecond.
    pub until_ms: Option<i64>,
    /// What rows are told with.
    pub dimensions: Vec<MetricDimension>,
}

/// What was taken of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum MetricNumber {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricRow {
    /// Its trace.
    pub trace: TraceKey,
    /// Its trace.
    pub trace_id: TraceId,
    /// The span, if rows are spans.
    pub span_id: Option<SpanId>,
    /// Start of the trace, or of the span if rows are spans, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// What was asked for.
    pub value: MetricNumber,
    /// In the order asked for.
    pub dimensions: Vec<String>,
}

impl ReadTx<'_> {
    /// Visits rows, those of one trace together.
    ///
    /// # Errors
    ///
    /// The database cannot be read, or `visit` failed.
    pub fn visit_metric_rows<E: From<StoreError>>(
        &self,
        query: &MetricQuery,
        mut visit: impl FnMut(MetricRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = sql(query);
        let mut statement = self.connection.prepare_cached(&sql.text).map_err(StoreError::from)?;
        let mut rows = statement.query(params_from_iter(sql.values)).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            if let Some(row) = metric_row(row, query.dimensions.len()).map_err(StoreError::from)? {
                visit(row)?;
            }
        }
        Ok(())
    }
}

fn metric_row(row: &rusqlite::Row<'_>, n_dimensions: usize) -> rusqlite::Result<Option<MetricRow>> {
    #[expect(clippy::cast_precision_loss, reason = "metrics are doubles")]
    let value = match row.get_ref(4)? {
        ValueRef::Integer(number) => MetricNumber::Number(number as f64),
        ValueRef::Real(number) => MetricNumber::Number(number),
        ValueRef::Text(text) => MetricNumber::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Null | ValueRef::Blob(_) => return Ok(None),
    };
    let mut dimensions = Vec::with_capacity(n_dimensions);
    for index in 0..n_dimensions {
        match row.get::<_, Option<String>>(5 + index)? {
            Some(text) => dimensions.push(text),
            None => return Ok(None),
        }
    }
    Ok(Some(MetricRow {
        trace: TraceKey(row.get(0)?),
        trace_id: TraceId(row.get(1)?),
        span_id: row.get::<_, Option<i64>>(2)?.map(id_of),
        time_ms: row.get::<_, i64>(3)?.div_euclid(1_000_000),
        value,
        dimensions,
    }))
}

fn sql(query: &MetricQuery) -> Sql {
    let clauses = query.filters.iter().filter_map(|filter| match filter {
        MetricFilter::Trace(clause) => Some(clause.clone()),
        _ => None,
    });
    let traces = condition(&query.experiments, &TraceFilter { clauses: clauses.collect() }, None);
    let is_cost = matches!(query.value, MetricValue::Cost(_));
    let time = if is_cost { "span.start_time" } else { "trace.request_time" };
    let nanos = |ms: i64| Value::from(ms.saturating_mul(1_000_000));
    let mut conditions = vec![traces];
    conditions.extend(query.from_ms.map(|from| Sql::with(format!("{time} >= ?"), nanos(from))));
    conditions
        .extend(query.until_ms.map(|until| Sql::with(format!("{time} < ?"), nanos(until.saturating_add(1)))));
    conditions.extend(query.filters.iter().filter_map(row_condition));
    let (tables, span_id, row_time) = match query.view {
        MetricView::Traces => ("trace", "NULL", "trace.request_time"),
        MetricView::Spans if is_cost => (
            "trace JOIN span USING (trace_key) JOIN span_usage USING (trace_key, span_id)",
            "span.span_id",
            "span.start_time",
        ),
        MetricView::Spans => ("trace JOIN span USING (trace_key)", "span.span_id", "span.start_time"),
        MetricView::Assessments => ("trace JOIN assessment USING (trace_key)", "NULL", "trace.request_time"),
    };
    if query.view == MetricView::Assessments {
        conditions.push(Sql::new("assessment.is_valid"));
    }
    let mut columns = vec![Sql::new(value(query))];
    columns.extend(query.dimensions.iter().map(|dimension| self::dimension(*dimension)));
    let columns: (Vec<String>, Vec<Vec<Value>>) =
        columns.into_iter().map(|column| (column.text, column.values)).unzip();
    let condition = Sql::all(conditions);
    let text = format!(
        "SELECT trace.trace_key, trace.trace_id, {span_id}, {row_time}, {} FROM {tables} WHERE {} ORDER BY trace.trace_key",
        columns.0.join(", "),
        condition.text
    );
    Sql { text, values: columns.1.into_iter().flatten().chain(condition.values).collect() }
}

fn row_condition(filter: &MetricFilter) -> Option<Sql> {
    let named = |column: &str, text: &String| {
        Sql::with(format!("{column} IN (SELECT string_id FROM string WHERE text = ?)"), text.clone())
    };
    Some(match filter {
        MetricFilter::Trace(_) => return None,
        MetricFilter::Span(SpanField::Name, text) => named("span.name", text),
        MetricFilter::Span(SpanField::Type, text) => named("span.span_type", text),
        MetricFilter::Span(_, text) => {
            let status = SPAN_STATUSES.iter().position(|word| word == text);
            Sql::with("span.status = ?", status.and_then(|status| i64::try_from(status).ok()).unwrap_or(-1))
        }
        MetricFilter::AssessmentName(name) => Sql::with("assessment.name = ?", name.clone()),
        MetricFilter::AssessmentKind(kind) => Sql::with("assessment.kind = ?", kind.clone()),
    })
}

fn value(query: &MetricQuery) -> &'static str {
    match (query.value, query.view) {
        (MetricValue::One, _) => "1",
        (MetricValue::Session, _) => "trace.session",
        // The first flag is that of a span that has not ended.
        (MetricValue::LatencyMs, MetricView::Spans) => {
            "CASE WHEN span.flags & 1 = 0 THEN span.duration / 1000000 END"
        }
        (MetricValue::LatencyMs, _) => "trace.execution_duration_ms",
        (MetricValue::Tokens(TokenColumn::Input), _) => "trace.input_tokens",
        (MetricValue::Tokens(TokenColumn::Output), _) => "trace.output_tokens",
        (MetricValue::Tokens(TokenColumn::Total), _) => "trace.total_tokens",
        (MetricValue::Tokens(TokenColumn::CacheRead), _) => "trace.cache_read_tokens",
        (MetricValue::Tokens(TokenColumn::CacheCreation), _) => "trace.cache_creation_tokens",
        (MetricValue::Cost(CostColumn::Input), _) => "span_usage.input_cost",
        (MetricValue::Cost(CostColumn::Output), _) => "span_usage.output_cost",
        (MetricValue::Cost(CostColumn::Total), _) => "span_usage.total_cost",
        (MetricValue::Assessment, _) => "coalesce(assessment.number, assessment.value)",
    }
}

fn dimension(dimension: MetricDimension) -> Sql {
    let text =
        |column: &str| Sql::new(format!("nullif((SELECT text FROM string WHERE string_id = {column}), '')"));
    match dimension {
        MetricDimension::TraceName => text_expression(&TextField::Name),
        MetricDimension::TraceStatus => text_expression(&TextField::Status),
        MetricDimension::SpanName => Sql::new("(SELECT text FROM string WHERE string_id = span.name)"),
        MetricDimension::SpanType => text("span.span_type"),
        MetricDimension::SpanStatus => {
            let words = SPAN_STATUSES.iter().enumerate();
            let cases: String = words.map(|(number, word)| format!("WHEN {number} THEN '{word}' ")).collect();
            Sql::new(format!("CASE span.status {cases}END"))
        }
        MetricDimension::AssessmentName => Sql::new("assessment.name"),
        MetricDimension::AssessmentValue => Sql::new(
            // Of an issue the plain name is stored.
            r#"CASE assessment.kind WHEN 'issue' THEN '{"issue_name": ' || json_quote(assessment.value) || '}' ELSE assessment.value END"#,
        ),
    }
}
