//! Tables `row_pin`, `row_rule` and `baseline`: what a user said of comparisons.

use std::collections::HashMap;

use model::{ExperimentId, SpanId, TraceId, TraceInfo};
use rusqlite::{OptionalExtension as _, params};

use crate::span::{id_of, key_of};
use crate::{ReadTx, StoreError, TraceKey, WriteTx};

/// Older traces of an experiment among which the last one of a name is looked for.
const MAX_LOOKED_AT: i64 = 10_000;

/// The trace that others are measured against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Experiment of the others.
    pub experiment_id: ExperimentId,
    /// Their name; absent for all of the experiment.
    pub name: Option<String>,
    /// The trace.
    pub trace_id: TraceId,
}

/// A pair of places of which a user said, in some comparison, that the spans at them are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRule {
    /// Of a rule that is gone no other is.
    pub id: i64,
    /// Labels from the root down, of either side.
    pub places: [Vec<String>; 2],
}

/// Baselines by experiment and name.
#[derive(Debug, Clone, Default)]
pub struct Baselines {
    by_place: HashMap<(ExperimentId, String), TraceId>,
}

impl Baselines {
    /// Returns the baseline of a trace: that of its name, else that of its experiment. A trace is not its own.
    pub fn of(&self, info: &TraceInfo) -> Option<TraceId> {
        let at = |name: &str| self.by_place.get(&(info.experiment_id, name.to_owned()));
        at(info.display_name()).or_else(|| at("")).copied().filter(|baseline| *baseline != info.trace_id)
    }
}

