//! Latencies of searches over traces in the language of filters, as `search_traces` of MLflow's SDK and the query bar ask.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use ingest::Ingest;
use model::filter::trace::{TraceFilter, TraceOrder};
use model::{Assessment, AssessmentValue, ExperimentId, TraceId, UnixNanos};
use store::{Store, StoreError, TraceSearch};

use crate::fill;
use crate::statistics::quantile;

/// Traces of a page, as the SDK and the list ask for them.
const LIMIT: usize = 100;

/// How often each search runs.
const N_RUNS: usize = 10;

/// How long the list and MLflow's API look for more once a page has traces.
const PATIENCE: [(&str, Duration); 2] =
    [("list", Duration::from_millis(150)), ("API", Duration::from_secs(2))];

/// One of so many traces gets a tag and an assessment.
const LABELLED: usize = 50;

/// Measures searches and prints a line for each.
pub async fn measure(folder: &Path) -> Result<()> {
    let store = fill::open(folder)?;
    for (filter, order) in [
        ("", None),
        ("status = 'ERROR'", None),
        ("status = 'OK' AND execution_time_ms > 1", None),
        ("name = 'no such name'", None),
        ("name LIKE '%nosuch%'", None),
        ("timestamp_ms < 1790000300000", None),
        ("tags.rated = 'yes'", None),
        ("tags.rated = 'yes' AND status = 'ERROR'", None),
        ("metadata.nothing = 'x'", None),
        ("metadata.`mlflow.trace.session` = 's-000123'", None),
        ("run_id = 'none'", None),
        ("feedback.rating > 0.5", None),
        ("feedback.rating = '0.25'", None),
        ("feedback.nothing IS NULL", None),
        ("span.name = 'chat gpt-4o-mini'", None),
        ("span.name = 'no such name'", None),
        ("span.name LIKE 'chat%'", None),
        ("span.type = 'TOOL'", None),
        ("span.status = 'ERROR'", None),
        ("span.name = 'rerank' AND span.status = 'ERROR'", None),
        ("span.attributes.`gen_ai.request.model` LIKE '%gpt-4o%'", None),
        ("span.content LIKE '%finish_reason%'", None),
        ("span.content LIKE '%123456%'", None),
        ("span.content LIKE '%absolutelynothere%'", None),
        ("span.content LIKE '%~q%'", None),
        ("", Some("execution_time_ms DESC")),
        ("", Some("name")),
        ("", Some("tags.rated DESC")),
        ("status = 'ERROR'", Some("end_time_ms")),
        ("span.type = 'TOOL'", Some("execution_time_ms DESC")),
    ] {
        let filter = TraceFilter::parse(filter).map(|parsed| (filter, parsed));
        let (text, filter) = filter.map_err(|error| anyhow::anyhow!(error.message))?;
        let order = order.map(|order| (order, TraceOrder::parse(&[order.to_owned()])));
        let (by, order) = order.map_or(("", Ok(Vec::new())), |(by, order)| (by, order));
        let order = order.map_err(|error| anyhow::anyhow!(error.message))?;
        print(&store, &format!("{text} {by}"), search(filter, order)).await?;
    }
    // What the query bar has beyond MLflow's language.
    for query in ["con", "finish_reason", "absolutelynothere", "duration > 40ms", "service = 'assistant'"] {
        let filter = TraceFilter::parse_query(query).map_err(|error| anyhow::anyhow!(error.message))?;
        print(&store, &format!("query bar: {query}"), search(filter, Vec::new())).await?;
    }
    let deep = TraceSearch { offset: 20_000, ..search(TraceFilter::default(), Vec::new()) };
    print(&store, "all, after 20,000 traces", deep).await?;
    store.close().await?;
    Ok(())
}

fn search(filter: TraceFilter, order: Vec<TraceOrder>) -> TraceSearch {
    let experiments = vec![ExperimentId::DEFAULT];
    TraceSearch { experiments, filter, order, after: None, offset: 0, limit: LIMIT }
}

async fn print(store: &Store, what: &str, search: TraceSearch) -> Result<()> {
    let mut figures = Vec::new();
    for (name, patience) in PATIENCE {
        let (mut times, mut found) = (Vec::new(), (0, false));
        for _ in 0..N_RUNS {
            let started = Instant::now();
            let (asks_spans, wanted) = (search.filter.asks_spans(), search.clone());
            let page = store.search_traces(asks_spans, patience, move |tx, control| {
                tx.search_traces(&wanted, control, mlflow::span_content)
            });
            let page: Result<_, StoreError> = page.await;
            let page = page?;
            times.push(started.elapsed());
            found = (page.traces.len(), page.next.is_some());
        }
        times.sort_unstable();
        let p95 = quantile(&times, 0.95).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
        let (n_traces, has_more) = found;
        let end = if has_more { "more" } else { "complete" };
        figures.push(format!("{name}: {n_traces:>3} traces, {end:<8} p95 {p95:>7.1} ms"));
    }
    println!("  {what:<60} {}", figures.join("   "));
    Ok(())
}

/// Gives some of the traces a tag and an assessment.
pub async fn label(folder: &Path) -> Result<()> {
    let ingest = Ingest::new(fill::open(folder)?);
    let query = store::TraceQuery { limit: usize::MAX >> 1, ..store::TraceQuery::default() };
    let ids = ingest.store().read(move |tx| {
        let page = tx.list_traces(&query)?;
        Ok::<Vec<TraceId>, StoreError>(page.traces.iter().map(|(_, info)| info.trace_id).collect())
    });
    for (number, trace_id) in (0_u32..).zip(ids.await?.into_iter().step_by(LABELLED)) {
        ingest.set_trace_tag(trace_id.into(), "rated".to_owned(), "yes".to_owned()).await?;
        let rating = f64::from(number % 4) / 4.0;
        let value = AssessmentValue::Feedback {
            value: Some(format!("{rating:?}")),
            error: None,
            number: Some(rating),
        };
        let assessment = Assessment {
            assessment_id: format!("a-{number}"),
            name: "rating".to_owned(),
            span_id: None,
            source_type: "HUMAN".to_owned(),
            source_id: None,
            create_time: UnixNanos(0),
            last_update_time: UnixNanos(0),
            value,
            rationale: None,
            metadata: std::collections::BTreeMap::new(),
            overrides: None,
            is_valid: true,
        };
        ingest.create_assessment(trace_id.into(), assessment).await.context("an assessment")?;
    }
    ingest.store().close().await?;
    Ok(())
}
