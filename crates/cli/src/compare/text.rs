//! A comparison as text for a terminal.

use std::fmt::Write as _;

use proto::ui::{AppliedRule, ComparedRow, Comparison, Verdict};

pub(super) use analysis::compare::signed_duration;

use super::limit::percent;

/// Contributors that are listed.
const MAX_CONTRIBUTORS: usize = 10;

/// Widest label, in characters.
const MAX_LABEL: usize = 40;

pub(super) fn text(comparison: &Comparison) -> String {
    let mut text = format!("{}\n\n", plain(&comparison.headline));
    quantities(&mut text, comparison);
    contributors(&mut text, comparison);
    let counts = &comparison.counts;
    let _ = writeln!(
        text,
        "\nspans: {} unchanged, {} changed, {} added, {} removed, {} moved",
        counts.unchanged, counts.changed, counts.added, counts.removed, counts.moved
    );
    if comparison.n_new_errors > 0 {
        let names: Vec<String> =
            comparison.new_errors.iter().take(5).map(|error| plain(&error.label)).collect();
        let more = if comparison.n_new_errors > 5 { ", …" } else { "" };
        let _ = writeln!(text, "new errors: {} ({}{more})", comparison.n_new_errors, names.join(", "));
    }
    if let Some(divergence) = &comparison.first_divergence {
        let span = divergence.candidate_span_id.as_ref().or(divergence.baseline_span_id.as_ref());
        let _ = writeln!(
            text,
            "first divergence: {} (span {}), {} spans after it",
            plain(&divergence.label),
            span.map_or("", String::as_str),
            divergence.n_downstream
        );
    }
    for rule in &comparison.row_rules {
        let [before, after] = places(rule);
        let _ = writeln!(
            text,
            "paired by rule {}: {} is {}",
            plain(&rule.rule_id),
            plain(&before),
            plain(&after)
        );
    }
    for note in &comparison.notes {
        let _ = writeln!(text, "note: {}", plain(note));
    }
    if let Some(rows) = &comparison.rows {
        self::rows(&mut text, rows);
    }
    text
}

/// Returns where the two spans of a rule stand: `ask > sort_by_score`.
pub(super) fn places(rule: &AppliedRule) -> [String; 2] {
    [&rule.baseline_place, &rule.candidate_place].map(|place| place.join(" > "))
}

fn quantities(text: &mut String, comparison: &Comparison) {
    let Comparison { baseline, candidate, delta, .. } = comparison;
    let mut line = |name: &str, before: String, after: String, delta: String| {
        let _ = writeln!(text, "{name:<10}{before:>14}{after:>14}   {delta}");
    };
    line("", "baseline".to_owned(), "candidate".to_owned(), String::new());
    let with_percent = |text: String, before: i64, delta: i64| format!("{text}{}", percent(before, delta));
    line(
        "duration",
        duration(baseline.duration_ns),
        duration(candidate.duration_ns),
        with_percent(signed_duration(delta.duration_ns), baseline.duration_ns, delta.duration_ns),
    );
    let count = |count: u64| count.to_string();
    line("spans", count(baseline.n_spans), count(candidate.n_spans), signed_number(delta.n_spans));
    line("errors", count(baseline.n_errors), count(candidate.n_errors), signed_number(delta.n_errors));
    let known = |value: Option<i64>, told: fn(i64) -> String| value.map_or_else(|| "–".to_owned(), told);
    let change = |before: Option<i64>, delta: Option<i64>, told: fn(i64) -> String| match (before, delta) {
        (Some(before), Some(delta)) => with_percent(told(delta), before, delta),
        _ => "unknown".to_owned(),
    };
    if baseline.tokens.is_some() || candidate.tokens.is_some() {
        line(
            "tokens",
            known(baseline.tokens, |tokens| tokens.to_string()),
            known(candidate.tokens, |tokens| tokens.to_string()),
            change(baseline.tokens, delta.tokens, signed_number),
        );
    }
    if baseline.cost.is_some() || candidate.cost.is_some() {
        line(
            "cost",
            known(baseline.cost, dollars),
            known(candidate.cost, dollars),
            change(baseline.cost, delta.cost, signed_dollars),
        );
    }
}

