//! Measures Traceloupe against the raw limit of SQLite and against its own targets: rates, latency, memory, size, search.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum};
use reqwest::Client;

use crate::fill::{self, Filled};
use crate::load::{Load, Rate};
use crate::look::{self, Look};
use crate::payload::{BATCH, Generator, SMALL, Shape, WEB};
use crate::raw::Raw;
use crate::statistics::quantile;
use crate::subject::{Memory, Running, Subject};
use crate::{search, trace_search};

/// Raw limit and server take turns, for a machine that others share is now fast and now slow; the middle one of the ratios counts.
const N_ROUNDS: u32 = 9;

/// Options of the measurement.
#[derive(Args)]
pub struct Options {
    /// The `traceloupe` binary; without it the store alone is measured, in this process.
    #[arg(long)]
    traceloupe: Option<PathBuf>,
    /// Spans to fill a store with.
    #[arg(long, default_value_t = 1_000_000)]
    spans: u64,
    /// How long each kind of request is sent, in all rounds together.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Measure one part alone.
    #[arg(long)]
    only: Option<Part>,
    /// Search this store, filled by an earlier run or now, and nothing else.
    #[arg(long, value_name = "FOLDER")]
    search: Option<PathBuf>,
}

/// A part of the measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Spans per second, and latency at half of that.
    Rates,
    /// Memory while spans arrive.
    Memory,
    /// Bytes on disk, and searches.
    Sizes,
}

/// Measures and prints.
pub async fn run(options: &Options) -> Result<()> {
    if let Some(folder) = &options.search {
        if !folder.join(store::DATABASE_FILE).exists() {
            std::fs::create_dir_all(folder)?;
            print_sizes("mix, 500 spans a request", &fill::fill(folder, BATCH, options.spans).await?);
            trace_search::label(folder).await?;
        }
        search::measure(folder).await?;
        return trace_search::measure(folder).await;
    }
    let wants = |part| options.only.is_none_or(|only| only == part);
    if let Some(binary) = &options.traceloupe {
        if wants(Part::Rates) {
            rates(binary, Duration::from_secs(options.seconds)).await?;
        }
        if wants(Part::Memory) {
            memory(binary, options.spans).await?;
        }
    }
    if wants(Part::Sizes) {
        sizes(options.spans).await?;
    }
    Ok(())
}

/// Spans per second beside the raw limit, and the 99th percentile at half of that.
async fn rates(binary: &Path, duration: Duration) -> Result<()> {
    for (name, shape, n_connections, target) in
        [("500 spans, 2 connections", BATCH, 2, 0.8), ("8 spans, 4 connections", SMALL, 4, 0.5)]
    {
        let folder = tempfile::tempdir()?;
        let mut raw = Raw::new(folder.path(), shape)?;
        let running = Subject::Traceloupe(binary.to_owned()).start().await?;
        let url = running.url.clone();
        // As any OpenTelemetry SDK sends them.
        let experiment = None;
        let slice = duration / N_ROUNDS;
        let load = Load { url, shape, experiment, n_connections, duration: slice, requests_per_second: None };
        let mut rounds = Vec::new();
        let used = running.processor_time()?;
        let mut n_spans = 0.0;
        for _ in 0..N_ROUNDS {
            let limit = raw.run(slice)?;
            let peak = load.run().await?;
            n_spans += peak.spans_per_second * slice.as_secs_f64();
            rounds.push((peak.spans_per_second / limit, limit, peak));
        }
        let used = running.processor_time()? - used;
        rounds.sort_by(|(left, ..), (right, ..)| left.total_cmp(right));
        let ratios: Vec<String> = rounds.iter().map(|(ratio, ..)| format!("{ratio:.2}")).collect();
        let (ratio, limit, peak) = rounds.swap_remove(rounds.len() / 2);
        let requests_per_second = peak.spans_per_second / f64::from(shape.n_spans()) / 2.0;
        let half = Load { requests_per_second: Some(requests_per_second), duration, ..load };
        let (half, looks) = tokio::try_join!(half.run(), look::look(&running.url, duration))?;
        running.stop().await?;
        let Rate { spans_per_second, .. } = peak;
        println!(
            "{name}: {spans_per_second:.0} spans/s, raw limit {limit:.0}, ratio {ratio:.2} (target {target})"
        );
        println!("  ratios of all rounds: {}", ratios.join(" "));
        println!(
            "  {:.1} µs of processor time in the server for each span",
            used.as_secs_f64() * 1e6 / n_spans
        );
        println!("  at peak: median {:.1} ms, p99 {:.1} ms", ms(peak.median), ms(peak.p99));
        println!("  at half: median {:.1} ms, p99 {:.1} ms (target 50 ms)", ms(half.median), ms(half.p99));
        for Look { what, times } in looks {
            let [median, p99] = [0.5, 0.99].map(|share| quantile(&times, share).map_or(f64::NAN, ms));
            println!("    {what:<24} median {median:.1} ms, p99 {p99:.1} ms (target 200 ms)");
        }
    }
    Ok(())
}

