//! Links of traces to runs and to versions of prompts. The other end may not exist.

use model::TraceName;

use crate::assessments::find;
use crate::{Change, Ingest, IngestError};

/// Most traces that are linked at once (contract b.2).
pub const MAX_LINKED_TRACES: usize = 100;

impl Ingest {
    /// Links traces to a run; unknown traces are passed over.
    ///
    /// # Errors
    ///
    /// There are more than [`MAX_LINKED_TRACES`].
    pub async fn link_traces_to_run(
        &self,
        traces: Vec<TraceName>,
        run_id: String,
    ) -> Result<(), IngestError> {
        if traces.len() > MAX_LINKED_TRACES {
            return Err(IngestError::Invalid(format!(
                "Cannot link more than {MAX_LINKED_TRACES} traces to a run in a single request. Provided {} traces.",
                traces.len()
            )));
        }
        let changes = self
            .store
            .write(0, move |tx| {
                let mut changes = Vec::new();
                for name in &traces {
                    if let Some((trace, info)) = tx.named_trace(name)? {
                        tx.link_run(trace, &run_id)?;
                        changes.push(Change::Trace(name.trace_id, info.experiment_id));
                    }
                }
                Ok::<_, IngestError>(changes)
            })
            .await?;
        self.announce(changes);
        Ok(())
    }

    /// Links a trace to versions of prompts, each `name/version`.
    ///
    /// # Errors
    ///
    /// The trace does not exist.
    pub async fn link_prompts(&self, name: TraceName, versions: Vec<String>) -> Result<(), IngestError> {
        let change = self
            .store
            .write(0, move |tx| {
                let (trace, info) = find(tx, &name)?;
                for version in &versions {
                    tx.link_prompt(trace, version)?;
                }
                Ok::<_, IngestError>(Change::Trace(name.trace_id, info.experiment_id))
            })
            .await?;
        self.announce([change]);
        Ok(())
    }
}

impl Ingest {
    /// Keeps a file with a trace, in place of a former one at the same path.
    ///
    /// # Errors
    ///
    /// The trace does not exist.
    pub async fn put_trace_artifact(
        &self,
        name: TraceName,
        path: String,
        body: Vec<u8>,
    ) -> Result<(), IngestError> {
        self.store
            .write(body.len(), move |tx| {
                let (trace, _) = find(tx, &name)?;
                Ok(tx.put_trace_artifact(trace, &path, &body)?)
            })
            .await
    }

    /// Deletes a file of a trace, or a folder with all files in it; what is not there counts as deleted.
    pub async fn delete_trace_artifacts(&self, name: TraceName, path: String) -> Result<(), IngestError> {
        self.store
            .write(path.len(), move |tx| match tx.named_trace(&name)? {
                Some((trace, _)) => Ok(tx.delete_trace_artifacts(trace, &path)?),
                None => Ok(()),
            })
            .await
    }
}
