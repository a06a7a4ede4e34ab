//! The tree of a trace's spans, repaired for display and laid out depth first.

use std::collections::HashMap;

use model::{RowFlags, SpanId, SpanRow, SpanTable, StringTable, TraceId, UnixNanos};

/// Arranges the rows of a trace in waterfall order.
///
/// Roots and siblings come by start, then by id. A row whose parent is missing becomes a root and is flagged an orphan; a cycle
/// is cut at its earliest row, which becomes a root. Every row appears exactly once. Takes O(n log n) time, no recursion.
pub fn arrange(trace_id: TraceId, strings: StringTable, mut rows: Vec<SpanRow>) -> SpanTable {
    rows.sort_unstable_by_key(|row| (row.start, row.span_id));
    let parents = parents(&mut rows);
    let (children, roots) = Children::of(&parents);
    let base = rows.first().map_or(UnixNanos(0), |row| row.start);
    let order = depth_first(&roots, &children);
    let mut position_of = vec![0_usize; rows.len()];
    for (position, &(index, _)) in order.iter().enumerate() {
        position_of[index as usize] = position;
    }
    let parent = order
        .iter()
        .map(|&(index, _)| parents[index as usize].map_or(-1, |parent| row_number(position_of[parent])))
        .collect();
    SpanTable {
        trace_id,
        base,
        strings,
        rows: order.iter().map(|&(index, _)| rows[index as usize]).collect(),
        subtree_end: subtree_ends(&order),
        depth: order.iter().map(|&(_, depth)| u16::try_from(depth).unwrap_or(u16::MAX)).collect(),
        parent,
    }
}

fn row_number(position: usize) -> i32 {
    i32::try_from(position).expect("invariant: a trace has fewer than 2^31 spans")
}

/// Returns the index of each row's parent after repair, flagging what was repaired.
fn parents(rows: &mut [SpanRow]) -> Vec<Option<usize>> {
    let index_of: HashMap<SpanId, usize> =
        rows.iter().enumerate().map(|(index, row)| (row.span_id, index)).collect();
    let mut parents = vec![None; rows.len()];
    for (index, row) in rows.iter_mut().enumerate() {
        let Some(parent_span_id) = row.parent_span_id else { continue };
        match index_of.get(&parent_span_id) {
            Some(&parent) => parents[index] = Some(parent),
            None => row.flags.set(RowFlags::ORPHAN),
        }
    }
    for index in cycle_starts(&parents) {
        parents[index] = None;
        rows[index].flags.set(RowFlags::CYCLE_CUT);
    }
    parents
}

/// Returns the earliest row of each cycle. Rows are sorted by start, so the smallest index is the earliest.
fn cycle_starts(parents: &[Option<usize>]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    // The walk that first met a row: meeting one's own walk again closes a cycle.
    let mut met_by = vec![UNSEEN; parents.len()];
    let mut starts = Vec::new();
    for first in 0..parents.len() {
        let mut at = first;
        while met_by[at] == UNSEEN {
            met_by[at] = first;
            match parents[at] {
                Some(parent) => at = parent,
                None => break,
            }
        }
        if met_by[at] == first && parents[at].is_some() {
            let mut earliest = at;
            let mut on_cycle = at;
            while let Some(parent) = parents[on_cycle].filter(|parent| *parent != at) {
                on_cycle = parent;
                earliest = earliest.min(on_cycle);
            }
            starts.push(earliest);
        }
    }
    starts
}

/// The children of each row, packed: those of row `i` are number `offsets[i]` to `offsets[i + 1]`, ascending.
struct Children {
    offsets: Vec<u32>,
    packed: Vec<u32>,
}

impl Children {
    /// Returns the children of each row, and the roots.
    fn of(parents: &[Option<usize>]) -> (Self, Vec<u32>) {
        let mut offsets = vec![0_u32; parents.len() + 1];
        for parent in parents.iter().flatten() {
            offsets[parent + 1] += 1;
        }
        for row in 0..parents.len() {
            offsets[row + 1] += offsets[row];
        }
        let mut next = offsets.clone();
        let mut packed = vec![0; parents.iter().flatten().count()];
        let mut roots = Vec::new();
        for (index, parent) in (0_u32..).zip(parents) {
            match parent {
                Some(parent) => {
                    packed[next[*parent] as usize] = index;
                    next[*parent] += 1;
                }
                None => roots.push(index),
            }
        }
        (Self { offsets, packed }, roots)
    }

    fn below(&self, row: u32) -> &[u32] {
        let row = row as usize;
        &self.packed[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }
}

/// Returns rows and their depths, parents before children.
fn depth_first(roots: &[u32], children: &Children) -> Vec<(u32, usize)> {
    let mut order = Vec::with_capacity(children.offsets.len());
    let mut stack: Vec<(u32, usize)> = roots.iter().rev().map(|&root| (root, 0)).collect();
    while let Some((index, depth)) = stack.pop() {
        order.push((index, depth));
        stack.extend(children.below(index).iter().rev().map(|&child| (child, depth + 1)));
    }
    order
}

/// Returns the position after the last descendant of each row, from depths in depth-first order.
fn subtree_ends(order: &[(u32, usize)]) -> Vec<u32> {
    let number =
        |position: usize| u32::try_from(position).expect("invariant: a trace has fewer than 2^31 spans");
    let mut ends = vec![number(order.len()); order.len()];
    let mut open: Vec<usize> = Vec::new();
    for (position, &(_, depth)) in order.iter().enumerate() {
        for ended in open.drain(depth..) {
            ends[ended] = number(position);
        }
        open.push(position);
    }
    ends
}

#[cfg(test)]
mod tests;
