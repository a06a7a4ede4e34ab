//! A search finds what the naive evaluator finds among all traces, in the same order, whatever was merged, replaced or deleted.

use std::collections::BTreeMap;
use std::time::Instant;

use model::filter::evaluate::{AssessmentFacts, SpanFacts, TraceFacts, number, text};
use model::filter::trace::{TextField, TraceFilter, TraceOrder, TraceOrderKey};
use model::{
    AnyValue, Assessment, AssessmentValue, Attribute, Exporter, Source, Span, SpanGroup, StatusCode,
    TokenUsage, TraceInfo, TraceLabels, TraceName, TraceState, UnixNanos, keys,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use testkit::{span_id, trace_id};

use super::*;
use crate::WriteTx;
use crate::fixture::{Bench, eager, merge_all, run};

const WORDS: [&str; 6] = ["alpha", "Beta", "alphabet", "x", "12.5", "ärger"];
const SESSIONS: [&str; 2] = ["s1", "s2"];

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(&WORDS[..]).prop_map(str::to_owned)
}

#[derive(Debug, Clone)]
struct TraceData {
    spans: Vec<(u64, String, usize, i32, String, bool)>,
    millis: i64,
    duration: Option<i64>,
    state: usize,
    name: Option<String>,
    session: Option<usize>,
    experiment: i64,
    tags: BTreeMap<String, String>,
    metadata: BTreeMap<String, String>,
    run: Option<String>,
    tokens: Option<i64>,
    assessments: Vec<(usize, String, usize, bool, bool)>,
}

fn trace_data() -> impl Strategy<Value = TraceData> {
    let key = || prop::sample::select(vec!["k", "a b"]).prop_map(str::to_owned);
    let labels = || prop::collection::btree_map(key(), word(), 0..2);
    let span = (1..4_u64, word(), 0..3_usize, 0..3_i32, word(), any::<bool>());
    let assessment = (0..3_usize, word(), 0..4_usize, any::<bool>(), any::<bool>());
    (
        (vec(span, 0..4), 0..6_i64, of(0..4_i64), 0..4_usize, of(word()), of(0..2_usize), 0..2_i64),
        (labels(), labels(), of(word()), of(0..3_i64), vec(assessment, 0..3)),
    )
        .prop_map(
            |(
                (spans, millis, duration, state, name, session, experiment),
                (tags, metadata, run, tokens, assessments),
            )| {
                TraceData {
                    spans,
                    millis,
                    duration,
                    state,
                    name,
                    session,
                    experiment,
                    tags,
                    metadata,
                    run,
                    tokens,
                    assessments,
                }
            },
        )
}

fn content(copies: &[SpanCopy]) -> String {
    // The copy of the MLflow exporter leads, as merging has it for the texts of this test.
    let copy = copies.iter().max_by_key(|copy| copy.exporter == Exporter::Mlflow).unwrap();
    let attributes: Vec<String> = copy
        .span
        .attributes
        .iter()
        .map(|a| format!("\"{}\": \"\\\"{}\\\"\"", a.key, a.value.as_str().unwrap_or_default()))
        .collect();
    format!("{{\"name\": \"{}\", \"attributes\": {{{}}}}}", copy.span.name, attributes.join(", "))
}

/// What the store's own walk over a stored span visits, for spans of this test.
fn texts(copy: &SpanCopy) -> Vec<String> {
    let keys = copy.span.attributes.iter().map(|a| a.key.clone());
    let values = copy.span.attributes.iter().filter_map(|a| a.value.as_str().map(str::to_owned));
    keys.chain(values).chain([copy.span.name.clone()]).collect()
}

/// A trace that a client gave a name of its own.
const NAMED: u8 = 3;
const OWN_NAME: &str = "beta 3";

fn id_of(index: u8) -> TraceId {
    if index == NAMED { TraceName::of_client(OWN_NAME).trace_id } else { trace_id(index) }
}

