//! A comparison as the document that the API, the command line and CI share.

use analysis::compare::{
    Changes, Contributor, Measured, Pin, Row, Verdict, headline, label, place_of, share,
};
use model::{RowFlags, SpanId, SpanTable};
use proto::ui;
use store::RowRule;

use super::compared::Compared;
use super::load::Loaded;

/// New errors that are told one by one.
const MAX_NEW_ERRORS: usize = 100;

/// OTLP's status code of a failed span.
const ERROR: u8 = 2;

pub(super) fn document(compared: &Compared, with_rows: bool) -> ui::Comparison {
    let Compared { baseline, candidate, alignment, delta, divergence, .. } = compared;
    let (before, after) = (trace(baseline), trace(candidate));
    let counts = alignment.counts();
    let new_errors: Vec<&Row> = alignment.rows.iter().filter(|row| is_new_error(compared, row)).collect();
    ui::Comparison {
        delta: ui::Quantities {
            duration_ns: delta.duration_ns,
            n_spans: difference(before.n_spans, after.n_spans),
            n_errors: difference(before.n_errors, after.n_errors),
            tokens: delta.tokens,
            cost: delta.cost,
        },
        headline: headline(delta.duration_ns, &delta.time_contributors),
        contributors: delta.time_contributors.iter().map(|one| contributor(one, delta.duration_ns)).collect(),
        token_contributors: quantities(&delta.token_contributors, delta.tokens),
        cost_contributors: quantities(&delta.cost_contributors, delta.cost),
        counts: ui::VerdictCounts {
            unchanged: counts.unchanged,
            changed: counts.changed,
            added: counts.added,
            removed: counts.removed,
            moved: counts.moved,
        },
        n_new_errors: new_errors.len() as u64,
        new_errors: new_errors
            .iter()
            .take(MAX_NEW_ERRORS)
            .filter_map(|row| {
                Some(ui::NewError {
                    label: label(row, baseline.side(), candidate.side()).to_owned(),
                    candidate_span_id: span_ids(compared, row).1?.to_string(),
                })
            })
            .collect(),
        first_divergence: divergence.as_ref().map(|divergence| {
            let row = &alignment.rows[divergence.row as usize];
            let (before, after) = span_ids(compared, row);
            let spans = divergence.is_downstream.iter().zip(&alignment.rows);
            let n_downstream = spans.filter(|(is_downstream, row)| **is_downstream && !row.is_head()).count();
            ui::Divergence {
                label: label(row, baseline.side(), candidate.side()).to_owned(),
                baseline_span_id: before.map(|id| id.to_string()),
                candidate_span_id: after.map(|id| id.to_string()),
                row: divergence.row,
                n_downstream: n_downstream as u64,
            }
        }),
        row_rules: row_rules(compared),
        notes: notes(compared),
        rows: with_rows.then(|| rows(compared)),
        baseline: before,
        candidate: after,
    }
}

fn trace(loaded: &Loaded) -> ui::ComparedTrace {
    let Loaded { info, table, measured, .. } = loaded;
    let Measured { time, tokens, cost, .. } = measured;
    let mut tops = table.rows.iter().zip(&table.parent).filter(|(_, parent)| **parent < 0).peekable();
    let has_spans = tops.peek().is_some();
    // Before the first span there is only what StartTrace said.
    let start = if has_spans { table.base } else { info.request_time };
    ui::ComparedTrace {
        id: info.trace_id.to_string(),
        name: info.display_name().to_owned(),
        start_time_unix_nano: start.0.to_string(),
        duration_ns: time.duration_ns,
        has_ended: has_spans && !tops.any(|(row, _)| row.flags.has(RowFlags::NOT_ENDED)),
        n_spans: table.rows.len() as u64,
        n_errors: table.rows.iter().filter(|row| row.status == ERROR).count() as u64,
        tokens: tokens.sum,
        cost: cost.sum,
    }
}

fn difference(before: u64, after: u64) -> i64 {
    let size = i64::try_from(before.abs_diff(after)).unwrap_or(i64::MAX);
    if after < before { -size } else { size }
}

fn contributor(one: &Contributor, whole: i64) -> ui::Contributor {
    ui::Contributor {
        label: one.label.clone(),
        delta_ns: one.delta(),
        share: share(one.delta(), whole),
        baseline_ns: one.baseline,
        candidate_ns: one.candidate,
        n_baseline: one.n_baseline,
        n_candidate: one.n_candidate,
        row: one.row,
    }
}

fn quantities(contributors: &[Contributor], whole: Option<i64>) -> Vec<ui::QuantityContributor> {
    let quantity = |one: &Contributor| {
        Some(ui::QuantityContributor {
            label: one.label.clone(),
            delta: one.delta(),
            share: share(one.delta(), whole?),
            row: one.row?,
        })
    };
    contributors.iter().filter_map(quantity).collect()
}

fn row_rules(compared: &Compared) -> Vec<ui::AppliedRule> {
    let rule = |(rule, pin): &(RowRule, Pin)| {
        let row = compared.alignment.row_of_baseline[pin.baseline as usize];
        let (before, after) = span_ids(compared, &compared.alignment.rows[row as usize]);
        let place = |side: &Loaded, row| -> Vec<String> {
            let labels = place_of(side.side().side, row).unwrap_or_default();
            labels.into_iter().map(str::to_owned).collect()
        };
        Some(ui::AppliedRule {
            rule_id: rule.id.to_string(),
            baseline_place: place(&compared.baseline, pin.baseline),
            candidate_place: place(&compared.candidate, pin.candidate),
            baseline_span_id: before?.to_string(),
            candidate_span_id: after?.to_string(),
            row,
        })
    };
    compared.rules.iter().filter_map(rule).collect()
}

