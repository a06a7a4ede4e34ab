//! Comparisons that were made, and the last few of them, kept while neither trace changes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use analysis::compare::{
    Alignment, Delta, Divergence, MeasuredSide, Options, Pin, PinRule, Side, Tolerance, align, delta,
    first_divergence, pins_of_rules,
};
use ingest::{Change, Ingest};
use model::{SpanId, TraceId};
use store::RowRule;
use tokio::sync::Semaphore;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use super::load::Loaded;
use super::{Shared, off_thread};
use crate::api::ApiError;

/// Comparisons that are made at once: each holds both traces in memory.
const MAX_AT_ONCE: usize = 2;

/// Comparisons that are kept: the page of one asks several times, and steps to its neighbours and back.
const MAX_KEPT: usize = 4;

/// Rows of all comparisons that are kept.
const MAX_KEPT_ROWS: usize = 400_000;

/// Two traces laid over each other, with what differs.
pub(super) struct Compared {
    pub(super) baseline: Arc<Loaded>,
    pub(super) candidate: Arc<Loaded>,
    pub(super) alignment: Alignment,
    pub(super) delta: Delta,
    pub(super) divergence: Option<Divergence>,
    /// Rules that paired rows, or would have if the user had not said the same of these two.
    pub(super) rules: Vec<(RowRule, Pin)>,
}

impl Loaded {
    pub(super) fn side(&self) -> MeasuredSide<'_> {
        let side = Side { table: &self.table, fingerprints: &self.fingerprints };
        MeasuredSide { side, measured: &self.measured }
    }
}

impl Compared {
    fn new(baseline: Arc<Loaded>, candidate: Arc<Loaded>, said: &Said) -> Self {
        let (before, after) = (baseline.side(), candidate.side());
        // What was said of the two traces themselves comes first, and so counts.
        let mut pins = pins(&said.pins, before.side, after.side);
        let rules: Vec<PinRule> = said
            .rules
            .iter()
            .map(|RowRule { places: [one, other], .. }| PinRule::new(one.clone(), other.clone()))
            .collect();
        let by_rule = pins_of_rules(before.side, after.side, &rules);
        pins.extend(by_rule.iter().map(|(_, pin)| *pin));
        let options = Options { tolerance: said.tolerance, pins: &pins };
        let alignment = align(before.side, after.side, &options);
        let holds = |pin: &Pin| {
            let row = alignment.row_of_baseline[pin.baseline as usize];
            alignment.rows[row as usize].candidate == Some(pin.candidate)
        };
        let rules = by_rule.into_iter().filter(|(_, pin)| holds(pin));
        let rules = rules.map(|(number, pin)| (said.rules[number].clone(), pin)).collect();
        let delta = delta(&alignment, before, after);
        let divergence = first_divergence(&alignment, before.side, after.side);
        Self { baseline, candidate, alignment, delta, divergence, rules }
    }
}

/// What users said that a comparison goes by.
struct Said {
    tolerance: Tolerance,
    /// Spans of the baseline with those of the candidate that are the same.
    pins: Vec<(SpanId, SpanId)>,
    /// What holds for all traces, the newest first.
    rules: Vec<RowRule>,
}

/// Returns the rows of pinned spans; spans that are not there are passed over.
fn pins(spans: &[(SpanId, SpanId)], baseline: Side<'_>, candidate: Side<'_>) -> Vec<Pin> {
    if spans.is_empty() {
        return Vec::new();
    }
    let rows = |side: Side<'_>| -> HashMap<SpanId, u32> {
        (0_u32..).zip(&side.table.rows).map(|(number, row)| (row.span_id, number)).collect()
    };
    let (of_baseline, of_candidate) = (rows(baseline), rows(candidate));
    let pin = |(one, other): &(SpanId, SpanId)| {
        Some(Pin { baseline: *of_baseline.get(one)?, candidate: *of_candidate.get(other)?, is_rule: false })
    };
    spans.iter().filter_map(pin).collect()
}

/// Comparisons that are asked for twice at once wait for each other in one of so many lanes.
const N_LANES: usize = 16;

/// Makes comparisons, a few at once, and keeps the last.
pub(crate) struct Comparisons {
    turns: Semaphore,
    /// A page asks for the document and the columns at the same time: the second finds what the first one made.
    lanes: [tokio::sync::Mutex<()>; N_LANES],
    kept: Mutex<Kept>,
}

struct Kept {
    /// What changed since it was last looked at.
    changes: Receiver<Change>,
    /// Rises with every change: what was read before one is not kept after it.
    n_changes: u64,
    /// The newest last.
    comparisons: VecDeque<(TraceId, TraceId, Shared)>,
}

impl Comparisons {
    pub(crate) fn new(ingest: &Ingest) -> Self {
        let kept = Kept { changes: ingest.changes(), n_changes: 0, comparisons: VecDeque::new() };
        let lanes = std::array::from_fn(|_| tokio::sync::Mutex::default());
        Self { turns: Semaphore::new(MAX_AT_ONCE), lanes, kept: Mutex::new(kept) }
    }

    fn lane(&self, baseline: TraceId, candidate: TraceId) -> &tokio::sync::Mutex<()> {
        &self.lanes[usize::from(baseline.0[15] ^ candidate.0[15]) % N_LANES]
    }