fn put(tx: &mut WriteTx<'_>, index: u8, data: &TraceData) -> Result<(), StoreError> {
    let types = ["", "TOOL", "LLM"];
    for (id, name, span_type, status, value, is_mlflow) in &data.spans {
        let mut span = Span::new(id_of(index), span_id(*id), name.clone());
        span.status.code = StatusCode(*status);
        span.start_time_unix_nano = 5;
        span.attributes.push(Attribute::new("k", AnyValue::String(value.clone())));
        span.attributes.push(Attribute::new("type", AnyValue::String(types[*span_type].to_owned())));
        let exporter = if *is_mlflow { Exporter::Mlflow } else { Exporter::OpenTelemetry };
        crate::fixture::put(tx, exporter, SpanGroup { spans: vec![span], ..SpanGroup::default() })?;
    }
    let (key, mut info) = match tx.trace(id_of(index))? {
        Some(found) => found,
        None => {
            let info = crate::fixture::new_trace(id_of(index));
            let key = tx.new_trace_key()?;
            tx.insert_trace(key, &info)?;
            (key, info)
        }
    };
    // Nanoseconds beyond the milliseconds, so that rounding counts.
    info.request_time = UnixNanos(data.millis * 1_000_000 - 3 + i64::from(index));
    info.client_trace_id = (index == NAMED).then(|| OWN_NAME.to_owned());
    info.execution_duration_ms = data.duration;
    info.state = TraceState::ALL[data.state];
    info.name.clone_from(&data.name);
    info.session = data.session.map(|session| SESSIONS[session].to_owned());
    info.experiment_id = ExperimentId(data.experiment);
    info.usage = TokenUsage { input: data.tokens, ..TokenUsage::default() };
    info.cost.total = data.tokens.map(|n| n * 500_000_000_000);
    info.summary.n_spans = data.spans.len() as u64;
    info.summary.n_errors = data.spans.iter().filter(|span| span.3 == 2).count() as u64;
    info.summary.start = info.request_time;
    info.summary.end = UnixNanos(info.request_time.0 + data.millis * 500_000);
    info.summary.services = data.metadata.values().cloned().collect();
    info.summary.sources = match data.state {
        0 => vec![],
        1 => vec![Source::Mlflow],
        2 => vec![Source::OpenTelemetryInferred],
        _ => vec![Source::OpenTelemetry, Source::Mlflow],
    };
    tx.update_trace(key, &info)?;
    for (tag, value) in &data.tags {
        tx.put_trace_tag(key, tag, value)?;
    }
    for (entry, value) in &data.metadata {
        tx.put_trace_metadata(key, entry, value)?;
    }
    if let Some(run) = &data.run {
        if data.duration.is_some() {
            tx.link_run(key, run)?;
        } else {
            tx.put_trace_metadata(key, "mlflow.sourceRun", run)?;
        }
        tx.link_prompt(key, &format!("{run}/1"))?;
    }
    for (number, (kind, name, value, is_valid, is_of_session)) in data.assessments.iter().enumerate() {
        let (value, number_value) =
            [("\"alpha\"", None), ("1.0", Some(1.0)), ("true", None), ("2.5", Some(2.5))][*value];
        let mut metadata = BTreeMap::new();
        if let (true, Some(session)) = (is_of_session, &info.session) {
            metadata.insert(keys::SESSION.to_owned(), session.clone());
        }
        let value = match kind {
            0 => {
                AssessmentValue::Feedback { value: Some(value.to_owned()), error: None, number: number_value }
            }
            1 => AssessmentValue::Expectation { value: value.to_owned(), number: number_value },
            _ => AssessmentValue::Issue { issue_name: None },
        };
        let assessment = Assessment {
            assessment_id: format!("a-{number}"),
            name: name.clone(),
            span_id: None,
            source_type: "HUMAN".to_owned(),
            source_id: None,
            create_time: UnixNanos(1),
            last_update_time: UnixNanos(1),
            value,
            rationale: None,
            metadata,
            overrides: None,
            is_valid: *is_valid,
        };
        tx.put_assessment(key, &assessment)?;
        assert_eq!(
            tx.assessment(key, &assessment.assessment_id)?,
            Some(assessment),
            "it is read as it was put"
        );
    }
    Ok(())
}

