//! Pairs two lists of siblings: equal ones first, then by likeness, then renamed ones, then what new or lost levels hold.

use super::features::Features;
use super::matcher::Matcher;
use super::order::longest_increasing;
use super::place::NONE;
use super::sequence;
use super::similar::{STRONG, Traits, likeness, renamed};

/// Most levels that may lie between a span and its partner's parent.
pub(super) const MAX_LEVELS: usize = 8;

/// Most pairs that are looked at to find the most alike within a set of siblings that share a key.
const MAX_CHOICE: usize = 65_536;

/// Most pairs between two neighbours that are looked at as possibly renamed.
const MAX_RENAMED: usize = 256;

/// Whether only what is equal, or the same thing done with the same, is paired.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strict {
    Yes,
    No,
}

impl Matcher<'_> {
    /// Pairs what can be paired of two lists of rows that nothing is paired with yet, both in order.
    pub(super) fn pair_siblings(&mut self, ls: &[u32], rs: &[u32]) {
        // Of a call that has a span of the caller's and one of the callee's, both of one name, either may be missing: a poor partner on
        // this level must not stand in the way of the true one on the next.
        if self.opened(ls, rs, Strict::Yes).is_some() {
            self.pair_levels(ls, rs, Strict::Yes);
        }
        let (ls, rs) = (self.free_left(ls), self.free_right(rs));
        self.pair_levels(&ls, &rs, Strict::No);
    }

    /// Pairs on this level, and then what levels that came or went hold, if it is nearly the same.
    fn pair_levels(&mut self, ls: &[u32], rs: &[u32], strict: Strict) {
        if ls.is_empty() || rs.is_empty() {
            return;
        }
        self.pair_level(ls, rs, strict, 1);
        let (mut ls, mut rs) = (self.free_left(ls), self.free_right(rs));
        for _ in 0..MAX_LEVELS {
            let Some((left, right)) = self.opened(&ls, &rs, strict) else { return };
            self.pair_level(&left, &right, strict, STRONG);
            (ls, rs) = (self.free_left(&left), self.free_right(&right));
        }
    }

    /// Returns both lists with those rows replaced by their children that have below them what the other list has (if strict: under their
    /// own name); nothing if no row has.
    fn opened(&self, ls: &[u32], rs: &[u32], strict: Strict) -> Option<(Vec<u32>, Vec<u32>)> {
        let keys = |features: &Features<'_>, rows: &[u32]| {
            rows.iter().fold(0, |keys, &row| keys | features.bit(row))
        };
        let left = open(&self.left, ls, keys(&self.right, rs), &self.of_left, strict);
        let right = open(&self.right, rs, keys(&self.left, ls), &self.of_right, strict);
        if left.is_none() && right.is_none() {
            return None;
        }
        Some((left.unwrap_or_else(|| ls.to_vec()), right.unwrap_or_else(|| rs.to_vec())))
    }

    fn pair_level(&mut self, ls: &[u32], rs: &[u32], strict: Strict, floor: u32) {
        if ls.is_empty() || rs.is_empty() {
            return;
        }
        let n_same = self.pair_ends(ls, rs);
        let ls = &ls[n_same.0..ls.len() - n_same.1];
        let rs = &rs[n_same.0..rs.len() - n_same.1];
        if ls.is_empty() || rs.is_empty() {
            return;
        }
        self.pair_equal(ls, rs, |features, row| features.exact[row as usize], false);
        self.pair_equal(ls, rs, |features, row| features.identity[row as usize], true);
        if strict == Strict::Yes {
            return;
        }
        self.pair_concurrent(ls, rs, floor);
        for (ls, rs) in self.gaps(ls, rs) {
            self.pair_in_order(&ls, &rs, floor);
        }
        // Whatever the order: what is nearly the same.
        let (left, right) = (self.free_left(ls), self.free_right(rs));
        self.pair_most_alike(&left, &right, STRONG, |features, row| features.key[row as usize]);
        for (ls, rs) in self.gaps(ls, rs) {
            self.pair_renamed(&ls, &rs);
        }
    }

    pub(super) fn free_left(&self, rows: &[u32]) -> Vec<u32> {
        rows.iter().copied().filter(|row| self.of_left[*row as usize] == NONE).collect()
    }

    pub(super) fn free_right(&self, rows: &[u32]) -> Vec<u32> {
        rows.iter().copied().filter(|row| self.of_right[*row as usize] == NONE).collect()
    }

    /// Pairs equal subtrees at the start and at the end; returns how many.
    fn pair_ends(&mut self, ls: &[u32], rs: &[u32]) -> (usize, usize) {
        let is_same = |matcher: &Self, l: u32, r: u32| {
            matcher.left.exact[l as usize] == matcher.right.exact[r as usize]
                && !matcher.left.is_twin[l as usize]
                && !matcher.right.is_twin[r as usize]
        };
        let start = ls.iter().zip(rs).take_while(|(l, r)| is_same(self, **l, **r)).count();
        let n_choices = (ls.len() - start).saturating_mul(rs.len() - start);
        // Short lists are aligned from the start on alone, so that of a loop the surplus is at its end.
        let end = if n_choices > MAX_CHOICE {
            let rest = (ls[start..].iter().rev()).zip(rs[start..].iter().rev());
            rest.take_while(|(l, r)| is_same(self, **l, **r)).count()
        } else {
            0
        };
        let starts = ls[..start].iter().zip(&rs[..start]);
        for (&l, &r) in starts.chain(ls[ls.len() - end..].iter().zip(&rs[rs.len() - end..])) {
            self.pair(l, r);
        }
        (start, end)
    }

    /// Pairs rows whose hash as many rows have on either side, in order; twins by their lengths.
    fn pair_equal(&mut self, ls: &[u32], rs: &[u32], hash: fn(&Features<'_>, u32) -> u64, only_unique: bool) {
        let ranked = |features: &Features<'_>, rows: Vec<u32>| {
            let length = |row: u32| match features.is_twin[row as usize] {
                true => (features.side.table.rows[row as usize].duration.0, features.timing[row as usize]),
                false => (0, 0),
            };
            let mut ranked: Vec<(u64, (i64, u64), u32)> =
                rows.into_iter().map(|row| (hash(features, row), length(row), row)).collect();
            ranked.sort_unstable();
            ranked
        };
        let left = ranked(&self.left, self.free_left(ls));
        let right = ranked(&self.right, self.free_right(rs));
        for (left, right) in common_buckets(&left, &right, |entry| entry.0) {
            let is_one_to_one = left.len() == right.len() && (left.len() == 1 || !only_unique);
            // So many twins that differ in length alone are not compared one by one.
            let are_many_twins = !only_unique
                && left.len().saturating_mul(right.len()) > MAX_CHOICE
                && self.left.is_twin[left[0].2 as usize]
                && self.right.is_twin[right[0].2 as usize];
            if is_one_to_one || are_many_twins {
                for (l, r) in left.iter().zip(right) {
                    self.pair(l.2, r.2);
                }
            }
        }
    }

    /// Pairs siblings that overlap others, whatever their order: first the most alike, then what is left of a key.
    fn pair_concurrent(&mut self, ls: &[u32], rs: &[u32], floor: u32) {
        let mut left = self.free_left(ls);
        let mut right = self.free_right(rs);
        left.retain(|row| self.left.is_concurrent[*row as usize]);
        right.retain(|row| self.right.is_concurrent[*row as usize]);
        if left.is_empty() || right.is_empty() {
            return;
        }
        let sketch = |features: &Features<'_>, row: u32| {
            features.side.fingerprints[row as usize].inputs_sketch.unwrap_or(0)
        };
        if left.len().saturating_mul(right.len()) > MAX_CHOICE {
            // Too many to look at each pair: those that share a quarter of their sketches are looked at.
            for quarter in 0..4 {
                let (ls, rs) = (self.free_left(&left), self.free_right(&right));
                self.pair_most_alike(&ls, &rs, STRONG, |features, row| {
                    let part = (sketch(features, row) >> (quarter * 16)) & 0xFFFF;
                    super::masked::chain(features.key[row as usize], part)
                });
            }
        }
        let (left, right) = (self.free_left(&left), self.free_right(&right));
        self.pair_most_alike(&left, &right, floor, |features, row| features.key[row as usize]);
        if floor == 1 {
            self.pair_ranks(&left, &right);
        }
    }

    /// Pairs rows of one key one after the other: what is left where there were too many to compare.
    fn pair_ranks(&mut self, ls: &[u32], rs: &[u32]) {
        let sorted = |features: &Features<'_>, rows: Vec<u32>| {
            let mut sorted: Vec<(u64, u32)> =
                rows.into_iter().map(|row| (features.key[row as usize], row)).collect();
            sorted.sort_unstable();
            sorted
        };
        let left = sorted(&self.left, self.free_left(ls));
        let right = sorted(&self.right, self.free_right(rs));
        for (left, right) in common_buckets(&left, &right, |entry| entry.0) {
            for (&(_, l), &(_, r)) in left.iter().zip(right) {
                self.pair(l, r);
            }
        }
    }

    /// Pairs rows of the same bucket, the most alike first, if they are at least as alike as `floor`. Of equally alike ones those of the
    /// most similar length come first, then the earliest. Buckets with too many pairs are left.
    pub(super) fn pair_most_alike(
        &mut self,
        ls: &[u32],
        rs: &[u32],
        floor: u32,
        bucket: impl Fn(&Features<'_>, u32) -> u64,
    ) {
        let sorted = |features: &Features<'_>, rows: &[u32]| {
            let mut sorted: Vec<(u64, u32)> = rows.iter().map(|&row| (bucket(features, row), row)).collect();
            sorted.sort_unstable();
            sorted
        };
        let (left, right) = (sorted(&self.left, ls), sorted(&self.right, rs));
        let length = |features: &Features<'_>, row: u32| features.side.table.rows[row as usize].duration.0;
        for (left, right) in common_buckets(&left, &right, |entry| entry.0) {
            let n_choices = left.len().saturating_mul(right.len());
            if n_choices > MAX_CHOICE || !self.spend(n_choices) {
                continue;
            }
            let mut choices = Vec::with_capacity(n_choices);
            for &(_, l) in left {
                for &(_, r) in right {
                    let alike = likeness(&self.left.traits[l as usize], &self.right.traits[r as usize]);
                    if alike >= floor {
                        let apart = length(&self.left, l).abs_diff(length(&self.right, r));
                        choices.push((std::cmp::Reverse(alike), apart, l, r));
                    }
                }
            }
            choices.sort_unstable();
            for (_, _, l, r) in choices {
                if self.of_left[l as usize] == NONE && self.of_right[r as usize] == NONE {
                    self.pair(l, r);
                }
            }
        }
    }

    /// Pairs rows in order, so that they are most alike in sum.
    fn pair_in_order(&mut self, ls: &[u32], rs: &[u32], floor: u32) {
        let n_cells = ls.len().saturating_mul(rs.len()).min(sequence::MAX_CELLS);
        // With the budget spent, the least band is looked at.
        let n_cells = if self.spend(n_cells) { sequence::MAX_CELLS } else { 0 };
        let traits = |features: &Features<'_>, rows: &[u32]| -> Vec<Traits> {
            rows.iter().map(|row| features.traits[*row as usize]).collect()
        };
        let (left, right) = (traits(&self.left, ls), traits(&self.right, rs));
        let pairs = sequence::align(ls.len(), rs.len(), n_cells, |i, j| {
            let alike = likeness(&left[i], &right[j]);
            if alike < floor { 0 } else { alike }
        });
        for (i, j) in pairs {
            self.pair(ls[i], rs[j]);
        }
    }

    /// Pairs rows with different names where something says that they are the same.
    fn pair_renamed(&mut self, ls: &[u32], rs: &[u32]) {
        let n_choices = ls.len().saturating_mul(rs.len());
        let mut choices = Vec::new();
        for (i, &l) in ls.iter().enumerate() {
            // Of many, only those of the same place.
            let places = if n_choices > MAX_RENAMED { i..(i + 1).min(rs.len()) } else { 0..rs.len() };
            for j in places {
                let r = rs[j];
                let sure = if self.left.key[l as usize] == self.right.key[r as usize] {
                    0
                } else {
                    renamed(&self.left, l, &self.right, r)
                };
                if sure > 0 {
                    choices.push((std::cmp::Reverse(sure), i.abs_diff(j), l, r));
                }
            }
        }
        choices.sort_unstable();
        for (_, _, l, r) in choices {
            if self.of_left[l as usize] == NONE && self.of_right[r as usize] == NONE {
                self.pair(l, r);
            }
        }
    }

    /// Returns the rows without a partner between every two neighbours that are paired in order.
    fn gaps(&mut self, ls: &[u32], rs: &[u32]) -> Vec<(Vec<u32>, Vec<u32>)> {
        for (place, &r) in (0_u32..).zip(rs) {
            self.place[r as usize] = place;
        }
        let is_of = |place: u32, r: u32| rs.get(place as usize) == Some(&r);
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (i, &l) in ls.iter().enumerate() {
            let r = self.of_left[l as usize];
            if r != NONE && is_of(self.place[r as usize], r) {
                pairs.push((i, self.place[r as usize] as usize));
            }
        }
        let places: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
        let in_order = longest_increasing(&places, |_| (1, 0));
        let ends = (ls.len(), rs.len());
        let mut gaps = Vec::new();
        let mut from = (0, 0);
        for until in in_order.into_iter().map(|at| pairs[at]).chain([ends]) {
            let left = self.free_left(&ls[from.0..until.0]);
            let right = self.free_right(&rs[from.1..until.1]);
            if !left.is_empty() && !right.is_empty() {
                gaps.push((left, right));
            }
            from = (until.0 + 1, until.1 + 1);
        }
        gaps
    }
}

