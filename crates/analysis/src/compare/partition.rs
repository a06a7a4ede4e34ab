//! The time, tokens and cost of a trace cut into pieces that belong to one span each and sum exactly to the whole.
//!
//! **Time.** The interval of a trace runs from its earliest start to its latest end. The critical path gives each span the
//! stretches during which the trace waited for it itself. What no root covers (gaps between roots, time after the last one, time
//! before the first) goes to the span that was running there at the greatest depth, of equal ones to that which ended last: a
//! child that outlives its parent, or one whose clock is ahead. Where nothing ran the piece is nobody's, and is called *other*.
//! So `self_ns` and `other_ns` sum to `duration_ns` for any tree. O(n log n), without recursion.
//!
//! **Tokens and cost.** A span counts if it has a value and no ancestor has one, as in the sums of the trace.

use std::collections::BTreeSet;

use model::SpanTable;

use crate::critical_path::{ends, stretches};

/// The interval of a trace, cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partition {
    /// Latest end minus earliest start in nanoseconds; 0 without spans.
    pub duration_ns: i64,
    /// What belongs to each row itself.
    pub self_ns: Vec<i64>,
    /// What belongs to no span.
    pub other_ns: i64,
}

/// Cuts the interval of a trace.
///
/// Times are those of OTLP, which are not negative: no sum overflows. Others saturate.
pub fn partition(table: &SpanTable) -> Partition {
    let ends = ends(table);
    let Some(start) = table.rows.iter().map(|row| row.start.0).min() else { return Partition::default() };
    let end = ends.iter().copied().fold(start, i64::max);
    let mut pieces =
        Partition { duration_ns: end.saturating_sub(start), self_ns: vec![0; ends.len()], other_ns: 0 };
    let mut gaps = Vec::new();
    let mut covered_until = start;
    for stretch in stretches(table, &ends) {
        covered_until = stretch.end;
        match stretch.row {
            Some(row) => pieces.give(Some(row), stretch.start, stretch.end),
            None => gaps.push((stretch.start, stretch.end)),
        }
    }
    if covered_until < end {
        gaps.push((covered_until, end));
    }
    pieces.fill(table, &ends, &gaps);
    pieces
}

impl Partition {
    fn give(&mut self, row: Option<u32>, start: i64, end: i64) {
        let piece = match row {
            Some(row) => &mut self.self_ns[row as usize],
            None => &mut self.other_ns,
        };
        *piece = piece.saturating_add(end.saturating_sub(start));
    }

    /// Gives each gap, stretch by stretch, to the deepest span that ran there.
    fn fill(&mut self, table: &SpanTable, ends: &[i64], gaps: &[(i64, i64)]) {
        if gaps.is_empty() {
            return;
        }
        // Where a span begins and ends; only of those that reach into a gap, which are few.
        let mut turns: Vec<(i64, bool, Running)> = Vec::new();
        for (row, (span, &end)) in (0_u32..).zip(table.rows.iter().zip(ends)) {
            let start = span.start.0;
            let next = gaps.partition_point(|&(_, until)| until <= start);
            if start < end && gaps.get(next).is_some_and(|&(from, _)| from < end) {
                let running = Running { depth: table.depth[row as usize], end, row };
                turns.push((start, true, running));
                turns.push((end, false, running));
            }
        }
        turns.sort_unstable();
        let mut turns = turns.into_iter().peekable();
        let mut running = BTreeSet::new();
        for &(from, until) in gaps {
            let mut at = from;
            while at < until {
                while let Some((_, begins, span)) = turns.next_if(|(time, ..)| *time <= at) {
                    if begins {
                        running.insert(span);
                    } else {
                        running.remove(&span);
                    }
                }
                let next = turns.peek().map_or(until, |(time, ..)| (*time).min(until));
                self.give(running.last().map(|span: &Running| span.row), at, next);
                at = next;
            }
        }
    }
}

/// A span that runs; the greatest is the one that a gap goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Running {
    depth: u16,
    end: i64,
    row: u32,
}

/// Returns the values of the rows that are counted: those that have one and no ancestor that has one. The others have none.
pub fn counted(table: &SpanTable, values: &[Option<i64>]) -> Vec<Option<i64>> {
    let mut is_covered = vec![false; values.len()];
    for row in 0..values.len() {
        if let Ok(parent) = usize::try_from(table.parent[row]) {
            is_covered[row] = is_covered[parent] || values[parent].is_some();
        }
    }
    values.iter().zip(is_covered).map(|(value, is_covered)| value.filter(|_| !is_covered)).collect()
}

#[cfg(test)]
mod tests;
