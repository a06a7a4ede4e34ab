//! Both trees as one, from the pairs that were found.
//!
//! The candidate's tree is the frame: what both sides have, or only the candidate, stands where the candidate has it. What only the
//! baseline has stands below the same parent as there, behind the sibling that it followed. Only where the baseline has a level
//! more around a span (a wrapper that was removed) does the span stand below that level, so that both directions look alike.

use super::fold::{Repeat, Seen, Sibling, repeats};
use super::masked::{chain, hash};
use super::{Alignment, Changes, Group, Hints, Options, Row, Side, Tolerance, Verdict, verdict};

/// No row, no node.
pub(super) const NONE: u32 = u32::MAX;

/// Which span is which: for each row of either side its partner or [`NONE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pairs {
    pub(super) of_baseline: Vec<u32>,
    pub(super) of_candidate: Vec<u32>,
    /// Of each row of the candidate, whether it has left its order.
    pub(super) reordered: Vec<bool>,
    /// Of each row of the candidate, whether a person gave it its partner.
    pub(super) pinned: Vec<bool>,
}

/// Merges both trees.
pub(super) fn merge(
    baseline: Side<'_>,
    candidate: Side<'_>,
    pairs: &Pairs,
    options: &Options<'_>,
) -> Alignment {
    let placed = Placed::new(baseline, candidate, pairs);
    let mut rows = Rows {
        alignment: Alignment {
            rows: Vec::with_capacity(placed.nodes.len()),
            groups: Vec::new(),
            row_of_baseline: vec![NONE; baseline.table.rows.len()],
            row_of_candidate: vec![NONE; candidate.table.rows.len()],
        },
        sides: [baseline, candidate],
        placed: &placed,
        tolerance: options.tolerance,
        open: Vec::new(),
    };
    rows.wait_below(NONE, None, 0);
    while let Some(waiting) = rows.open.pop() {
        rows.push(waiting);
    }
    let mut alignment = rows.alignment;
    finish(&mut alignment, baseline, &placed, pairs);
    alignment
}

/// What stands in a row to be.
#[derive(Clone)]
enum What {
    Node { node: u32, part_of: Option<(u32, u32)> },
    Head { nodes: Vec<u32>, repeat: Repeat },
}

/// A row to be, with the row and the depth that it comes below.
struct Waiting {
    what: What,
    parent: Option<u32>,
    depth: u32,
}

/// The merged rows, as far as they are written.
struct Rows<'a> {
    alignment: Alignment,
    sides: [Side<'a>; 2],
    placed: &'a Placed,
    tolerance: Tolerance,
    /// What is still to come, the next one last.
    open: Vec<Waiting>,
}

