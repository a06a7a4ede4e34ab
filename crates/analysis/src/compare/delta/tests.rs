//! Differences of drawn pairs, and of random ones.

use model::{DurationNanos, RowFlags, Source, SpanGroup, SpanRow, StringTable, TraceId, UnixNanos};
use proptest::prelude::*;
use testkit::draw::draw;

use super::super::{Fingerprint, Options, align, first_divergence, headline};
use super::*;
use crate::prices::Prices;
use crate::semconv;
use crate::tree::arrange;

/// A trace as the comparison wants it.
#[derive(Debug)]
struct Drawn {
    table: SpanTable,
    fingerprints: Vec<Fingerprint>,
    measured: Measured,
}

impl Drawn {
    fn side(&self) -> MeasuredSide<'_> {
        let side = Side { table: &self.table, fingerprints: &self.fingerprints };
        MeasuredSide { side, measured: &self.measured }
    }
}

fn drawn(drawing: &str) -> Drawn {
    let group = draw(TraceId([1; 16]), drawing);
    let mut strings = StringTable::default();
    let prices = Prices::default();
    let rows: Vec<SpanRow> = group
        .spans
        .iter()
        .map(|span| {
            let facts = semconv::view(span, &[]).facts(&prices);
            SpanRow {
                span_id: span.span_id,
                parent_span_id: span.parent_span_id,
                name: strings.intern(&span.name),
                service: 0,
                span_type: strings.intern(facts.span_type.as_deref().unwrap_or_default()),
                scope: 0,
                kind: 0,
                status: 0,
                source: Source::OpenTelemetry,
                flags: RowFlags(if span.end().is_none() { RowFlags::NOT_ENDED } else { 0 }),
                start: span.start(),
                duration: span.duration().unwrap_or(DurationNanos(0)),
                input_tokens: facts.tokens.input,
                output_tokens: facts.tokens.output,
                cost_pico_usd: facts.cost.total,
            }
        })
        .collect();
    let table = arrange(TraceId([1; 16]), strings, rows);
    let fingerprints = fingerprints(&table, &group);
    let tokens: Vec<Option<i64>> = table.rows.iter().map(|row| tokens_of(row, None)).collect();
    let measured = Measured::of(&table, &tokens);
    Drawn { table, fingerprints, measured }
}

fn fingerprints(table: &SpanTable, group: &SpanGroup) -> Vec<Fingerprint> {
    let span = |row: &SpanRow| group.spans.iter().find(|span| span.span_id == row.span_id).unwrap();
    table.rows.iter().map(|row| Fingerprint::of(span(row), &[])).collect()
}

const BASELINE: &str = "
                 0....5....10...15...20....25...30
plan             [===================]
  embed           [====]
  search                [==]
  chat                       [====]         gen_ai.operation.name=chat gen_ai.usage.input_tokens=100 gen_ai.usage.output_tokens=20
";

const CANDIDATE: &str = "
                 0....5....10...15...20....25...30
plan             [============================]
  embed           [==]
  search              [==]
  search                 [===]
  chat                         [==========]  gen_ai.operation.name=chat gen_ai.usage.input_tokens=160 gen_ai.usage.output_tokens=20
";

fn compared(baseline: &Drawn, candidate: &Drawn) -> (Alignment, Delta) {
    let (before, after) = (baseline.side(), candidate.side());
    let alignment = align(before.side, after.side, &Options::default());
    let delta = delta(&alignment, before, after);
    (alignment, delta)
}

fn told(contributors: &[Contributor]) -> Vec<(&str, i64)> {
    contributors.iter().map(|one| (one.label.as_str(), one.delta() / 1_000_000)).collect()
}

#[test]
fn time_is_told_by_what_the_trace_waited_for() {
    let (_, delta) = compared(&drawn(BASELINE), &drawn(CANDIDATE));
    // Columns are milliseconds. Baseline: embed 5, search 3, chat 5, plan the other 7 of 20. Candidate: embed 3, search 3 + 4,
    // chat 11, plan the other 8 of 29.
    assert_eq!(delta.duration_ns, 9_000_000);
    assert_eq!(told(&delta.time_contributors), [("chat", 6), ("search", 4), ("embed", -2), ("plan", 1)]);
    let words = headline(delta.duration_ns, &delta.time_contributors);
    assert_eq!(words, "+9.0 ms: chat +6.0 ms (67 %), one more `search` +4.0 ms, embed −2.0 ms, plan +1.0 ms");
}

#[test]
fn tokens_are_those_of_counted_spans() {
    let (alignment, delta) = compared(&drawn(BASELINE), &drawn(CANDIDATE));
    assert_eq!((delta.tokens, delta.cost), (Some(60), None));
    let [chat] = delta.token_contributors.as_slice() else { panic!("one call") };
    assert_eq!((chat.label.as_str(), chat.delta()), ("chat", 60));
    let row = &delta.rows[chat.row.unwrap() as usize];
    assert_eq!(row.tokens, Some(60));
    let others = delta.rows.iter().zip(&alignment.rows).filter(|(other, _)| other.tokens.is_none());
    assert_eq!(others.count(), alignment.rows.len() - 1, "nothing is known of the others");
}

