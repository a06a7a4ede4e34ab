//! Messages of a comparison: what differs between two traces, and why one took longer or cost more.
//!
//! The form is stable and also what the command line prints, so that its quantities are JSON integers: nanoseconds, tokens and
//! pico-dollars. `docs/formats/comparison.md` documents it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What differs between two traces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// The trace that is compared with.
    pub baseline: ComparedTrace,
    /// The trace in question.
    pub candidate: ComparedTrace,
    /// Candidate minus baseline.
    pub delta: Quantities,
    /// Why the candidate took longer or shorter, in words.
    pub headline: String,
    /// What the difference of the durations is made of, the largest first; they sum exactly to `delta.duration_ns`.
    pub contributors: Vec<Contributor>,
    /// What the difference of the tokens is made of, the largest first; they sum exactly to `delta.tokens`.
    pub token_contributors: Vec<QuantityContributor>,
    /// What the difference of the costs is made of, the largest first; they sum exactly to `delta.cost`.
    pub cost_contributors: Vec<QuantityContributor>,
    /// Rows by what became of their span.
    pub counts: VerdictCounts,
    /// Spans of the candidate that failed, and whose like in the baseline did not or is not there.
    pub n_new_errors: u64,
    /// The first 100 of them, in the order of the merged waterfall.
    pub new_errors: Vec<NewError>,
    /// The earliest model call whose input differs; absent if there is none.
    pub first_divergence: Option<Divergence>,
    /// Rules by which spans of the two traces are paired: what a user said in another comparison.
    #[serde(default)]
    #[schema(required)]
    pub row_rules: Vec<AppliedRule>,
    /// What limits the comparison, for a person: a side that has not ended, or nothing in common.
    pub notes: Vec<String>,
    /// Each span of either side exactly once, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<ComparedRow>>,
}

/// One of the two traces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparedTrace {
    /// 32 hex digits.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Earliest start, Unix nanoseconds as a decimal string.
    pub start_time_unix_nano: String,
    /// Latest end minus earliest start in nanoseconds.
    pub duration_ns: i64,
    /// Whether all of its top spans have ended; false without spans. Until then `duration_ns` is what is known so far.
    #[serde(default = "yes")]
    #[schema(required)]
    pub has_ended: bool,
    /// Spans.
    pub n_spans: u64,
    /// Spans with status error.
    pub n_errors: u64,
    /// Tokens of the spans that are counted once; absent if none tells any.
    pub tokens: Option<i64>,
    /// Cost of the spans that are counted once, in pico-dollars; absent if none is known.
    pub cost: Option<i64>,
}

fn yes() -> bool {
    true
}

/// The same quantities of both sides, subtracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quantities {
    /// Nanoseconds.
    pub duration_ns: i64,
    /// Spans.
    pub n_spans: i64,
    /// Spans with status error.
    pub n_errors: i64,
    /// Tokens; absent unless both sides know theirs.
    pub tokens: Option<i64>,
    /// Pico-dollars; absent unless both sides know theirs.
    pub cost: Option<i64>,
}

/// A part of the difference of the durations: what the trace waited for in spans of one label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Contributor {
    /// Label of the spans; `other` is the time in which no span ran.
    pub label: String,
    /// Candidate minus baseline in nanoseconds.
    pub delta_ns: i64,
    /// Part of the whole difference, negative against it; absent if the durations are equal.
    pub share: Option<f64>,
    /// What the baseline waited for, nanoseconds.
    pub baseline_ns: i64,
    /// What the candidate waited for, nanoseconds.
    pub candidate_ns: i64,
    /// Spans of the baseline.
    pub n_baseline: u64,
    /// Spans of the candidate.
    pub n_candidate: u64,
    /// The row of the merged table that differs most; absent for `other`.
    pub row: Option<u32>,
}

/// A part of the difference of tokens or costs: that of spans of one label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuantityContributor {
    /// Label of the spans.
    pub label: String,
    /// Candidate minus baseline.
    pub delta: i64,
    /// Part of the whole difference, negative against it; absent if there is none.
    pub share: Option<f64>,
    /// The row of the merged table that differs most.
    pub row: u32,
}

/// Rows by what became of their span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerdictCounts {
    /// The same on both sides.
    pub unchanged: u64,
    /// On both sides, with a difference.
    pub changed: u64,
    /// In the candidate alone.
    pub added: u64,
    /// In the baseline alone.
    pub removed: u64,
    /// On both sides, below another parent.
    pub moved: u64,
}