impl Rows<'_> {
    /// Lets the children of a node wait, folded where they repeat.
    fn wait_below(&mut self, node: u32, parent: Option<u32>, depth: u32) {
        let children = self.placed.children_of(node);
        let siblings: Vec<Sibling> = children.iter().map(|&child| self.sibling(child)).collect();
        let mut at = children.len();
        let mut wait = |what: What| self.open.push(Waiting { what, parent, depth });
        for repeat in repeats(&siblings).into_iter().rev() {
            for &node in children[repeat.range.end..at].iter().rev() {
                wait(What::Node { node, part_of: None });
            }
            at = repeat.range.start;
            wait(What::Head { nodes: children[repeat.range.clone()].to_vec(), repeat });
        }
        for &node in children[..at].iter().rev() {
            wait(What::Node { node, part_of: None });
        }
    }

    /// Returns a node as folding sees it.
    fn sibling(&self, node: u32) -> Sibling {
        let node = &self.placed.nodes[node as usize];
        let rows = [some(node.baseline), some(node.candidate)];
        let seen = |side: usize| {
            let (row, print) = (
                self.sides[side].table.rows[rows[side]? as usize],
                &self.sides[side].fingerprints[rows[side]? as usize],
            );
            let end = row.start.0.saturating_add(row.duration.0.max(0));
            Some(Seen { start: row.start.0, end, is_error: row.status == 2, inputs: print.inputs })
        };
        let (side, row) = self.shown(node);
        let span_type = side.table.strings.get(side.table.rows[row].span_type);
        let print = &side.fingerprints[row];
        Sibling {
            key: chain(hash(&print.label), print.tool.as_deref().map_or(0, hash)),
            is_model_call: matches!(span_type, "CHAT_MODEL" | "LLM"),
            sides: [seen(0), seen(1)],
        }
    }

    /// Returns the side and the row that a node is named after.
    fn shown(&self, node: &Node) -> (Side<'_>, usize) {
        let [baseline, candidate] = self.sides;
        match some(node.candidate) {
            Some(row) => (candidate, row as usize),
            None => (baseline, node.baseline as usize),
        }
    }

    fn push(&mut self, Waiting { what, parent, depth }: Waiting) {
        let at = number(self.alignment.rows.len());
        let mut row = Row {
            parent,
            subtree_end: at + 1,
            depth,
            baseline: None,
            candidate: None,
            verdict: Verdict::Unchanged,
            changes: Changes::default(),
            hints: Hints::default(),
            moved_from: None,
            group: None,
            iteration: 0,
        };
        match what {
            What::Head { nodes, repeat } => {
                let group = number(self.alignment.groups.len());
                row.group = Some(group);
                self.alignment.rows.push(row);
                self.alignment.groups.push(Group {
                    head: at,
                    kind: repeat.kind,
                    label: self.label(&nodes),
                    baseline_iterations: repeat.counts[0],
                    candidate_iterations: repeat.counts[1],
                });
                for (&node, &iteration) in nodes.iter().zip(&repeat.iterations).rev() {
                    let what = What::Node { node, part_of: Some((group, iteration)) };
                    self.open.push(Waiting { what, parent: Some(at), depth: depth + 1 });
                }
            }
            What::Node { node, part_of } => {
                if let Some((group, iteration)) = part_of {
                    (row.group, row.iteration) = (Some(group), iteration);
                }
                self.judge(&mut row, &self.placed.nodes[node as usize]);
                self.alignment.rows.push(row);
                if let Some(baseline) = row.baseline {
                    self.alignment.row_of_baseline[baseline as usize] = at;
                }
                if let Some(candidate) = row.candidate {
                    self.alignment.row_of_candidate[candidate as usize] = at;
                }
                self.wait_below(node, Some(at), depth + 1);
            }
        }
    }

    /// Fills in which spans a row has, and what became of them.
    fn judge(&self, row: &mut Row, node: &Node) {
        (row.baseline, row.candidate) = (some(node.baseline), some(node.candidate));
        row.hints = node.hints;
        let [baseline, candidate] = self.sides;
        row.verdict = match (row.baseline, row.candidate) {
            (None, _) => Verdict::Added,
            (_, None) => Verdict::Removed,
            (Some(one), Some(other)) => {
                row.changes = verdict::changes(baseline, candidate, (one, other), self.tolerance);
                if row.changes.has(Changes::NAME) && !row.hints.has(Hints::PINNED) {
                    row.hints.0 |= Hints::RENAMED;
                }
                if node.is_moved || row.hints.has(Hints::REORDERED) {
                    Verdict::Moved
                } else if row.changes.is_empty() {
                    Verdict::Unchanged
                } else {
                    Verdict::Changed
                }
            }
        };
    }

    /// Names a group after what its members do.
    fn label(&self, nodes: &[u32]) -> String {
        let mut labels: Vec<&str> = Vec::new();
        for &node in nodes {
            let node = &self.placed.nodes[node as usize];
            let [baseline, candidate] = self.sides;
            let label = match some(node.candidate) {
                Some(row) => &candidate.fingerprints[row as usize].label,
                None => &baseline.fingerprints[node.baseline as usize].label,
            };
            if labels.contains(&label.as_str()) {
                continue;
            }
            if labels.len() == MAX_LABELS {
                labels.push("…");
                break;
            }
            labels.push(label);
        }
        labels.join(" → ")
    }
}

/// Most labels that name a group.
const MAX_LABELS: usize = 3;

/// Fills in what needs the rows of others: ends of subtrees, where moved spans were, and the verdicts of heads.
fn finish(alignment: &mut Alignment, baseline: Side<'_>, placed: &Placed, pairs: &Pairs) {
    let mut has_changes = vec![false; alignment.rows.len()];
    for at in (0..alignment.rows.len()).rev() {
        let row = &mut alignment.rows[at];
        if row.is_head() {
            let group = row.group.map(|group| &alignment.groups[group as usize]);
            let is_other = group.is_some_and(|group| group.baseline_iterations != group.candidate_iterations);
            row.verdict = if is_other || has_changes[at] { Verdict::Changed } else { Verdict::Unchanged };
        }
        has_changes[at] |= row.verdict != Verdict::Unchanged;
        if let Some(parent) = row.parent {
            let end = row.subtree_end;
            has_changes[parent as usize] |= has_changes[at];
            let parent = &mut alignment.rows[parent as usize];
            parent.subtree_end = parent.subtree_end.max(end);
        }
    }
    for at in 0..alignment.rows.len() {
        let Some(row) = alignment.rows[at].baseline else { continue };
        let node = placed.node_of_baseline(row, pairs);
        if let Ok(parent) = usize::try_from(baseline.table.parent[row as usize])
            && placed.nodes[node as usize].is_moved
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
                hints: Hints(
                    if pairs.reordered[row as usize] { Hints::REORDERED } else { 0 }
                        | if pairs.pinned[row as usize] { Hints::PINNED } else { 0 },
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
            } else if !self.nodes[node as usize].is_moved
                && !self.nodes[node as usize].hints.has(Hints::REORDERED)
            {
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
