//! The difference between two aligned traces, row by row and as contributors that sum exactly to it.

use std::collections::HashMap;

use model::{RowFlags, SpanRow, SpanTable};

use super::contributors::{Contributor, Piece, contributors};
use super::partition::{Partition, counted, partition};
use super::{Alignment, Row, Side, template};

/// What the time is called in which no span ran.
pub const OTHER: &str = "other";

/// What one trace takes, as a whole and by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Its interval, cut.
    pub time: Partition,
    /// Tokens of the spans that are counted once.
    pub tokens: Counted,
    /// Their cost in pico-dollars.
    pub cost: Counted,
    /// Names without numbers and ids, by the number of the name.
    labels: HashMap<u32, String>,
}

/// A quantity of the spans that are counted once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Of each row; absent if it is not counted, or has none.
    pub rows: Vec<Option<i64>>,
    /// Their sum; absent if no row has any. Saturates.
    pub sum: Option<i64>,
}

impl Counted {
    fn of(table: &SpanTable, values: &[Option<i64>]) -> Self {
        let rows = counted(table, values);
        let sum = rows.iter().flatten().copied().reduce(i64::saturating_add);
        Self { rows, sum }
    }
}

impl Measured {
    /// Measures a trace; `tokens` are those of each row, as [`tokens_of`] has them.
    pub fn of(table: &SpanTable, tokens: &[Option<i64>]) -> Self {
        let cost: Vec<Option<i64>> = table.rows.iter().map(|row| row.cost_pico_usd).collect();
        Self {
            time: partition(table),
            tokens: Counted::of(table, tokens),
            cost: Counted::of(table, &cost),
            labels: labels(table),
        }
    }
}

fn labels(table: &SpanTable) -> HashMap<u32, String> {
    let mut labels = HashMap::new();
    for row in &table.rows {
        labels.entry(row.name).or_insert_with(|| template(table.strings.get(row.name)));
    }
    labels
}

/// Returns the tokens that a row tells: the `total` that its call reports, else input and output together.
pub fn tokens_of(row: &SpanRow, total: Option<i64>) -> Option<i64> {
    total.or(match (row.input_tokens, row.output_tokens) {
        (None, None) => None,
        (input, output) => Some(input.unwrap_or(0).saturating_add(output.unwrap_or(0))),
    })
}

/// Candidate minus baseline in one row of the merged tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowDelta {
    /// Of the durations, nanoseconds; a span that is not there lasts 0. Unknown if either has not ended. Of the head of a group:
    /// from the first start of its spans to their last end.
    pub duration_ns: Option<i64>,
    /// Of the pieces of the interval, nanoseconds. Of the head of a group: of everything below it but what has moved there.
    pub self_ns: i64,
    /// Of the tokens of counted spans; unknown unless both traces tell some and this row does. Of a head as above.
    pub tokens: Option<i64>,
    /// Of their cost in pico-dollars, likewise.
    pub cost: Option<i64>,
}

/// What differs between two traces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Of the durations, nanoseconds.
    pub duration_ns: i64,
    /// Of the tokens; unknown unless both traces tell some.
    pub tokens: Option<i64>,
    /// Of the costs in pico-dollars, likewise.
    pub cost: Option<i64>,
    /// Of each row of the merged tree.
    pub rows: Vec<RowDelta>,
    /// What `duration_ns` is made of.
    pub time_contributors: Vec<Contributor>,
    /// What `tokens` is made of; none if they are unknown.
    pub token_contributors: Vec<Contributor>,
    /// What `cost` is made of; none if it is unknown.
    pub cost_contributors: Vec<Contributor>,
}

/// An aligned side with what it takes.
#[derive(Debug, Clone, Copy)]
pub struct MeasuredSide<'a> {
    /// The trace.
    pub side: Side<'a>,
    /// What it takes.
    pub measured: &'a Measured,
}

/// Returns what differs. O(rows), and the contributors sorted.
pub fn delta(alignment: &Alignment, baseline: MeasuredSide<'_>, candidate: MeasuredSide<'_>) -> Delta {
    let (before, after) = (baseline.measured, candidate.measured);
    let sums = |b: &Counted, c: &Counted| Some(c.sum?.saturating_sub(b.sum?));
    let tokens = sums(&before.tokens, &after.tokens);
    let cost = sums(&before.cost, &after.cost);
    let pieces = |of: &dyn Fn(&Measured, usize) -> Option<i64>| -> Vec<Piece<'_>> {
        let spans = (0_u32..).zip(&alignment.rows).filter(|(_, row)| !row.is_head());
        let piece = |(number, row): (u32, &Row)| Piece {
            label: label(row, baseline, candidate),
            row: Some(number),
            baseline: row.baseline.and_then(|at| of(before, at as usize)),
            candidate: row.candidate.and_then(|at| of(after, at as usize)),
        };
        spans.map(piece).collect()
    };
    let mut time = pieces(&|measured, at| Some(measured.time.self_ns[at]));
    let other = (before.time.other_ns, after.time.other_ns);
    time.push(Piece { label: OTHER, row: None, baseline: Some(other.0), candidate: Some(other.1) });
    let counted = |is_known: bool, of: &dyn Fn(&Measured, usize) -> Option<i64>| {
        if is_known { contributors(pieces(of)) } else { Vec::new() }
    };
    Delta {
        duration_ns: after.time.duration_ns.saturating_sub(before.time.duration_ns),
        tokens,
        cost,
        rows: rows(alignment, baseline, candidate, (tokens.is_some(), cost.is_some())),
        time_contributors: contributors(time),
        token_contributors: counted(tokens.is_some(), &|measured, at| measured.tokens.rows[at]),
        cost_contributors: counted(cost.is_some(), &|measured, at| measured.cost.rows[at]),
    }
}