impl ReadTx<'_> {
    /// Returns the pairs of spans that a user pinned between two traces, whichever was the baseline then.
    pub fn row_pins(
        &self,
        baseline: TraceId,
        candidate: TraceId,
    ) -> Result<Vec<(SpanId, SpanId)>, StoreError> {
        let sql = "SELECT baseline_span_id, candidate_span_id FROM row_pin
                   WHERE baseline_trace_id = ?1 AND candidate_trace_id = ?2
                   UNION
                   SELECT candidate_span_id, baseline_span_id FROM row_pin
                   WHERE baseline_trace_id = ?2 AND candidate_trace_id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let pairs = statement.query_map(params![baseline.0, candidate.0], |row| {
            Ok((id_of(row.get(0)?), id_of(row.get(1)?)))
        })?;
        Ok(pairs.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns all rules, the newest first.
    pub fn row_rules(&self) -> Result<Vec<RowRule>, StoreError> {
        let sql = "SELECT rule_id, one_place, other_place FROM row_rule ORDER BY rule_id DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut found = statement.query([])?;
        let mut rules = Vec::new();
        while let Some(row) = found.next()? {
            let place = |text: String| {
                let read = serde_json::from_str(&text);
                read.map_err(|error| StoreError::Failed(format!("the place of a rule is damaged: {error}")))
            };
            rules.push(RowRule { id: row.get(0)?, places: [place(row.get(1)?)?, place(row.get(2)?)?] });
        }
        Ok(rules)
    }

    /// Returns all baselines whose trace is there, by experiment and name.
    pub fn list_baselines(&self) -> Result<Vec<Baseline>, StoreError> {
        let sql = "SELECT baseline.experiment_id, baseline.name, baseline.trace_id FROM baseline
                   JOIN trace USING (trace_id) ORDER BY 1, 2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let baselines = statement.query_map([], |row| {
            let name: String = row.get(1)?;
            Ok(Baseline {
                experiment_id: ExperimentId(row.get(0)?),
                name: (!name.is_empty()).then_some(name),
                trace_id: TraceId(row.get(2)?),
            })
        })?;
        Ok(baselines.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns all baselines, to be looked up.
    pub fn baselines(&self) -> Result<Baselines, StoreError> {
        let place = |one: Baseline| ((one.experiment_id, one.name.unwrap_or_default()), one.trace_id);
        Ok(Baselines { by_place: self.list_baselines()?.into_iter().map(place).collect() })
    }

    /// Returns the newest older trace of the same experiment and name, among the 10,000 before it.
    pub fn previous_of_name(&self, info: &TraceInfo) -> Result<Option<TraceId>, StoreError> {
        let sql = "SELECT trace_id FROM (
                       SELECT trace_id, coalesce(name, root_name, first_name, '') AS label FROM trace
                       WHERE experiment_id = ?1 AND request_time <= ?2 AND (request_time < ?2 OR trace_id > ?3)
                       ORDER BY request_time DESC, trace_id LIMIT ?4)
                   WHERE label = ?5 LIMIT 1";
        let values = params![
            info.experiment_id.0,
            info.request_time.0,
            info.trace_id.0,
            MAX_LOOKED_AT,
            info.display_name()
        ];
        let found = self.connection.prepare_cached(sql)?.query_row(values, |row| Ok(TraceId(row.get(0)?)));
        Ok(found.optional()?)
    }
}

impl WriteTx<'_> {
    /// Pins a span of one trace to one of another; former pins of either between these traces are gone.
    pub fn pin_rows(
        &mut self,
        baseline: (TraceId, SpanId),
        candidate: (TraceId, SpanId),
    ) -> Result<(), StoreError> {
        self.unpin_row(baseline, candidate.0)?;
        self.unpin_row(candidate, baseline.0)?;
        let sql =
            "INSERT INTO row_pin (baseline_trace_id, baseline_span_id, candidate_trace_id, candidate_span_id)
                   VALUES (?1, ?2, ?3, ?4)";
        let values = params![baseline.0.0, key_of(baseline.1), candidate.0.0, key_of(candidate.1)];
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Takes the pin of a span to another trace away; returns whether there was one.
    pub fn unpin_row(&mut self, span: (TraceId, SpanId), other: TraceId) -> Result<bool, StoreError> {
        let mut n_gone = 0;
        for sql in [
            "DELETE FROM row_pin WHERE baseline_trace_id = ?1 AND baseline_span_id = ?2 AND candidate_trace_id = ?3",
            "DELETE FROM row_pin WHERE candidate_trace_id = ?1 AND candidate_span_id = ?2 AND baseline_trace_id = ?3",
        ] {
            n_gone +=
                self.connection.prepare_cached(sql)?.execute(params![span.0.0, key_of(span.1), other.0])?;
        }
        Ok(n_gone > 0)
    }

    /// Keeps a rule, as the newest one, and returns its id. The places come in the order that the caller keeps them in.
    pub fn put_row_rule(&mut self, places: [&[String]; 2]) -> Result<i64, StoreError> {
        let [one, other] = places.map(|place| serde_json::json!(place).to_string());
        let sql = "INSERT OR REPLACE INTO row_rule (one_place, other_place) VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute([one, other])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Takes a rule away; returns whether there was one.
    pub fn delete_row_rule(&mut self, id: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM row_rule WHERE rule_id = ?1";
        Ok(self.connection.prepare_cached(sql)?.execute([id])? > 0)
    }

    /// Sets a baseline, in place of the one that was.
    pub fn put_baseline(&mut self, baseline: &Baseline) -> Result<(), StoreError> {
        let Baseline { experiment_id, name, trace_id } = baseline;
        let sql = "INSERT OR REPLACE INTO baseline (experiment_id, name, trace_id) VALUES (?1, ?2, ?3)";
        let values = params![experiment_id.0, name.as_deref().unwrap_or_default(), trace_id.0];
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Takes a baseline away; returns whether there was one.
    pub fn delete_baseline(
        &mut self,
        experiment: ExperimentId,
        name: Option<&str>,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM baseline WHERE experiment_id = ?1 AND name = ?2";
        let values = params![experiment.0, name.unwrap_or_default()];
        Ok(self.connection.prepare_cached(sql)?.execute(values)? > 0)
    }

    /// Forgets what was said of a trace that is deleted.
    pub(crate) fn forget_comparisons(&mut self, trace: TraceKey) -> Result<(), StoreError> {
        for condition in
            ["row_pin WHERE baseline_trace_id", "row_pin WHERE candidate_trace_id", "baseline WHERE trace_id"]
        {
            let sql = format!("DELETE FROM {condition} = (SELECT trace_id FROM trace WHERE trace_key = ?1)");
            self.connection.prepare_cached(&sql)?.execute([trace.0])?;
        }
        Ok(())
    }
}
