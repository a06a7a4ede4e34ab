//! From two traces to one tree.

use super::features::Features;
use super::matcher::Matcher;
use super::merge::merge;
use super::place::{NONE, Pairs};
use super::{Alignment, Hints, Options, Side};

/// Lays a candidate over a baseline. About linear in time for traces that are alike, and bounded for those that are not; linear in
/// memory. Docs: docs/comparison.md.
///
/// # Panics
///
/// If a side has not as many fingerprints as rows.
pub fn align(baseline: Side<'_>, candidate: Side<'_>, options: &Options<'_>) -> Alignment {
    for side in [baseline, candidate] {
        assert_eq!(side.table.rows.len(), side.fingerprints.len(), "invariant: one fingerprint for each row");
    }
    merge(baseline, candidate, &pairs(baseline, candidate, options), options)
}

/// Pairs the rows. Works in an order of the sides that does not depend on which is the baseline, so that swapping them gives the same
/// pairs.
fn pairs(baseline: Side<'_>, candidate: Side<'_>, options: &Options<'_>) -> Pairs {
    let (one, other) = (Features::of(baseline), Features::of(candidate));
    let is_swapped = one.order(&other).is_gt();
    let mut matcher = if is_swapped { Matcher::new(other, one) } else { Matcher::new(one, other) };
    let mut pinned = vec![0; candidate.table.rows.len()];
    for pin in options.pins {
        let (l, r) = if is_swapped { (pin.candidate, pin.baseline) } else { (pin.baseline, pin.candidate) };
        let is_free = |partners: &[u32], row: u32| partners.get(row as usize) == Some(&NONE);
        if is_free(&matcher.of_left, l) && is_free(&matcher.of_right, r) {
            matcher.pair(l, r);
            pinned[pin.candidate as usize] = Hints::PINNED | if pin.is_rule { Hints::BY_RULE } else { 0 };
        }
    }
    matcher.run();
    let reordered_left = matcher.reordered();
    let mut reordered = vec![false; candidate.table.rows.len()];
    for l in reordered_left {
        reordered[if is_swapped { l } else { matcher.of_left[l as usize] } as usize] = true;
    }
    let (of_baseline, of_candidate) =
        if is_swapped { (matcher.of_right, matcher.of_left) } else { (matcher.of_left, matcher.of_right) };
    Pairs { of_baseline, of_candidate, reordered, pinned, is_swapped }
}
