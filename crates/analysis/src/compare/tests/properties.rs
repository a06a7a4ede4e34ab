//! What holds of any two traces.

use model::{AnyValue, Attribute, Span, StatusCode};
use proptest::collection::vec;
use proptest::prelude::*;
use testkit::{span_id, trace_id};

use super::drawn::Trace;
use crate::compare::{Alignment, Hints, Options, Pin, PinRule, Row, Verdict, align, pins_of_rules};

/// A span as it is drawn by lot: which earlier span is its parent (0 for none), name, inputs, service, start and length in
/// milliseconds, whether it failed.
type Lot = (usize, u8, Option<u8>, bool, (u32, u32), bool);

fn lot() -> impl Strategy<Value = Lot> {
    (
        any::<proptest::sample::Index>().prop_map(|index| index.index(1 << 20)),
        0..5_u8,
        proptest::option::of(0..4_u8),
        proptest::bool::weighted(0.2),
        (0..30_u32, 0..20_u32),
        proptest::bool::weighted(0.1),
    )
}

/// Makes a trace of lots. Few names and inputs, so that much is equal.
fn trace(lots: &[Lot]) -> Trace {
    let names = ["search", "chat", "GET /items/17", "parse", "embed"];
    let words = ["green lamps for the kitchen", "red lamps for the kitchen", "trains to Porto", "order 17"];
    let mut starts: Vec<u32> = Vec::new();
    let spans = lots.iter().enumerate().map(
        |(at, &(parent, name, input, is_elsewhere, (start, length), has_failed))| {
            let parent = parent % (at + 1);
            let mut span = Span::new(trace_id(1), span_id(at as u64 + 1), names[usize::from(name)]);
            span.parent_span_id = (parent > 0).then(|| span_id(parent as u64));
            // Children begin with or after their parents.
            let start = if parent > 0 { starts[parent - 1] + start / 3 } else { start };
            starts.push(start);
            span.start_time_unix_nano = 1_000_000_000 + u64::from(start) * 1_000_000;
            span.end_time_unix_nano = match length {
                0 => 0,
                length => span.start_time_unix_nano + u64::from(length) * 1_000_000,
            };
            if let Some(input) = input {
                let words = AnyValue::String(words[usize::from(input)].to_owned());
                span.attributes.push(Attribute::new("gen_ai.input.messages", words));
            }
            if has_failed {
                span.status.code = StatusCode::ERROR;
            }
            (span, if is_elsewhere { "stock" } else { "shop" }.to_owned())
        },
    );
    Trace::of(spans.collect())
}

/// Two traces: often the second is the first with some lots changed, left out or put in.
fn two() -> impl Strategy<Value = (Trace, Trace)> {
    let edits = vec((any::<proptest::sample::Index>(), lot(), 0..4_u8), 0..6);
    (vec(lot(), 0..40), edits).prop_map(|(lots, edits)| {
        let mut edited = lots.clone();
        for (place, lot, what) in edits {
            if edited.is_empty() {
                edited.push(lot);
                continue;
            }
            let at = place.index(edited.len());
            match what {
                0 => edited[at] = lot,
                1 => drop(edited.remove(at)),
                2 => edited.insert(at, lot),
                // Another length alone.
                _ => edited[at].4.1 = lot.4.1,
            }
        }
        (trace(&lots), trace(&edited))
    })
}

/// A row of each side, and the verdict, changes and hints of the pair.
type Said = (Option<u32>, Option<u32>, Verdict, u16, u8);

/// The pairs with what was said of them, by rows of the baseline.
fn said(alignment: &Alignment) -> Vec<Said> {
    let spans = alignment.rows.iter().filter(|row| !row.is_head());
    let mut said: Vec<_> =
        spans.map(|row| (row.baseline, row.candidate, row.verdict, row.changes.0, row.hints.0)).collect();
    said.sort_by_key(|row| (row.0, row.1));
    said
}

/// Rows of both sides, and what was said of their head.
type Head = (Vec<(Option<u32>, Option<u32>)>, String);

/// The spans right below each head, with what was said of it; with the sides exchanged if it is `swapped`.
fn heads(alignment: &Alignment, swapped: bool) -> Vec<Head> {
    let heads = alignment.groups.iter().map(|group| {
        let members = alignment.rows.iter().filter(|row| row.parent == Some(group.head));
        let sides =
            |row: &Row| if swapped { (row.candidate, row.baseline) } else { (row.baseline, row.candidate) };
        let mut members: Vec<_> = members.map(sides).collect();
        members.sort_unstable();
        let (before, after) = (group.baseline_iterations, group.candidate_iterations);
        let counts = if swapped { (after, before) } else { (before, after) };
        let verdict = alignment.rows[group.head as usize].verdict;
        (members, format!("{:?} {verdict:?} {counts:?}", group.kind))
    });
    let mut heads: Vec<_> = heads.collect();
    heads.sort_unstable();
    heads
}