/// The most memory that the server uses while it ingests.
async fn memory(binary: &Path, n_spans: u64) -> Result<()> {
    let running = Subject::Traceloupe(binary.to_owned()).start().await?;
    let (requests, mut bodies) = tokio::sync::mpsc::channel::<Vec<u8>>(8);
    let generating = tokio::task::spawn_blocking(move || {
        let mut generator = Generator::new(13);
        for _ in 0..n_spans / u64::from(BATCH.n_spans()) {
            let body = proto::otlp::encode_protobuf(vec![generator.group(BATCH)]);
            if requests.blocking_send(body).is_err() {
                return;
            }
        }
    });
    let client = Client::new();
    let started = Instant::now();
    let (mut most, mut looked) = (running.memory()?, started);
    let mut under_way = tokio::task::JoinSet::new();
    while let Some(body) = bodies.recv().await {
        if under_way.len() >= 2 {
            under_way.join_next().await.context("a request is under way")???;
        }
        under_way.spawn(post(client.clone(), format!("{}/v1/traces", running.url), body));
        if looked.elapsed() > Duration::from_millis(200) {
            most = larger(most, &running)?;
            looked = Instant::now();
        }
    }
    while let Some(answer) = under_way.join_next().await {
        answer??;
    }
    let ingested = started.elapsed();
    generating.await?;
    // Merging goes on: its memory counts too.
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        most = larger(most, &running)?;
    }
    println!(
        "{n_spans} spans in {:.0} s: PSS at most {:.0} MB (target 150), RSS {:.0} MB",
        ingested.as_secs_f64(),
        megabytes(most.pss),
        megabytes(most.rss)
    );
    running.stop().await
}

async fn post(client: Client, url: String, body: Vec<u8>) -> Result<()> {
    let response =
        client.post(url).header("content-type", "application/x-protobuf").body(body).send().await?;
    let status = response.status();
    ensure!(status.is_success(), "{status}");
    response.bytes().await?;
    Ok(())
}

fn larger(most: Memory, running: &Running) -> Result<Memory> {
    let now = running.memory()?;
    Ok(Memory { rss: most.rss.max(now.rss), pss: most.pss.max(now.pss) })
}

/// Bytes on disk by kind of payload and request.
async fn sizes(n_spans: u64) -> Result<()> {
    let small_web = Shape { n_traces: 1, n_spans_each: 8, ..WEB };
    for (name, shape, n_spans) in [
        ("mix, 500 spans a request", BATCH, n_spans),
        ("web, 500 spans a request", WEB, n_spans / 5),
        ("mix, 8 spans a request", SMALL, n_spans / 5),
        ("web, 8 spans a request", small_web, n_spans / 5),
    ] {
        let folder = tempfile::tempdir()?;
        let filled = fill::fill(folder.path(), shape, n_spans).await?;
        print_sizes(name, &filled);
        search::measure(folder.path()).await?;
        if name == "mix, 500 spans a request" {
            trace_search::label(folder.path()).await?;
            trace_search::measure(folder.path()).await?;
        }
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "figures with three digits")]
fn print_sizes(name: &str, filled: &Filled) {
    let per_span = |bytes: u64| bytes as f64 / filled.n_spans as f64;
    let share = |bytes: u64| bytes as f64 / filled.otlp_bytes as f64;
    println!("{name}: {} spans, {:.0} bytes of OTLP each", filled.n_spans, per_span(filled.otlp_bytes));
    println!(
        "  before merging: {:.0} bytes each, {:.2} × OTLP",
        per_span(filled.before),
        share(filled.before)
    );
    println!("  after merging:  {:.0} bytes each, {:.2} × OTLP", per_span(filled.after), share(filled.after));
    println!(
        "  written in {:.1} s, merged in {:.1} s",
        filled.write_time.as_secs_f64(),
        filled.merge_time.as_secs_f64()
    );
    let tables: Vec<String> =
        filled.tables.iter().map(|(name, bytes)| format!("{name} {:.1}", per_span(*bytes))).collect();
    println!("  bytes each by table: {}", tables.join(", "));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "megabytes with no digit after the point")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
