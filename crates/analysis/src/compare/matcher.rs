//! Pairs the rows of two sides: from the roots downwards, then what was moved, then parents whose children found each other.

use super::features::Features;
use super::place::{NONE, number};
use super::siblings::MAX_LEVELS;
use super::similar::is_known;

/// Most pairs of rows that are compared by likeness in one alignment; beyond it only neighbours of the diagonal are.
const MAX_COMPARED: usize = 24_000_000;

/// Which row of the left side is which of the right one, as far as it is known.
pub(super) struct Matcher<'a> {
    pub(super) left: Features<'a>,
    pub(super) right: Features<'a>,
    pub(super) of_left: Vec<u32>,
    pub(super) of_right: Vec<u32>,
    /// Pairs whose children wait to be paired.
    waiting: Vec<(u32, u32)>,
    n_paired: usize,
    n_compared: usize,
    /// Where the rows of the right side stand in the list that is being paired.
    pub(super) place: Vec<u32>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(left: Features<'a>, right: Features<'a>) -> Self {
        let (n_left, n_right) = (left.key.len(), right.key.len());
        Self {
            left,
            right,
            of_left: vec![NONE; n_left],
            of_right: vec![NONE; n_right],
            waiting: Vec::new(),
            n_paired: 0,
            n_compared: 0,
            place: vec![0; n_right],
        }
    }

    /// Pairs two rows, of which neither may have a partner; their children wait.
    pub(super) fn pair(&mut self, l: u32, r: u32) {
        self.set(l, r);
        self.waiting.push((l, r));
    }

    fn set(&mut self, l: u32, r: u32) {
        debug_assert!(self.of_left[l as usize] == NONE && self.of_right[r as usize] == NONE);
        self.of_left[l as usize] = r;
        self.of_right[r as usize] = l;
        self.n_paired += 1;
    }

    /// Takes from the budget of comparisons; false if it is spent.
    pub(super) fn spend(&mut self, n_compared: usize) -> bool {
        let is_within = self.n_compared.saturating_add(n_compared) <= MAX_COMPARED;
        self.n_compared += if is_within { n_compared } else { 0 };
        is_within
    }

    /// Pairs all that can be paired, beside what is paired already.
    pub(super) fn run(&mut self) {
        let left: Vec<u32> = self.left.children(None).collect();
        let right: Vec<u32> = self.right.children(None).collect();
        let (left, right) = (self.free_left(&left), self.free_right(&right));
        self.pair_siblings(&left, &right);
        self.descend();
        if self.is_complete() {
            return;
        }
        self.pair_moved();
        self.pair_by_children();
    }

    fn is_complete(&self) -> bool {
        self.n_paired == self.of_left.len() || self.n_paired == self.of_right.len()
    }

    /// Pairs what is below the pairs that wait.
    fn descend(&mut self) {
        while let Some((l, r)) = self.waiting.pop() {
            if self.is_equal_below(l, r) {
                for (l, r) in (l + 1..l + self.left.size(l)).zip(r + 1..) {
                    self.set(l, r);
                }
                continue;
            }
            let left: Vec<u32> = self.left.children(Some(l)).collect();
            let right: Vec<u32> = self.right.children(Some(r)).collect();
            let (left, right) = (self.free_left(&left), self.free_right(&right));
            self.pair_siblings(&left, &right);
        }
    }

    /// Whether two subtrees are equal row by row, and nothing below them is paired.
    fn is_equal_below(&self, l: u32, r: u32) -> bool {
        let (at, to) = (l as usize, r as usize);
        let (n_left, n_right) = (self.left.size(l) as usize, self.right.size(r) as usize);
        self.left.exact[at] == self.right.exact[to]
            && self.left.is_ordered[at]
            && self.right.is_ordered[to]
            && n_left == n_right
            && self.of_left[at + 1..at + n_left].iter().all(|partner| *partner == NONE)
            && self.of_right[to + 1..to + n_right].iter().all(|partner| *partner == NONE)
    }

    /// Pairs what has left its parent: rows that are the only ones of their kind without a partner on either side.
    fn pair_moved(&mut self) {
        let says_something = |features: &Features<'_>, row: u32| {
            features.size(row) > 1 || features.side.fingerprints[row as usize].inputs.is_some()
        };
        self.pair_unique(
            |features, row| says_something(features, row).then(|| features.exact[row as usize]),
            |_, _, _| true,
        );
        self.pair_unique(
            |features, row| says_something(features, row).then(|| features.identity[row as usize]),
            |_, _, _| true,
        );
        self.pair_unique(
            |features, row| {
                let inputs = features.side.fingerprints[row as usize].inputs;
                inputs.filter(|_| features.has_own_inputs[row as usize])
            },
            |matcher, l, r| {
                matcher.are_below_the_same(l, r) && !is_known(&matcher.left, l, &matcher.right, r)
            },
        );
        self.pair_unique(
            |features, row| (features.size(row) > 1).then(|| features.shape[row as usize]),
            Self::may_be_same,
        );
        self.pair_unique(|features, row| Some(features.key[row as usize]), Self::may_have_moved);
    }

    /// Whether the nearest rows above that have a partner are partners: neither has left its place, though levels may have come between.
    fn are_below_the_same(&self, l: u32, r: u32) -> bool {
        let above = |features: &Features<'_>, partners: &[u32], row: u32| {
            let mut at = row;
            for _ in 0..=MAX_LEVELS {
                match u32::try_from(features.side.table.parent[at as usize]) {
                    Err(_) => return Some(NONE),
                    Ok(parent) if partners[parent as usize] != NONE => return Some(parent),
                    Ok(parent) => at = parent,
                }
            }
            None
        };
        match (above(&self.left, &self.of_left, l), above(&self.right, &self.of_right, r)) {
            (Some(NONE), Some(NONE)) => true,
            (Some(l), Some(r)) => l != NONE && self.of_left[l as usize] == r,
            _ => false,
        }
    }

    /// Whether the inputs of two rows do not speak against them being the same.
    fn may_be_same(&self, l: u32, r: u32) -> bool {
        let (print, other) =
            (&self.left.side.fingerprints[l as usize], &self.right.side.fingerprints[r as usize]);
        match (print.inputs_sketch, other.inputs_sketch) {
            (Some(one), Some(two)) => print.inputs == other.inputs || super::similar::shared(one, two) >= 50,
            (None, None) => true,
            _ => false,
        }
    }

    /// Of a row of which only the name is known, the parents have to have partners too: the same name within two strange subtrees says
    /// nothing.
    fn may_have_moved(&self, l: u32, r: u32) -> bool {
        let is_known = |partners: &[u32], parent: i32| {
            usize::try_from(parent).map_or(true, |parent| partners[parent] != NONE)
        };
        let are_parents_known = is_known(&self.of_left, self.left.side.table.parent[l as usize])
            && is_known(&self.of_right, self.right.side.table.parent[r as usize]);
        let has_inputs = self.left.side.fingerprints[l as usize].inputs.is_some();
        self.may_be_same(l, r) && (has_inputs || are_parents_known)
    }

    /// Pairs rows whose hash no other row without a partner has, upper ones first.
    fn pair_unique(
        &mut self,
        hash: impl Fn(&Features<'_>, u32) -> Option<u64>,
        is_allowed: impl Fn(&Self, u32, u32) -> bool,
    ) {
        let unique = |features: &Features<'_>, partners: &[u32]| {
            let free = (0..number(partners.len())).filter(|row| partners[*row as usize] == NONE);
            let mut hashes: Vec<(u64, u32)> =
                free.filter_map(|row| Some((hash(features, row)?, row))).collect();
            hashes.sort_unstable();
            let mut unique: Vec<(u64, u32)> = Vec::new();
            let mut at = 0;
            while at < hashes.len() {
                let n_equal = hashes[at..].iter().take_while(|entry| entry.0 == hashes[at].0).count();
                if n_equal == 1 {
                    unique.push(hashes[at]);
                }
                at += n_equal;
            }
            unique
        };
        let left = unique(&self.left, &self.of_left);
        let right = unique(&self.right, &self.of_right);
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut at = 0;
        for (hash, l) in left {
            at += right[at..].iter().take_while(|entry| entry.0 < hash).count();
            if let Some(&(_, r)) = right.get(at).filter(|entry| entry.0 == hash) {
                pairs.push((l, r));
            }
        }
        pairs.sort_unstable();
        for (l, r) in pairs {
            let is_free = self.of_left[l as usize] == NONE && self.of_right[r as usize] == NONE;
            if is_free && is_allowed(self, l, r) {
                self.pair(l, r);
                self.descend();
            }
        }
    }

    /// Pairs parents with different names of which more than half of the children are pairs, lower ones first.
    fn pair_by_children(&mut self) {
        for l in (0..number(self.of_left.len())).rev() {
            if self.of_left[l as usize] != NONE || self.left.size(l) == 1 {
                continue;
            }
            let mut parents: Vec<u32> = Vec::new();
            let mut n_children = 0;
            for child in self.left.children(Some(l)) {
                n_children += 1;
                let partner = self.of_left[child as usize];
                if partner != NONE
                    && let Ok(parent) = u32::try_from(self.right.side.table.parent[partner as usize])
                    && self.of_right[parent as usize] == NONE
                {
                    parents.push(parent);
                }
            }
            parents.sort_unstable();
            let votes = parents.chunk_by(|one, two| one == two).map(|same| (same.len(), same[0]));
            let Some((n_votes, r)) = votes.max_by_key(|(n_votes, r)| (*n_votes, std::cmp::Reverse(*r)))
            else {
                continue;
            };
            let has_most = n_votes * 4 > n_children + self.right.children(Some(r)).count();
            if has_most && !is_known(&self.left, l, &self.right, r) {
                self.pair(l, r);
                self.descend();
            }
        }
    }
}
