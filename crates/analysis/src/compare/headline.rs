//! A difference in words: "+4.2 s: rerank +3.1 s (74 %), one more `search` +1.6 s, embed −0.5 s".

use super::contributors::{Contributor, share};

/// Contributors that are named; the others are told together.
const MAX_NAMED: usize = 3;

/// Longest label that is told whole, in characters.
const MAX_LABEL: usize = 60;

/// Says what a difference of durations is made of. `contributors` are all of them, the largest first.
pub fn headline(delta_ns: i64, contributors: &[Contributor]) -> String {
    if contributors.is_empty() {
        return "No difference in duration".to_owned();
    }
    // Numbers that are to be added up stand in one unit.
    let unit = unit_of(delta_ns);
    let told = |nanos: i64| match unit {
        Some(unit) if nanos.unsigned_abs() < unit.nanos && nanos.unsigned_abs() * 20 >= unit.nanos => {
            in_unit(nanos, unit)
        }
        _ => signed_duration(nanos),
    };
    let named = contributors.iter().take(MAX_NAMED).enumerate().map(|(index, one)| {
        let percent = match share(one.delta(), delta_ns) {
            // More than the whole, or against it, is no part that a reader could picture.
            Some(share) if index == 0 && (0.0..=1.0).contains(&share) => format!(" ({:.0} %)", share * 100.0),
            _ => String::new(),
        };
        format!("{} {}{percent}", subject(one), told(one.delta()))
    });
    let mut parts: Vec<String> = named.collect();
    let others = &contributors[contributors.len().min(MAX_NAMED)..];
    let rest = others.iter().fold(0_i64, |sum, one| sum.saturating_add(one.delta()));
    match others {
        [] => {}
        [one] => parts.push(format!("{} {}", subject(one), told(rest))),
        _ => parts.push(format!("{} others {}", others.len(), told(rest))),
    }
    format!("{}: {}", signed_duration(delta_ns), parts.join(", "))
}

/// Names the spans of a contributor, and whether there are more or fewer of them.
fn subject(one: &Contributor) -> String {
    let Contributor { label, n_baseline, n_candidate, row, .. } = one;
    let label = shortened(label);
    if row.is_none() {
        return "time in no span".to_owned();
    }
    match (*n_baseline, *n_candidate) {
        (0, 1) => format!("new `{label}`"),
        (0, n) => format!("{n} new `{label}`"),
        (1, 0) => format!("without `{label}`"),
        (n, 0) => format!("without {n} `{label}`"),
        (before, now) if now == before + 1 => format!("one more `{label}`"),
        (before, now) if now > before => format!("{} more `{label}`", now - before),
        (before, now) if before == now + 1 => format!("one `{label}` less"),
        (before, now) if before > now => format!("{} `{label}` less", before - now),
        _ => label,
    }
}

fn shortened(label: &str) -> String {
    match label.char_indices().nth(MAX_LABEL) {
        Some((at, _)) => format!("{}…", &label[..at]),
        None => label.to_owned(),
    }
}

#[derive(Clone, Copy)]
struct Unit {
    nanos: u64,
    name: &'static str,
}

const UNITS: [Unit; 5] = [
    Unit { nanos: 3_600_000_000_000, name: "h" },
    Unit { nanos: 60_000_000_000, name: "min" },
    Unit { nanos: 1_000_000_000, name: "s" },
    Unit { nanos: 1_000_000, name: "ms" },
    Unit { nanos: 1_000, name: "µs" },
];

/// Returns the largest unit of which there is one. 999.96 ms are rounded up to 1.0 s.
fn unit_of(nanos: i64) -> Option<Unit> {
    UNITS.into_iter().find(|unit| nanos.unsigned_abs() >= unit.nanos - unit.nanos / 2_000)
}

/// Returns a difference with its sign and two or three significant digits, for example `+4.2 s` or `−310 ms`.
pub fn signed_duration(nanos: i64) -> String {
    match unit_of(nanos) {
        Some(unit) => in_unit(nanos, unit),
        None => format!("{}{} ns", sign(nanos), nanos.unsigned_abs()),
    }
}

fn in_unit(nanos: i64, unit: Unit) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let value = nanos.unsigned_abs() as f64 / unit.nanos as f64;
    let decimals = usize::from(value < 99.95);
    format!("{}{value:.decimals$} {}", sign(nanos), unit.name)
}

fn sign(nanos: i64) -> &'static str {
    match nanos {
        0 => "±",
        1.. => "+",
        _ => "−",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(label: &str, baseline: (u64, i64), candidate: (u64, i64)) -> Contributor {
        Contributor {
            label: label.to_owned(),
            baseline: baseline.1 * 1_000_000,
            candidate: candidate.1 * 1_000_000,
            n_baseline: baseline.0,
            n_candidate: candidate.0,
            row: Some(0),
        }
    }

    fn check(contributors: &[Contributor], expected: &str) {
        let delta = contributors.iter().map(Contributor::delta).sum();
        assert_eq!(headline(delta, contributors), expected);
    }

    #[test]
    fn the_largest_parts_are_named_with_what_is_more_or_less() {
        check(
            &[
                one("rerank", (1, 100), (1, 3200)),
                one("search", (2, 400), (3, 2000)),
                one("embed", (1, 700), (1, 200)),
            ],
            "+4.2 s: rerank +3.1 s (74 %), one more `search` +1.6 s, embed −0.5 s",
        );
        check(&[one("tool", (0, 0), (1, 40))], "+40.0 ms: new `tool` +40.0 ms (100 %)");
        check(&[one("tool", (3, 40), (1, 10))], "−30.0 ms: 2 `tool` less −30.0 ms (100 %)");
        check(&[one("tool", (1, 40), (0, 0))], "−40.0 ms: without `tool` −40.0 ms (100 %)");
    }

    #[test]
    fn what_is_not_named_is_told_together() {
        let contributors: Vec<Contributor> =
            (1..=5).rev().map(|n| one(&format!("s{n}"), (1, 0), (1, n * 10))).collect();
        check(&contributors, "+150 ms: s5 +50.0 ms (33 %), s4 +40.0 ms, s3 +30.0 ms, 2 others +30.0 ms");
        check(&contributors[1..], "+100 ms: s4 +40.0 ms (40 %), s3 +30.0 ms, s2 +20.0 ms, s1 +10.0 ms");
    }

    #[test]
    fn what_cancels_out_has_no_share() {
        check(&[one("a", (1, 50), (1, 10)), one("b", (1, 0), (1, 40))], "±0 ns: a −40.0 ms, b +40.0 ms");
        check(&[], "No difference in duration");
        let other = Contributor { row: None, ..one("other", (1, 0), (1, 7)) };
        check(&[other], "+7.0 ms: time in no span +7.0 ms (100 %)");
    }

    #[test]
    fn differences_have_a_sign_and_a_unit() {
        for (nanos, text) in [
            (0, "±0 ns"),
            (1, "+1 ns"),
            (-999, "−999 ns"),
            (1_500, "+1.5 µs"),
            (-310_000_000, "−310 ms"),
            (999_960_000, "+1.0 s"),
            (4_200_000_000, "+4.2 s"),
            (90_000_000_000, "+1.5 min"),
            (7_200_000_000_000, "+2.0 h"),
        ] {
            assert_eq!(signed_duration(nanos), text);
        }
        assert!(signed_duration(i64::MIN).starts_with('−'));
    }
}
