//! A trace as Markdown of bounded length, for a reader who has only text: a language model, a ticket, a chat.
//!
//! Errors and what leads to them come first, then the upper levels of the tree; what is left out is counted where it is missing.

use std::collections::HashMap;
use std::fmt::Write as _;

use model::{RowFlags, SpanId, SpanTable, TraceInfo, UnixNanos};

/// Most spans that are told.
pub const MAX_SPANS: usize = 300;

/// Most characters of a name or of a message.
const MAX_TEXT: usize = 200;

/// OTLP status code of an error.
const ERROR: u8 = 2;

/// What a body tells of a span, beside its row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// Message of its status.
    pub status_message: String,
    /// Model that answered, or that was asked.
    pub model: Option<String>,
    /// Time to the first token, in nanoseconds.
    pub time_to_first_token_ns: Option<i64>,
}

/// Returns the rows that are told, ascending: at most [`MAX_SPANS`], each with its parent.
pub fn told_rows(table: &SpanTable) -> Vec<u32> {
    let n_rows = table.rows.len();
    let mut is_told = vec![false; n_rows];
    let mut n_told = 0;
    let errors = (0..n_rows).filter(|&row| table.rows[row].status == ERROR);
    let mut by_depth: Vec<usize> = (0..n_rows).collect();
    by_depth.sort_by_key(|&row| table.depth[row]);
    for row in errors.chain(by_depth) {
        // A row is told with all that is above it or not at all.
        let mut way: Vec<usize> = Vec::new();
        let mut at = Some(row);
        while let Some(row) = at.filter(|&row| !is_told[row]) {
            way.push(row);
            at = usize::try_from(table.parent[row]).ok();
        }
        if n_told + way.len() > MAX_SPANS {
            continue;
        }
        n_told += way.len();
        way.into_iter().for_each(|row| is_told[row] = true);
        if n_told == MAX_SPANS {
            break;
        }
    }
    (0_u32..).zip(&is_told).filter(|(_, is_told)| **is_told).map(|(row, _)| row).collect()
}

/// Returns the outline of a trace; `told` are rows of [`told_rows`], `details` what is known of some of them.
pub fn markdown(
    info: &TraceInfo,
    table: &SpanTable,
    told: &[u32],
    details: &HashMap<SpanId, Detail>,
) -> String {
    let mut text = String::new();
    head(&mut text, info, table);
    text.push_str("\n## Spans\n\nIndented below their parents; times are from the start of the trace.\n\n");
    let left_out = left_out(table, told);
    for &row in told {
        let detail = details.get(&table.rows[row as usize].span_id);
        line(&mut text, table, row as usize, detail);
        let n_left_out = left_out.get(&row).copied().unwrap_or(0);
        if n_left_out > 0 {
            let indent = "  ".repeat(usize::from(table.depth[row as usize]) + 1);
            let _ = writeln!(text, "{indent}- … {n_left_out} more below");
        }
    }
    let n_roots_left_out = table.rows.len()
        - told.len()
        - left_out.values().copied().map(|n| usize::try_from(n).unwrap_or(0)).sum::<usize>();
    if n_roots_left_out > 0 {
        let _ = writeln!(text, "- … {n_roots_left_out} more");
    }
    text
}

/// Counts the rows that are not told by the nearest told row above them.
fn left_out(table: &SpanTable, told: &[u32]) -> HashMap<u32, u64> {
    let mut is_told = vec![false; table.rows.len()];
    told.iter().for_each(|&row| is_told[row as usize] = true);
    // Parents come first, so that each knows its nearest told ancestor when its children ask.
    let mut nearest: Vec<Option<u32>> = Vec::with_capacity(is_told.len());
    let mut counts = HashMap::new();
    for (row, &is_told) in (0_u32..).zip(&is_told) {
        let above = usize::try_from(table.parent[row as usize]).ok().and_then(|parent| nearest[parent]);
        if let Some(above) = above.filter(|_| !is_told) {
            *counts.entry(above).or_insert(0) += 1;
        }
        nearest.push(if is_told { Some(row) } else { above });
    }
    counts
}