fn clause() -> impl Strategy<Value = String> {
    let text_op = || prop::sample::select(vec!["=", "!=", "LIKE", "ILIKE", "RLIKE"]);
    let null_op = || prop::sample::select(vec!["IS NULL", "IS NOT NULL"]);
    let number_op = || prop::sample::select(vec!["=", "!=", ">", ">=", "<", "<="]);
    let pattern = || {
        let parts = vec![
            "alpha", "%alpha%", "BETA", "beta%", "_", "%a%", "%", "x", "ä", "%rger%", "12.5", "s1", "OK",
        ];
        prop::sample::select(parts)
    };
    let label = || {
        prop::sample::select(vec![
            "name",
            "tags.k",
            "tags.`a b`",
            "metadata.k",
            "metadata.mlflow.trace.session",
            "metadata.mlflow.sourceRun",
            "tags.mlflow.artifactLocation",
        ])
    };
    let number = || prop::sample::select(vec!["-1", "0", "1", "2", "2.5", "3", "4", "1e300"]);
    prop_oneof![
        (label(), text_op(), pattern()).prop_map(|(key, op, value)| format!("{key} {op} '{value}'")),
        (label(), null_op()).prop_map(|(key, op)| format!("{key} {op}")),
        (text_op(), pattern()).prop_map(|(op, value)| format!("status {op} '{value}'")),
        Just("status NOT IN ('OK', 'ERROR')".to_owned()),
        (text_op(), 0..5_u8)
            .prop_map(|(op, trace)| format!("request_id {op} '{}'", id_of(trace).to_mlflow())),
        (text_op(), prop::sample::select(vec![OWN_NAME, "b%", "nonsense"]))
            .prop_map(|(op, name)| format!("request_id {op} '{name}'")),
        Just(format!("request_id IN ('{}', '{OWN_NAME}', 'nonsense')", trace_id(1).to_mlflow())),
        Just(format!("request_id NOT IN ('{}', '{OWN_NAME}', 'nonsense')", trace_id(1).to_mlflow())),
        (prop::sample::select(vec!["timestamp_ms", "execution_time", "end_time_ms"]), number_op(), number())
            .prop_map(|(key, op, number)| format!("{key} {op} {number}")),
        word().prop_map(|run| format!("run_id = '{run}'")),
        word().prop_map(|prompt| format!("prompt = '{prompt}/1'")),
        word().prop_map(|issue| format!("issue.id = '{issue}'")),
        Just("metadata.mlflow.trace.tokenUsage = '{\"input_tokens\": 1}'".to_owned()),
        Just("metadata.mlflow.trace.tokenUsage != '{\"input_tokens\": 1}'".to_owned()),
        Just("metadata.mlflow.trace.tokenUsage IS NULL".to_owned()),
        (prop::sample::select(vec!["span.name", "span.status"]), text_op(), pattern())
            .prop_map(|(key, op, value)| format!("{key} {op} '{value}'")),
        word().prop_map(|name| format!("span.name IN ('{name}', 'y')")),
        word().prop_map(|name| format!("span.name NOT IN ('{name}', 'y')")),
        (prop::sample::select(vec!["LIKE", "ILIKE"]), pattern())
            .prop_map(|(op, value)| format!("span.content {op} '%{value}%'")),
        (text_op(), pattern()).prop_map(|(op, value)| format!("span.attributes.k {op} '{value}'")),
        (
            prop::sample::select(vec!["feedback", "expectation"]),
            word(),
            text_op(),
            prop::sample::select(vec!["alpha", "true", "1.0", "%a%"])
        )
            .prop_map(|(kind, name, op, value)| format!("{kind}.`{name}` {op} '{value}'")),
        (word(), prop::sample::select(vec![">", "<="]), number())
            .prop_map(|(name, op, number)| format!("feedback.`{name}` {op} {number}")),
        (word(), null_op()).prop_map(|(name, op)| format!("feedback.`{name}` {op}")),
    ]
}

/// What the query bar has beyond MLflow's language.
fn query_part() -> impl Strategy<Value = String> {
    let number_op = prop::sample::select(vec!["=", "!=", ">", ">=", "<", "<="]);
    let key = prop::sample::select(vec!["duration", "tokens", "cost", "spans", "errors"]);
    let number = prop::sample::select(vec!["0", "0.5", "1", "2", "2.5", "1e300"]);
    let text_op = prop::sample::select(vec!["=", "!=", "LIKE", "ILIKE", "RLIKE"]);
    let source = prop::sample::select(vec!["mlflow", "opentelemetry"]);
    prop_oneof![
        clause(),
        (key, number_op, number).prop_map(|(key, op, number)| format!("{key} {op} {number}")),
        (text_op.clone(), word()).prop_map(|(op, value)| format!("service {op} '{value}'")),
        (prop::sample::select(vec!["IN", "NOT IN"]), word())
            .prop_map(|(op, value)| format!("service {op} ('{value}', 'y')")),
        (prop::sample::select(vec!["=", "!="]), source)
            .prop_map(|(op, value)| format!("source {op} '{value}'")),
        prop::sample::select(vec!["ALPHA", "alphab", "a", "ÄRGER", "x", "nowhere", "k"])
            .prop_map(str::to_owned),
        word().prop_map(|value| format!("span.attributes.k = '{value}'")),
        (text_op, word()).prop_map(|(op, value)| format!("session {op} '{value}'")),
    ]
}

