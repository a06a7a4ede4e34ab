//! What listeners are told after a commit.

use model::{ExperimentId, TraceId};

/// Something that changed in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// A trace is new, or has new spans or labels.
    Trace(TraceId, ExperimentId),
    /// What a user said of the comparison of two traces.
    Comparison(TraceId, TraceId),
    /// What a user said of rows of all traces.
    RowRules,
    /// Which traces others are measured against.
    Baselines,
    /// An experiment is new or changed.
    Experiments,
    /// Retention removed traces.
    Removed,
    /// A run-time setting changed.
    Settings,
    /// Items were rejected, or the inbox of rejected requests changed.
    Rejected,
    /// Something came that is taken but not kept, such as metrics.
    NotStored,
    /// Something hinders the store, or no longer does.
    StoreState,
}