#[test]
fn a_side_without_tokens_has_no_difference_of_tokens() {
    let silent = drawn(
        "
                 0....5
plan             [====]
",
    );
    let (_, delta) = compared(&silent, &drawn(CANDIDATE));
    assert_eq!((delta.tokens, delta.token_contributors.len()), (None, 0));
    assert!(delta.rows.iter().all(|row| row.tokens.is_none()));
}

#[test]
fn the_duration_of_a_span_that_has_not_ended_is_unknown() {
    let growing = drawn(
        "
                 0....5....10
plan             [=====
  embed           [==]
",
    );
    let (alignment, delta) = compared(&drawn(BASELINE), &growing);
    let root = alignment.row_of_candidate[0] as usize;
    assert_eq!(delta.rows[root].duration_ns, None);
    let whole: i64 = delta.time_contributors.iter().map(Contributor::delta).sum();
    assert_eq!((delta.duration_ns, whole), (-16_000_000, -16_000_000));
}

#[test]
fn an_empty_side_and_a_side_against_itself() {
    let (one, none) = (drawn(BASELINE), drawn("0....5"));
    let (_, all) = compared(&none, &one);
    let whole: i64 = all.time_contributors.iter().map(Contributor::delta).sum();
    assert_eq!((all.duration_ns, whole), (20_000_000, 20_000_000));
    let (_, nothing) = compared(&one, &one);
    assert_eq!((nothing.duration_ns, nothing.tokens), (0, Some(0)));
    assert!(nothing.time_contributors.is_empty() && nothing.token_contributors.is_empty());
    assert_eq!(headline(0, &nothing.time_contributors), "No difference in duration");
}

/// Drawn agents of two model calls with a tool between them.
fn agent(first: &str, second: &str) -> Drawn {
    drawn(&format!(
        "
                 0....5....10...15...20
agent            [===================]
  chat            [==]                   gen_ai.operation.name=chat gen_ai.input.messages={first}
  lookup              [==]               gen_ai.operation.name=execute_tool
  chat                    [==]           gen_ai.operation.name=chat gen_ai.input.messages={second}
  notify                      [==]
"
    ))
}

fn diverges(baseline: &Drawn, candidate: &Drawn) -> Option<(usize, Vec<String>)> {
    let (before, after) = (baseline.side(), candidate.side());
    let alignment = align(before.side, after.side, &Options::default());
    let divergence = first_divergence(&alignment, before.side, after.side)?;
    let number = alignment.rows[divergence.row as usize].candidate.unwrap() as usize;
    let downstream = alignment.rows.iter().zip(&divergence.is_downstream).filter(|(_, is)| **is);
    Some((number, downstream.map(|(row, _)| label(row, before, after).to_owned()).collect()))
}

#[test]
fn the_first_divergence_is_the_earliest_call_whose_input_differs() {
    let baseline = agent("where-is-order-4711", "order-4711-is-in-Porto");
    assert_eq!(diverges(&baseline, &agent("where-is-order-4712", "order-4712-is-in-Porto")), None, "numbers");
    let second = diverges(&baseline, &agent("where-is-order-4711", "order-4711-is-in-Faro"));
    assert_eq!(second, Some((3, vec!["notify".to_owned()])));
    let first = diverges(&baseline, &agent("where-is-parcel-4711", "order-4711-is-in-Faro"));
    assert_eq!(first, Some((1, ["lookup", "chat", "notify"].map(str::to_owned).to_vec())));
}

#[test]
fn a_call_that_only_one_side_makes_is_a_divergence() {
    let baseline = agent("a", "b");
    let more = drawn(
        "
                 0....5....10...15...20...25
agent            [========================]
  chat            [==]                   gen_ai.operation.name=chat gen_ai.input.messages=a
  lookup              [==]               gen_ai.operation.name=execute_tool
  chat                    [==]           gen_ai.operation.name=chat gen_ai.input.messages=b
  notify                      [==]
  chat                            [==]   gen_ai.operation.name=chat gen_ai.input.messages=c
  store                               [=]
",
    );
    assert_eq!(diverges(&baseline, &more), Some((5, vec!["store".to_owned()])));
}

/// Rows of up to 30 spans with names of a small alphabet and tokens.
fn traces() -> impl Strategy<Value = Drawn> {
    let span = (0..30_u64, 0..4_u8, 0..100_i64, -1..100_i64, prop::option::of(0..50_i64));
    prop::collection::vec(span, 0..30).prop_map(|raw| {
        let mut strings = StringTable::default();
        let rows = (1_u64..).zip(raw).map(|(id, (parent, name, start, end, tokens))| SpanRow {
            span_id: testkit::span_id(id),
            parent_span_id: (parent != 0 && parent != id).then(|| testkit::span_id(parent)),
            name: strings.intern(["plan", "chat", "search", "embed"][usize::from(name)]),
            service: 0,
            span_type: 0,
            scope: 0,
            kind: 0,
            status: 0,
            source: Source::OpenTelemetry,
            flags: RowFlags(if end < 0 { RowFlags::NOT_ENDED } else { 0 }),
            start: UnixNanos(start),
            duration: DurationNanos(if end < 0 { 0 } else { (end - start).max(0) }),
            input_tokens: tokens,
            output_tokens: None,
            cost_pico_usd: tokens.map(|tokens| tokens * 3),
        });
        let rows: Vec<SpanRow> = rows.collect();
        let table = arrange(TraceId([1; 16]), strings, rows);
        let name = |row: &SpanRow| Fingerprint::of_name(table.strings.get(row.name));
        let fingerprints = table.rows.iter().map(name).collect();
        let tokens: Vec<Option<i64>> = table.rows.iter().map(|row| tokens_of(row, None)).collect();
        let measured = Measured::of(&table, &tokens);
        Drawn { table, fingerprints, measured }
    })
}

fn sum(contributors: &[Contributor]) -> i64 {
    contributors.iter().map(Contributor::delta).sum()
}

/// What is said of a row: for a head, which spans are below it, why and how often; then all of its deltas.
type Said = (Vec<(Option<u32>, Option<u32>)>, String, [Option<i64>; 4]);

/// All that is said of rows, sorted by their spans; with the sides exchanged if it is `swapped`.
fn said(alignment: &Alignment, delta: &Delta, swapped: bool) -> Vec<Said> {
    let sides =
        |row: &Row| if swapped { (row.candidate, row.baseline) } else { (row.baseline, row.candidate) };
    let rows = (0_u32..).zip(alignment.rows.iter().zip(&delta.rows)).map(|(number, (row, delta))| {
        let sign = |value: Option<i64>| value.map(|value| if swapped { -value } else { value });
        let deltas = [delta.duration_ns, Some(delta.self_ns), delta.tokens, delta.cost].map(sign);
        if !row.is_head() {
            return (vec![sides(row)], String::new(), deltas);
        }
        let group = &alignment.groups[row.group.unwrap() as usize];
        let members = alignment.rows.iter().filter(|member| member.parent == Some(number)).map(sides);
        let mut members: Vec<_> = members.collect();
        members.sort_unstable();
        let (before, after) = (group.baseline_iterations, group.candidate_iterations);
        let counts = if swapped { (after, before) } else { (before, after) };
        (members, format!("{:?} {:?} {counts:?}", group.kind, row.verdict), deltas)
    });
    let mut rows: Vec<Said> = rows.collect();
    rows.sort_unstable();
    rows
}

proptest! {
    #[test]
    fn contributors_and_rows_sum_exactly(baseline in traces(), candidate in traces()) {
        let (alignment, delta) = compared(&baseline, &candidate);
        let other = candidate.measured.time.other_ns - baseline.measured.time.other_ns;
        let spans = delta.rows.iter().zip(&alignment.rows).filter(|(_, row)| !row.is_head());
        let rows: i64 = spans.clone().map(|(row, _)| row.self_ns).sum();
        prop_assert_eq!(sum(&delta.time_contributors), delta.duration_ns);
        prop_assert_eq!(rows + other, delta.duration_ns);
        prop_assert_eq!(sum(&delta.token_contributors), delta.tokens.unwrap_or(0));
        prop_assert_eq!(sum(&delta.cost_contributors), delta.cost.unwrap_or(0));
        if let Some(tokens) = delta.tokens {
            prop_assert_eq!(spans.map(|(row, _)| row.tokens.unwrap_or(0)).sum::<i64>(), tokens);
            prop_assert_eq!(delta.cost, Some(tokens * 3));
        }
    }

    #[test]
    fn swapping_negates(baseline in traces(), candidate in traces()) {
        let (_, there) = compared(&baseline, &candidate);
        let (_, back) = compared(&candidate, &baseline);
        prop_assert_eq!(there.duration_ns, -back.duration_ns);
        prop_assert_eq!(there.tokens, back.tokens.map(|tokens| -tokens));
        prop_assert_eq!(there.cost, back.cost.map(|cost| -cost));
    }

    #[test]
    fn swapping_mirrors_every_row_and_every_head(baseline in traces(), candidate in traces()) {
        let (alignment, there) = compared(&baseline, &candidate);
        let (mirrored, back) = compared(&candidate, &baseline);
        prop_assert_eq!(said(&alignment, &there, false), said(&mirrored, &back, true));
    }

    #[test]
    fn a_trace_against_itself_differs_in_nothing(trace in traces()) {
        let (_, delta) = compared(&trace, &trace);
        prop_assert_eq!(delta.duration_ns, 0);
        prop_assert!(delta.time_contributors.is_empty() && delta.token_contributors.is_empty());
        prop_assert!(delta.rows.iter().all(|row| row.self_ns == 0 && row.duration_ns.unwrap_or(0) == 0));
    }
}
