//! Measures how long two traces take to be laid over each other: fingerprints, then the alignment.

use std::time::{Duration, Instant};

use analysis::compare::{Fingerprint, Options, Side, align};
use analysis::tree::arrange;
use model::{
    AnyValue, Attribute, DurationNanos, RowFlags, Source, Span, SpanId, SpanRow, SpanTable, StringTable,
    TraceId, UnixNanos,
};

use crate::statistics::quantile;

/// How often each pair is aligned.
const TIMES: u32 = 7;

/// Spans of each side, and how long they may take.
const SIZES: [(u32, Duration); 2] = [(1_000, Duration::from_millis(20)), (50_000, Duration::from_secs(1))];

/// A span to be: number from 1, parent or 0, name, start and duration in microseconds, what went in, type.
struct Plan {
    number: u32,
    parent: u32,
    name: String,
    start: u64,
    duration: u64,
    input: Option<String>,
    span_type: &'static str,
}

/// A trace as the engine gets it.
struct Trace {
    table: SpanTable,
    fingerprints: Vec<Fingerprint>,
    fingerprinted_in: Duration,
}

/// Measures all shapes and prints a line for each.
pub fn run() {
    println!(
        "{:<34} {:>7} {:>14} {:>10} {:>10} {:>10}",
        "pair", "spans", "fingerprints", "median", "slowest", "target"
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

type Make = fn(u32, u32) -> Vec<Plan>;
type Edit = fn(Vec<Plan>) -> Vec<Plan>;

/// Shapes, each with what becomes of the candidate.
const SHAPES: [(&str, Make, Edit); 11] = [
    ("wide, one after another", wide, edited),
    ("wide, at the same time", parallel, edited),
    ("deep", deep, edited),
    ("bushy", bushy, edited),
    ("agent loop", agent, edited),
    ("bushy against itself", bushy, same),
    ("wide, all inputs other", wide_other, same),
    ("wide at the same time, all other", parallel_other, same),
    ("wide, equal twins, one more", twins, same),
    ("bushy, nothing in common", strange, same),
    ("bushy, in another order", bushy, turned),
];

fn plan(number: u32, parent: u32, name: impl Into<String>, start: u64, duration: u64) -> Plan {
    Plan { number, parent, name: name.into(), start, duration, input: None, span_type: "" }
}

fn wide(n_spans: u32, _side: u32) -> Vec<Plan> {
    let mut plans = vec![plan(1, 0, "import", 0, u64::from(n_spans) * 100)];
    plans.extend((2..=n_spans).map(|number| Plan {
        input: Some(format!("row {number} of the table of customers, region {}", number % 17)),
        ..plan(number, 1, "insert", u64::from(number) * 100, 90)
    }));
    plans
}

fn wide_other(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = wide(n_spans, side);
    for plan in &mut plans[1..] {
        plan.input =
            Some(format!("side {side} row {} {}", plan.number * 7 + side, mixed(plan.number * 2 + side)));
    }
    plans
}

fn parallel(n_spans: u32, _side: u32) -> Vec<Plan> {
    let mut plans = wide(n_spans, 0);
    for plan in &mut plans[1..] {
        (plan.start, plan.duration) =
            (u64::from(mixed(plan.number) % 1_000), 2_000 + u64::from(plan.number % 97));
    }
    plans
}

fn parallel_other(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = wide_other(n_spans, side);
    for plan in &mut plans[1..] {
        (plan.start, plan.duration) =
            (u64::from(mixed(plan.number) % 1_000), 2_000 + u64::from(plan.number % 97));
    }
    plans
}

fn twins(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = parallel(n_spans - 1 + side, side);
    plans.iter_mut().for_each(|plan| plan.input = None);
    plans
}

/// Chains of 5,000 levels.
fn deep(n_spans: u32, _side: u32) -> Vec<Plan> {
    let name =
        |number: u32| format!("layer {}", ["http", "auth", "retry", "cache", "call"][(number % 5) as usize]);
    (1..=n_spans)
        .map(|number| {
            let parent = if number % 5_000 == 1 { 0 } else { number - 1 };
            plan(number, parent, name(number), u64::from(number), u64::from(2 * n_spans - number))
        })
        .collect()
}

/// Eight children each, a dozen names.
fn bushy(n_spans: u32, _side: u32) -> Vec<Plan> {
    (1..=n_spans)
        .map(|number| {
            let input = (number % 3 == 0).then(|| format!("select {} from orders", number % 501));
            Plan {
                input,
                ..plan(
                    number,
                    (number + 6) / 8,
                    format!("step {}", (b'a' + (mixed(number) % 12) as u8) as char),
                    u64::from(number) * 10,
                    9,
                )
            }
        })
        .collect()
}

fn strange(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = bushy(n_spans, side);
    for plan in &mut plans {
        plan.name = format!("{} {}", ["one", "two"][side as usize], plan.name);
        plan.input = None;
    }
    plans
}

/// A model call with a growing conversation, then three tools with a call each.
fn agent(n_spans: u32, _side: u32) -> Vec<Plan> {
    let mut plans = vec![plan(1, 0, "agent", 0, u64::from(n_spans) * 1_000)];
    let mut number = 2;
    while number <= n_spans {
        let round = number / 7;
        let start = u64::from(number) * 1_000;
        plans.push(Plan {
            input: Some(format!(
                "you are helpful. question {} then answers {} and {}",
                round / 9,
                round,
                mixed(round)
            )),
            span_type: "CHAT_MODEL",
            ..plan(number, 1, "chat", start, 900)
        });
        for tool in 0..3 {
            let call = number + 1 + tool * 2;
            let name = ["search", "lookup", "track"][((round + tool) % 3) as usize];
            let start = start + 1_000 + u64::from(tool) * 1_000;
            plans.push(Plan { input: Some(format!("{name} {round}")), ..plan(call, 1, name, start, 900) });
            plans.push(plan(call + 1, call, "GET", start + 10, 800));
        }
        number += 7;
    }
    plans.retain(|plan| plan.number <= n_spans);
    plans
}

fn same(plans: Vec<Plan>) -> Vec<Plan> {
    plans
}

/// Each hundredth is left out, each hundredth comes in, each fiftieth has other inputs, each tenth takes longer.
fn edited(mut plans: Vec<Plan>) -> Vec<Plan> {
    let n_spans = plans.len();
    let mut added = Vec::new();
    for plan in &mut plans {
        match plan.number % 100 {
            33 => added.push(Plan {
                number: plan.number + 10_000_000,
                parent: plan.number,
                name: "new".to_owned(),
                input: None,
                ..*plan
            }),
            50 | 0 => plan.input = plan.input.take().map(|input| input + " please"),
            _ if plan.number % 10 == 7 => plan.duration += 20_000,
            _ => {}
        }
    }
    // Only leaves, or whole subtrees would go.
    let parents: std::collections::HashSet<u32> = plans.iter().map(|plan| plan.parent).collect();
    plans.retain(|plan| plan.number % 100 != 77 || parents.contains(&plan.number));
    plans.extend(added);
    debug_assert!(plans.len() + 600 >= n_spans);
    plans
}

/// Siblings come the other way round.
fn turned(mut plans: Vec<Plan>) -> Vec<Plan> {
    let last = plans.iter().map(|plan| plan.start).max().unwrap_or(0);
    plans.iter_mut().skip(1).for_each(|plan| plan.start = last - plan.start);
    plans
}

fn mixed(number: u32) -> u32 {
    number.wrapping_mul(0x9E37_79B9).rotate_left(13).wrapping_mul(0x85EB_CA6B) >> 8
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