fn mirrored(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Added => Verdict::Removed,
        Verdict::Removed => Verdict::Added,
        other => other,
    }
}

fn check_form(alignment: &Alignment, baseline: &Trace, candidate: &Trace) {
    let rows = &alignment.rows;
    let mut seen = [vec![0; baseline.table.rows.len()], vec![0; candidate.table.rows.len()]];
    for (at, row) in (0_u32..).zip(rows) {
        assert!(row.subtree_end > at && row.subtree_end as usize <= rows.len());
        match row.parent {
            None => assert_eq!(row.depth, 0),
            Some(parent) => {
                let above = &rows[parent as usize];
                assert!(parent < at && row.subtree_end <= above.subtree_end, "{at} lies within {parent}");
                assert_eq!(row.depth, above.depth + 1);
                if row.group.is_some() && !row.is_head() {
                    assert!(above.is_head() && above.group == row.group);
                }
            }
        }
        // The row before the end of each open subtree is its last descendant.
        if at > 0 {
            let mut open = Some(at - 1);
            while let Some(above) = open.filter(|above| Some(*above) != row.parent) {
                assert_eq!(rows[above as usize].subtree_end, at);
                open = rows[above as usize].parent;
            }
            assert_eq!(open, row.parent);
        }
        if let Some(baseline) = row.baseline {
            seen[0][baseline as usize] += 1;
            assert_eq!(alignment.row_of_baseline[baseline as usize], at);
        }
        if let Some(candidate) = row.candidate {
            seen[1][candidate as usize] += 1;
            assert_eq!(alignment.row_of_candidate[candidate as usize], at);
        }
        assert_eq!(row.verdict == Verdict::Added, row.baseline.is_none() && row.candidate.is_some());
        assert_eq!(row.verdict == Verdict::Removed, row.baseline.is_some() && row.candidate.is_none());
        if row.is_head() {
            assert_eq!(alignment.groups[row.group.unwrap() as usize].head, at);
        }
    }
    assert!(seen.iter().flatten().all(|times| *times == 1), "every span in exactly one row");
}

