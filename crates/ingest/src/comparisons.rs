//! What users say of comparisons: which spans are the same, and which traces others are measured against.

use model::{ExperimentId, SpanId, TraceId};
use store::Baseline;

use crate::{Change, Ingest, IngestError};

/// Pins between two traces; more would be no exceptions to what the alignment finds.
const MAX_PINS: usize = 1_000;

/// Rules altogether: each is looked for in every comparison.
const MAX_RULES: usize = 1_000;

/// Baselines altogether.
const MAX_BASELINES: usize = 1_000;

impl Ingest {
    /// Pins a span of one trace to a span of another; returns whether both are there.
    ///
    /// # Errors
    ///
    /// The two traces have as many pins as they may.
    pub async fn pin_rows(
        &self,
        baseline: (TraceId, SpanId),
        candidate: (TraceId, SpanId),
    ) -> Result<bool, IngestError> {
        let pinned = self.store.write(0, move |tx| {
            if !tx.has_span(baseline.0, baseline.1)? || !tx.has_span(candidate.0, candidate.1)? {
                return Ok(false);
            }
            tx.pin_rows(baseline, candidate)?;
            if tx.row_pins(baseline.0, candidate.0)?.len() > MAX_PINS {
                let message = format!("two traces can have up to {MAX_PINS} pinned rows");
                return Err(IngestError::Invalid(message));
            }
            Ok(true)
        });
        let is_there = pinned.await?;
        if is_there {
            self.announce([Change::Comparison(baseline.0, candidate.0)]);
        }
        Ok(is_there)
    }

    /// Takes the pin of a span of one trace to another trace away; returns whether there was one.
    pub async fn unpin_row(&self, span: (TraceId, SpanId), other: TraceId) -> Result<bool, IngestError> {
        let unpinned = self.store.write(0, move |tx| Ok::<_, IngestError>(tx.unpin_row(span, other)?));
        let was_there = unpinned.await?;
        self.announce([Change::Comparison(span.0, other)]);
        Ok(was_there)
    }

    /// Keeps for all traces that spans at two places are the same; returns the id of the rule.
    ///
    /// # Errors
    ///
    /// There are as many rules as there may be.
    pub async fn put_row_rule(&self, places: [Vec<String>; 2]) -> Result<i64, IngestError> {
        let put = self.store.write(0, move |tx| {
            let id = tx.put_row_rule([&places[0], &places[1]])?;
            if tx.row_rules()?.len() > MAX_RULES {
                return Err(IngestError::Invalid(format!("there can be up to {MAX_RULES} rules for rows")));
            }
            Ok(id)
        });
        let id = put.await?;
        self.announce([Change::RowRules]);
        Ok(id)
    }

    /// Takes a rule away; returns whether there was one.
    pub async fn delete_row_rule(&self, id: i64) -> Result<bool, IngestError> {
        let deleted = self.store.write(0, move |tx| Ok::<_, IngestError>(tx.delete_row_rule(id)?));
        let was_there = deleted.await?;
        self.announce([Change::RowRules]);
        Ok(was_there)
    }

    /// Makes a trace the one that others of its experiment, or of its experiment and name, are measured against; returns whether
    /// it is there.
    ///
    /// # Errors
    ///
    /// There are as many baselines as there may be.
    pub async fn put_baseline(&self, trace_id: TraceId, is_of_name: bool) -> Result<bool, IngestError> {
        let put = self.store.write(0, move |tx| {
            let Some((_, info)) = tx.trace(trace_id)? else { return Ok(false) };
            // A trace without a name is one of its experiment.
            let name = Some(info.display_name().to_owned()).filter(|name| is_of_name && !name.is_empty());
            tx.put_baseline(&Baseline { experiment_id: info.experiment_id, name, trace_id })?;
            if tx.list_baselines()?.len() > MAX_BASELINES {
                return Err(IngestError::Invalid(format!("there can be up to {MAX_BASELINES} baselines")));
            }
            Ok(true)
        });
        let is_there = put.await?;
        if is_there {
            self.announce([Change::Baselines]);
        }
        Ok(is_there)
    }

    /// Takes a baseline away; returns whether there was one.
    pub async fn delete_baseline(
        &self,
        experiment: ExperimentId,
        name: Option<String>,
    ) -> Result<bool, IngestError> {
        let deleted = self
            .store
            .write(0, move |tx| Ok::<_, IngestError>(tx.delete_baseline(experiment, name.as_deref())?));
        let was_there = deleted.await?;
        self.announce([Change::Baselines]);
        Ok(was_there)
    }
}
