//! A comparison as one HTML file: no script, no font, no picture from anywhere; names from traces are only ever text.

use std::fmt::Write as _;

use proto::ui::{ComparedRow, Comparison, QuantityContributor, Verdict};

use super::limit::percent;
use super::text::{
    dollars, duration, glyph, n_shown, places, share_percent, signed_dollars, signed_duration, signed_number,
};

/// Rows of the waterfall; a browser shows more, but nobody reads them.
const MAX_ROWS: usize = 5_000;

/// Contributors that are listed.
const MAX_CONTRIBUTORS: usize = 30;

/// Deepest level that is indented further.
const MAX_INDENT: u32 = 12;

pub(super) fn html(comparison: &Comparison) -> String {
    let Comparison { baseline, candidate, delta, .. } = comparison;
    let mut page = String::with_capacity(32 * 1024);
    let title = if baseline.name == candidate.name {
        escaped(&candidate.name)
    } else {
        format!("{} compared with {}", escaped(&candidate.name), escaped(&baseline.name))
    };
    let (tone, whole) = (tone(delta.duration_ns), signed_duration(delta.duration_ns));
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1><bdi>{title}</bdi></h1>\n<p class=\"sides\">\
         <span><i class=\"baseline\"></i>baseline <code>{}</code></span>\
         <span><i class=\"candidate\"></i>candidate <code>{}</code></span></p>\n</header>\n\
         <section>\n<p class=\"whole {tone}\">{whole}</p>\n<p class=\"headline\"><bdi>{}</bdi></p>\n",
        escaped(&baseline.id),
        escaped(&candidate.id),
        escaped(comparison.headline.strip_prefix(&format!("{whole}: ")).unwrap_or(&comparison.headline)),
    );
    quantities(&mut page, comparison);
    page.push_str("</section>\n");
    facts(&mut page, comparison);
    contributors(&mut page, comparison);
    if let Some(rows) = &comparison.rows {
        waterfall(&mut page, rows);
    }
    let _ =
        write!(page, "<footer>Made by Traceloupe {}</footer>\n</body>\n</html>\n", env!("CARGO_PKG_VERSION"));
    page
}

/// Names what more or less of a quantity is, for its colour.
fn tone(delta: i64) -> &'static str {
    match delta {
        0 => "same",
        1.. => "slower",
        _ => "faster",
    }
}

fn quantities(page: &mut String, comparison: &Comparison) {
    let Comparison { baseline, candidate, delta, .. } = comparison;
    page.push_str("<dl class=\"quantities\">\n");
    let mut tile = |name: &str, before: String, after: String, tone: &str, delta: String| {
        let _ = writeln!(
            page,
            "<div><dt>{name}</dt><dd>{before} → {after}</dd><dd class=\"{tone}\">{delta}</dd></div>"
        );
    };
    tile(
        "Duration",
        duration(baseline.duration_ns),
        duration(candidate.duration_ns),
        tone(delta.duration_ns),
        signed_duration(delta.duration_ns) + &percent(baseline.duration_ns, delta.duration_ns),
    );
    let (before, after) = (baseline.n_spans.to_string(), candidate.n_spans.to_string());
    tile("Spans", before, after, "dim", signed_number(delta.n_spans));
    let (before, after) = (baseline.n_errors.to_string(), candidate.n_errors.to_string());
    tile("Errors", before, after, tone(delta.n_errors), signed_number(delta.n_errors));
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
        let known = |value: Option<i64>| value.map_or_else(|| "unknown".to_owned(), told);
        let change = match (before, delta) {
            (Some(before), Some(delta)) => signed(delta) + &percent(before, delta),
            _ => "difference unknown".to_owned(),
        };
        if before.is_some() || after.is_some() {
            tile(name, known(before), known(after), delta.map_or("dim", tone), change);
        }
    }
    page.push_str("</dl>\n");
}

/// A contributor to any of the quantities.
struct Part<'a> {
    label: &'a str,
    delta: i64,
    share: Option<f64>,
    /// How many spans have the label, before and after; told if they differ.
    spans: Option<(u64, u64)>,
}