/// What became of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The same on both sides.
    Unchanged,
    /// On both sides, with a difference.
    Changed,
    /// In the candidate alone.
    Added,
    /// In the baseline alone.
    Removed,
    /// On both sides, below another parent.
    Moved,
}

/// A span of either side, or a pair of both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparedRow {
    /// What became of it.
    pub status: Verdict,
    /// 16 hex digits; absent if it was added.
    pub baseline_span_id: Option<String>,
    /// 16 hex digits; absent if it was removed.
    pub candidate_span_id: Option<String>,
    /// Name with ids and numbers as placeholders.
    pub label: String,
    /// Levels above it in the merged tree.
    pub depth: u32,
    /// Start in the baseline, nanoseconds from the start of the trace; absent if it was added.
    pub baseline_start_ns: Option<i64>,
    /// Duration in the baseline in nanoseconds; absent if it was added or has not ended.
    pub baseline_duration_ns: Option<i64>,
    /// Start in the candidate, nanoseconds from the start of the trace; absent if it was removed.
    pub candidate_start_ns: Option<i64>,
    /// Duration in the candidate in nanoseconds; absent if it was removed or has not ended.
    pub candidate_duration_ns: Option<i64>,
    /// What differs: `duration`, `status`, `content`, `model`, `tokens`, `cost`, `name`, `service`.
    pub changes: Vec<String>,
    /// Difference of the durations in nanoseconds; a span that is not there lasts 0. Absent if either has not ended.
    pub delta_duration_ns: Option<i64>,
    /// Difference of what the traces waited for in it, nanoseconds; with `other` they sum to `delta.duration_ns`.
    pub delta_self_ns: i64,
    /// Difference of the tokens of counted spans; absent unless both traces tell some and this row does.
    pub delta_tokens: Option<i64>,
    /// Difference of their cost in pico-dollars, likewise.
    pub delta_cost: Option<i64>,
    /// Whether it began after the first divergence.
    pub is_downstream: bool,
}

/// The earliest model call whose input differs when ids, times and numbers are masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Divergence {
    /// Label of the call.
    pub label: String,
    /// 16 hex digits; absent if the baseline has no such call.
    pub baseline_span_id: Option<String>,
    /// 16 hex digits; absent if the candidate has no such call.
    pub candidate_span_id: Option<String>,
    /// The row of the merged table.
    pub row: u32,
    /// Rows after it.
    pub n_downstream: u64,
}

/// A span that failed in the candidate alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewError {
    /// Label of the span.
    pub label: String,
    /// 16 hex digits.
    pub candidate_span_id: String,
}

/// A user's word that two spans are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowPin {
    /// 32 hex digits.
    pub baseline: String,
    /// 32 hex digits.
    pub candidate: String,
    /// A span of the baseline, 16 hex digits.
    pub baseline_span_id: String,
    /// A span of the candidate, 16 hex digits.
    pub candidate_span_id: String,
}

/// A rule that holds between the two traces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AppliedRule {
    /// Decimal id.
    pub rule_id: String,
    /// Labels from the root down to the span of the baseline.
    pub baseline_place: Vec<String>,
    /// Likewise of the candidate.
    pub candidate_place: Vec<String>,
    /// 16 hex digits.
    pub baseline_span_id: String,
    /// 16 hex digits.
    pub candidate_span_id: String,
    /// The row of the merged table.
    pub row: u32,
}

/// Two places of which the spans are the same, whichever trace is the baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowRule {
    /// Decimal id.
    pub rule_id: String,
    /// The two places: labels from the root down.
    pub places: Vec<Vec<String>>,
}

/// All rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowRuleList {
    /// The newest first: of two that contradict each other it counts.
    pub rules: Vec<RowRule>,
}

/// What a baseline is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BaselineScope {
    /// All traces of its experiment.
    Experiment,
    /// Those of its experiment that have its name.
    Name,
}

/// A trace to measure others against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewBaseline {
    /// 32 hex digits.
    pub trace_id: String,
    /// Which traces it is the baseline of.
    pub scope: BaselineScope,
}

/// A trace that others are measured against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Baseline {
    /// Decimal id of the experiment of the others.
    pub experiment_id: String,
    /// Their name; absent for all of the experiment.
    pub name: Option<String>,
    /// 32 hex digits.
    pub trace_id: String,
}

/// All baselines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BaselineList {
    /// By experiment and name. One of a name goes before that of the experiment.
    pub baselines: Vec<Baseline>,
}
