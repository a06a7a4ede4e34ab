//! A comparison as one HTML file: no script, no font, no picture from anywhere; names from traces are only ever text.

use std::fmt::Write as _;

use proto::ui::{ComparedRow, Comparison, Verdict};

use super::limit::percent;
use super::text::{dollars, duration, glyph, signed_dollars, signed_duration, signed_number};

/// Rows of the waterfall; a browser shows more, but nobody reads them.
const MAX_ROWS: usize = 5_000;

/// Contributors that are listed.
const MAX_CONTRIBUTORS: usize = 30;

pub(super) fn html(comparison: &Comparison) -> String {
    let Comparison { baseline, candidate, .. } = comparison;
    let mut page = String::with_capacity(16 * 1024);
    let title = escaped(&format!("{} compared with {}", candidate.name, baseline.name));
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<p class=\"headline\">{}</p>\n",
        escaped(&comparison.headline)
    );
    quantities(&mut page, comparison);
    contributors(&mut page, comparison);
    facts(&mut page, comparison);
    if let Some(rows) = &comparison.rows {
        waterfall(&mut page, rows);
    }
    let _ = write!(
        page,
        "<footer>Baseline <code>{}</code>, candidate <code>{}</code>. Made by Traceloupe {}</footer>\n</body>\n</html>\n",
        escaped(&baseline.id),
        escaped(&candidate.id),
        env!("CARGO_PKG_VERSION")
    );
    page
}

fn quantities(page: &mut String, comparison: &Comparison) {
    let Comparison { baseline, candidate, delta, .. } = comparison;
    page.push_str(
        "<table class=\"quantities\">\n<thead><tr><td></td><th scope=\"col\">Baseline</th>\
         <th scope=\"col\">Candidate</th><th scope=\"col\">Δ</th></tr></thead>\n<tbody>\n",
    );
    let mut line = |name: &str, before: String, after: String, delta: String| {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{name}</th><td>{before}</td><td>{after}</td><td>{delta}</td></tr>"
        );
    };
    line(
        "Duration",
        duration(baseline.duration_ns),
        duration(candidate.duration_ns),
        signed_duration(delta.duration_ns) + &percent(baseline.duration_ns, delta.duration_ns),
    );
    line("Spans", baseline.n_spans.to_string(), candidate.n_spans.to_string(), signed_number(delta.n_spans));
    line(
        "Errors",
        baseline.n_errors.to_string(),
        candidate.n_errors.to_string(),
        signed_number(delta.n_errors),
    );
    type Told = fn(i64) -> String;
    type Quantity = (&'static str, [Option<i64>; 3], [Told; 2]);
    let quantities: [Quantity; 2] = [
        (
            "Tokens",
            [baseline.tokens, candidate.tokens, delta.tokens],
            [|tokens| tokens.to_string(), signed_number],
        ),
        ("Cost", [baseline.cost, candidate.cost, delta.cost], [dollars, signed_dollars]),
    ];
    for (name, [before, after, delta], [told, signed]) in quantities {
        let known = |value: Option<i64>| value.map_or_else(|| "–".to_owned(), told);
        let change = match (before, delta) {
            (Some(before), Some(delta)) => signed(delta) + &percent(before, delta),
            _ => "unknown".to_owned(),
        };
        if before.is_some() || after.is_some() {
            line(name, known(before), known(after), change);
        }
    }
    page.push_str("</tbody>\n</table>\n");
}

fn contributors(page: &mut String, comparison: &Comparison) {
    let contributors = &comparison.contributors;
    let Some(largest) = contributors.iter().map(|one| one.delta_ns.unsigned_abs()).max() else { return };
    page.push_str("<h2>What the time was waited for</h2>\n<table class=\"contributors\">\n<tbody>\n");
    for one in contributors.iter().take(MAX_CONTRIBUTORS) {
        let share = one.share.map_or_else(String::new, |share| format!("{:.0} %", share * 100.0));
        let spans = match (one.n_baseline, one.n_candidate) {
            (before, after) if before == after => String::new(),
            (before, after) => format!("{before} → {after} spans"),
        };
        let (side, width) =
            (if one.delta_ns < 0 { "less" } else { "more" }, part(one.delta_ns.unsigned_abs(), largest));
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{share}</td>\
             <td class=\"bar\"><i class=\"{side}\" style=\"width:{width:.2}%\"></i></td><td>{spans}</td></tr>",
            escaped(&one.label),
            signed_duration(one.delta_ns)
        );
    }
    page.push_str("</tbody>\n</table>\n");
    if contributors.len() > MAX_CONTRIBUTORS {
        let others = &contributors[MAX_CONTRIBUTORS..];
        let rest = others.iter().fold(0_i64, |sum, one| sum.saturating_add(one.delta_ns));
        let _ = writeln!(page, "<p>{} others {}</p>", others.len(), signed_duration(rest));
    }
}

