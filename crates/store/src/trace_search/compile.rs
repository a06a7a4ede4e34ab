//! From the tree of a filter to a SQL condition on table `trace`. Texts of users only ever become parameters.

use model::filter::trace::{
    AssessmentKind, AssessmentTest, NumberField, TextField, TraceClause, TraceFilter,
};
use model::filter::{FieldTest, NumberOp, NumberTest, TextTest, evaluate};
use model::{Cost, ExperimentId, TraceName, TraceState, keys};
use rusqlite::types::Value;

use super::TraceCursor;
use crate::trace::{ALL_SOURCES, source_bit};

/// A piece of SQL with the values of its `?`, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

/// Milliseconds, rounded towards the past: SQLite's division rounds towards zero.
const TIMESTAMP_MS: &str = "(trace.request_time / 1000000 - (trace.request_time % 1000000 < 0))";
/// In doubles, as the naive evaluator has it.
const DURATION_MS: &str = "(CASE WHEN trace.n_spans > 0 THEN (trace.end_time - trace.start_time) / 1e6 \
    ELSE coalesce(trace.execution_duration_ms, 0) * 1.0 END)";
/// NULL if neither is known.
const TOKENS: &str = "(CASE WHEN coalesce(trace.input_tokens, trace.output_tokens) IS NOT NULL \
    THEN coalesce(trace.input_tokens, 0) + coalesce(trace.output_tokens, 0) END)";
/// What clients call a trace.
pub(super) const REQUEST_ID: &str = "coalesce(trace.client_trace_id, 'tr-' || lower(hex(trace.trace_id)))";
const END_TIME_MS: &str = "((trace.request_time / 1000000 - (trace.request_time % 1000000 < 0)) + coalesce(trace.execution_duration_ms, 0))";

impl Sql {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    pub(super) fn with(text: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { text: text.into(), values: vec![value.into()] }
    }

    fn join(parts: Vec<Self>, separator: &str, if_none: &str) -> Self {
        if parts.is_empty() {
            return Self::new(if_none);
        }
        let texts: Vec<String> = parts.iter().map(|part| format!("({})", part.text)).collect();
        Self { text: texts.join(separator), values: parts.into_iter().flat_map(|part| part.values).collect() }
    }

    pub(super) fn all(parts: Vec<Self>) -> Self {
        Self::join(parts, " AND ", "1")
    }

    fn any(parts: Vec<Self>) -> Self {
        Self::join(parts, " OR ", "0")
    }

    fn negated(mut self) -> Self {
        self.text = format!("NOT ({})", self.text);
        self
    }
}

/// Returns what all clauses but those about spans ask of a trace.
pub(super) fn condition(
    experiments: &[ExperimentId],
    filter: &TraceFilter,
    after: Option<TraceCursor>,
) -> Sql {
    // One session and one user have few traces, and an index each; SQLite, which knows no numbers, would rather visit the experiment.
    let has_better_index = filter.clauses.iter().any(|clause| {
        matches!(
            clause,
            TraceClause::Text(TextField::Session | TextField::User, FieldTest::Text(TextTest::Eq(_)))
        )
    });
    let mut parts = vec![in_experiments("trace", experiments, !has_better_index)];
    parts.extend(filter.clauses.iter().filter_map(|part| clause(part, experiments)));
    parts.extend(after.map(|TraceCursor { request_time, trace_id }| Sql {
        // The first part alone can use an index.
        text: "trace.request_time <= ? AND (trace.request_time < ? OR trace.trace_id > ?)".to_owned(),
        values: vec![request_time.0.into(), request_time.0.into(), trace_id.0.to_vec().into()],
    }));
    Sql::all(parts)
}

fn in_experiments(table: &str, experiments: &[ExperimentId], by_index: bool) -> Sql {
    // The order of time has an index over all experiments; over several, SQLite would rather sort all of their traces.
    let no_index = if experiments.len() > 1 || !by_index { "+" } else { "" };
    list(
        &format!("{no_index}{table}.experiment_id"),
        "IN",
        experiments.iter().map(|id| Value::from(id.0)).collect(),
    )
}

fn list(expression: &str, operator: &str, values: Vec<Value>) -> Sql {
    let marks = vec!["?"; values.len()].join(", ");
    Sql { text: format!("{expression} {operator} ({marks})"), values }
}

