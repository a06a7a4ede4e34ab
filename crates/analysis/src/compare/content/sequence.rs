//! The difference of two sequences: what is the same in order, and what lies between.
//!
//! First what both begin and end with is cut off. Then elements that are there exactly once on both sides and in the same order
//! anchor the rest (patience diff). What lies between anchors is solved exactly while it is small, and told as replaced if not.
//! Deterministic, O(n log n) but for the small exact parts, without recursion.

use std::collections::HashMap;
use std::ops::Range;

/// Cells of an exact solution: a thousand elements against a thousand.
const MAX_CELLS: usize = 1 << 20;

/// A stretch of both sequences. Where both ranges have elements these are the same; else one side has more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) is_same: bool,
    pub(super) before: Range<usize>,
    pub(super) after: Range<usize>,
}

/// Returns runs that cover both sequences in order; a run that is not the same holds what was replaced by what.
pub(super) fn diff(before: &[u32], after: &[u32]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // Stretches to do, the next one at the end.
    let mut todo = vec![(0..before.len(), 0..after.len())];
    while let Some((a, b)) = todo.pop() {
        let n_start = common(before[a.clone()].iter(), after[b.clone()].iter());
        push(&mut runs, true, a.start..a.start + n_start, b.start..b.start + n_start);
        let (a, b) = (a.start + n_start..a.end, b.start + n_start..b.end);
        let n_end = common(before[a.clone()].iter().rev(), after[b.clone()].iter().rev());
        let (inner_a, inner_b) = (a.start..a.end - n_end, b.start..b.end - n_end);
        if n_end > 0 {
            // What both end with comes after what is between: it waits as a stretch that is the same throughout.
            todo.push((inner_a.end..a.end, inner_b.end..b.end));
        }
        if inner_a.is_empty() || inner_b.is_empty() {
            push(&mut runs, false, inner_a, inner_b);
            continue;
        }
        let anchors = anchors(&before[inner_a.clone()], &after[inner_b.clone()]);
        if !anchors.is_empty() {
            let mut ends = (inner_a.end, inner_b.end);
            for (x, y) in anchors.into_iter().rev() {
                let (x, y) = (inner_a.start + x, inner_b.start + y);
                todo.push((x..ends.0, y..ends.1));
                ends = (x, y);
            }
            todo.push((inner_a.start..ends.0, inner_b.start..ends.1));
        } else if inner_a.len().saturating_mul(inner_b.len()) <= MAX_CELLS {
            exact(before, after, inner_a, inner_b, &mut runs);
        } else {
            push(&mut runs, false, inner_a, inner_b);
        }
    }
    runs
}

fn common<'a>(a: impl Iterator<Item = &'a u32>, b: impl Iterator<Item = &'a u32>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// Adds a run, joined with the one before if it is of the same kind.
fn push(runs: &mut Vec<Run>, is_same: bool, before: Range<usize>, after: Range<usize>) {
    if before.is_empty() && after.is_empty() {
        return;
    }
    match runs.last_mut() {
        Some(last) if last.is_same == is_same => {
            last.before.end = before.end;
            last.after.end = after.end;
        }
        _ => runs.push(Run { is_same, before, after }),
    }
}

/// Returns the positions of elements that both sides have exactly once, as many as stand in the same order.
fn anchors(before: &[u32], after: &[u32]) -> Vec<(usize, usize)> {
    let unique = |side: &[u32]| {
        let mut places: HashMap<u32, Option<usize>> = HashMap::with_capacity(side.len());
        for (place, element) in side.iter().enumerate() {
            places.entry(*element).and_modify(|found| *found = None).or_insert(Some(place));
        }
        places
    };
    let of_after = unique(after);
    let mut pairs: Vec<(usize, usize)> = unique(before)
        .into_iter()
        .filter_map(|(element, place)| Some((place?, (*of_after.get(&element)?)?)))
        .collect();
    pairs.sort_unstable();
    longest_rising(&pairs)
}

