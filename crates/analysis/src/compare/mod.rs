//! Two traces laid over each other: which span is which, and what became of it.
//!
//! [`align()`] pairs the spans of a baseline with those of a candidate and merges both trees to one. The rules, and what they
//! cost, are in docs/comparison.md. Pure, deterministic, and symmetric: swapping the sides gives the same pairs.

mod align;
pub mod content;
mod contributors;
mod delta;
mod divergence;
mod features;
mod fingerprint;
mod fold;
mod headline;
mod label;
mod masked;
mod matcher;
mod merge;
mod order;
mod partition;
mod place;
mod rules;
mod sequence;
mod siblings;
mod similar;
mod verdict;

use model::SpanTable;

pub use align::align;
pub use contributors::{Contributor, share};
pub use delta::{Counted, Delta, Measured, MeasuredSide, OTHER, RowDelta, delta, label, tokens_of};
pub use divergence::{Divergence, first_divergence};
pub use fingerprint::Fingerprint;
pub use headline::{headline, signed_duration};
pub use label::template;
pub use partition::{Partition, partition};
pub use rules::{MAX_RULE_LABEL, MAX_RULE_LEVELS, NoRule, PinRule, pins_of_rules, place_of};

/// One of the two traces.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its rows in waterfall order.
    pub table: &'a SpanTable,
    /// The fingerprint of each row of the table, in the same order.
    pub fingerprints: &'a [Fingerprint],
}

/// A person's word that two spans are the same; it overrules what the engine would have found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Row of the baseline's table.
    pub baseline: u32,
    /// Row of the candidate's table.
    pub candidate: u32,
    /// Whether it was said of other traces and holds for these by a [`PinRule`].
    pub is_rule: bool,
}

/// By how much a duration may differ and still count as the same: a difference has to exceed both bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tolerance {
    /// Part of the longer of the two durations, in thousandths.
    pub per_mille: u32,
    /// Nanoseconds.
    pub nanos: u64,
}

impl Default for Tolerance {
    /// 5 % and 1 ms.
    fn default() -> Self {
        Self { per_mille: 50, nanos: 1_000_000 }
    }
}

/// What [`align()`] is told beside the two traces.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// By how much a duration may differ and still count as the same.
    pub tolerance: Tolerance,
    /// Spans that a person said are the same. Of two that contradict each other the first counts; rows that are not there are
    /// passed over.
    pub pins: &'a [Pin],
}

/// Both traces as one tree.
///
/// Invariants: every span of either side is in exactly one row; `rows` is a pre-order, so that `parent < i` and the descendants of
/// row `i` are `i + 1 .. subtree_end`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alignment {
    /// The merged tree in waterfall order: the candidate's, with removed spans where the baseline had them.
    pub rows: Vec<Row>,
    /// Loops, retries and fan-outs that are folded to one head row each.
    pub groups: Vec<Group>,
    /// Row in `rows` of each row of the baseline.
    pub row_of_baseline: Vec<u32>,
    /// Row in `rows` of each row of the candidate.
    pub row_of_candidate: Vec<u32>,
}

impl Alignment {
    /// Counts the rows by verdict, heads of groups apart.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in self.rows.iter().filter(|row| !row.is_head()) {
            *match row.verdict {
                Verdict::Unchanged => &mut counts.unchanged,
                Verdict::Changed => &mut counts.changed,
                Verdict::Added => &mut counts.added,
                Verdict::Removed => &mut counts.removed,
                Verdict::Moved => &mut counts.moved,
            } += 1;
        }
        counts
    }

    /// Whether a row stands below the same parent whichever side is the baseline: neither moved from another one, nor below a level
    /// of its own on either side. The sums of a group leave the others out, so that swapping the sides mirrors them.
    pub fn is_in_place(&self, row: &Row) -> bool {
        let is_moved = row.verdict == Verdict::Moved && !row.hints.has(Hints::REORDERED);
        let mut above = row.parent.map(|parent| &self.rows[parent as usize]);
        if let Some(head) = above.filter(|above| above.is_head()) {
            above = head.parent.map(|parent| &self.rows[parent as usize]);
        }
        let is_below_added = || above.is_some_and(|above| above.baseline.is_none());
        let is_pair = row.baseline.is_some() && row.candidate.is_some();
        let has_own_level = is_pair && !row.hints.has(Hints::WRAPPED) && is_below_added();
        !is_moved && !has_own_level
    }
}