fn notes(compared: &Compared) -> Vec<String> {
    let Compared { baseline, candidate, alignment, .. } = compared;
    let mut notes = Vec::new();
    if baseline.info.trace_id == candidate.info.trace_id {
        notes.push("Both sides are the same trace".to_owned());
    }
    for (name, side) in [("baseline", baseline), ("candidate", candidate)] {
        let n_open = side.table.rows.iter().filter(|row| row.flags.has(RowFlags::NOT_ENDED)).count();
        if side.table.rows.is_empty() {
            notes.push(format!("The {name} has no spans"));
        } else if side.table.rows.iter().any(|row| row.flags.has(RowFlags::CYCLE_CUT)) {
            notes.push(format!(
                "Spans of the {name} are above themselves: their cycle is cut at the earliest"
            ));
        } else if side.info.summary.root_name.is_none() {
            notes.push(format!("The root span of the {name} has not arrived: it may still be growing"));
        }
        match n_open {
            0 => {}
            1 => notes.push(format!("1 span of the {name} has not ended: its duration is unknown")),
            _ => notes
                .push(format!("{n_open} spans of the {name} have not ended: their durations are unknown")),
        }
    }
    let has_spans = !baseline.table.rows.is_empty() && !candidate.table.rows.is_empty();
    if has_spans && !alignment.rows.iter().any(|row| row.baseline.is_some() && row.candidate.is_some()) {
        notes.push("The two traces have no span in common".to_owned());
    }
    for (quantity, before, after) in [
        ("tokens", baseline.measured.tokens.sum, candidate.measured.tokens.sum),
        ("cost", baseline.measured.cost.sum, candidate.measured.cost.sum),
    ] {
        // Of a side without spans that is said already.
        if has_spans && before.is_some() != after.is_some() {
            let name = if before.is_some() { "candidate" } else { "baseline" };
            notes.push(format!("The {name} tells no {quantity}: their difference is unknown"));
        }
    }
    notes
}

fn is_new_error(compared: &Compared, row: &Row) -> bool {
    let failed =
        |at: Option<u32>, side: &Loaded| at.is_some_and(|at| side.table.rows[at as usize].status == ERROR);
    failed(row.candidate, &compared.candidate) && !failed(row.baseline, &compared.baseline)
}

fn span_ids(compared: &Compared, row: &Row) -> (Option<SpanId>, Option<SpanId>) {
    let id = |at: Option<u32>, table: &SpanTable| at.map(|at| table.rows[at as usize].span_id);
    (id(row.baseline, &compared.baseline.table), id(row.candidate, &compared.candidate.table))
}

/// When a span began, from the start of its trace, and how long it took if it ended.
fn times(at: Option<u32>, table: &SpanTable) -> (Option<i64>, Option<i64>) {
    let Some(row) = at.map(|at| &table.rows[at as usize]) else { return (None, None) };
    let has_ended = !row.flags.has(RowFlags::NOT_ENDED);
    (Some(row.start.since(table.base).0), has_ended.then_some(row.duration.0))
}

fn rows(compared: &Compared) -> Vec<ui::ComparedRow> {
    let Compared { baseline, candidate, alignment, delta, divergence, .. } = compared;
    let mut depths = vec![0_u32; alignment.rows.len()];
    let mut rows = Vec::with_capacity(alignment.rows.len());
    for (number, (row, delta)) in alignment.rows.iter().zip(&delta.rows).enumerate() {
        // Heads of groups are no spans, and no level.
        if let Some(parent) = row.parent.map(|parent| parent as usize) {
            depths[number] = depths[parent] + u32::from(!alignment.rows[parent].is_head());
        }
        if row.is_head() {
            continue;
        }
        let (before, after) = span_ids(compared, row);
        let (baseline_start_ns, baseline_duration_ns) = times(row.baseline, &baseline.table);
        let (candidate_start_ns, candidate_duration_ns) = times(row.candidate, &candidate.table);
        rows.push(ui::ComparedRow {
            status: verdict(row.verdict),
            baseline_span_id: before.map(|id| id.to_string()),
            candidate_span_id: after.map(|id| id.to_string()),
            label: label(row, baseline.side(), candidate.side()).to_owned(),
            depth: depths[number],
            baseline_start_ns,
            baseline_duration_ns,
            candidate_start_ns,
            candidate_duration_ns,
            changes: change_names(row.changes),
            delta_duration_ns: delta.duration_ns,
            delta_self_ns: delta.self_ns,
            delta_tokens: delta.tokens,
            delta_cost: delta.cost,
            is_downstream: divergence.as_ref().is_some_and(|divergence| divergence.is_downstream[number]),
        });
    }
    rows
}

fn verdict(verdict: Verdict) -> ui::Verdict {
    match verdict {
        Verdict::Unchanged => ui::Verdict::Unchanged,
        Verdict::Changed => ui::Verdict::Changed,
        Verdict::Added => ui::Verdict::Added,
        Verdict::Removed => ui::Verdict::Removed,
        Verdict::Moved => ui::Verdict::Moved,
    }
}

fn change_names(changes: Changes) -> Vec<String> {
    let names = [
        (Changes::DURATION, "duration"),
        (Changes::STATUS, "status"),
        (Changes::CONTENT, "content"),
        (Changes::MODEL, "model"),
        (Changes::TOKENS, "tokens"),
        (Changes::COST, "cost"),
        (Changes::NAME, "name"),
        (Changes::SERVICE, "service"),
    ];
    names.iter().filter(|(change, _)| changes.has(*change)).map(|(_, name)| (*name).to_owned()).collect()
}