fn clause(clause: &TraceClause, experiments: &[ExperimentId]) -> Option<Sql> {
    Some(match clause {
        TraceClause::Text(TextField::RequestId, FieldTest::Text(test)) => request_id(test),
        TraceClause::Text(TextField::Status, FieldTest::Text(test)) => status(test),
        TraceClause::Text(TextField::TokenUsage, test) => token_usage(test),
        TraceClause::Text(TextField::Cost, test) => cost(test),
        TraceClause::Text(field, test) => field_test(text_expression(field), test),
        TraceClause::Number(NumberField::TimestampMs, test) => timestamp(*test),
        TraceClause::Run(run) => Sql::any(vec![
            Sql::with(
                "EXISTS (SELECT 1 FROM trace_metadata AS m
                     WHERE m.trace_key = trace.trace_key AND m.key = 'mlflow.sourceRun' AND m.value = ?)",
                run.clone(),
            ),
            Sql::with("trace.trace_key IN (SELECT trace_key FROM trace_run WHERE run_id = ?)", run.clone()),
        ]),
        TraceClause::Prompt(version) => Sql::with(
            "EXISTS (SELECT 1 FROM trace_prompt AS p WHERE p.trace_key = trace.trace_key AND p.version = ?)",
            version.clone(),
        ),
        TraceClause::Issue(id) => Sql::with(
            "trace.trace_key IN (SELECT trace_key FROM assessment WHERE name = ? AND kind = 'issue')",
            id.clone(),
        ),
        TraceClause::Span(..) | TraceClause::SpanText(_) => return None,
        TraceClause::Number(field, test) => {
            let (expression, _) = number_expression(*field);
            Sql::with(format!("{expression} {} ?", test.op.as_str()), test.value)
        }
        TraceClause::Service(test) => one_passes(test, |test| {
            let passes = text_test(Sql::new("service.value"), test);
            Sql {
                text: format!(
                    "EXISTS (SELECT 1 FROM json_each(trace.services) AS service WHERE {})",
                    passes.text
                ),
                values: passes.values,
            }
        }),
        TraceClause::Source(test) => one_passes(test, |test| {
            let bits = ALL_SOURCES
                .into_iter()
                .filter(|source| test.matches(evaluate::source_word(*source)))
                .fold(0, |bits, source| bits | source_bit(source));
            Sql::with("(trace.sources & ?) != 0", i64::from(bits))
        }),
        TraceClause::Assessment(kind, name, test) => assessment(*kind, name, test, experiments),
    })
}

/// Returns a number of a trace as an expression, and whether it may be NULL.
pub(super) fn number_expression(field: NumberField) -> (&'static str, bool) {
    match field {
        NumberField::TimestampMs => (TIMESTAMP_MS, false),
        NumberField::ExecutionTimeMs => ("trace.execution_duration_ms", true),
        NumberField::EndTimeMs => (END_TIME_MS, false),
        NumberField::DurationMs => (DURATION_MS, false),
        NumberField::Tokens => (TOKENS, true),
        NumberField::CostUsd => ("(trace.total_cost / 1e12)", true),
        NumberField::Spans => ("trace.n_spans", false),
        NumberField::Errors => ("trace.n_errors", false),
    }
}

/// A test that excludes values asks whether none of them is there.
fn one_passes(test: &TextTest, exists: impl Fn(&TextTest) -> Sql) -> Sql {
    match test {
        TextTest::NotEq(text) => exists(&TextTest::Eq(text.clone())).negated(),
        TextTest::NotIn(texts) => exists(&TextTest::In(texts.clone())).negated(),
        test => exists(test),
    }
}

/// Returns a text of a trace as an expression that is NULL if it is absent.
pub(super) fn text_expression(field: &TextField) -> Sql {
    Sql::new(match field {
        TextField::Status => {
            let words = TraceState::ALL.iter().enumerate();
            let cases: String =
                words.map(|(number, state)| format!("WHEN {number} THEN '{}' ", state.as_str())).collect();
            return Sql::new(format!("CASE trace.state {cases}END"));
        }
        TextField::RequestId => REQUEST_ID,
        TextField::ClientRequestId => "trace.client_request_id",
        TextField::Name => "trace.name",
        TextField::Session => "trace.session",
        TextField::User => "trace.user",
        TextField::Finalized => "CASE WHEN trace.is_finalized THEN 'true' END",
        // Only ever asked about as a whole, or for its absence.
        TextField::TokenUsage => "coalesce(trace.input_tokens, trace.output_tokens, trace.total_tokens)",
        TextField::Cost => "coalesce(trace.input_cost, trace.output_cost, trace.total_cost)",
        TextField::ArtifactLocation => {
            "'mlflow-artifacts:/' || trace.experiment_id || '/traces/' \
                || coalesce(trace.client_trace_id, 'tr-' || lower(hex(trace.trace_id))) || '/artifacts'"
        }
        TextField::SpansLocation => return Sql::new(format!("'{}'", keys::IN_TRACKING_STORE)),
        TextField::Tag(key) => {
            let text =
                "(SELECT t.value FROM trace_tag AS t WHERE t.trace_key = trace.trace_key AND t.key = ?)";
            return Sql::with(text, key.clone());
        }
        TextField::Metadata(key) => {
            let text =
                "(SELECT m.value FROM trace_metadata AS m WHERE m.trace_key = trace.trace_key AND m.key = ?)";
            return Sql::with(text, key.clone());
        }
    })
}