fn aligned(baseline: &Trace, candidate: &Trace) -> Alignment {
    let alignment = align(baseline.side(), candidate.side(), &Options::default());
    check_form(&alignment, baseline, candidate);
    alignment
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_trace_is_unchanged_against_itself(lots in vec(lot(), 0..60)) {
        let trace = trace(&lots);
        let alignment = aligned(&trace, &trace);
        for row in &alignment.rows {
            prop_assert_eq!(row.verdict, Verdict::Unchanged);
            prop_assert_eq!(row.baseline, row.candidate);
            prop_assert_eq!((row.changes.0, row.hints.0), (0, 0));
        }
    }

    #[test]
    fn swapping_the_sides_mirrors((baseline, candidate) in two()) {
        let (forth, back) = (aligned(&baseline, &candidate), aligned(&candidate, &baseline));
        prop_assert_eq!(heads(&forth, false), heads(&back, true));
        let (forth, back) = (said(&forth), said(&back));
        let mut back: Vec<_> = back
            .into_iter()
            .map(|(one, other, verdict, changes, hints)| (other, one, mirrored(verdict), changes, hints))
            .collect();
        back.sort_by_key(|row| (row.0, row.1));
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn unlike_traces_have_the_form_too(one in vec(lot(), 0..40), other in vec(lot(), 0..40)) {
        let (one, other) = (trace(&one), trace(&other));
        prop_assert_eq!(heads(&aligned(&one, &other), false), heads(&aligned(&other, &one), true));
    }

    #[test]
    fn pins_overrule((baseline, candidate) in two(), pins in vec(any::<(u8, u8)>(), 0..4)) {
        let pins: Vec<Pin> =
            pins.into_iter().map(|(one, other)| Pin { baseline: u32::from(one) % 48, candidate: u32::from(other) % 48, is_rule: false }).collect();
        let alignment = align(baseline.side(), candidate.side(), &Options { pins: &pins, ..Options::default() });
        check_form(&alignment, &baseline, &candidate);
        let mut taken: Vec<Pin> = Vec::new();
        for pin in &pins {
            let is_there = (pin.baseline as usize) < baseline.table.rows.len() && (pin.candidate as usize) < candidate.table.rows.len();
            let contradicts = taken.iter().any(|other| other.baseline == pin.baseline || other.candidate == pin.candidate);
            if is_there && !contradicts {
                taken.push(*pin);
                let row = alignment.rows[alignment.row_of_baseline[pin.baseline as usize] as usize];
                prop_assert_eq!(row.candidate, Some(pin.candidate));
                prop_assert!(row.hints.has(Hints::PINNED));
            }
        }
    }

    /// Rules are made as users make them, of pins between two traces, and tried on two others.
    #[test]
    fn rules_mirror_and_never_guess(
        (one, other) in two(),
        (baseline, candidate) in two(),
        pins in vec(any::<(u8, u8)>(), 1..6),
    ) {
        let row = |number: u8, side: &Trace| u32::from(number) % u32::try_from(side.table.rows.len().max(1)).unwrap();
        let mut rules: Vec<PinRule> = Vec::new();
        for (a, b) in pins {
            if one.table.rows.is_empty() || other.table.rows.is_empty() {
                break;
            }
            let pin = Pin { baseline: row(a, &one), candidate: row(b, &other), is_rule: false };
            let made = PinRule::of(pin, one.side(), other.side());
            let mirrored = Pin { baseline: pin.candidate, candidate: pin.baseline, is_rule: false };
            prop_assert_eq!(&made, &PinRule::of(mirrored, other.side(), one.side()));
            if let Ok(rule) = made {
                // It says of the two traces what the pin said.
                let said = pins_of_rules(one.side(), other.side(), std::slice::from_ref(&rule));
                prop_assert_eq!(said, [(0, Pin { is_rule: true, ..pin })]);
                rules.push(rule);
            }
        }
        let forth = pins_of_rules(baseline.side(), candidate.side(), &rules);
        let back = pins_of_rules(candidate.side(), baseline.side(), &rules);
        let swapped: Vec<_> = back
            .iter()
            .map(|(rule, pin)| (*rule, Pin { baseline: pin.candidate, candidate: pin.baseline, is_rule: true }))
            .collect();
        prop_assert_eq!(&forth, &swapped);
        let pins = |pins: Vec<(usize, Pin)>| -> Vec<Pin> { pins.into_iter().map(|(_, pin)| pin).collect() };
        let (there, back) = (pins(forth), pins(back));
        let aligned = |one: &Trace, other: &Trace, pins: &[Pin]| {
            let alignment = align(one.side(), other.side(), &Options { pins, ..Options::default() });
            check_form(&alignment, one, other);
            alignment
        };
        let (forth, back) =
            (aligned(&baseline, &candidate, &there), aligned(&candidate, &baseline, &back));
        let mut back: Vec<_> = said(&back)
            .into_iter()
            .map(|(one, other, verdict, changes, hints)| (other, one, mirrored(verdict), changes, hints))
            .collect();
        back.sort_by_key(|row| (row.0, row.1));
        prop_assert_eq!(said(&forth), back);
        // Against itself a trace stays as it is, whatever the rules.
        let own = pins(pins_of_rules(baseline.side(), baseline.side(), &rules));
        let itself = aligned(&baseline, &baseline, &own);
        prop_assert!(itself.rows.iter().all(|row| row.verdict == Verdict::Unchanged));
    }

    /// All children of the root overlap; each has a subtree of its own.
    #[test]
    fn permuting_parallel_siblings_changes_nothing(
        branches in vec(vec(lot(), 1..6), 1..8),
        keys in vec(any::<u64>(), 8),
    ) {
        let mut order: Vec<usize> = (0..branches.len()).collect();
        order.sort_by_key(|at| keys[*at]);
        let parallel = |order: &[usize]| {
            let mut lots: Vec<Lot> = vec![(0, 0, None, false, (0, 90), false)];
            for (place, &branch) in order.iter().enumerate() {
                let first = lots.len();
                for (at, lot) in branches[branch].iter().enumerate() {
                    let mut lot = *lot;
                    if at == 0 {
                        // `place` is less than 8, and all last 20 ms or more.
                        (lot.0, lot.4) = (1, (u32::try_from(place).unwrap() * 3, 20 + lot.4.1));
                    } else {
                        // Parents are numbered from 1, the branch begins with number `first + 1`.
                        lot.0 = first + 1 + lot.0 % at;
                    }
                    lots.push(lot);
                }
            }
            trace_as_numbered(&lots)
        };
        let (baseline, candidate) = (parallel(&(0..branches.len()).collect::<Vec<_>>()), parallel(&order));
        let alignment = aligned(&baseline, &candidate);
        for row in &alignment.rows {
            prop_assert_eq!(row.verdict, Verdict::Unchanged, "{:?}", row);
        }
    }
}

/// Makes a trace of lots whose parents are numbers of spans, not lots.
fn trace_as_numbered(lots: &[Lot]) -> Trace {
    // `trace` takes the remainder by the number of spans so far plus one, which leaves a number of an earlier span as it is.
    assert!(lots.iter().enumerate().all(|(at, lot)| lot.0 <= at));
    trace(lots)
}
