//! Search latencies over a filled store: what is asked, how long the first rows and the page take.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use model::{DurationNanos, ExperimentId, UnixNanos};
use store::{SearchControl, SearchEnd, SpanSearch, Store};

use crate::fill;
use crate::statistics::quantile;

/// Rows of a page.
const LIMIT: usize = 100;

/// How often each search runs.
const N_RUNS: usize = 20;

/// Measures searches and prints a line for each.
pub async fn measure(folder: &Path) -> Result<()> {
    let store = fill::open(folder)?;
    let all = SpanSearch::new(LIMIT);
    let text = |text: &str| SpanSearch { text: Some(text.to_owned()), ..all.clone() };
    let named = |name: &str| SpanSearch { name: Some(name.to_owned()), ..all.clone() };
    // A day and more after the first span: in the midst of what was written.
    let midst = UnixNanos(1_790_000_000_000_000_000 + 300_000_000_000);
    let slow = Some(DurationNanos(40_050_000));
    let searches = [
        ("all, newest first", all.clone()),
        ("by name", named("chat gpt-4o-mini")),
        ("by a name that no span has", named("no such name")),
        ("by kind server", SpanSearch { kind: Some(2), ..all.clone() }),
        ("by a kind that no span has", SpanSearch { kind: Some(5), ..all.clone() }),
        ("by status error", SpanSearch { status: Some(2), ..all.clone() }),
        ("by service", SpanSearch { service: Some("assistant".to_owned()), ..all.clone() }),
        ("by session", SpanSearch { session: Some("s-000123".to_owned()), ..all.clone() }),
        ("by experiment", SpanSearch { experiment: Some(ExperimentId(0)), ..all.clone() }),
        ("by time, in the midst", SpanSearch { start_before: Some(midst), ..all.clone() }),
        ("by duration, a few in a thousand", SpanSearch { min_duration: slow, ..all.clone() }),
        (
            "by name, error and duration, rare together",
            SpanSearch { status: Some(2), min_duration: slow, ..named("rerank") },
        ),
        ("text in nearly every block", text("finish_reason")),
        ("text of three letters", text("con")),
        ("text of six digits, a few spans", text("123456")),
        ("text of sixteen letters, absent", text("absolutelynothere")),
        ("text of two letters, absent: no index", text("~q")),
        ("text and name, rare together", SpanSearch { text: Some("kb/terre".to_owned()), ..named("rerank") }),
        (
            "text and name, never together",
            SpanSearch { text: Some("kb/terre".to_owned()), ..named("chat gpt-4o-mini") },
        ),
        // Every three letters of it are in nearly every message: no filter tells, and it ends when its time is over.
        ("text of common syllables, absent", text("terconre")),
    ];
    for (name, search) in searches {
        let (mut firsts, mut pages, mut n_rows, mut end) = (Vec::new(), Vec::new(), 0, SearchEnd::Complete);
        for _ in 0..N_RUNS {
            let run = run(&store, search.clone()).await?;
            firsts.extend(run.first);
            pages.push(run.page);
            (n_rows, end) = (run.n_rows, run.end);
        }
        firsts.sort_unstable();
        pages.sort_unstable();
        let p95 =
            |times: &[Duration]| quantile(times, 0.95).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
        let end = if end == SearchEnd::Complete { "complete" } else { "more" };
        println!(
            "  {name:<44} {n_rows:>4} rows, {end:<8}  first row p95 {:>7.1} ms, page p95 {:>7.1} ms",
            p95(&firsts),
            p95(&pages)
        );
    }
    deep(&store, all).await?;
    store.close().await?;
    Ok(())
}

struct Run {
    first: Option<Duration>,
    page: Duration,
    n_rows: usize,
    end: SearchEnd,
}

async fn run(store: &Store, search: SpanSearch) -> Result<Run> {
    let (sender, rows) = std::sync::mpsc::channel();
    let started = Instant::now();
    // What the server gives a search: two seconds, then the rest on the next page.
    let control =
        SearchControl { deadline: Some(started + Duration::from_secs(2)), ..SearchControl::default() };
    let found = move |_| {
        let _ = sender.send(started.elapsed());
    };
    let end = store.search_spans(search, control, found).await?;
    let page = started.elapsed();
    let times: Vec<Duration> = rows.iter().collect();
    Ok(Run { first: times.first().copied(), page, n_rows: times.len(), end })
}

/// The page after 100,000 rows.
async fn deep(store: &Store, all: SpanSearch) -> Result<()> {
    let end = store
        .search_spans(SpanSearch { limit: 100_000, ..all.clone() }, SearchControl::default(), |_| ())
        .await?;
    let SearchEnd::More(cursor) = end else { return Ok(()) };
    let page = run(store, SpanSearch { after: Some(cursor), ..all }).await?.page;
    println!("  {:<44} page {:.1} ms", "all, after 100,000 rows", page.as_secs_f64() * 1e3);
    Ok(())
}