    /// Compares two traces as they are now.
    pub(super) async fn get(
        &self,
        ingest: &Ingest,
        baseline: TraceId,
        candidate: TraceId,
    ) -> Result<Shared, ApiError> {
        let _lane = self.lane(baseline, candidate).lock().await;
        let _turn = self.turns.acquire().await.map_err(|_| ApiError::unavailable("the server stops"))?;
        // A read waits for what is acknowledged; changes are announced a moment later.
        let infos = ingest.store().read(move |tx| {
            let info = |trace_id| Ok::<_, ApiError>(tx.trace(trace_id)?.map(|(_, info)| info));
            Ok::<_, ApiError>([info(baseline)?, info(candidate)?])
        });
        let infos = infos.await?;
        let n_changes = {
            let mut kept = self.kept();
            kept.forget_changed();
            if let Some(found) = kept.find(baseline, candidate)
                && [Some(&found.baseline.info), Some(&found.candidate.info)]
                    == infos.each_ref().map(Option::as_ref)
            {
                return Ok(found);
            }
            kept.n_changes
        };
        // At the same time: reading bodies takes most of a comparison. A change between the two is as one right after them.
        let read_baseline = ingest.store().read(move |tx| {
            let said = Said {
                tolerance: ingest::compare_tolerance(tx)?,
                pins: tx.row_pins(baseline, candidate)?,
                rules: tx.row_rules()?,
            };
            Ok::<_, ApiError>((Arc::new(Loaded::read(tx, baseline, "baseline")?), said))
        });
        let read_candidate = async {
            if candidate == baseline {
                return Ok(None);
            }
            let read = ingest.store().read(move |tx| Loaded::read(tx, candidate, "candidate"));
            Ok::<_, ApiError>(Some(Arc::new(read.await?)))
        };
        let ((before, said), after) = tokio::try_join!(read_baseline, read_candidate)?;
        let after = after.unwrap_or_else(|| Arc::clone(&before));
        let compared = Arc::new(off_thread(move || Compared::new(before, after, &said)).await?);
        let mut kept = self.kept();
        kept.forget_changed();
        if kept.n_changes == n_changes {
            kept.keep(baseline, candidate, &compared);
        }
        Ok(compared)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Drops the comparisons of traces that changed.
    fn forget_changed(&mut self) {
        loop {
            match self.changes.try_recv() {
                Ok(Change::Trace(changed, _)) => {
                    self.comparisons.retain(|(one, other, _)| *one != changed && *other != changed);
                }
                Ok(Change::Comparison(baseline, candidate)) => {
                    let is_of = |one: TraceId| one == baseline || one == candidate;
                    self.comparisons.retain(|(one, other, _)| !(is_of(*one) && is_of(*other)));
                }
                Ok(Change::Removed | Change::Settings | Change::RowRules) | Err(TryRecvError::Lagged(_)) => {
                    self.comparisons.clear()
                }
                Ok(_) => continue,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
            self.n_changes += 1;
        }
    }

    fn find(&self, baseline: TraceId, candidate: TraceId) -> Option<Shared> {
        let mut kept = self.comparisons.iter();
        let found = kept.find(|(one, other, _)| (*one, *other) == (baseline, candidate));
        found.map(|(.., compared)| Arc::clone(compared))
    }

    fn keep(&mut self, baseline: TraceId, candidate: TraceId, compared: &Shared) {
        self.comparisons.retain(|(one, other, _)| (*one, *other) != (baseline, candidate));
        self.comparisons.push_back((baseline, candidate, Arc::clone(compared)));
        let n_rows = |kept: &VecDeque<(TraceId, TraceId, Shared)>| -> usize {
            kept.iter().map(|(.., compared)| compared.alignment.rows.len()).sum()
        };
        while self.comparisons.len() > MAX_KEPT || n_rows(&self.comparisons) > MAX_KEPT_ROWS {
            self.comparisons.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use ingest::SpanBatch;
    use model::{Span, SpanGroup};
    use store::{Store, StoreOptions, Synchronous};

    use super::*;

    #[tokio::test]
    async fn a_comparison_that_is_asked_for_twice_at_once_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let options = StoreOptions {
            data_dir: folder.path().to_owned(),
            max_queue_bytes: 1 << 20,
            synchronous: Synchronous::Normal,
        };
        let ingest = Ingest::new(Store::open(&options).unwrap());
        ingest.ensure_default_experiment().await.unwrap();
        let [one, other] = [1, 2].map(|number| TraceId([number; 16]));
        let spans =
            [one, other].map(|trace_id| Span::new(trace_id, SpanId([1; 8]), "root".to_owned())).to_vec();
        let group = SpanGroup { spans, ..SpanGroup::default() };
        ingest.write_spans(SpanBatch { groups: vec![group], ..SpanBatch::default() }).await.unwrap();
        let comparisons = Comparisons::new(&ingest);
        let get = || comparisons.get(&ingest, one, other);
        let (first, second, swapped) = tokio::join!(get(), get(), comparisons.get(&ingest, other, one));
        let (first, second, swapped) = (first.unwrap(), second.unwrap(), swapped.unwrap());
        assert!(Arc::ptr_eq(&first, &second));
        assert!(!Arc::ptr_eq(&first, &swapped));
    }
}
