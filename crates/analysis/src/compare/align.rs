//! Pairs the spans of two traces.

use std::collections::HashMap;

use super::merge::{NONE, Pairs, merge};
use super::{Alignment, Options, Side};

/// Lays a candidate over a baseline.
///
/// Panics if a side has not as many fingerprints as rows.
pub fn align(baseline: Side<'_>, candidate: Side<'_>, options: &Options<'_>) -> Alignment {
    for side in [baseline, candidate] {
        assert_eq!(side.table.rows.len(), side.fingerprints.len(), "invariant: one fingerprint for each row");
    }
    let mut pairs = Pairs::new(baseline.table.rows.len(), candidate.table.rows.len());
    for pin in options.pins {
        let is_free = |partners: &[u32], row: u32| partners.get(row as usize) == Some(&NONE);
        if is_free(&pairs.of_baseline, pin.baseline) && is_free(&pairs.of_candidate, pin.candidate) {
            pairs.pair(pin.baseline, pin.candidate);
        }
    }
    let mut waiting = vec![(NONE, NONE)];
    while let Some((parent, other)) = waiting.pop() {
        let mut by_label: HashMap<&str, Vec<u32>> = HashMap::new();
        for row in children(candidate, other).rev().filter(|row| pairs.of_candidate[*row as usize] == NONE) {
            by_label.entry(&candidate.fingerprints[row as usize].label).or_default().push(row);
        }
        for row in children(baseline, parent) {
            if pairs.of_baseline[row as usize] == NONE {
                let label = baseline.fingerprints[row as usize].label.as_str();
                if let Some(partner) = by_label.get_mut(label).and_then(Vec::pop) {
                    pairs.pair(row, partner);
                }
            }
            if pairs.of_baseline[row as usize] != NONE {
                waiting.push((row, pairs.of_baseline[row as usize]));
            }
        }
    }
    merge(baseline, candidate, &pairs, options)
}

/// Returns the rows right below a row, or the roots.
fn children(side: Side<'_>, row: u32) -> std::vec::IntoIter<u32> {
    let table = side.table;
    let (mut at, end) = match row {
        NONE => (0, u32::try_from(table.rows.len()).expect("invariant: a trace has fewer than 2^31 spans")),
        row => (row + 1, table.subtree_end[row as usize]),
    };
    let mut rows = Vec::new();
    while at < end {
        rows.push(at);
        at = table.subtree_end[at as usize];
    }
    rows.into_iter()
}