fn facts(page: &mut String, comparison: &Comparison) {
    let counts = &comparison.counts;
    let _ = writeln!(
        page,
        "<ul>\n<li>{} unchanged, {} changed, {} added, {} removed, {} moved</li>",
        counts.unchanged, counts.changed, counts.added, counts.removed, counts.moved
    );
    for error in comparison.new_errors.iter().take(10) {
        let _ = writeln!(page, "<li>New error: {}</li>", escaped(&error.label));
    }
    if comparison.n_new_errors > 10 {
        let _ = writeln!(page, "<li>{} more new errors</li>", comparison.n_new_errors - 10);
    }
    if let Some(divergence) = &comparison.first_divergence {
        let _ = writeln!(
            page,
            "<li>First divergence: {}, {} spans after it</li>",
            escaped(&divergence.label),
            divergence.n_downstream
        );
    }
    for note in &comparison.notes {
        let _ = writeln!(page, "<li>{}</li>", escaped(note));
    }
    page.push_str("</ul>\n");
}

/// Draws the rows that differ with their ancestors: the baseline as an outline, the candidate solid, on one axis.
fn waterfall(page: &mut String, rows: &[ComparedRow]) {
    let told = told(rows);
    let end = |start: Option<i64>, duration: Option<i64>| Some(start?.saturating_add(duration.unwrap_or(0)));
    let ends = rows.iter().flat_map(|row| {
        [
            end(row.baseline_start_ns, row.baseline_duration_ns),
            end(row.candidate_start_ns, row.candidate_duration_ns),
        ]
    });
    let whole = ends.flatten().max().unwrap_or(0).max(1).unsigned_abs();
    page.push_str(
        "<h2>Spans</h2>\n<p>Outlined: baseline; solid: candidate. <b>+</b> added, <b>−</b> removed, <b>~</b> changed, <b>→</b> moved</p>\n\
         <table class=\"waterfall\">\n<thead><tr><th scope=\"col\">Span</th><th scope=\"col\">Δ duration</th>\
         <th scope=\"col\">What differs</th><th scope=\"col\">0 – ",
    );
    let _ =
        writeln!(page, "{}</th></tr></thead>\n<tbody>", duration(i64::try_from(whole).unwrap_or(i64::MAX)));
    let mut n_unchanged = 0;
    let mut n_told = 0;
    for (row, is_told) in rows.iter().zip(told) {
        if !is_told || n_told == MAX_ROWS {
            n_unchanged += 1;
            continue;
        }
        n_told += 1;
        unchanged(page, std::mem::take(&mut n_unchanged));
        let bar = |class: &str, start: Option<i64>, duration: Option<i64>| {
            let Some(start) = start else { return String::new() };
            let left = part(start.max(0).unsigned_abs(), whole);
            let width = part(duration.unwrap_or(0).max(0).unsigned_abs(), whole);
            format!("<i class=\"{class}\" style=\"left:{left:.3}%;width:{width:.3}%\"></i>")
        };
        let _ = writeln!(
            page,
            "<tr class=\"{}\"><th scope=\"row\" style=\"padding-left:{}em\"><b>{}</b> {}</th><td>{}</td><td>{}</td>\
             <td class=\"lane\">{}{}</td></tr>",
            class(row.status),
            row.depth.min(30),
            glyph(row.status),
            escaped(&row.label),
            row.delta_duration_ns.map_or_else(|| "unknown".to_owned(), signed_duration),
            escaped(&row.changes.join(", ")),
            bar("candidate", row.candidate_start_ns, row.candidate_duration_ns),
            bar("baseline", row.baseline_start_ns, row.baseline_duration_ns),
        );
    }
    unchanged(page, n_unchanged);
    page.push_str("</tbody>\n</table>\n");
}

