//! The first divergence: the earliest model call whose input differs, and what came after it.
//!
//! Inputs are the same if nothing but ids, times and numbers differs. A call that only one side made counts as one whose input
//! differs, and is placed by the calls of its own side that both have.

use model::SpanTable;

use super::{Alignment, Fingerprint, Row, Side};

/// The earliest model call whose input differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// Its row in the merged tree.
    pub row: u32,
    /// Of each row of the merged tree: whether its span began after the divergent call did. Heads of groups: all below it did.
    pub is_downstream: Vec<bool>,
}

/// Finds the first divergence; none if every model call of either side has its like with the same input.
pub fn first_divergence(
    alignment: &Alignment,
    baseline: Side<'_>,
    candidate: Side<'_>,
) -> Option<Divergence> {
    let calls = |side: Side<'_>, row_of: &[u32]| -> Vec<u32> {
        let is_call = |row: &u32| is_model_call(side.table, *row as usize);
        let mut calls: Vec<u32> = (0_u32..).take(side.table.rows.len()).filter(is_call).collect();
        calls.sort_by_key(|&row| side.table.rows[row as usize].start);
        calls.into_iter().map(|row| row_of[row as usize]).collect()
    };
    let of_baseline = calls(baseline, &alignment.row_of_baseline);
    let of_candidate = calls(candidate, &alignment.row_of_candidate);
    // Both sides are walked by their own clocks. The first call in either that differs is it; a call that both have with the
    // same input and that stands before it in its own side is passed by.
    let differs = |row: &&u32| is_divergent(&alignment.rows[**row as usize], baseline, candidate);
    let first = |calls: &[u32]| calls.iter().position(|row| differs(&row)).map(|at| (at, calls[at]));
    let row = match (first(&of_baseline), first(&of_candidate)) {
        (None, None) => return None,
        (Some((_, row)), None) | (None, Some((_, row))) => row,
        // The number of like calls before it decides, of equal ones the candidate.
        (Some((before, removed)), Some((after, row))) => {
            if before < after {
                removed
            } else {
                row
            }
        }
    };
    Some(Divergence { row, is_downstream: downstream(alignment, row, baseline, candidate) })
}

fn is_model_call(table: &SpanTable, row: usize) -> bool {
    matches!(table.strings.get(table.rows[row].span_type), "CHAT_MODEL" | "LLM" | "COMPLETION")
}

fn is_divergent(row: &Row, baseline: Side<'_>, candidate: Side<'_>) -> bool {
    let input = |at: u32, side: Side<'_>| {
        let Fingerprint { inputs_template, .. } = &side.fingerprints[at as usize];
        *inputs_template
    };
    match (row.baseline, row.candidate) {
        (Some(before), Some(after)) => input(before, baseline) != input(after, candidate),
        (None, None) => false,
        _ => true,
    }
}

fn downstream(alignment: &Alignment, divergent: u32, baseline: Side<'_>, candidate: Side<'_>) -> Vec<bool> {
    let start = |at: u32, side: Side<'_>| side.table.rows[at as usize].start;
    let row = &alignment.rows[divergent as usize];
    let own = (row.baseline.map(|at| start(at, baseline)), row.candidate.map(|at| start(at, candidate)));
    // A side without the call diverges where the first span stands that the other side has after the call.
    let both = || {
        let pairs = alignment.rows.iter().filter_map(|row| row.baseline.zip(row.candidate));
        pairs.map(|(before, after)| (start(before, baseline), start(after, candidate)))
    };
    let from = match own {
        (Some(before), None) => {
            (Some(before), both().filter(|(other, _)| *other > before).map(|(_, after)| after).min())
        }
        (None, Some(after)) => {
            (both().filter(|(_, other)| *other > after).map(|(before, _)| before).min(), Some(after))
        }
        known => known,
    };
    let began = |at: Option<u32>, side: Side<'_>, from: Option<model::UnixNanos>| {
        let is_after = |from| at.is_some_and(|at| start(at, side) >= from);
        from.is_some_and(is_after)
    };
    let mut is_downstream: Vec<bool> = (0_u32..)
        .zip(&alignment.rows)
        .map(|(number, row)| {
            number != divergent
                && match row.candidate {
                    Some(_) => began(row.candidate, candidate, from.1),
                    None => began(row.baseline, baseline, from.0),
                }
        })
        .collect();
    for (number, row) in alignment.rows.iter().enumerate().rev().filter(|(_, row)| row.is_head()) {
        let mut below = (number + 1..row.subtree_end as usize).peekable();
        is_downstream[number] = below.peek().is_some() && below.all(|at| is_downstream[at]);
    }
    is_downstream
}
