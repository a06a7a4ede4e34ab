//! Which siblings have left their order, and which kept it.

use super::features::Features;
use super::matcher::Matcher;
use super::place::NONE;

/// How many siblings that kept their order are asked, from either end, whether one was passed.
const MAX_ASKED: usize = 16;

/// Returns which elements form the heaviest sequence of increasing values: fewest spans leave their order. Weights are spans, then
/// nanoseconds. O(n log n).
pub(super) fn longest_increasing(values: &[usize], weight: impl Fn(usize) -> (u64, u64)) -> Vec<usize> {
    if values.windows(2).all(|pair| pair[0] < pair[1]) {
        return (0..values.len()).collect();
    }
    // Ranks of the values, and for each rank the heaviest sequence that ends at or before it: a Fenwick tree of maxima.
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let mut heaviest: Vec<((u64, u64), usize)> = vec![((0, 0), usize::MAX); values.len() + 1];
    let mut before = vec![usize::MAX; values.len()];
    for (at, value) in values.iter().enumerate() {
        let rank = sorted.partition_point(|other| other < value);
        let (mut sum, mut last) = ((0, 0), usize::MAX);
        let mut node = rank;
        while node > 0 {
            if heaviest[node].0 > sum {
                (sum, last) = heaviest[node];
            }
            node -= node & node.wrapping_neg();
        }
        before[at] = last;
        let own = weight(at);
        let sum = (sum.0 + own.0, sum.1.saturating_add(own.1));
        let mut node = rank + 1;
        while node < heaviest.len() {
            if sum > heaviest[node].0 {
                heaviest[node] = (sum, at);
            }
            node += node & node.wrapping_neg();
        }
    }
    let best = heaviest.iter().copied().filter(|entry| entry.1 != usize::MAX).max_by_key(|entry| entry.0);
    let mut way = Vec::new();
    let mut at = best.map_or(usize::MAX, |entry| entry.1);
    while at != usize::MAX {
        way.push(at);
        at = before[at];
    }
    way.reverse();
    way
}

impl Matcher<'_> {
    /// Returns the rows of the left side whose siblings stand in another order, though they do not overlap in time.
    pub(super) fn reordered(&self) -> Vec<u32> {
        let mut reordered = Vec::new();
        self.reordered_below(None, &mut reordered);
        for (l, &r) in (0_u32..).zip(&self.of_left).filter(|(_, r)| **r != NONE) {
            if self.left.size(l) > 2 && self.right.size(r) > 2 {
                self.reordered_below(Some((l, r)), &mut reordered);
            }
        }
        reordered
    }

    fn reordered_below(&self, parents: Option<(u32, u32)>, reordered: &mut Vec<u32>) {
        let parent_of =
            |features: &Features<'_>, row: u32| u32::try_from(features.side.table.parent[row as usize]).ok();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for l in self.left.children(parents.map(|pair| pair.0)) {
            let r = self.of_left[l as usize];
            if r != NONE && parent_of(&self.right, r) == parents.map(|pair| pair.1) {
                pairs.push((l, r));
            }
        }
        let places: Vec<usize> = pairs.iter().map(|pair| pair.1 as usize).collect();
        let stay = longest_increasing(&places, |at| {
            let (l, r) = pairs[at];
            let length = |features: &Features<'_>, row: u32| {
                features.side.table.rows[row as usize].duration.0.max(0).unsigned_abs()
            };
            let spans = u64::from(self.left.size(l)) + u64::from(self.right.size(r));
            (spans, length(&self.left, l).saturating_add(length(&self.right, r)))
        });
        if stay.len() == pairs.len() {
            return;
        }
        let mut next = stay.iter().copied().peekable();
        for (at, &(l, r)) in pairs.iter().enumerate() {
            if next.next_if_eq(&at).is_some() {
                continue;
            }
            // Those that stayed and lie between its places on the two sides were passed.
            let before_left = stay.partition_point(|other| *other < at);
            let before_right = stay.partition_point(|other| pairs[*other].1 < r);
            let passed = &stay[before_left.min(before_right)..before_left.max(before_right)];
            let asked = passed.iter().take(MAX_ASKED).chain(passed.iter().rev().take(MAX_ASKED));
            let is_passed = |other: usize| {
                self.is_apart(&self.left, l, pairs[other].0) && self.is_apart(&self.right, r, pairs[other].1)
            };
            if asked.copied().any(is_passed) {
                reordered.push(l);
            }
        }
    }

    fn is_apart(&self, features: &Features<'_>, row: u32, other: u32) -> bool {
        let (one, two) = (features.interval(row), features.interval(other));
        one.1 <= two.0 || two.1 <= one.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_increasing_sequence_is_found() {
        let even = |values: &[usize]| longest_increasing(values, |_| (1, 0));
        assert_eq!(even(&[0, 1, 2]), [0, 1, 2]);
        assert_eq!(even(&[2, 0, 1]), [1, 2]);
        assert_eq!(even(&[1, 2, 0]), [0, 1]);
        assert_eq!(even(&[3, 7, 4, 0, 5, 2, 6]), [0, 2, 4, 6]);
        assert!(even(&[]).is_empty());
        // One that weighs more stays, and the other two leave.
        assert_eq!(longest_increasing(&[2, 0, 1], |at| if at == 0 { (9, 0) } else { (1, 0) }), [0]);
    }
}