/// Says which rows are told: those that differ, and what lies above them.
fn told(rows: &[ComparedRow]) -> Vec<bool> {
    let mut told = vec![false; rows.len()];
    // The depth up to which an ancestor of the row after is wanted.
    let mut wanted_above = 0;
    for (index, row) in rows.iter().enumerate().rev() {
        let is_ancestor = row.depth < wanted_above;
        told[index] = is_ancestor || row.status != Verdict::Unchanged;
        if told[index] {
            wanted_above = row.depth;
        }
    }
    told
}

fn unchanged(page: &mut String, n: usize) {
    if n > 0 {
        let _ = writeln!(page, "<tr class=\"folded\"><td colspan=\"4\">… {n} not told</td></tr>");
    }
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unchanged => "unchanged",
        Verdict::Changed => "changed",
        Verdict::Added => "added",
        Verdict::Removed => "removed",
        Verdict::Moved => "moved",
    }
}

/// Returns a part of a whole in per cent.
fn part(of: u64, whole: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a width in per cent")]
    let part = of as f64 / whole.max(1) as f64 * 100.0;
    part.min(100.0)
}

/// Makes text safe to stand between tags and in attributes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char if char.is_control() => escaped.push('\u{FFFD}'),
            char => escaped.push(char),
        }
    }
    escaped
}

const STYLE: &str = "\
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a3f4b); --dim: light-dark(#5b6472, #a3acba);\n\
  --added: light-dark(#1a7f4b, #4fc38a); --removed: light-dark(#b3372c, #f0857b); --changed: light-dark(#9a6700, #e0b252);\n\
  --moved: light-dark(#6a4fb3, #b49cf0); --same: light-dark(#8a94a3, #6c7684); }\n\
body { font: 14px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em; }\n\
h1 { font-size: 1.3em; } h2 { font-size: 1.1em; margin-top: 1.8em; }\n\
.headline { font-size: 1.15em; }\n\
table { border-collapse: collapse; } th { font-weight: 500; text-align: left; }\n\
td, th { border-bottom: 1px solid var(--line); padding: .2em .8em .2em 0; vertical-align: top; }\n\
.quantities td, .contributors td { text-align: right; font-variant-numeric: tabular-nums; }\n\
.contributors .bar { width: 20em; text-align: left; } .bar i { display: inline-block; height: .8em; }\n\
.bar .more { background: var(--removed); } .bar .less { background: var(--added); }\n\
.waterfall { width: 100%; table-layout: fixed; } .waterfall th:first-child { width: 32%; overflow-wrap: anywhere; }\n\
.waterfall th:nth-child(2) { width: 9em; } .waterfall th:nth-child(3) { width: 12em; } .waterfall td { font-variant-numeric: tabular-nums; }\n\
.lane { position: relative; } .lane i { position: absolute; top: .35em; height: 1em; min-width: 2px; box-sizing: border-box; }\n\
.lane .baseline { border: 1.5px solid currentColor; } .lane .candidate { background: var(--same); }\n\
.added { color: var(--added); } .added .candidate { background: var(--added); }\n\
.removed { color: var(--removed); } .removed .baseline { border-style: dashed; }\n\
.changed .candidate { background: var(--changed); } .moved .candidate { background: var(--moved); }\n\
.folded td, footer { color: var(--dim); } footer { margin-top: 2em; }\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_only_ever_text() {
        assert_eq!(
            escaped("<script>alert('&\"')</script>\u{0}"),
            "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;\u{FFFD}"
        );
    }

    #[test]
    fn what_differs_is_told_with_its_ancestors() {
        let row = |depth: u32, status: Verdict| ComparedRow {
            status,
            baseline_span_id: None,
            candidate_span_id: None,
            label: String::new(),
            depth,
            baseline_start_ns: None,
            baseline_duration_ns: None,
            candidate_start_ns: None,
            candidate_duration_ns: None,
            changes: Vec::new(),
            delta_duration_ns: None,
            delta_self_ns: 0,
            delta_tokens: None,
            delta_cost: None,
            is_downstream: false,
        };
        use Verdict::{Added, Unchanged};
        // root > (a > b), (c > d+ > e), f
        let rows = [
            (0, Unchanged),
            (1, Unchanged),
            (2, Unchanged),
            (1, Unchanged),
            (2, Added),
            (3, Unchanged),
            (1, Unchanged),
        ];
        let rows = rows.map(|(depth, status)| row(depth, status));
        assert_eq!(told(&rows), [true, false, false, true, true, false, false]);
    }
}
