//! Both trees as one: rows in waterfall order with their verdicts, folded where siblings repeat.

use super::fold::{Orders, Repeat, Seen, Sibling, repeats_in_both};
use super::masked::{chain, hash};
use super::place::{NONE, Node, Pairs, Placed, number};
use super::{Alignment, Changes, Group, GroupKind, Hints, Options, Row, Side, Tolerance, Verdict, verdict};

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
        is_baseline_frame: pairs.is_swapped,
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
    Head(Fold),
}

/// Siblings that stand below one head.
#[derive(Clone)]
struct Fold {
    kind: GroupKind,
    /// How many iterations baseline and candidate have.
    counts: [u32; 2],
    /// In the order in which they are shown.
    nodes: Vec<u32>,
    /// Of each node.
    iterations: Vec<u32>,
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
    /// Whether what repeats is looked for in the order and by the names of the baseline instead of the candidate.
    is_baseline_frame: bool,
    placed: &'a Placed,
    tolerance: Tolerance,
    /// What is still to come, the next one last.
    open: Vec<Waiting>,
}

impl Rows<'_> {
    /// Lets the children of a node wait, folded where they repeat.
    fn wait_below(&mut self, node: u32, parent: Option<u32>, depth: u32) {
        let children = self.placed.children_of(node);
        let folds = self.folds(children);
        let mut wait = |what: What| self.open.push(Waiting { what, parent, depth });
        let single = |node: u32| What::Node { node, part_of: None };
        if folds.is_empty() {
            children.iter().rev().for_each(|&node| wait(single(node)));
            return;
        }
        let mut is_folded = vec![false; children.len()];
        let mut shown: Vec<(usize, What)> = Vec::with_capacity(children.len());
        for (members, fold) in folds {
            members.iter().for_each(|&at| is_folded[at] = true);
            // What one side alone has may stand between its members: the head is where the candidate's first one is.
            let has_candidate = |at: &&usize| self.placed.nodes[children[**at] as usize].candidate != NONE;
            let place = members.iter().find(has_candidate).or(members.first());
            shown.push((place.copied().unwrap_or(0), What::Head(fold)));
        }
        let singles = children.iter().enumerate().filter(|(at, _)| !is_folded[*at]);
        shown.extend(singles.map(|(at, &node)| (at, single(node))));
        shown.sort_by_key(|(place, _)| *place);
        shown.into_iter().rev().for_each(|(_, what)| wait(what));
    }

    /// Returns what repeats among siblings, with the places of its members in `children`.
    fn folds(&self, children: &[u32]) -> Vec<(Vec<usize>, Fold)> {
        if children.len() < 2 {
            return Vec::new();
        }
        let shown: Vec<usize> =
            (0..children.len()).filter(|at| self.placed.is_in_place(children[*at])).collect();
        let node = |at: usize| &self.placed.nodes[children[shown[at]] as usize];
        // Both orders, as places in `shown`.
        let own: Vec<usize> = (0..shown.len()).collect();
        let mut mirrored = own.clone();
        mirrored.sort_by_key(|&at| self.placed.mirrored_place[children[shown[at]] as usize]);
        let (first, second) = if self.is_baseline_frame { (mirrored, own) } else { (own, mirrored) };
        let mut place_in_first = vec![0; first.len()];
        for (place, &at) in first.iter().enumerate() {
            place_in_first[at] = place;
        }
        let mut places = vec![[None; 2]; first.len()];
        for (side, row_of) in
            [|node: &Node| node.baseline, |node: &Node| node.candidate].into_iter().enumerate()
        {
            let mut rows: Vec<(u32, usize)> = (0..shown.len()).map(|at| (row_of(node(at)), at)).collect();
            rows.retain(|(row, _)| *row != NONE);
            rows.sort_unstable();
            for (place, (_, at)) in rows.into_iter().enumerate() {
                places[place_in_first[at]][side] = Some(place);
            }
        }
        let siblings: Vec<Sibling> = first.iter().map(|&at| self.sibling(children[shown[at]])).collect();
        let other: Vec<usize> = second.iter().map(|&at| place_in_first[at]).collect();
        let fold = |(repeat, members): (Repeat, Vec<usize>)| {
            let mut members: Vec<(usize, usize)> =
                members.into_iter().map(|place| (shown[first[place]], place)).collect();
            members.sort_unstable();
            let iterations = repeat.iterations(members.iter().map(|&(_, place)| siblings[place]));
            let at: Vec<usize> = members.iter().map(|&(at, _)| at).collect();
            let nodes = at.iter().map(|&at| children[at]).collect();
            (at, Fold { kind: repeat.kind, counts: repeat.counts, nodes, iterations })
        };
        let orders = Orders { siblings: &siblings, other: &other, places: &places };
        repeats_in_both(&orders).into_iter().map(fold).collect()
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
        let (side, row) = self.named_after(node);
        let span_type = side.table.strings.get(side.table.rows[row].span_type);
        let print = &side.fingerprints[row];
        Sibling {
            key: chain(hash(&print.label), print.tool.as_deref().map_or(0, hash)),
            is_model_call: matches!(span_type, "CHAT_MODEL" | "LLM"),
            sides: [seen(0), seen(1)],
        }
    }

    /// Returns the side and the row whose name folding goes by.
    fn named_after(&self, node: &Node) -> (Side<'_>, usize) {
        let [baseline, candidate] = self.sides;
        match (some(node.baseline), some(node.candidate)) {
            (Some(row), None) => (baseline, row as usize),
            (Some(row), _) if self.is_baseline_frame => (baseline, row as usize),
            _ => (candidate, node.candidate as usize),
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
            What::Head(Fold { kind, counts, nodes, iterations }) => {
                let group = number(self.alignment.groups.len());
                row.group = Some(group);
                self.alignment.rows.push(row);
                self.alignment.groups.push(Group {
                    head: at,
                    kind,
                    label: self.label(&nodes),
                    baseline_iterations: counts[0],
                    candidate_iterations: counts[1],
                });
                for (&node, &iteration) in nodes.iter().zip(&iterations).rev() {
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
    for at in 0..alignment.rows.len() {
        let Some(row) = alignment.rows[at].baseline else { continue };
        let node = placed.node_of_baseline(row, pairs);
        if let Ok(parent) = usize::try_from(baseline.table.parent[row as usize])
            && placed.nodes[node as usize].is_moved
        {
            let from = alignment.row_of_baseline[parent];
            alignment.rows[at].moved_from = Some(from);
            // What lost a span has changed as what got it has.
            has_changes[from as usize] = true;
        }
    }
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
}

fn some(row: u32) -> Option<u32> {
    (row != NONE).then_some(row)
}
