//! Moving traces to another experiment, as a person asks for it.

use model::{ExperimentId, ExperimentSource, TraceId};

use crate::experiments::active;
use crate::{Change, Ingest, IngestError};

impl Ingest {
    /// Moves traces; returns how many were there to be moved. Spans that come later join them, whatever experiment they name.
    ///
    /// # Errors
    ///
    /// The experiment does not exist or is deleted.
    pub async fn move_traces(
        &self,
        trace_ids: Vec<TraceId>,
        experiment: ExperimentId,
    ) -> Result<usize, IngestError> {
        let changes = self
            .store
            .write(0, move |tx| {
                active(tx, experiment)?;
                let mut changes = Vec::new();
                for trace_id in trace_ids {
                    let Some((key, mut info)) = tx.trace(trace_id)? else { continue };
                    // Who looks at the experiment that it leaves is told as well.
                    changes.push(Change::Trace(trace_id, info.experiment_id));
                    info.experiment_id = experiment;
                    info.experiment_source = ExperimentSource::Moved;
                    tx.update_trace(key, &info)?;
                    changes.push(Change::Trace(trace_id, experiment));
                }
                Ok::<_, IngestError>(changes)
            })
            .await?;
        let n_moved = changes.len() / 2;
        if n_moved > 0 {
            self.announce(changes.into_iter().chain([Change::Experiments, Change::Removed]));
        }
        Ok(n_moved)
    }
}
