//! Replays pairs/*.txt.

use std::fmt::Write as _;

use similar_asserts::SimpleDiff;

use super::drawn::Trace;
use crate::compare::{
    Alignment, Changes, GroupKind, Hints, Options, Pin, PinRule, Verdict, align, pins_of_rules,
};

const FILES: [(&str, &str); 11] = [
    ("same", include_str!("../pairs/same.txt")),
    ("content", include_str!("../pairs/content.txt")),
    ("more_or_less", include_str!("../pairs/more_or_less.txt")),
    ("names", include_str!("../pairs/names.txt")),
    ("levels", include_str!("../pairs/levels.txt")),
    ("order", include_str!("../pairs/order.txt")),
    ("partners", include_str!("../pairs/partners.txt")),
    ("loops", include_str!("../pairs/loops.txt")),
    ("harder", include_str!("../pairs/harder.txt")),
    ("broken", include_str!("../pairs/broken.txt")),
    ("rules", include_str!("../pairs/rules.txt")),
];

/// A case of a file.
struct Case<'a> {
    title: String,
    pins: Vec<(u64, u64)>,
    rules: Vec<PinRule>,
    baseline: &'a str,
    candidate: &'a str,
    expected: &'a str,
}

fn cases() -> Vec<Case<'static>> {
    let mut cases = Vec::new();
    for (file, text) in FILES {
        let text = text.strip_prefix("== ").unwrap();
        for case in text.split("\n== ") {
            let (head, rest) = case.split_once("why: ").unwrap();
            let ruler = rest.find("  0....5").unwrap();
            let ruler = rest[..ruler].rfind('\n').unwrap();
            let pins = rest[..ruler].lines().filter_map(|line| {
                let (baseline, candidate) = line.strip_prefix("pin ")?.split_once(':')?;
                Some((baseline.parse().unwrap(), candidate.parse().unwrap()))
            });
            let place = |text: &str| text.trim().split('/').map(str::to_owned).collect();
            let rules = rest[..ruler].lines().filter_map(|line| {
                let (one, other) = line.strip_prefix("rule ")?.split_once(" = ")?;
                Some(PinRule::new(place(one), place(other)))
            });
            let mut parts = rest[ruler..].split("\n--");
            cases.push(Case {
                title: format!("{file}: {}", head.trim()),
                pins: pins.collect(),
                rules: rules.collect(),
                baseline: parts.next().unwrap(),
                candidate: parts.next().unwrap(),
                expected: parts.next().unwrap_or_default().trim_matches('\n'),
            });
            assert_eq!(parts.next(), None, "{}", head.trim());
        }
    }
    cases
}

/// Writes an alignment as the files do.
fn written(alignment: &Alignment, baseline: &Trace, candidate: &Trace) -> String {
    let mut text = String::new();
    for row in &alignment.rows {
        let glyph = match row.verdict {
            Verdict::Unchanged => '=',
            Verdict::Changed => '~',
            Verdict::Added => '+',
            Verdict::Removed => '-',
            Verdict::Moved => '>',
        };
        text.push_str(&"  ".repeat(row.depth as usize));
        if row.is_head() {
            let group = &alignment.groups[row.group.unwrap() as usize];
            let kind = match group.kind {
                GroupKind::Loop => "loop",
                GroupKind::Retry => "retry",
                GroupKind::FanOut => "fan-out",
            };
            let label = group.label.replace(" → ", ",");
            let (before, after) = (group.baseline_iterations, group.candidate_iterations);
            writeln!(text, "* {kind} {label} {before}:{after} {glyph}").unwrap();
            continue;
        }
        let number = |side: &Trace, row: Option<u32>| {
            row.map_or_else(|| ".".to_owned(), |row| side.number(row).to_string())
        };
        let (before, after) = (number(baseline, row.baseline), number(candidate, row.candidate));
        let name = match (row.baseline, row.candidate) {
            (_, Some(row)) => candidate.name(row),
            (Some(row), None) => baseline.name(row),
            (None, None) => unreachable!("heads are written above"),
        };
        write!(text, "{glyph} {before}:{after} {name}").unwrap();
        let changes = ["duration", "status", "content", "model", "tokens", "cost", "name", "service"];
        for (bit, change) in changes.into_iter().enumerate().filter(|(bit, _)| row.changes.has(1 << bit)) {
            assert!(bit < 8 && row.changes != Changes::default());
            write!(text, " {change}").unwrap();
        }
        for (hint, word) in [
            (Hints::RENAMED, "renamed"),
            (Hints::WRAPPED, "wrapped"),
            (Hints::WRAPPER, "wrapper"),
            (Hints::REORDERED, "reordered"),
            (Hints::PINNED, "pinned"),
            (Hints::BY_RULE, "by-rule"),
        ] {
            if row.hints.has(hint) {
                write!(text, " {word}").unwrap();
            }
        }
        if row.group.is_some() {
            write!(text, " #{}", row.iteration).unwrap();
        }
        text.push('\n');
    }
    text.trim_end().to_owned()
}

#[test]
fn pairs_align_as_expected() {
    let cases = cases();
    assert!(cases.len() >= 40, "{}", cases.len());
    let mut failed = String::new();
    for case in &cases {
        let (baseline, candidate) = (Trace::drawn(case.baseline), Trace::drawn(case.candidate));
        let mut pins: Vec<Pin> = case
            .pins
            .iter()
            .map(|&(one, other)| Pin {
                baseline: baseline.row(one),
                candidate: candidate.row(other),
                is_rule: false,
            })
            .collect();
        let of_rules = pins_of_rules(baseline.side(), candidate.side(), &case.rules);
        pins.extend(of_rules.into_iter().map(|(_, pin)| pin));
        let options = Options { pins: &pins, ..Options::default() };
        let alignment = align(baseline.side(), candidate.side(), &options);
        let got = written(&alignment, &baseline, &candidate);
        if got != case.expected {
            let diff = SimpleDiff::from_str(case.expected, &got, "expected", "got");
            writeln!(failed, "{}\n{diff}", case.title).unwrap();
        }
    }
    assert!(failed.is_empty(), "{} cases\n{failed}", cases.len());
}
