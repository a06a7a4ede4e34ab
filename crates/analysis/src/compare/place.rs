//! Where each span stands in the merged tree.
//!
//! The candidate's tree is the frame: what both sides have, or only the candidate, stands where the candidate has it. What only the
//! baseline has stands below the same parent as there, behind the sibling that it followed. Only where the baseline has a level
//! more around a span (a wrapper that was removed) does the span stand below that level, so that both directions look alike.

use super::{Hints, Side};

/// No row, no node.
pub(super) const NONE: u32 = u32::MAX;

/// Which span is which: for each row of either side its partner or [`NONE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pairs {
    pub(super) of_baseline: Vec<u32>,
    pub(super) of_candidate: Vec<u32>,
    /// Of each row of the candidate, whether it has left its order.
    pub(super) reordered: Vec<bool>,
    /// Of each row of the candidate, the [`Hints`] that say whether a person gave it its partner.
    pub(super) pinned: Vec<u8>,
    /// Whether pairing began with the candidate: a choice between the sides that swapping them does not turn.
    pub(super) is_swapped: bool,
}

/// A row to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) baseline: u32,
    pub(super) candidate: u32,
    parent: u32,
    /// Whether it lies below another span that both sides have.
    pub(super) is_moved: bool,
    pub(super) hints: Hints,
}

/// The merged tree, not yet in order. The candidate's rows are nodes of the same number, then come those of the baseline alone.
pub(super) struct Placed {
    pub(super) nodes: Vec<Node>,
    only_baseline: Vec<u32>,
    /// Children sorted by parent and place.
    children: Vec<u32>,
    /// Where the children of each node begin in `children`; the last but one entry is for the roots.
    offsets: Vec<u32>,
    /// Of each node, its place among its siblings if the baseline's tree were the frame: what `children` would be sorted by if the
    /// sides were swapped.
    pub(super) mirrored_place: Vec<(u32, u32)>,
}

impl Placed {
    pub(super) fn new(baseline: Side<'_>, candidate: Side<'_>, pairs: &Pairs) -> Self {
        let mut placed = Self {
            nodes: Vec::new(),
            only_baseline: Vec::new(),
            children: Vec::new(),
            offsets: Vec::new(),
            mirrored_place: Vec::new(),
        };
        placed.place_candidate(candidate, pairs);
        placed.only_baseline = vec![NONE; baseline.table.rows.len()];
        for (row, _) in (0_u32..).zip(&pairs.of_baseline).filter(|(_, partner)| **partner == NONE) {
            placed.only_baseline[row as usize] = number(placed.nodes.len());
            placed.nodes.push(Node {
                baseline: row,
                candidate: NONE,
                parent: NONE,
                is_moved: false,
                hints: Hints::default(),
            });
        }
        placed.place_baseline(baseline, candidate, pairs);
        placed.order(baseline, pairs);
        placed.order_mirrored(candidate);
        placed
    }

    /// Whether a node stands below the same parent whichever side is the frame. Neither what has moved does, nor what has a level of its
    /// own above it on either side.
    pub(super) fn is_in_place(&self, node: u32) -> bool {
        let node = &self.nodes[node as usize];
        let is_pair = node.baseline != NONE && node.candidate != NONE;
        let is_below_added =
            || self.nodes.get(node.parent as usize).is_some_and(|parent| parent.baseline == NONE);
        let has_own_level = is_pair && !node.hints.has(Hints::WRAPPED) && is_below_added();
        !node.is_moved && !has_own_level
    }

    pub(super) fn node_of_baseline(&self, row: u32, pairs: &Pairs) -> u32 {
        match pairs.of_baseline[row as usize] {
            NONE => self.only_baseline[row as usize],
            partner => partner,
        }
    }

    fn place_candidate(&mut self, candidate: Side<'_>, pairs: &Pairs) {
        self.nodes = (0_u32..)
            .zip(&candidate.table.parent)
            .map(|(row, &parent)| Node {
                baseline: pairs.of_candidate[row as usize],
                candidate: row,
                parent: u32::try_from(parent).unwrap_or(NONE),
                is_moved: false,
                hints: Hints(
                    if pairs.reordered[row as usize] { Hints::REORDERED } else { 0 }
                        | pairs.pinned[row as usize],
                ),
            })
            .collect();
    }

