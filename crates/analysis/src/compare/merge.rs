//! Both trees as one, from the pairs that were found.
//!
//! The candidate's tree is the frame: what both sides have, or only the candidate, stands where the candidate has it. What only the
//! baseline has stands below the same parent as there, behind the sibling that it followed. Only where the baseline has a level
//! more around a span (a wrapper that was removed) does the span stand below that level, so that both directions look alike.

use super::{Alignment, Changes, Hints, Options, Row, Side, Verdict, verdict};

/// No row, no node.
pub(super) const NONE: u32 = u32::MAX;

/// Which span is which: for each row of either side its partner or [`NONE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pairs {
    pub(super) of_baseline: Vec<u32>,
    pub(super) of_candidate: Vec<u32>,
}

impl Pairs {
    pub(super) fn new(n_baseline: usize, n_candidate: usize) -> Self {
        Self { of_baseline: vec![NONE; n_baseline], of_candidate: vec![NONE; n_candidate] }
    }

    /// Pairs two rows, of which neither may have a partner.
    pub(super) fn pair(&mut self, baseline: u32, candidate: u32) {
        self.of_baseline[baseline as usize] = candidate;
        self.of_candidate[candidate as usize] = baseline;
    }
}

/// Merges both trees.
pub(super) fn merge(
    baseline: Side<'_>,
    candidate: Side<'_>,
    pairs: &Pairs,
    options: &Options<'_>,
) -> Alignment {
    let placed = Placed::new(baseline, candidate, pairs);
    let mut alignment = Alignment {
        rows: Vec::with_capacity(placed.nodes.len()),
        groups: Vec::new(),
        row_of_baseline: vec![NONE; baseline.table.rows.len()],
        row_of_candidate: vec![NONE; candidate.table.rows.len()],
    };
    // Nodes that are open, with their rows and depths.
    let mut stack: Vec<(u32, Option<u32>, u32)> = Vec::new();
    stack.extend(placed.children_of(NONE).iter().rev().map(|&node| (node, None, 0)));
    while let Some((node, parent, depth)) = stack.pop() {
        let at = u32::try_from(alignment.rows.len()).expect("invariant: a trace has fewer than 2^31 spans");
        let placed_node = placed.nodes[node as usize];
        let (of_baseline, of_candidate) = (some(placed_node.baseline), some(placed_node.candidate));
        if let Some(row) = of_baseline {
            alignment.row_of_baseline[row as usize] = at;
        }
        if let Some(row) = of_candidate {
            alignment.row_of_candidate[row as usize] = at;
        }
        let changes = match (of_baseline, of_candidate) {
            (Some(one), Some(other)) => {
                verdict::changes(baseline, candidate, (one, other), options.tolerance)
            }
            _ => Changes::default(),
        };
        alignment.rows.push(Row {
            parent,
            subtree_end: at + 1,
            depth,
            baseline: of_baseline,
            candidate: of_candidate,
            verdict: match (of_baseline, of_candidate) {
                (None, _) => Verdict::Added,
                (_, None) => Verdict::Removed,
                _ if placed_node.is_moved => Verdict::Moved,
                _ if changes.is_empty() => Verdict::Unchanged,
                _ => Verdict::Changed,
            },
            changes,
            hints: placed_node.hints,
            moved_from: None,
            group: None,
            iteration: 0,
        });
        stack.extend(placed.children_of(node).iter().rev().map(|&child| (child, Some(at), depth + 1)));
    }
    finish(&mut alignment, baseline, &placed, pairs);
    alignment
}

/// Fills in what needs the rows of others: ends of subtrees, and where moved spans were.
fn finish(alignment: &mut Alignment, baseline: Side<'_>, placed: &Placed, pairs: &Pairs) {
    for at in (0..alignment.rows.len()).rev() {
        if let Some(parent) = alignment.rows[at].parent {
            let end = alignment.rows[at].subtree_end;
            let parent = &mut alignment.rows[parent as usize];
            parent.subtree_end = parent.subtree_end.max(end);
        }
    }
    for at in 0..alignment.rows.len() {
        let Some(row) = alignment.rows[at].baseline else { continue };
        let node = placed.node_of_baseline(row, pairs);
        let has_moved_below_another = placed.nodes[node as usize].is_moved;
        if let Ok(parent) = usize::try_from(baseline.table.parent[row as usize])
            && has_moved_below_another
        {
            alignment.rows[at].moved_from = Some(alignment.row_of_baseline[parent]);
        }
    }
}

fn some(row: u32) -> Option<u32> {
    (row != NONE).then_some(row)
}

/// A row to be.
#[derive(Debug, Clone, Copy)]
struct Node {
    baseline: u32,
    candidate: u32,
    parent: u32,
    is_moved: bool,
    hints: Hints,
}

/// The merged tree, not yet in order. The candidate's rows are nodes of the same number, then come those of the baseline alone.
struct Placed {
    nodes: Vec<Node>,
    only_baseline: Vec<u32>,
    /// Children sorted by parent and place.
    children: Vec<u32>,
    /// Where the children of each node begin in `children`; the last but one entry is for the roots.
    offsets: Vec<u32>,
}

impl Placed {
    fn new(baseline: Side<'_>, candidate: Side<'_>, pairs: &Pairs) -> Self {
        let mut placed =
            Self { nodes: Vec::new(), only_baseline: Vec::new(), children: Vec::new(), offsets: Vec::new() };
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
        placed
    }

    fn node_of_baseline(&self, row: u32, pairs: &Pairs) -> u32 {
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
                hints: Hints::default(),
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
                let wrapper = self.nodes[node].parent;
                self.nodes[wrapper as usize].hints.0 |= Hints::WRAPPER;
            }
        }
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
            } else if !self.nodes[node as usize].is_moved {
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

    fn children_of(&self, node: u32) -> &[u32] {
        let at = if node == NONE { self.nodes.len() } else { node as usize };
        &self.children[self.offsets[at] as usize..self.offsets[at + 1] as usize]
    }
}

fn number(count: usize) -> u32 {
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