/// How many rows have each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "named after the verdicts")]
pub struct Counts {
    pub unchanged: u64,
    pub changed: u64,
    pub added: u64,
    pub removed: u64,
    pub moved: u64,
}

/// A span of one side or of both, or the head of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Row that it lies below.
    pub parent: Option<u32>,
    /// Row after its last descendant.
    pub subtree_end: u32,
    /// 0 for roots.
    pub depth: u32,
    /// Row of the baseline's table; absent for an added span and for the head of a group.
    pub baseline: Option<u32>,
    /// Row of the candidate's table; absent for a removed span and for the head of a group.
    pub candidate: Option<u32>,
    /// What became of it. Of a head: changed if its sides repeat a different number of times, or anything below is not unchanged.
    pub verdict: Verdict,
    /// What differs between the sides; empty unless both have it.
    pub changes: Changes,
    /// What else is known of it.
    pub hints: Hints,
    /// Row of the baseline's parent, if the span lies below another one now.
    pub moved_from: Option<u32>,
    /// Group that it is a direct part of, or that it is the head of: an index of [`Alignment::groups`].
    pub group: Option<u32>,
    /// Its iteration within the group, from 0; 0 outside.
    pub iteration: u32,
}

impl Row {
    /// Whether it stands for a group and not for a span.
    pub fn is_head(&self) -> bool {
        self.baseline.is_none() && self.candidate.is_none()
    }
}

/// What became of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Both sides have it, and nothing that counts differs. A shifted start alone is no change.
    Unchanged,
    /// Both sides have it; [`Row::changes`] says what differs.
    Changed,
    /// Only the candidate has it.
    Added,
    /// Only the baseline has it.
    Removed,
    /// Both sides have it, below another parent or in another order; it may have changed as well.
    Moved,
}

/// What differs between the two spans of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Changes(pub u16);

impl Changes {
    /// The duration, by more than the tolerance; or only one of them has ended.
    pub const DURATION: u16 = 1;
    /// The status code.
    pub const STATUS: u16 = 1 << 1;
    /// Inputs, outputs or other attributes, ids and times apart.
    pub const CONTENT: u16 = 1 << 2;
    /// The model.
    pub const MODEL: u16 = 1 << 3;
    /// Input or output tokens, where both sides know them.
    pub const TOKENS: u16 = 1 << 4;
    /// The cost, where both sides know it.
    pub const COST: u16 = 1 << 5;
    /// The name, numbers and ids apart.
    pub const NAME: u16 = 1 << 6;
    /// The service.
    pub const SERVICE: u16 = 1 << 7;

    /// Whether all bits of `change` are set.
    pub fn has(self, change: u16) -> bool {
        self.0 & change == change
    }

    /// Whether nothing differs.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What else is known of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Hints(pub u8);

impl Hints {
    /// Its name differs, and what it does shows that it is the same.
    pub const RENAMED: u8 = 1;
    /// One side has a level more above it: its parent is an added or a removed wrapper.
    pub const WRAPPED: u8 = 1 << 1;
    /// It is an added or removed level around spans that both sides have.
    pub const WRAPPER: u8 = 1 << 2;
    /// Its siblings stand in another order, though they do not overlap in time.
    pub const REORDERED: u8 = 1 << 3;
    /// A person said that the two are the same.
    pub const PINNED: u8 = 1 << 4;
    /// Beside [`Hints::PINNED`]: it was said of other traces, and holds for these by a rule.
    pub const BY_RULE: u8 = 1 << 5;

    /// Whether all bits of `hint` are set.
    pub fn has(self, hint: u8) -> bool {
        self.0 & hint == hint
    }
}

/// Siblings that repeat, below one head row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its head in [`Alignment::rows`].
    pub head: u32,
    /// Why they repeat.
    pub kind: GroupKind,
    /// What repeats, for example `chat → search_orders`.
    pub label: String,
    /// How often the baseline does it.
    pub baseline_iterations: u32,
    /// How often the candidate does it.
    pub candidate_iterations: u32,
}

/// Why siblings repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// One after another.
    Loop,
    /// One after another with the same inputs, all but the last of a side failed.
    Retry,
    /// At the same time.
    FanOut,
}

#[cfg(test)]
mod tests;