    /// Finds the parents of what only the baseline has, and of spans that only the baseline wraps; tells what has moved.
    fn place_baseline(&mut self, baseline: Side<'_>, candidate: Side<'_>, pairs: &Pairs) {
        let above = paired_ancestors(&baseline.table.parent, &pairs.of_baseline);
        let above_candidate = paired_ancestors(&candidate.table.parent, &pairs.of_candidate);
        for (row, &parent) in (0_u32..).zip(&baseline.table.parent) {
            let parent = u32::try_from(parent).unwrap_or(NONE);
            let parent_node = if parent == NONE { NONE } else { self.node_of_baseline(parent, pairs) };
            let partner = pairs.of_baseline[row as usize];
            if partner == NONE {
                let node = self.only_baseline[row as usize];
                self.nodes[node as usize].parent = parent_node;
                continue;
            }
            let ancestor = above[row as usize];
            let expected = if ancestor == NONE { NONE } else { pairs.of_baseline[ancestor as usize] };
            let node = partner as usize;
            if expected != above_candidate[node] {
                self.nodes[node].is_moved = true;
                continue;
            }
            let wrapped_in_candidate = above_candidate[node] != self.nodes[node].parent;
            let wrapped_in_baseline = ancestor != parent;
            if wrapped_in_candidate != wrapped_in_baseline {
                self.nodes[node].hints.0 |= Hints::WRAPPED;
                if wrapped_in_baseline {
                    self.nodes[node].parent = parent_node;
                }
                self.mark_wrappers(self.nodes[node].parent);
            }
        }
    }

    /// Marks the levels from a node up to the next one that both sides have.
    fn mark_wrappers(&mut self, from: u32) {
        let mut at = from;
        while let Some(node) = self.nodes.get_mut(at as usize) {
            let is_paired = node.baseline != NONE && node.candidate != NONE;
            if is_paired || node.hints.has(Hints::WRAPPER) {
                return;
            }
            node.hints.0 |= Hints::WRAPPER;
            at = node.parent;
        }
    }

    /// Whether what follows a node on one side alone is to stand behind it.
    fn is_in_order(&self, node: u32) -> bool {
        self.is_in_place(node) && !self.nodes[node as usize].hints.has(Hints::REORDERED)
    }

    /// Sorts children: the candidate's in its order, the baseline's own behind the sibling that they followed.
    fn order(&mut self, baseline: Side<'_>, pairs: &Pairs) {
        // 0 is the place before the candidate's first row.
        let mut place: Vec<(u32, u32)> = (0..number(self.nodes.len())).map(|node| (node + 1, 0)).collect();
        let roots = self.nodes.len();
        let slot = |parent: u32| if parent == NONE { roots } else { parent as usize };
        let mut last = vec![0_u32; roots + 1];
        for row in 0..number(baseline.table.rows.len()) {
            let node = self.node_of_baseline(row, pairs);
            let followed = &mut last[slot(self.nodes[node as usize].parent)];
            if self.nodes[node as usize].candidate == NONE {
                place[node as usize] = (*followed, row + 1);
            } else if self.is_in_order(node) {
                *followed = node + 1;
            }
        }
        let mut offsets = vec![0_u32; roots + 2];
        for node in &self.nodes {
            offsets[slot(node.parent) + 1] += 1;
        }
        for at in 0..=roots {
            offsets[at + 1] += offsets[at];
        }
        self.children = (0..number(roots)).collect();
        self.children
            .sort_unstable_by_key(|&node| (slot(self.nodes[node as usize].parent), place[node as usize]));
        self.offsets = offsets;
    }

    /// Finds the places that nodes had with the baseline's tree as the frame: its spans in its order, the candidate's own behind the
    /// sibling that they followed.
    fn order_mirrored(&mut self, candidate: Side<'_>) {
        let roots = self.nodes.len();
        let mut last = vec![0_u32; roots + 1];
        let mut places: Vec<(u32, u32)> =
            self.nodes.iter().map(|node| (node.baseline.wrapping_add(1), 0)).collect();
        for row in 0..number(candidate.table.rows.len()) {
            let node = &self.nodes[row as usize];
            let followed = &mut last[if node.parent == NONE { roots } else { node.parent as usize }];
            if node.baseline == NONE {
                places[row as usize] = (*followed, row + 1);
            } else if self.is_in_order(row) {
                *followed = node.baseline + 1;
            }
        }
        self.mirrored_place = places;
    }

    pub(super) fn children_of(&self, node: u32) -> &[u32] {
        let at = if node == NONE { self.nodes.len() } else { node as usize };
        &self.children[self.offsets[at] as usize..self.offsets[at + 1] as usize]
    }
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("invariant: a trace has fewer than 2^31 spans")
}

/// Returns for each row the nearest row above it that has a partner.
fn paired_ancestors(parents: &[i32], partners: &[u32]) -> Vec<u32> {
    let mut above: Vec<u32> = Vec::with_capacity(parents.len());
    for &parent in parents {
        above.push(match usize::try_from(parent) {
            Err(_) => NONE,
            Ok(parent) if partners[parent] != NONE => number(parent),
            Ok(parent) => above[parent],
        });
    }
    above
}
