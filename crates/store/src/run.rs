//! Tables `run` and `run_tag`: MLflow's runs, as far as traces need them.

use std::collections::BTreeMap;

use model::{ExperimentId, LifecycleStage};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{ReadTx, StoreError, WriteTx};

/// Status of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// It goes on.
    Running,
    /// It will begin.
    Scheduled,
    /// It ended well.
    Finished,
    /// It ended with an error.
    Failed,
    /// Somebody ended it.
    Killed,
}

impl RunStatus {
    /// All in the order of their numbers in MLflow's protocol, from 1.
    const ALL: [Self; 5] = [Self::Running, Self::Scheduled, Self::Finished, Self::Failed, Self::Killed];

    /// Returns MLflow's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Scheduled => "SCHEDULED",
            Self::Finished => "FINISHED",
            Self::Failed => "FAILED",
            Self::Killed => "KILLED",
        }
    }

    /// Parses MLflow's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Returns the status of a number of MLflow's protocol.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
    }

    fn number(self) -> i64 {
        Self::ALL.iter().zip(1..).find(|(status, _)| **status == self).map_or(1, |(_, number)| number)
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// 32 hex digits.
    pub run_id: String,
    /// Its experiment.
    pub experiment_id: ExperimentId,
    /// Its name.
    pub name: String,
    /// Who began it; may be empty.
    pub user: String,
    /// Its status.
    pub status: RunStatus,
    /// Start in Unix milliseconds, as sent.
    pub start_time: i64,
    /// End in Unix milliseconds, as sent.
    pub end_time: Option<i64>,
    /// Whether it is in use.
    pub lifecycle_stage: LifecycleStage,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

const COLUMNS: &str = "run_id, experiment_id, name, user, status, start_time, end_time, is_deleted";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Run> {
    let is_deleted: bool = row.get(7)?;
    Ok(Run {
        run_id: row.get(0)?,
        experiment_id: ExperimentId(row.get(1)?),
        name: row.get(2)?,
        user: row.get(3)?,
        status: RunStatus::from_number(row.get(4)?).unwrap_or(RunStatus::Running),
        start_time: row.get(5)?,
        end_time: row.get(6)?,
        lifecycle_stage: if is_deleted { LifecycleStage::Deleted } else { LifecycleStage::Active },
        tags: BTreeMap::new(),
    })
}

impl ReadTx<'_> {
    /// Returns a run, deleted ones too.
    pub fn run(&self, run_id: &str) -> Result<Option<Run>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM run WHERE run_id = ?1");
        let Some(mut run) = self.connection.prepare_cached(&sql)?.query_row([run_id], from_row).optional()?
        else {
            return Ok(None);
        };
        let sql = "SELECT key, value FROM run_tag WHERE run_id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let tags = statement.query_map([run_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        run.tags = tags.collect::<rusqlite::Result<_>>()?;
        Ok(Some(run))
    }
}

impl WriteTx<'_> {
    /// Stores or replaces a run and all of its tags.
    pub fn put_run(&mut self, run: &Run) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.connection.prepare_cached(sql)?.execute(params![
            run.run_id,
            run.experiment_id.0,
            run.name,
            run.user,
            run.status.number(),
            run.start_time,
            run.end_time,
            run.lifecycle_stage == LifecycleStage::Deleted,
        ])?;
        self.connection.prepare_cached("DELETE FROM run_tag WHERE run_id = ?1")?.execute([&run.run_id])?;
        let mut insert = self.connection.prepare_cached("INSERT INTO run_tag VALUES (?1, ?2, ?3)")?;
        for (key, value) in &run.tags {
            insert.execute(params![run.run_id, key, value])?;
        }
        Ok(())
    }

    /// Deletes or restores all runs of an experiment.
    pub fn set_runs_deleted(&mut self, experiment: ExperimentId, is_deleted: bool) -> Result<(), StoreError> {
        let sql = "UPDATE run SET is_deleted = ?2 WHERE experiment_id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![experiment.0, is_deleted])?;
        Ok(())
    }
}
