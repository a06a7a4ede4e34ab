//! What a write *means*: merge rules, origins, experiment placement, roll-ups, and who is told of a change.
//!
//! Runs inside `store.write`. Knows neither HTTP nor protobuf: the edges decode, call this, and map its errors.

mod announce;
mod assessments;
mod comparisons;
mod delete;
mod error;
mod experiments;
mod inbox;
mod labels;
mod links;
mod logs;
pub mod merge;
mod move_traces;
mod names;
mod origin;
mod retention;
mod runs;
mod settings;
mod spans;
mod start_trace;
mod trace_tags;

use std::sync::Arc;

use analysis::prices::Prices;
use store::Store;
use tokio::sync::broadcast;

pub use announce::Change;
pub use assessments::AssessmentChange;
pub use delete::DeleteTraces;
pub use error::IngestError;
pub use experiments::NewExperiment;
pub use labels::{
    IMMUTABLE_TAGS, MAX_KEY_CHARS, MAX_SESSION_CHARS, MAX_TAG_VALUE_CHARS, MAX_TRACE_NAME_CHARS,
};
pub use links::MAX_LINKED_TRACES;
pub use logs::LogBatch;
pub use origin::exporter_of;
pub use runs::{NewRun, RunChange};
pub use settings::{MIN_RETENTION_BYTES, Settings, check_origin, compare_tolerance, default_experiment};
pub use spans::{Placement, Recorded, RejectedSpans, SpanBatch, Stored};
pub use start_trace::{StartTrace, StoredTrace};

/// Changes that may wait for a slow listener; one that falls behind is told that it missed some.
const MAX_PENDING_CHANGES: usize = 1024;

/// The one way to write. Cheap to clone.
#[derive(Clone)]
pub struct Ingest {
    store: Store,
    prices: Arc<Prices>,
    changes: broadcast::Sender<Change>,
}

impl Ingest {
    /// Writes to a store, with the bundled prices.
    pub fn new(store: Store) -> Self {
        Self::with_prices(store, Prices::bundled())
    }

    /// Writes to a store; `prices` are what a model call costs that does not tell its cost itself.
    pub fn with_prices(store: Store, prices: Prices) -> Self {
        Self { store, prices: Arc::new(prices), changes: broadcast::Sender::new(MAX_PENDING_CHANGES) }
    }

    /// Returns the prices.
    pub fn prices(&self) -> &Prices {
        &self.prices
    }

    /// Returns the store, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Listens to changes from now on. A change is told after its commit.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Tells listeners of changes. Writes do so themselves; this is for what is not stored.
    pub fn announce(&self, changes: impl IntoIterator<Item = Change>) {
        for change in changes {
            // Nobody listening is fine.
            let _ = self.changes.send(change);
        }
    }
}

#[cfg(test)]
mod marks_tests;
#[cfg(test)]
mod tests;