/// Writes a difference with its sign and unit.
type Signed = fn(i64) -> String;

fn contributors(page: &mut String, comparison: &Comparison) {
    let time = comparison.contributors.iter().map(|one| Part {
        label: &one.label,
        delta: one.delta_ns,
        share: one.share,
        spans: (one.n_baseline != one.n_candidate).then_some((one.n_baseline, one.n_candidate)),
    });
    let told: [(&str, Vec<Part<'_>>, Signed); 3] = [
        ("What the time was waited for", time.collect(), signed_duration),
        ("Which calls took the tokens", quantity_parts(&comparison.token_contributors), signed_number),
        ("Which calls cost it", quantity_parts(&comparison.cost_contributors), signed_dollars),
    ];
    if told.iter().all(|(_, parts, _)| parts.is_empty()) {
        return;
    }
    page.push_str("<section>\n");
    for (title, parts, signed) in told {
        parts_table(page, title, &parts, signed);
    }
    page.push_str("</section>\n");
}

fn quantity_parts(contributors: &[QuantityContributor]) -> Vec<Part<'_>> {
    let mut parts = Vec::with_capacity(contributors.len());
    for QuantityContributor { label, delta, share, .. } in contributors {
        parts.push(Part { label, delta: *delta, share: *share, spans: None });
    }
    parts
}

fn parts_table(page: &mut String, title: &str, parts: &[Part<'_>], signed: Signed) {
    let Some(largest) = parts.iter().map(|one| one.delta.unsigned_abs()).max() else { return };
    let _ = writeln!(page, "<h2>{title}</h2>\n<table class=\"contributors\">\n<tbody>");
    let n_shown = n_shown(parts.len(), MAX_CONTRIBUTORS);
    for one in parts.iter().take(n_shown) {
        let share = one.share.map_or_else(String::new, share_percent);
        let spans = one.spans.map_or_else(String::new, |(before, after)| format!("{before} → {after} spans"));
        let (tone, width) = (tone(one.delta), part(one.delta.unsigned_abs(), largest));
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\" class=\"name\">{}</th><td class=\"number {tone}\">{}</td><td class=\"share\">{share}</td>\
             <td class=\"bar\"><i class=\"{tone}\" style=\"width:{width:.2}%\"></i></td><td class=\"spans\">{spans}</td></tr>",
            named(one.label),
            signed(one.delta)
        );
    }
    let sum = |parts: &[Part<'_>]| parts.iter().fold(0_i64, |sum, one| sum.saturating_add(one.delta));
    if let Some(others) = parts.get(n_shown..).filter(|others| !others.is_empty()) {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{} others</th><td class=\"number\">{}</td><td></td><td></td><td class=\"spans\"></td></tr>",
            others.len(),
            signed(sum(others))
        );
    }
    let _ = writeln!(
        page,
        "</tbody>\n<tfoot><tr><th scope=\"row\">together</th><td class=\"number\">{}</td><td></td><td></td><td class=\"spans\"></td></tr></tfoot>\n</table>",
        signed(sum(parts))
    );
}