fn field_test(expression: Sql, test: &FieldTest) -> Sql {
    match test {
        FieldTest::IsNull => {
            Sql { text: format!("({}) IS NULL", expression.text), values: expression.values }
        }
        FieldTest::IsNotNull => {
            Sql { text: format!("({}) IS NOT NULL", expression.text), values: expression.values }
        }
        FieldTest::Text(test) => text_test(expression, test),
    }
}

/// Asks of an expression what a test asks; never true of NULL.
pub(super) fn text_test(expression: Sql, test: &TextTest) -> Sql {
    let Sql { text, mut values } = expression;
    let texts = |list: &[String]| list.iter().cloned().map(Value::from).collect();
    let after = |mut values: Vec<Value>, sql: Sql| {
        values.extend(sql.values);
        Sql { text: sql.text, values }
    };
    match test {
        TextTest::Eq(wanted) => after(values, Sql::with(format!("({text}) = ?"), wanted.clone())),
        TextTest::NotEq(other) => after(values, Sql::with(format!("({text}) != ?"), other.clone())),
        TextTest::In(items) => after(values, list(&format!("({text})"), "IN", texts(items))),
        TextTest::NotIn(items) => after(values, list(&format!("({text})"), "NOT IN", texts(items))),
        TextTest::Like(like) => {
            values.splice(0..0, [like.pattern().to_owned().into(), Value::from(like.ignores_case())]);
            Sql { text: format!("text_like(?, ?, {text})"), values }
        }
        TextTest::Regexp(pattern) => {
            values.insert(0, pattern.as_str().to_owned().into());
            Sql { text: format!("text_regexp(?, {text})"), values }
        }
    }
}

/// Ids are bytes here and have an index, so whole ones are looked up as such; that the id reads as it was written is asked of what it
/// finds.
fn request_id(test: &TextTest) -> Sql {
    let one_of = |texts: &[String]| {
        let ids = texts.iter().map(|text| Value::from(TraceName::of_client(text).trace_id.0.to_vec()));
        let written = texts.iter().map(|text| Value::from(text.clone()));
        Sql::all(vec![list("trace.trace_id", "IN", ids.collect()), list(REQUEST_ID, "IN", written.collect())])
    };
    match test {
        TextTest::Eq(id) => one_of(std::slice::from_ref(id)),
        TextTest::In(ids) => one_of(ids),
        TextTest::NotEq(id) => one_of(std::slice::from_ref(id)).negated(),
        TextTest::NotIn(ids) => one_of(ids).negated(),
        test => text_test(text_expression(&TextField::RequestId), test),
    }
}

/// States are numbers of which few are known, so whatever is asked of their words is asked beforehand.
fn status(test: &TextTest) -> Sql {
    let numbers: Vec<String> = states(test).map(|number| number.to_string()).collect();
    // Written out, for the index of failed traces is one of those alone.
    Sql::new(match numbers.as_slice() {
        [number] => format!("trace.state = {number}"),
        numbers => format!("trace.state IN ({})", numbers.join(", ")),
    })
}

fn states(test: &TextTest) -> impl Iterator<Item = usize> {
    TraceState::ALL
        .into_iter()
        .enumerate()
        .filter(|(_, state)| test.matches(state.as_str()))
        .map(|(number, _)| number)
}