fn orders() -> impl Strategy<Value = Vec<String>> {
    let keys = vec![
        "timestamp",
        "execution_time",
        "end_time",
        "status",
        "name",
        "tags.k",
        "metadata.k",
        "request_id",
        "experiment_id",
        "duration",
        "tokens",
        "cost",
        "spans",
        "errors",
        "session",
    ];
    let item = (prop::sample::select(keys), prop::sample::select(vec!["", " ASC", " DESC"]));
    vec(item.prop_map(|(key, direction)| format!("{key}{direction}")), 0..3)
        .prop_filter("no key twice", |items| orders_of(items).is_some())
}

fn orders_of(items: &[String]) -> Option<Vec<TraceOrder>> {
    let orders: Vec<TraceOrder> =
        items.iter().map(|item| TraceOrder::parse_query(item)).collect::<Result<_, _>>().ok()?;
    let has_twice = |(index, order): (usize, &TraceOrder)| orders[..index].iter().any(|o| o.key == order.key);
    (!orders.iter().enumerate().any(has_twice)).then_some(orders)
}

/// All that is known of a trace, owned.
struct Known {
    key: TraceKey,
    info: TraceInfo,
    labels: TraceLabels,
    usage: Option<String>,
    runs: Vec<String>,
    prompts: Vec<String>,
    assessments: Vec<Assessment>,
    spans: Vec<SpanFacts>,
}

fn facts_of(assessment: &Assessment) -> AssessmentFacts {
    let (value, number) = match &assessment.value {
        AssessmentValue::Feedback { value, number, .. } => (value.clone(), *number),
        AssessmentValue::Expectation { value, number } => (Some(value.clone()), *number),
        AssessmentValue::Issue { .. } => (None, None),
    };
    AssessmentFacts {
        kind: assessment.value.kind().to_owned(),
        name: assessment.name.clone(),
        is_valid: assessment.is_valid,
        value,
        number,
    }
}

