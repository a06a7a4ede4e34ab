//! Deleting traces of an experiment: by id, or the oldest up to a time.

use model::{ExperimentId, TraceName, UnixNanos};

use crate::{Change, Ingest, IngestError};

/// Which traces to delete, of one experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteTraces {
    /// These.
    Ids(Vec<TraceName>),
    /// Those that began at this time or before, the oldest first, at most so many.
    Until(UnixNanos, Option<usize>),
}

/// Traces that one write deletes; the rest goes in further ones, so that others get their turn.
const MAX_AT_ONCE: usize = 500;

impl Ingest {
    /// Deletes traces; returns how many there were.
    pub async fn delete_traces(
        &self,
        experiment: ExperimentId,
        which: DeleteTraces,
    ) -> Result<usize, IngestError> {
        let mut n_deleted = 0;
        match which {
            DeleteTraces::Ids(names) => {
                for names in names.chunks(MAX_AT_ONCE) {
                    n_deleted += self.delete_named(experiment, names.to_vec()).await?;
                }
            }
            DeleteTraces::Until(time, max) => {
                let max = max.unwrap_or(usize::MAX);
                loop {
                    let limit = (max - n_deleted).min(MAX_AT_ONCE);
                    let n = self.delete_oldest(experiment, time, limit).await?;
                    n_deleted += n;
                    if n < MAX_AT_ONCE || n_deleted >= max {
                        break;
                    }
                }
            }
        }
        if n_deleted > 0 {
            self.announce([Change::Removed]);
        }
        Ok(n_deleted)
    }

    async fn delete_named(
        &self,
        experiment: ExperimentId,
        names: Vec<TraceName>,
    ) -> Result<usize, IngestError> {
        self.store
            .write(0, move |tx| {
                let mut n_deleted = 0;
                for name in names {
                    if let Some((trace, info)) = tx.named_trace(&name)?
                        && info.experiment_id == experiment
                    {
                        tx.delete_trace(trace)?;
                        n_deleted += 1;
                    }
                }
                Ok(n_deleted)
            })
            .await
    }

    async fn delete_oldest(
        &self,
        experiment: ExperimentId,
        until: UnixNanos,
        limit: usize,
    ) -> Result<usize, IngestError> {
        self.store
            .write(0, move |tx| {
                let traces = tx.traces_until(experiment, until, limit)?;
                for trace in &traces {
                    tx.delete_trace(*trace)?;
                }
                Ok(traces.len())
            })
            .await
    }
}