/// Returns the longest subsequence whose second numbers rise, by patience sorting.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut piles: Vec<usize> = Vec::new();
    let mut former = vec![None; pairs.len()];
    for (index, pair) in pairs.iter().enumerate() {
        let pile = piles.partition_point(|&top| pairs[top].1 < pair.1);
        former[index] = pile.checked_sub(1).map(|below| piles[below]);
        match piles.get_mut(pile) {
            Some(top) => *top = index,
            None => piles.push(index),
        }
    }
    let mut rising = Vec::with_capacity(piles.len());
    let mut at = piles.last().copied();
    while let Some(index) = at {
        rising.push(pairs[index]);
        at = former[index];
    }
    rising.reverse();
    rising
}

/// Solves a small stretch by its longest common subsequence.
fn exact(before: &[u32], after: &[u32], a: Range<usize>, b: Range<usize>, runs: &mut Vec<Run>) {
    let (n, m) = (a.len(), b.len());
    // longest[i][j]: of what follows i and j.
    let mut longest = vec![0_u32; (n + 1) * (m + 1)];
    let at = |i: usize, j: usize| i * (m + 1) + j;
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            longest[at(i, j)] = if before[a.start + i] == after[b.start + j] {
                longest[at(i + 1, j + 1)] + 1
            } else {
                longest[at(i + 1, j)].max(longest[at(i, j + 1)])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < n || j < m {
        let (x, y) = (a.start + i, b.start + j);
        if i < n && j < m && before[x] == after[y] {
            push(runs, true, x..x + 1, y..y + 1);
            (i, j) = (i + 1, j + 1);
        } else if j == m || (i < n && longest[at(i + 1, j)] >= longest[at(i, j + 1)]) {
            push(runs, false, x..x + 1, y..y);
            i += 1;
        } else {
            push(runs, false, x..x, y..y + 1);
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(before: &str, after: &str) -> String {
        let numbers = |text: &str| text.chars().map(u32::from).collect::<Vec<u32>>();
        let runs = diff(&numbers(before), &numbers(after));
        let told = runs.into_iter().map(|run| {
            let (a, b) = (&before[run.before], &after[run.after]);
            if run.is_same { a.to_owned() } else { format!("[{a}|{b}]") }
        });
        told.collect()
    }

    #[test]
    fn what_is_the_same_stays_in_order() {
        assert_eq!(told("abcdef", "abcdef"), "abcdef");
        assert_eq!(told("abxdef", "abydef"), "ab[x|y]def");
        assert_eq!(told("abcdef", "acdefg"), "a[b|]cdef[|g]");
        assert_eq!(told("", "ab"), "[|ab]");
        assert_eq!(told("", ""), "");
        // What both have is there twice, and anchors nothing: solved exactly.
        assert_eq!(told("xaabby", "zaabbw"), "[x|z]aabb[y|w]");
    }

    #[test]
    fn large_sequences_with_nothing_unique_are_told_as_replaced() {
        let before = [[1, 2].repeat(2000), vec![9, 9]].concat();
        let after = [[3, 4].repeat(2000), vec![9, 9]].concat();
        let runs = diff(&before, &after);
        assert_eq!(runs.len(), 2);
        assert_eq!((runs[0].is_same, runs[0].before.clone(), runs[1].is_same), (false, 0..4000, true));
    }

    proptest! {
        #[test]
        fn runs_cover_both_sides_and_say_the_truth(
            before in prop::collection::vec(0..12_u32, 0..60),
            after in prop::collection::vec(0..12_u32, 0..60),
        ) {
            let (mut a, mut b) = (0, 0);
            for run in diff(&before, &after) {
                prop_assert_eq!((run.before.start, run.after.start), (a, b));
                (a, b) = (run.before.end, run.after.end);
                if run.is_same {
                    prop_assert_eq!(&before[run.before], &after[run.after]);
                }
            }
            prop_assert_eq!((a, b), (before.len(), after.len()));
        }
    }
}