fn all(tx: &ReadTx<'_>) -> Result<Vec<Known>, StoreError> {
    let strings = |sql: &str, key: TraceKey| -> Result<Vec<String>, StoreError> {
        let mut statement = tx.connection.prepare(sql)?;
        let rows = statement.query_map([key.0], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let page = tx.list_traces(&crate::TraceQuery { limit: 1_000, ..crate::TraceQuery::default() })?;
    page.traces
        .into_iter()
        .map(|(key, info)| {
            let spans = tx.all_span_copies(key, info.trace_id)?;
            let (rows, names) = tx.span_rows(key)?;
            let spans = spans.iter().map(|copies| {
                let id = copies[0].span.span_id;
                let row = rows.iter().find(|row| row.span_id == id).unwrap();
                SpanFacts {
                    name: names.get(row.name).to_owned(),
                    span_type: names.get(row.span_type).to_owned(),
                    status: row.status,
                    content: content(copies),
                    texts: copies.iter().map(texts).collect(),
                }
            });
            Ok(Known {
                spans: spans.collect(),
                labels: tx.trace_labels(key)?,
                usage: info.usage.input.map(|n| format!("{{\"input_tokens\": {n}}}")),
                runs: strings("SELECT run_id FROM trace_run WHERE trace_key = ?1", key)?,
                prompts: strings("SELECT version FROM trace_prompt WHERE trace_key = ?1", key)?,
                assessments: tx.assessments(key)?,
                key,
                info,
            })
        })
        .collect()
}

fn expected(all: &[Known], search: &TraceSearch) -> Vec<TraceKey> {
    let is_in_scope = |known: &&Known| search.experiments.contains(&known.info.experiment_id);
    let mut found: Vec<&Known> = all
        .iter()
        .filter(is_in_scope)
        .filter(|known| {
            let own: Vec<AssessmentFacts> = known.assessments.iter().map(facts_of).collect();
            let of_session: Vec<AssessmentFacts> = all
                .iter()
                .filter(is_in_scope)
                .filter(|other| known.info.session.is_some() && other.info.session == known.info.session)
                .flat_map(|other| &other.assessments)
                .filter(|assessment| assessment.metadata.contains_key(keys::SESSION))
                .map(facts_of)
                .collect();
            search.filter.matches(&facts(known, &own, &of_session))
        })
        .collect();
    found.sort_by(|left, right| {
        let by = |key: &TraceOrderKey, direction: Direction| {
            let turned = |ordering: std::cmp::Ordering| {
                if direction == Direction::Descending { ordering.reverse() } else { ordering }
            };
            match key {
                TraceOrderKey::ExperimentId => turned(left.info.experiment_id.cmp(&right.info.experiment_id)),
                TraceOrderKey::Number(NumberField::TimestampMs) => {
                    turned(left.info.request_time.cmp(&right.info.request_time))
                }
                TraceOrderKey::Number(field) => {
                    let (left, right) = (number(&left.info, *field), number(&right.info, *field));
                    left.is_none().cmp(&right.is_none()).then(turned(left.partial_cmp(&right).unwrap()))
                }
                TraceOrderKey::Text(field) => {
                    let text = |known| text(&facts(known, &[], &[]), field).map(|text| text.into_owned());
                    let (left, right) = (text(left), text(right));
                    left.is_none().cmp(&right.is_none()).then(turned(left.cmp(&right)))
                }
            }
        };
        let orders = search.order.iter().map(|order| by(&order.key, order.direction));
        orders
            .chain([
                by(&TraceOrderKey::Number(NumberField::TimestampMs), Direction::Descending),
                by(&TraceOrderKey::Text(TextField::RequestId), Direction::Ascending),
            ])
            .find(|ordering| ordering.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    found.into_iter().map(|known| known.key).collect()
}

fn facts<'a>(
    known: &'a Known,
    own: &'a [AssessmentFacts],
    of_session: &'a [AssessmentFacts],
) -> TraceFacts<'a> {
    TraceFacts {
        info: &known.info,
        labels: &known.labels,
        token_usage: known.usage.as_deref(),
        cost: None,
        runs: &known.runs,
        prompts: &known.prompts,
        assessments: own,
        session_assessments: of_session,
        spans: &known.spans,
    }
}

/// Returns the keys of page after page, each begun by its number or behind the trace before.
fn pages(
    tx: &ReadTx<'_>,
    search: &TraceSearch,
    control: &TraceSearchControl,
    by_place: bool,
) -> Result<Vec<Vec<TraceKey>>, StoreError> {
    let (mut search, mut pages) = (search.clone(), Vec::new());
    loop {
        let FoundTraces { traces, next } = tx.search_traces(&search, control, content)?;
        pages.push(traces.into_iter().map(|(key, _)| key).collect());
        match next {
            None => return Ok(pages),
            Some(next) if by_place => search.after = Some(next.after),
            Some(next) => search.offset = next.offset,
        }
    }
}

/// The indexes that SQLite goes through the traces of a page by.
async fn indexes_of(bench: &Bench, filter: &str, experiments: &[i64]) -> String {
    let search = TraceSearch {
        experiments: experiments.iter().map(|id| ExperimentId(*id)).collect(),
        filter: TraceFilter::parse_query(filter).unwrap(),
        order: Vec::new(),
        after: None,
        offset: 0,
        limit: 100,
    };
    let plan = bench.store.read(move |tx| {
        let compile::Sql { text, values } = page::page_sql(&search);
        let mut statement = tx.connection.prepare(&format!("EXPLAIN QUERY PLAN {text}"))?;
        let steps = statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3))?;
        Ok::<_, StoreError>(steps.collect::<rusqlite::Result<Vec<_>>>()?.join("; "))
    });
    plan.await.unwrap()
}

#[tokio::test]
async fn failed_traces_are_found_by_their_own_indexes() {
    let bench = Bench::new();
    let one = indexes_of(&bench, "status = 'ERROR'", &[0]).await;
    assert!(one.contains("trace_failed_by_experiment (experiment_id=?)"), "{one}");
    let several = indexes_of(&bench, "status = 'ERROR'", &[0, 1]).await;
    assert!(several.contains("trace_failed_by_time"), "{several}");
    // Others are many, and the newest are soon found among all.
    let fine = indexes_of(&bench, "status = 'OK'", &[0]).await;
    assert!(fine.contains("trace_by_experiment"), "{fine}");
}

/// A text is in one copy of the span, the value of its attribute in the other.
#[tokio::test]
async fn a_text_and_a_value_may_be_in_different_copies_of_a_span() {
    let bench = Bench::new();
    let copy = |name: &str, is_mlflow| (1, name.to_owned(), 0, 0, name.to_owned(), is_mlflow);
    let data = TraceData {
        spans: vec![copy("Beta", true), copy("alphabet", false)],
        millis: 0,
        duration: None,
        state: 0,
        name: None,
        session: None,
        experiment: 0,
        tags: BTreeMap::new(),
        metadata: BTreeMap::new(),
        run: None,
        tokens: None,
        assessments: Vec::new(),
    };
    bench.store.write(0, move |tx| put(tx, 1, &data)).await.unwrap();
    let search = TraceSearch {
        experiments: vec![ExperimentId(0)],
        filter: TraceFilter::parse_query("ALPHA AND span.attributes.k = 'Beta'").unwrap(),
        order: Vec::new(),
        after: None,
        offset: 0,
        limit: 10,
    };
    let found = bench.store.read(move |tx| pages(tx, &search, &TraceSearchControl::default(), false));
    assert_eq!(found.await.unwrap().concat().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sql_and_the_naive_evaluator_agree(
        traces in vec(trace_data(), 1..6),
        filters in vec((vec(query_part(), 0..3), orders(), 1..4_usize, 1..4_usize), 40),
        block_bytes in of(prop_oneof![Just(1_usize), Just(400)]),
        deleted in of(1..6_u8),
    ) {
        run(async {
            let bench = Bench::new();
            let stored = traces.clone();
            bench.store.write(0, move |tx| {
                (1..).zip(&stored).try_for_each(|(index, data)| put(tx, index, data))?;
                if let Some((key, _)) = deleted.map(|index| tx.trace(id_of(index))).transpose()?.flatten() {
                    tx.delete_trace(key)?;
                }
                Ok::<_, StoreError>(())
            }).await.unwrap();
            if let Some(block_bytes) = block_bytes {
                merge_all(&bench.store, eager().with_block_bytes(block_bytes)).await;
            }
            for (clauses, order, limit, n_experiments) in filters {
                let filter = clauses.join(" AND ");
                let search = TraceSearch {
                    experiments: (0..i64::try_from(n_experiments).unwrap()).map(ExperimentId).collect(),
                    filter: TraceFilter::parse_query(&filter).unwrap_or_else(|error| panic!("{filter}: {error}")),
                    order: orders_of(&order).unwrap(),
                    after: None,
                    offset: 0,
                    limit,
                };
                bench.store.read(move |tx| {
                    let wanted = expected(&all(tx)?, &search);
                    let patient = pages(tx, &search, &TraceSearchControl::default(), false)?;
                    assert_eq!(patient.concat(), wanted, "{filter} {order:?}");
                    // A page is short only if it is the last.
                    let n_full = patient.iter().filter(|page| page.len() == search.limit).count();
                    assert!(n_full + 1 >= patient.len(), "{filter}: {patient:?}");
                    let now = Some(Instant::now());
                    let hasty = TraceSearchControl { patience: now, deadline: now, ..TraceSearchControl::default() };
                    assert_eq!(pages(tx, &search, &hasty, false)?.concat(), wanted, "{filter} {order:?} in haste");
                    if search.order.is_empty() {
                        assert_eq!(pages(tx, &search, &hasty, true)?.concat(), wanted, "{filter} by place");
                    }
                    if let Some(n) = tx.count_matching(&search.experiments, &search.filter)? {
                        assert_eq!(n, wanted.len() as u64);
                    }
                    let mut keys =
                        tx.matching_traces(&search.experiments, &search.filter, &TraceSearchControl::default(), content)?;
                    keys.sort_unstable();
                    let mut sorted = wanted;
                    sorted.sort_unstable();
                    assert_eq!(keys, sorted);
                    Ok::<_, StoreError>(())
                }).await.unwrap();
            }
        });
    }
}
