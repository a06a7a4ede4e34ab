//! Filters that the real server answered, with its verdicts and messages.

use super::evaluate::{AssessmentFacts, SpanFacts, TraceFacts};
use super::experiment::{ExperimentFilter, ExperimentOrder};
use super::trace::{TraceFilter, TraceOrder};
use crate::{
    Cost, Experiment, ExperimentId, ExperimentSource, LifecycleStage, TokenUsage, TraceId, TraceInfo,
    TraceLabels, TraceState, TraceSummary, UnixNanos,
};

fn info() -> TraceInfo {
    TraceInfo {
        trace_id: TraceId([0xab; 16]),
        client_trace_id: None,
        experiment_id: ExperimentId(7),
        experiment_source: ExperimentSource::Explicit,
        client_request_id: Some("request 42".to_owned()),
        request_time: UnixNanos(1_000_999_999),
        execution_duration_ms: Some(54),
        state: TraceState::Ok,
        is_finalized: true,
        name: Some("f".to_owned()),
        request_preview: None,
        response_preview: None,
        session: Some("s1".to_owned()),
        user: None,
        usage: TokenUsage::default(),
        is_usage_final: false,
        cost: Cost::default(),
        is_cost_final: false,
        summary: TraceSummary::default(),
        is_pinned: false,
    }
}

fn assessment(kind: &str, name: &str, value: &str, number: Option<f64>) -> AssessmentFacts {
    AssessmentFacts {
        kind: kind.to_owned(),
        name: name.to_owned(),
        is_valid: true,
        value: Some(value.to_owned()),
        number,
    }
}