/// Returns what a row is called: the candidate's name without numbers and ids, else the baseline's. Empty for the head of a group.
pub fn label<'a>(row: &Row, baseline: MeasuredSide<'a>, candidate: MeasuredSide<'a>) -> &'a str {
    let (side, at) = match (row.candidate, row.baseline) {
        (Some(at), _) => (candidate, at),
        (None, Some(at)) => (baseline, at),
        (None, None) => return "",
    };
    let name = side.side.table.rows[at as usize].name;
    side.measured.labels.get(&name).map_or("", String::as_str)
}

/// When the spans of a head's side began and ended.
type Extent = Option<(i64, i64)>;

fn rows(
    alignment: &Alignment,
    baseline: MeasuredSide<'_>,
    candidate: MeasuredSide<'_>,
    (knows_tokens, knows_cost): (bool, bool),
) -> Vec<RowDelta> {
    let mut deltas = vec![RowDelta::default(); alignment.rows.len()];
    // What lies below a row, children of heads alone: (self, tokens, cost) and the extents of both sides.
    let mut below: Vec<RowDelta> = deltas.clone();
    let mut extents: Vec<[Extent; 2]> = vec![[None; 2]; deltas.len()];
    // Children come after their parents: from the back each row is complete before its parent.
    for (number, row) in alignment.rows.iter().enumerate().rev() {
        let own = if row.is_head() {
            let [before, after] =
                extents[number].map(|extent| extent.map_or(0, |(from, to)| to.saturating_sub(from)));
            RowDelta { duration_ns: Some(after.saturating_sub(before)), ..below[number] }
        } else {
            let own = span_delta(row, baseline, candidate);
            RowDelta {
                tokens: own.tokens.filter(|_| knows_tokens),
                cost: own.cost.filter(|_| knows_cost),
                ..own
            }
        };
        deltas[number] = own;
        let Some(parent) = row.parent.map(|parent| parent as usize) else { continue };
        if !row.is_head() {
            add(&mut below[number], &own);
        }
        let sum = below[number];
        if alignment.is_in_place(row) {
            add(&mut below[parent], &sum);
        }
        let reach = |at: Option<u32>, side: Side<'_>| {
            let row = &side.table.rows[at? as usize];
            Some((row.start.0, row.start.0.saturating_add(row.duration.0)))
        };
        let own = [reach(row.baseline, baseline.side), reach(row.candidate, candidate.side)];
        for (side, own) in own.into_iter().enumerate() {
            // A head within a head hands on what it spans.
            let own = if row.is_head() { extents[number][side] } else { own };
            let whole = &mut extents[parent][side];
            *whole = match (*whole, own) {
                (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
                (a, b) => a.or(b),
            };
        }
    }
    deltas
}

fn add(sum: &mut RowDelta, other: &RowDelta) {
    sum.self_ns = sum.self_ns.saturating_add(other.self_ns);
    for (sum, other) in [(&mut sum.tokens, other.tokens), (&mut sum.cost, other.cost)] {
        if let Some(other) = other {
            *sum = Some(sum.unwrap_or(0).saturating_add(other));
        }
    }
}

fn span_delta(row: &Row, baseline: MeasuredSide<'_>, candidate: MeasuredSide<'_>) -> RowDelta {
    let duration = |at: Option<u32>, side: Side<'_>| match at.map(|at| &side.table.rows[at as usize]) {
        None => Some(0),
        Some(row) => (!row.flags.has(RowFlags::NOT_ENDED)).then_some(row.duration.0),
    };
    let piece = |at: Option<u32>, of: &Measured| at.map_or(0, |at| of.time.self_ns[at as usize]);
    let counted = |of: fn(&Measured) -> &Counted| {
        let before = row.baseline.and_then(|at| of(baseline.measured).rows[at as usize]);
        let after = row.candidate.and_then(|at| of(candidate.measured).rows[at as usize]);
        (before.is_some() || after.is_some()).then(|| after.unwrap_or(0).saturating_sub(before.unwrap_or(0)))
    };
    let durations = (duration(row.baseline, baseline.side), duration(row.candidate, candidate.side));
    RowDelta {
        duration_ns: durations.0.zip(durations.1).map(|(before, after)| after.saturating_sub(before)),
        self_ns: piece(row.candidate, candidate.measured)
            .saturating_sub(piece(row.baseline, baseline.measured)),
        tokens: counted(|measured| &measured.tokens),
        cost: counted(|measured| &measured.cost),
    }
}

#[cfg(test)]
mod tests;