fn facts(page: &mut String, comparison: &Comparison) {
    let counts = &comparison.counts;
    page.push_str("<section>\n<ul>\n");
    let kinds = [
        ("changed", counts.changed),
        ("added", counts.added),
        ("removed", counts.removed),
        ("moved", counts.moved),
        ("unchanged", counts.unchanged),
    ];
    for (kind, count) in kinds.into_iter().filter(|(kind, count)| *count > 0 || *kind == "unchanged") {
        let _ = writeln!(page, "<li>{count} {kind}</li>");
    }
    for error in comparison.new_errors.iter().take(10) {
        let _ = writeln!(page, "<li class=\"error\">new error: <bdi>{}</bdi></li>", escaped(&error.label));
    }
    if comparison.n_new_errors > 10 {
        let _ = writeln!(page, "<li class=\"error\">{} more new errors</li>", comparison.n_new_errors - 10);
    }
    if let Some(divergence) = &comparison.first_divergence {
        let _ = writeln!(
            page,
            "<li>first divergence: <bdi>{}</bdi>, {} downstream</li>",
            escaped(&divergence.label),
            divergence.n_downstream
        );
    }
    for rule in &comparison.row_rules {
        let [before, after] = places(rule).map(|place| escaped(&place));
        let _ = writeln!(page, "<li>paired by a rule: <bdi>{before}</bdi> is <bdi>{after}</bdi></li>");
    }
    for note in &comparison.notes {
        let _ = writeln!(page, "<li>{}</li>", escaped(note));
    }
    page.push_str("</ul>\n</section>\n");
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
    let whole = ends.flatten().max().unwrap_or(0).max(1);
    let _ = writeln!(
        page,
        "<section>\n<h2>Spans</h2>\n<p class=\"dim\">Outlined: baseline; solid: candidate. + added, − removed, ~ changed, → moved</p>\n\
         <table class=\"waterfall\">\n<thead><tr><th scope=\"col\" class=\"name\">Span</th>\
         <th scope=\"col\"><span class=\"axis\"><span>0</span><span>{}</span><span>{}</span></span></th>\
         <th scope=\"col\" class=\"number\">Δ duration</th><th scope=\"col\" class=\"number self\">Δ self</th>\
         <th scope=\"col\" class=\"differs\">What differs</th></tr></thead>\n<tbody>",
        duration(whole / 2),
        duration(whole)
    );
    let whole = whole.unsigned_abs();
    let (mut n_unchanged, mut n_told, mut n_left) = (0, 0, 0_usize);
    for (row, is_told) in rows.iter().zip(told) {
        if n_told == MAX_ROWS {
            n_left += 1;
            continue;
        }
        if !is_told {
            n_unchanged += 1;
            continue;
        }
        n_told += 1;
        folded(page, std::mem::take(&mut n_unchanged), "unchanged");
        let bar = |class: &str, start: Option<i64>, duration: Option<i64>| {
            let Some(start) = start else { return String::new() };
            let left = part(start.max(0).unsigned_abs(), whole);
            let width = part(duration.unwrap_or(0).max(0).unsigned_abs(), whole).min(100.0 - left);
            format!("<i class=\"{class}\" style=\"left:{left:.3}%;width:{width:.3}%\"></i>")
        };
        let is_other_length = row.changes.iter().any(|change| change == "duration");
        let length = match row.delta_duration_ns {
            Some(delta) if is_other_length && delta > 0 => " grew",
            Some(delta) if is_other_length && delta < 0 => " shrank",
            _ => "",
        };
        let _ = writeln!(
            page,
            "<tr class=\"{}{length}\"><th scope=\"row\" class=\"name\" style=\"padding-left:{}px\"><span><b>{}</b>{}</span></th>\
             <td class=\"lane\">{}{}</td><td class=\"number\">{}</td><td class=\"number self\">{}</td><td class=\"differs\">{}</td></tr>",
            class(row.status),
            row.depth.min(MAX_INDENT) * 14,
            glyph(row.status),
            named(&row.label),
            bar("baseline", row.baseline_start_ns, row.baseline_duration_ns),
            bar("candidate", row.candidate_start_ns, row.candidate_duration_ns),
            row.delta_duration_ns.map_or_else(|| "unknown".to_owned(), signed_duration),
            signed_duration(row.delta_self_ns),
            escaped(&row.changes.join(", ")),
        );
    }
    folded(page, n_unchanged, "unchanged");
    folded(page, n_left, "more rows, which this file leaves out");
    page.push_str("</tbody>\n</table>\n</section>\n");
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

fn folded(page: &mut String, n: usize, what: &str) {
    if n > 0 {
        let _ = writeln!(
            page,
            "<tr class=\"folded\"><td colspan=\"3\">… {n} {what}</td><td class=\"self\"></td><td class=\"differs\"></td></tr>"
        );
    }
}

/// Returns a name from a trace: cut to what a row shows, whole in its tooltip. Apart from the text around it, so that letters that turn
/// the direction of writing turn nothing else.
fn named(name: &str) -> String {
    format!("<bdi title=\"{0}\">{0}</bdi>", escaped(name))
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

const STYLE: &str = include_str!("report.css");

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