/// The start is stored in nanoseconds and has an index, so bounds are put into nanoseconds.
#[expect(clippy::cast_possible_truncation, reason = "a bound beyond all times may become the last of them")]
fn timestamp(test: NumberTest) -> Sql {
    let nanos = |millis: f64| Value::from((millis as i64).saturating_mul(1_000_000));
    let value = test.value;
    if value.is_nan() {
        return Sql::new("0");
    }
    match test.op {
        NumberOp::Greater => Sql::with("trace.request_time >= ?", nanos(value.floor() + 1.0)),
        NumberOp::GreaterEq => Sql::with("trace.request_time >= ?", nanos(value.ceil())),
        NumberOp::Less => Sql::with("trace.request_time < ?", nanos(value.ceil())),
        NumberOp::LessEq => Sql::with("trace.request_time < ?", nanos(value.floor() + 1.0)),
        NumberOp::Eq | NumberOp::NotEq => Sql::with(format!("{TIMESTAMP_MS} {} ?", test.op.as_str()), value),
    }
}

fn token_usage(test: &FieldTest) -> Sql {
    let columns = [
        ("input_tokens", "input_tokens"),
        ("output_tokens", "output_tokens"),
        ("total_tokens", "total_tokens"),
        ("cache_read_input_tokens", "cache_read_tokens"),
        ("cache_creation_input_tokens", "cache_creation_tokens"),
    ];
    whole(test, &columns, serde_json::Value::as_i64)
}

fn cost(test: &FieldTest) -> Sql {
    let columns =
        [("input_cost", "input_cost"), ("output_cost", "output_cost"), ("total_cost", "total_cost")];
    whole(test, &columns, |value| value.as_f64().and_then(Cost::pico_from_dollars))
}

/// Compares columns with the entries of a JSON object; none of them is there if the whole is absent.
fn whole(
    test: &FieldTest,
    columns: &[(&str, &str)],
    read: impl Fn(&serde_json::Value) -> Option<i64>,
) -> Sql {
    let names: Vec<String> = columns.iter().map(|(_, column)| format!("trace.{column}")).collect();
    let is_null = Sql::new(format!("coalesce({}) IS NULL", names.join(", ")));
    let is = |json: &str| {
        let Ok(serde_json::Value::Object(object)) = serde_json::from_str(json) else { return Sql::new("0") };
        let parts = columns.iter().map(|(key, column)| {
            let number = object.get(*key).and_then(&read);
            Sql::with(format!("trace.{column} IS ?"), number.map_or(Value::Null, Value::from))
        });
        Sql::all(parts.collect())
    };
    match test {
        FieldTest::IsNull => is_null,
        FieldTest::Text(TextTest::Eq(json)) => Sql::all(vec![is_null.negated(), is(json)]),
        FieldTest::Text(TextTest::NotEq(json)) => Sql::all(vec![is_null.negated(), is(json).negated()]),
        FieldTest::IsNotNull | FieldTest::Text(_) => is_null.negated(),
    }
}

/// An assessment of the trace itself, or one about its session on another trace of the session.
fn assessment(kind: AssessmentKind, name: &str, test: &AssessmentTest, experiments: &[ExperimentId]) -> Sql {
    let value = Sql::new("a.value");
    let json = evaluate::json_text;
    let passes = match test {
        AssessmentTest::IsNull | AssessmentTest::IsNotNull => Sql::new("1"),
        AssessmentTest::Is(text) => list("a.value", "IN", vec![text.clone().into(), json(text).into()]),
        AssessmentTest::IsNot(text) => {
            list("a.value", "NOT IN", vec![text.clone().into(), json(text).into()])
        }
        AssessmentTest::Text(test) => text_test(value, test),
        AssessmentTest::Number(test) => Sql::with(format!("a.number {} ?", test.op.as_str()), test.value),
    };
    let named = Sql::all(vec![
        Sql {
            text: "a.name = ? AND a.kind = ?".to_owned(),
            values: vec![name.to_owned().into(), kind.as_str().to_owned().into()],
        },
        Sql::new("a.is_valid"),
        passes,
    ]);
    let scope = in_experiments("other", experiments, false);
    // Keys alone, so that the index of the order tells and no row is read in vain.
    let either = Sql {
        text: format!(
            "trace.trace_key IN (
                 SELECT a.trace_key FROM assessment AS a WHERE {}
                 UNION
                 SELECT of_session.trace_key FROM trace AS of_session WHERE of_session.session IN (
                     SELECT other.session FROM assessment AS a JOIN trace AS other ON other.trace_key = a.trace_key
                     WHERE other.session IS NOT NULL AND a.is_of_session AND {} AND {}))",
            named.text, scope.text, named.text
        ),
        values: named.values.iter().cloned().chain(scope.values).chain(named.values.iter().cloned()).collect(),
    };
    if *test == AssessmentTest::IsNull { either.negated() } else { either }
}