fn head(text: &mut String, info: &TraceInfo, table: &SpanTable) {
    let name = info.display_name();
    let _ = writeln!(text, "# Trace: {}\n", plain(name));
    let _ = writeln!(text, "- id: {}", info.trace_id);
    if let Some(called) = &info.client_trace_id {
        let _ = writeln!(text, "- MLflow id: {}", plain(called));
    }
    let _ = writeln!(text, "- state: {}", info.state.as_str());
    let end = table.rows.iter().map(|row| row.start.0.saturating_add(row.duration.0)).max().unwrap_or(0);
    let _ = writeln!(text, "- duration: {}", duration(UnixNanos(end).since(table.base).0));
    let _ = writeln!(text, "- spans: {}, errors: {}", info.summary.n_spans, info.summary.n_errors);
    let services: Vec<String> = info.summary.services.iter().map(|service| plain(service)).collect();
    let _ = writeln!(text, "- services: {}", services.join(", "));
    if let (Some(input), Some(output)) = (info.usage.input, info.usage.output) {
        let _ = writeln!(text, "- tokens: {input} in, {output} out");
    }
    if let Some(pico) = info.cost.total {
        #[expect(clippy::cast_precision_loss, reason = "shown with six decimals")]
        let dollars = pico as f64 / 1e12;
        let _ = writeln!(text, "- cost: ${dollars:.6}");
    }
    for (what, preview) in [("request", &info.request_preview), ("response", &info.response_preview)] {
        if let Some(preview) = preview {
            let _ = writeln!(text, "- {what}: {}", plain(preview));
        }
    }
}

fn line(text: &mut String, table: &SpanTable, row: usize, detail: Option<&Detail>) {
    let span = &table.rows[row];
    let name = plain(table.strings.get(span.name));
    let _ = write!(text, "{}- **{name}**", "  ".repeat(usize::from(table.depth[row])));
    let mut facts: Vec<String> = Vec::new();
    for string in [span.span_type, span.service] {
        let fact = plain(table.strings.get(string));
        if !fact.is_empty() {
            facts.push(fact);
        }
    }
    facts.push(if span.flags.has(RowFlags::NOT_ENDED) {
        "not ended".to_owned()
    } else {
        duration(span.duration.0)
    });
    facts.push(format!("at {}", duration(span.start.since(table.base).0)));
    if let Some(model) = detail.and_then(|detail| detail.model.as_deref()) {
        facts.push(format!("model {}", plain(model)));
    }
    if let Some(nanos) = detail.and_then(|detail| detail.time_to_first_token_ns) {
        facts.push(format!("first token after {}", duration(nanos)));
    }
    if let (Some(input), Some(output)) = (span.input_tokens, span.output_tokens) {
        facts.push(format!("{input} tokens in, {output} out"));
    }
    if span.flags.has(RowFlags::ORPHAN) {
        facts.push("its parent has not arrived".to_owned());
    }
    if span.status == ERROR {
        let message = detail.map(|detail| plain(&detail.status_message)).unwrap_or_default();
        facts.push(if message.is_empty() { "ERROR".to_owned() } else { format!("ERROR: {message}") });
    }
    let _ = writeln!(text, ": {}", facts.join(" · "));
}

/// Returns a text on one line, cut, without what Markdown or HTML would read as more than text.
fn plain(text: &str) -> String {
    let mut plain: String = text
        .chars()
        .take(MAX_TEXT)
        .map(|char| match char {
            '<' => '‹',
            '>' => '›',
            '*' | '`' | '[' | ']' => ' ',
            other if other.is_control() => ' ',
            other => other,
        })
        .collect();
    if text.chars().nth(MAX_TEXT).is_some() {
        plain.push('…');
    }
    plain.trim().to_owned()
}

/// Returns a duration with three significant digits.
fn duration(nanos: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns")];
    let Some((size, unit)) = UNITS.into_iter().find(|(size, _)| nanos.abs() >= *size) else {
        return "0 ns".to_owned();
    };
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let value = nanos as f64 / size as f64;
    let decimals = if unit == "ns" || value.abs() >= 99.95 {
        0
    } else if value.abs() >= 9.995 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests;
