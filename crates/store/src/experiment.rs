//! Table `experiment` and its tags.

use model::{Experiment, ExperimentId, LifecycleStage, UnixNanos};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{ReadTx, StoreError, WriteTx};

const COLUMNS: &str = "experiment_id, name, artifact_location, is_deleted, creation_time, last_update_time";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Experiment> {
    let is_deleted: bool = row.get(3)?;
    Ok(Experiment {
        experiment_id: ExperimentId(row.get(0)?),
        name: row.get(1)?,
        artifact_location: row.get(2)?,
        lifecycle_stage: if is_deleted { LifecycleStage::Deleted } else { LifecycleStage::Active },
        creation_time: UnixNanos(row.get(4)?),
        last_update_time: UnixNanos(row.get(5)?),
        tags: Vec::new(),
    })
}

impl ReadTx<'_> {
    /// Returns an experiment, deleted ones too.
    pub fn experiment(&self, id: ExperimentId) -> Result<Option<Experiment>, StoreError> {
        self.find_experiment("experiment_id = ?1", params![id.0])
    }

    /// Returns the experiment of a name, deleted ones too: names are unique among all.
    pub fn experiment_by_name(&self, name: &str) -> Result<Option<Experiment>, StoreError> {
        self.find_experiment("name = ?1", params![name])
    }

    /// Returns all experiments by id.
    pub fn experiments(&self) -> Result<Vec<Experiment>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM experiment ORDER BY experiment_id");
        let mut experiments = self
            .connection
            .prepare_cached(&sql)?
            .query_map([], from_row)?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        experiments.iter_mut().try_for_each(|experiment| self.add_tags(experiment))?;
        Ok(experiments)
    }

    fn find_experiment(
        &self,
        condition: &str,
        params: impl rusqlite::Params,
    ) -> Result<Option<Experiment>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM experiment WHERE {condition}");
        let mut experiment = self.connection.prepare_cached(&sql)?.query_row(params, from_row).optional()?;
        experiment.iter_mut().try_for_each(|experiment| self.add_tags(experiment))?;
        Ok(experiment)
    }

    fn add_tags(&self, experiment: &mut Experiment) -> Result<(), StoreError> {
        let sql = "SELECT key, value FROM experiment_tag WHERE experiment_id = ?1 ORDER BY key";
        experiment.tags = self
            .connection
            .prepare_cached(sql)?
            .query_map([experiment.experiment_id.0], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(())
    }
}

impl WriteTx<'_> {
    /// Makes an experiment and returns its id. `artifact_location` gets the id put in place of `{id}`.
    ///
    /// `id` is given for the default experiment only; others get the next one.
    pub fn insert_experiment(
        &mut self,
        id: Option<ExperimentId>,
        name: &str,
        artifact_location: &str,
        tags: &[(String, String)],
        now: UnixNanos,
    ) -> Result<ExperimentId, StoreError> {
        self.connection.execute(
            "INSERT INTO experiment VALUES (?1, ?2, '', 0, ?3, ?3)",
            params![id.map(|id| id.0), name, now.0],
        )?;
        let id = self.connection.last_insert_rowid();
        let location = artifact_location.replace("{id}", &id.to_string());
        self.connection.execute(
            "UPDATE experiment SET artifact_location = ?2 WHERE experiment_id = ?1",
            params![id, location],
        )?;
        for (key, value) in tags {
            let sql = "INSERT OR REPLACE INTO experiment_tag VALUES (?1, ?2, ?3)";
            self.connection.prepare_cached(sql)?.execute(params![id, key, value])?;
        }
        Ok(ExperimentId(id))
    }

    /// Replaces the name, the stage and the time of change of an experiment.
    pub fn update_experiment(&mut self, experiment: &Experiment) -> Result<(), StoreError> {
        let sql = "UPDATE experiment SET name = ?2, is_deleted = ?3, last_update_time = ?4 WHERE experiment_id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![
            experiment.experiment_id.0,
            experiment.name,
            experiment.lifecycle_stage == LifecycleStage::Deleted,
            experiment.last_update_time.0,
        ])?;
        Ok(())
    }

    /// Sets a tag of an experiment.
    pub fn put_experiment_tag(&mut self, id: ExperimentId, key: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO experiment_tag VALUES (?1, ?2, ?3)";
        self.connection.prepare_cached(sql)?.execute(params![id.0, key, value])?;
        Ok(())
    }

    /// Deletes a tag of an experiment; returns whether it was there.
    pub fn delete_experiment_tag(&mut self, id: ExperimentId, key: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM experiment_tag WHERE experiment_id = ?1 AND key = ?2";
        Ok(self.connection.prepare_cached(sql)?.execute(params![id.0, key])? > 0)
    }
}