fn contributors(text: &mut String, comparison: &Comparison) {
    let contributors = &comparison.contributors;
    if contributors.is_empty() {
        return;
    }
    text.push_str("\nwhat the time was waited for\n");
    let n_shown = n_shown(contributors.len(), MAX_CONTRIBUTORS);
    let width = contributors.iter().take(n_shown).map(|one| shortened(&one.label).chars().count());
    let width = width.max().unwrap_or(0);
    for one in contributors.iter().take(n_shown) {
        let share = one.share.map_or_else(String::new, |share| format!("{:>8}", share_percent(share)));
        let spans = match (one.n_baseline, one.n_candidate) {
            (before, after) if before == after => String::new(),
            (before, after) => format!("   {before} → {after} spans"),
        };
        let (label, delta) = (shortened(&one.label), signed_duration(one.delta_ns));
        let _ = writeln!(text, "  {label:<width$}  {delta:>10}{share}{spans}");
    }
    if let Some(others) = contributors.get(n_shown..).filter(|others| !others.is_empty()) {
        let rest = others.iter().fold(0_i64, |sum, one| sum.saturating_add(one.delta_ns));
        let label = format!("{} others", others.len());
        let _ = writeln!(text, "  {label:<width$}  {:>10}", signed_duration(rest));
    }
}

fn rows(text: &mut String, rows: &[ComparedRow]) {
    text.push('\n');
    let mut n_unchanged = 0;
    let tell_unchanged = |text: &mut String, n: usize| {
        if n > 0 {
            let _ = writeln!(text, "  … {n} unchanged");
        }
    };
    for row in rows {
        if row.status == Verdict::Unchanged {
            n_unchanged += 1;
            continue;
        }
        tell_unchanged(text, std::mem::take(&mut n_unchanged));
        let indent = "  ".repeat(row.depth.min(20) as usize);
        let duration = row.delta_duration_ns.map_or_else(|| "unknown".to_owned(), signed_duration);
        let changes =
            if row.changes.is_empty() { String::new() } else { format!("  {}", row.changes.join(", ")) };
        let _ =
            writeln!(text, "{} {indent}{}  {duration}{changes}", glyph(row.status), shortened(&row.label));
    }
    tell_unchanged(text, n_unchanged);
}

/// Returns the sign of a verdict, one that reads without colour.
pub(super) fn glyph(verdict: Verdict) -> char {
    match verdict {
        Verdict::Unchanged => ' ',
        Verdict::Changed => '~',
        Verdict::Added => '+',
        Verdict::Removed => '−',
        Verdict::Moved => '→',
    }
}

fn shortened(label: &str) -> String {
    let label = plain(label);
    match label.char_indices().nth(MAX_LABEL) {
        Some((at, _)) => format!("{}…", &label[..at]),
        None => label,
    }
}

/// Returns a text without control characters: names of spans must not steer a terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '\u{FFFD}' } else { char }).collect()
}

/// Returns a duration without a sign.
pub(super) fn duration(nanos: i64) -> String {
    signed_duration(nanos).trim_start_matches(['+', '−', '±']).to_owned()
}

/// Returns how many of some contributors are listed: one that is left over alone takes no more room than a line that says so.
pub(super) fn n_shown(n: usize, most: usize) -> usize {
    if n == most + 1 { n } else { most }
}

/// Returns a part of the whole in whole per cent.
pub(super) fn share_percent(share: f64) -> String {
    let percent = (share * 100.0).round();
    format!("{}{:.0} %", if percent < 0.0 { "−" } else { "" }, percent.abs())
}

pub(super) fn signed_number(number: i64) -> String {
    match number {
        0 => "±0".to_owned(),
        1.. => format!("+{number}"),
        _ => format!("−{}", number.unsigned_abs()),
    }
}

/// Returns pico-dollars as dollars with up to four significant digits after the first.
pub(super) fn dollars(pico: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "four digits are shown")]
    let value = pico.unsigned_abs() as f64 / 1e12;
    let decimals = match value {
        value if value >= 1.0 => 2,
        value if value >= 0.01 => 4,
        _ => 8,
    };
    let text = format!("{value:.decimals$}");
    let text = if value < 0.01 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{}${text}", if pico < 0 { "−" } else { "" })
}

pub(super) fn signed_dollars(pico: i64) -> String {
    match pico {
        0 => "±$0".to_owned(),
        1.. => format!("+{}", dollars(pico)),
        _ => dollars(pico),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_their_sign_and_unit() {
        assert_eq!([signed_number(0), signed_number(60), signed_number(-1)], ["±0", "+60", "−1"]);
        assert_eq!(duration(-1_500_000), "1.5 ms");
        assert_eq!(
            [share_percent(0.523), share_percent(-0.001), share_percent(-0.06)],
            ["52 %", "0 %", "−6 %"]
        );
        for (pico, expected) in [
            (0, "$0"),
            (1_234_500_000_000, "$1.23"),
            (12_345_000_000, "$0.0123"),
            (2_500_000_000, "$0.0025"),
            (-40_000, "−$0.00000004"),
        ] {
            assert_eq!(dollars(pico), expected);
        }
        assert_eq!(signed_dollars(2_500_000_000), "+$0.0025");
    }

    #[test]
    fn names_do_not_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\n"), "a\u{FFFD}[31mb\u{FFFD}");
    }
}
