//! Measures how long two traces take to be laid over each other: fingerprints, then the alignment.

use std::time::{Duration, Instant};

use analysis::compare::{Fingerprint, Options, Side, align};
use analysis::tree::arrange;
use model::{
    AnyValue, Attribute, DurationNanos, RowFlags, Source, Span, SpanId, SpanRow, SpanTable, StringTable,
    TraceId, UnixNanos,
};

use crate::statistics::quantile;

mod shapes;

use shapes::{Plan, SHAPES};

/// How often each pair is aligned.
const TIMES: u32 = 7;

/// Spans of each side, and how long they may take.
const SIZES: [(u32, Duration); 2] = [(1_000, Duration::from_millis(20)), (50_000, Duration::from_secs(1))];

/// A trace as the engine gets it.
struct Trace {
    table: SpanTable,
    fingerprints: Vec<Fingerprint>,
    fingerprinted_in: Duration,
}

/// Measures all shapes and prints a line for each.
pub fn run() {
    println!(
        "{:<34} {:>7} {:>14} {:>10} {:>10} {:>10} {:>10}",
        "pair", "spans", "fingerprints", "processor", "median", "slowest", "target"
    );
    for (n_spans, target) in SIZES {
        for (name, make, edit) in SHAPES {
            let baseline = trace(make(n_spans, 0));
            let candidate = trace(edit(make(n_spans, 1)));
            let fingerprints = baseline.fingerprinted_in + candidate.fingerprinted_in;
            let sides = [&baseline, &candidate]
                .map(|trace| Side { table: &trace.table, fingerprints: &trace.fingerprints });
            let mut times = Vec::new();
            let used = processor_time();
            for _ in 0..TIMES {
                let started = Instant::now();
                let alignment = align(sides[0], sides[1], &Options::default());
                times.push(started.elapsed());
                assert!(alignment.rows.len() >= baseline.table.rows.len());
            }
            let processor = processor_time().saturating_sub(used) / TIMES;
            times.sort();
            let [median, slowest] = [0.5, 1.0].map(|share| quantile(&times, share).unwrap_or_default());
            println!(
                "{name:<34} {n_spans:>7} {:>11.1} ms {:>7.2} ms {:>7.2} ms {:>7.2} ms {:>7.0} ms",
                ms(fingerprints),
                ms(processor),
                ms(median),
                ms(slowest),
                ms(target)
            );
        }
    }
}

/// Returns how long this thread has had a processor, to a few milliseconds: it does not depend on what else the machine does. Zero
/// where there is no Linux.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn trace(plans: Vec<Plan>) -> Trace {
    let id = |number: u32| SpanId(u64::from(number).to_be_bytes());
    let mut strings = StringTable::default();
    let mut spans = std::collections::HashMap::new();
    let mut rows = Vec::with_capacity(plans.len());
    let service = strings.intern("shop");
    for plan in plans {
        let mut span = Span::new(TraceId([1; 16]), id(plan.number), plan.name);
        span.attributes.push(Attribute::new("http.request.method", AnyValue::String("GET".to_owned())));
        if let Some(input) = plan.input {
            span.attributes.push(Attribute::new("gen_ai.input.messages", AnyValue::String(input)));
        }
        rows.push(SpanRow {
            span_id: span.span_id,
            parent_span_id: (plan.parent != 0).then(|| id(plan.parent)),
            name: strings.intern(&span.name),
            service,
            span_type: strings.intern(plan.span_type),
            scope: 0,
            kind: 1,
            status: 0,
            source: Source::OpenTelemetry,
            flags: RowFlags(0),
            start: UnixNanos(i64::try_from(plan.start * 1_000).unwrap_or(i64::MAX)),
            duration: DurationNanos(i64::try_from(plan.duration * 1_000).unwrap_or(i64::MAX)),
            input_tokens: None,
            output_tokens: None,
            cost_pico_usd: None,
        });
        spans.insert(span.span_id, span);
    }
    let table = arrange(TraceId([1; 16]), strings, rows);
    let started = Instant::now();
    let fingerprints = table.rows.iter().map(|row| Fingerprint::of(&spans[&row.span_id], &[])).collect();
    Trace { table, fingerprints, fingerprinted_in: started.elapsed() }
}
