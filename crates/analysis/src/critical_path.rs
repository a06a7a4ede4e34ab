//! The critical path of a trace: the stretches of time in which a span itself, and none of its children, kept the trace waiting.
//!
//! The path is walked backwards from the end of a root. At any moment the span on the path waits for the child that ended last
//! before it; a child that was still running then did not let anything begin, and is passed over. The stretch between that
//! child's end and the moment is the span's own; the walk goes on inside the child, and then in the span before the child's
//! start. What reaches beyond its parent is cut there: children that outlive it, and those that a skewed clock lets begin too
//! early. A span without an end lasts as long as anything below it. Several roots are walked as children of the whole trace,
//! whose own time is nobody's.
//!
//! So the stretches never overlap, and under a single root they add up to its duration. Children are sorted only under spans on
//! the path: O(n log n) at most, without recursion.

use model::{SpanTable, UnixNanos};

/// A stretch of time during which the trace waited for one span itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Row of the span.
    pub row: u32,
    /// Start.
    pub start: UnixNanos,
    /// End, after the start.
    pub end: UnixNanos,
}

/// A span on the path, of which the part after `cursor` is done.
struct Frame {
    /// The row; none for the whole trace.
    row: Option<u32>,
    /// Where its part of the path begins.
    from: i64,
    /// Where the walk is.
    cursor: i64,
    /// Children that may be on the path with their ends, the last to end at the end.
    children: Vec<(i64, u32)>,
}

/// Returns the critical path, earliest first.
pub fn critical_path(table: &SpanTable) -> Vec<Segment> {
    let named = |stretch: Stretch| {
        let Stretch { row, start, end } = stretch;
        row.map(|row| Segment { row, start: UnixNanos(start), end: UnixNanos(end) })
    };
    stretches(table, &ends(table)).into_iter().filter_map(named).collect()
}

/// A stretch of time between the earliest start and the end of the last root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The row that the trace waited for; none between roots and before the first.
    pub(crate) row: Option<u32>,
    /// Start.
    pub(crate) start: i64,
    /// End, after the start.
    pub(crate) end: i64,
}

/// Returns the path with what is nobody's: the stretches follow one another without a gap. `ends` are those of the rows.
pub(crate) fn stretches(table: &SpanTable, ends: &[i64]) -> Vec<Stretch> {
    let Some(from) = table.rows.iter().map(|row| row.start.0).min() else { return Vec::new() };
    let roots: Vec<u32> = siblings(table, 0, table.rows.len()).collect();
    let until = roots.iter().map(|&root| ends[root as usize]).max().unwrap_or(from);
    let mut stretches = Vec::new();
    let mut path = vec![frame(table, ends, None, from, until, roots.into_iter())];
    while let Some(top) = path.last_mut() {
        let Some((end, child)) = top.children.pop() else {
            push(&mut stretches, top.row, top.from, top.cursor);
            path.pop();
            continue;
        };
        let start = table.rows[child as usize].start.0.max(top.from);
        if end > top.cursor || start >= end {
            continue;
        }
        push(&mut stretches, top.row, end, top.cursor);
        top.cursor = start;
        let row = child as usize;
        let children = siblings(table, row + 1, table.subtree_end[row] as usize);
        path.push(frame(table, ends, Some(child), start, end, children));
    }
    stretches.reverse();
    stretches
}

fn push(stretches: &mut Vec<Stretch>, row: Option<u32>, start: i64, end: i64) {
    if start < end {
        stretches.push(Stretch { row, start, end });
    }
}

/// Returns a span's frame; children that reach beyond its part of the path are cut there.
fn frame(
    table: &SpanTable,
    ends: &[i64],
    row: Option<u32>,
    from: i64,
    until: i64,
    children: impl Iterator<Item = u32>,
) -> Frame {
    let mut children: Vec<(i64, u32)> = children
        .filter(|&child| table.rows[child as usize].start.0 < until && ends[child as usize] > from)
        .map(|child| (ends[child as usize].min(until), child))
        .collect();
    children.sort_unstable();
    Frame { row, from, cursor: until, children }
}

/// Returns the rows between two positions that are not below another of them.
fn siblings(table: &SpanTable, from: usize, until: usize) -> impl Iterator<Item = u32> + use<'_> {
    let mut at = from;
    std::iter::from_fn(move || {
        let row = u32::try_from(at).ok().filter(|_| at < until)?;
        at = table.subtree_end[at] as usize;
        Some(row)
    })
}

/// Returns the end of each row; for a span without one, the latest time of anything below it.
pub(crate) fn ends(table: &SpanTable) -> Vec<i64> {
    use model::RowFlags;
    let mut latest: Vec<i64> =
        table.rows.iter().map(|row| row.start.0.saturating_add(row.duration.0.max(0))).collect();
    let own = latest.clone();
    // Children come after their parents, so that from the back each row is complete before its parent asks.
    for row in (0..latest.len()).rev() {
        if let Ok(parent) = usize::try_from(table.parent[row]) {
            latest[parent] = latest[parent].max(latest[row]);
        }
    }
    let has_ended = |row: usize| !table.rows[row].flags.has(RowFlags::NOT_ENDED);
    (0..latest.len()).map(|row| if has_ended(row) { own[row] } else { latest[row] }).collect()
}

#[cfg(test)]
mod tests;