fn matches(filter: &str) -> bool {
    let mut labels = TraceLabels::default();
    labels.tags.insert("a b".to_owned(), "x".to_owned());
    labels.tags.insert("k".to_owned(), "v".to_owned());
    labels.metadata.insert("mlflow.sourceRun".to_owned(), "run1".to_owned());
    let content = r#"{"name": "f", "attributes": {"k": "\"v\\\"ü\"", "mlflow.spanInputs": "{\"x\": 1}"}}"#;
    let span = |name: &str, span_type: &str, content: &str| SpanFacts {
        name: name.to_owned(),
        span_type: span_type.to_owned(),
        status: 1,
        content: content.to_owned(),
        texts: Vec::new(),
    };
    let invalid = AssessmentFacts { is_valid: false, ..assessment("feedback", "old", "1", Some(1.0)) };
    let trace = TraceFacts {
        info: &info(),
        labels: &labels,
        token_usage: Some(r#"{"input_tokens": 1}"#),
        cost: None,
        runs: &["run2".to_owned()],
        prompts: &["p/1".to_owned()],
        assessments: &[
            assessment("feedback", "q", r#""yes""#, None),
            assessment("feedback", "score", "0.1", Some(0.1)),
            assessment("expectation", "ok", "true", None),
            assessment("issue", "iss-1", "null", None),
            invalid,
        ],
        session_assessments: &[assessment("feedback", "of session", "3", Some(3.0))],
        spans: &[span("f", "TOOL", content), span("g", "", "{}")],
    };
    TraceFilter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error}")).matches(&trace)
}

/// Verdicts of the real server (3.18.0) on a trace like the one above, or by its rules (contract f).
#[test]
fn traces_pass_as_on_the_real_server() {
    for filter in [
        "",
        "  ",
        "AND",
        "status = 'OK' AND",
        "status='OK' status='OK'",
        "status in ('OK')",
        "status NOT IN ('ERROR')",
        "status IN ('OK',)",
        "trace.status = \"OK\" and attribute.status != 'ERROR' AND attributes.status = 'OK'",
        "name = 'f'",
        "name ILIKE 'F'",
        "name RLIKE '^f$'",
        "tags.mlflow.traceName = 'f'",
        "request_id = 'tr-abababababababababababababababab'",
        "client_request_id LIKE 'request %'",
        "timestamp_ms = 1000",
        "timestamp_ms > '5'",
        "timestamp_ms > -5",
        "timestamp >= 1e3",
        "timestamp_ms > 999.5",
        "attributes.execution_time = 54",
        "end_time_ms = 1054",
        "tags.`a b` = 'x'",
        "tags.\"a b\" = \"x\"",
        "tag.k != 'w'",
        "tags.missing IS NULL",
        "tags.k IS NOT NULL",
        "metadata.`mlflow.trace.session` = 's1'",
        "metadata.mlflow.trace.session = 's1'",
        "request_metadata.mlflow.trace.infoFinalized = 'true'",
        "metadata.mlflow.trace.tokenUsage = '{\"input_tokens\": 1}'",
        "metadata.mlflow.trace.cost IS NULL",
        "tags.mlflow.artifactLocation = 'mlflow-artifacts:/7/traces/tr-abababababababababababababababab/artifacts'",
        "tags.mlflow.trace.spansLocation = 'TRACKING_STORE'",
        "run_id = 'run1'",
        "attribute.run_id = 'run2'",
        "run_id != 'run3'",
        "prompt = 'p/1'",
        "issue.id = 'iss-1'",
        "span.name = 'f' AND span.type = 'TOOL' AND span.status = 'OK'",
        "span.name IN ('g', 'h')",
        "span.type NOT IN ('LLM')",
        "span.content LIKE '%ü%'",
        "trace.text ILIKE '%NAME%'",
        "span.attributes.k LIKE '%v%'",
        "span.attributes.k RLIKE '^v'",
        "feedback.q = 'yes'",
        "feedback.q LIKE '%yes%'",
        "feedback.score = '0.1' AND feedback.score > 0.05",
        "expectation.ok = 'true'",
        "feedback.`of session` >= 3",
        "feedback.old IS NULL",
        "feedback.q IS NOT NULL",
        "feedback.q != 'no'",
    ] {
        assert!(matches(filter), "{filter}");
    }
    for filter in [
        "name like 'F'",
        "name RLIKE 'F'",
        "name IS NULL",
        "status = 'ok'",
        "status = 'it''s'",
        "timestamp_ms > 1000",
        "timestamp_ms = 'abc1' AND name = 'f'",
        "tags.missing != 'x'",
        "run_id = 'run3'",
        "run_id IS NULL",
        "prompt = 'p/2'",
        "issue.id = 'iss-2'",
        "span.name = 'g' AND span.type = 'TOOL'",
        "span.name = 'g' AND span.type != 'TOOL'",
        "span.attributes.k = 'v'",
        "span.attributes.nope LIKE '%v%'",
        "feedback.q = 'true'",
        "feedback.q LIKE 'yes'",
        "feedback.q > 0",
        "feedback.old = '1'",
        "expectation.ok > 0",
        "expectation.q = 'yes'",
        "feedback.score IS NULL",
        "feedback.`of session` IS NULL",
    ] {
        if filter.contains("abc1") {
            // MLflow compares the text with the number, which never holds; we say so.
            assert!(TraceFilter::parse(filter).is_err());
        } else {
            assert!(!matches(filter), "{filter}");
        }
    }
}

/// Messages of the real server (3.18.0); where it prints a set in random order, the part before it.
#[test]
fn traces_are_refused_in_the_words_of_the_real_server() {
    for (filter, message, at) in [
        (
            "status = OK",
            "Parameter value is either not quoted or unidentified quote types used for string value OK. Use either single or \
             double quotes.",
            "OK",
        ),
        ("status > 'OK'", "Invalid comparator '>' not one of '{", ">"),
        ("status == 'OK'", "Invalid comparator '==' not one of '{", "=="),
        ("status <> 'OK'", "Invalid comparator '<>' not one of '{", "<>"),
        ("status IS NULL", "Invalid comparator 'IS NULL' not one of '{", "IS NULL"),
        ("name IN ('f','b')", "Invalid comparator 'IN' not one of '{", "IN"),
        ("tags.k > 'x'", "Invalid comparator '>' not one of '{", ">"),
        ("tags.k IN ('a')", "Invalid comparator 'IN' not one of '{", "IN"),
        ("run_id IN ('a')", "Invalid comparator 'IN' not one of '{", "IN"),
        ("timestamp_ms LIKE 'a'", "Invalid comparator 'LIKE' not one of '{", "LIKE"),
        (
            "metadata.k IN ('a')",
            "Expected a quoted string value for request_metadata (e.g. 'my-value'). Got value ('a')",
            "('a')",
        ),
        ("status = 'OK' OR status='ERROR'", "Invalid clause(s) in filter string: 'OR'", "OR"),
        ("(status='OK')", "Invalid clause(s) in filter string: '(status='OK')'", "(status='OK')"),
        ("status =", "Invalid clause(s) in filter string: 'status', '='", "status ="),
        ("status", "Invalid clause(s) in filter string: 'status'", "status"),
        ("status = 'OK';", "Invalid clause(s) in filter string: ';'", ";"),
        (
            "status IN ('OK'",
            "Invalid clause(s) in filter string: 'status', 'IN', '(', ''OK''",
            "status IN ('OK'",
        ),
        ("text LIKE '%x%'", "Invalid clause(s) in filter string: 'text', 'LIKE', ''%x%''", "text LIKE '%x%'"),
        (
            "status = 'OK'; name='x'",
            "Search filter contained multiple expression \"status = 'OK'; name='x'\". Provide AND-ed expression list.",
            ";",
        ),
        ("bogus='x'", "Invalid attribute key 'bogus' specified. Valid keys are '{", "bogus"),
        ("trace_id='x'", "Invalid attribute key 'trace_id' specified. Valid keys are '{", "trace_id"),
        ("Status = 'OK'", "Invalid attribute key 'Status' specified. Valid keys are '{", "Status"),
        ("foo.bar='x'", "Invalid entity type 'foo'. Valid values are {", "foo.bar"),
        ("status = 5", "Only the '{", "5"),
        ("end_time_ms IN ('a')", "Only attributes in {", "('a')"),
        ("tags.a-b = 'x'", "Invalid comparison clause. Expected 'Identifier' found 'tags.a-b'", "tags.a-b"),
        ("'x' = status", "Invalid comparison clause. Expected 'Identifier' found ''x''", "'x'"),
        ("feedback.q = 5", "Expected a quoted string value for feedback (e.g. 'my-value'). Got value 5", "5"),
        (
            "feedback.q > 'x'",
            "Expected a numeric value for feedback when using comparator '>'. Got value 'x'",
            "'x'",
        ),
        ("feedback. = 'x'", "Assessment field name cannot be empty", "feedback."),
        ("issue.foo='x'", "Invalid issue attribute 'foo'. Supported attributes: id", "issue.foo"),
        (
            "span.foo = 'x'",
            "Invalid span attribute 'foo'. Supported attributes: name, status, type, attributes.<attribute_name>.",
            "span.foo",
        ),
        (
            "span.attributes. LIKE 'x'",
            "Span attribute name cannot be empty after 'attributes.'",
            "span.attributes.",
        ),
        ("span.content = 'x'", "span.content comparator '=' not one of '{", "="),
        (
            "prompt = 'x'",
            "Invalid prompts filter value 'x'. Expected format: prompt = \"name/version\"",
            "'x'",
        ),
        (
            "prompt LIKE 'x'",
            "Invalid comparator 'LIKE' for prompts filter. Only '=' is supported with format: prompt = \"name/version\"",
            "LIKE",
        ),
        (
            "status IN ('OK', 5)",
            "While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in \
             list: ('OK', 5)",
            "('OK', 5)",
        ),
        (
            "status IN ()",
            "While parsing a list in the query, expected a non-empty list of string values, but got empty list",
            "()",
        ),
        (
            "metadata.mlflow.trace.tokenUsage LIKE 'x'",
            "Comparator 'LIKE' is not supported for reserved metadata 'mlflow.trace.tokenUsage'. Only '=', '!=', 'IS NULL', and \
             'IS NOT NULL' are supported.",
            "LIKE",
        ),
    ] {
        let error = TraceFilter::parse(filter).expect_err(filter);
        assert!(error.message.starts_with(message), "{filter}: {error}");
        assert_eq!(&filter[error.at], at, "{filter}");
    }
}

#[test]
fn orders_of_traces() {
    let parse =
        |items: &[&str]| TraceOrder::parse(&items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>());
    for item in [
        "timestamp DESC",
        "timestamp_ms",
        "name asc",
        "tags.`a b` DESC",
        "metadata.x",
        "run_id desc",
        "execution_time",
        "experiment_id",
        "metadata.mlflow.trace.session ASC",
    ] {
        assert_eq!(parse(&[item]).expect(item).len(), 1);
    }
    for (items, message) in [
        (&["bogus"][..], "Invalid attribute key 'bogus' specified."),
        (&["prompt"], "Invalid attribute key 'prompt' specified."),
        (&["timestamp_ms FOO"], "Invalid ordering key in order_by clause 'timestamp_ms FOO'."),
        (&["feedback.x"], "Invalid identifier type 'feedback'"),
        (&["span.name"], "Invalid identifier type 'span'"),
        (&["status, name"], "Invalid order_by clause 'status, name'. Could not be parsed."),
        (&[""], "Invalid order_by clause ''. Could not be parsed."),
        (&["name NULLS LAST"], "Invalid order_by clause 'name NULLS LAST'. Could not be parsed."),
        (
            &["metadata.mlflow.trace.cost"],
            "Ordering by reserved metadata 'mlflow.trace.cost' is not supported because it is represented by multiple columns.",
        ),
        (&["name ASC", "name DESC"], "`order_by` contains duplicate fields: ['name ASC', 'name DESC']"),
    ] {
        let error = parse(items).expect_err(items[0]);
        assert!(error.message.starts_with(message), "{items:?}: {error}");
    }
}

#[test]
fn experiments() {
    let experiment = Experiment {
        experiment_id: ExperimentId(3),
        name: "Grüße / new".to_owned(),
        artifact_location: String::new(),
        lifecycle_stage: LifecycleStage::Active,
        creation_time: UnixNanos::from_millis(5_000),
        last_update_time: UnixNanos::from_millis(6_000),
        tags: vec![("team".to_owned(), "search".to_owned())],
    };
    for (filter, expected) in [
        ("", true),
        ("name = 'Grüße / new'", true),
        ("attribute.name LIKE 'gr%'", false),
        ("attributes.name ILIKE 'GR%'", true),
        ("experiment_id = '3'", true),
        ("experiment_id IN ('1', '2')", false),
        ("experiment_id NOT IN ('1', '2')", true),
        ("creation_time >= 5000 AND last_update_time < 6000", false),
        ("tags.team = 'search'", true),
        ("tag.none IS NULL", true),
        ("tag.none != 'x'", false),
    ] {
        assert_eq!(ExperimentFilter::parse(filter).expect(filter).matches(&experiment), expected, "{filter}");
    }
    for (filter, message) in [
        (
            "name IN ('a')",
            "Only ['experiment_id'] attributes support comparison with a list of quoted string values.",
        ),
        ("experiment_id = 'x'", "Invalid experiment ID 'x'. Experiment ID must be a valid integer."),
        ("experiment_id LIKE '1'", "Invalid comparator for experiment_id: LIKE"),
        (
            "creation_time = 'x'",
            "Expected numeric value type for numeric attribute: creation_time. Found 'x'",
        ),
        ("creation_time > 1.5", "Invalid value for numeric attribute 'creation_time': '1.5'"),
        ("creation_time LIKE 5", "Invalid comparator 'LIKE' not one of '{"),
        ("name IS NULL", "IS NULL / IS NOT NULL is only supported for tags, not for attribute 'name'"),
        ("name RLIKE 'a'", "Invalid comparator 'RLIKE' not one of '{"),
        ("tags.k > 'a'", "Invalid comparator for tag: >"),
        (
            "trace.name = 'a'",
            "Invalid entity type 'trace'. Valid entity types are ('attribute', 'attributes', 'tag', 'tags')",
        ),
        ("status = 'OK'", "Invalid attribute key 'status' specified. Valid keys are '{"),
    ] {
        let error = ExperimentFilter::parse(filter).expect_err(filter);
        assert!(error.message.starts_with(message), "{filter}: {error}");
    }
    assert_eq!(
        ExperimentOrder::parse(&["tags.x".to_owned()]).unwrap_err().message,
        "Invalid order_by entity: tag"
    );
    assert_eq!(ExperimentOrder::parse(&["name DESC".to_owned()]).map(|order| order.len()), Ok(1));
}

#[test]
fn no_text_is_too_strange_to_be_refused() {
    for filter in [
        "'",
        "\"",
        "`",
        "(",
        ")",
        "((",
        "a.",
        ".",
        "a.`",
        "= =",
        "!",
        "a = '\\'",
        "IN IN IN",
        "a IS NOT",
        "5 = 5",
        "é.ü = 'ö'",
    ] {
        // What matters is that it ends, and that a refusal has a place in the text.
        if let Err(error) = TraceFilter::parse(filter) {
            assert!(filter.get(error.at.clone()).is_some(), "{filter}: {:?}", error.at);
        }
    }
    assert!(TraceFilter::parse(&"(".repeat(100_000)).is_err());
    assert!(TraceFilter::parse(&"a".repeat(100_001)).is_err());
}
