//! Both trees as one: rows in waterfall order with their verdicts, folded where siblings repeat.

use super::fold::{Repeat, Seen, Sibling, repeats};
use super::masked::{chain, hash};
use super::place::{NONE, Node, Pairs, Placed, number};
use super::{Alignment, Changes, Group, Hints, Options, Row, Side, Tolerance, Verdict, verdict};

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