/// Returns the rows with those replaced by their children that have a wanted key below them.
fn open(
    features: &Features<'_>,
    rows: &[u32],
    wanted: u64,
    partners: &[u32],
    strict: Strict,
) -> Option<Vec<u32>> {
    let is_wrapper = |row: u32| {
        let wanted = if strict == Strict::Yes { wanted & features.bit(row) } else { wanted };
        features.below[row as usize] & wanted != 0
    };
    if !rows.iter().any(|&row| is_wrapper(row)) {
        return None;
    }
    let mut opened = Vec::new();
    for &row in rows {
        if is_wrapper(row) {
            opened.extend(features.children(Some(row)).filter(|child| partners[*child as usize] == NONE));
        } else {
            opened.push(row);
        }
    }
    Some(opened)
}

/// Returns the runs of equal hashes that two sorted lists have in common.
fn common_buckets<'a, T>(
    mut left: &'a [T],
    mut right: &'a [T],
    hash: impl Fn(&T) -> u64,
) -> Vec<(&'a [T], &'a [T])> {
    let mut buckets = Vec::new();
    while let (Some(l), Some(r)) = (left.first(), right.first()) {
        let (l, r) = (hash(l), hash(r));
        let of_left = left.iter().take_while(|entry| hash(entry) == l).count();
        let of_right = right.iter().take_while(|entry| hash(entry) == r).count();
        match l.cmp(&r) {
            std::cmp::Ordering::Less => left = &left[of_left..],
            std::cmp::Ordering::Greater => right = &right[of_right..],
            std::cmp::Ordering::Equal => {
                buckets.push((&left[..of_left], &right[..of_right]));
                left = &left[of_left..];
                right = &right[of_right..];
            }
        }
    }
    buckets
}
