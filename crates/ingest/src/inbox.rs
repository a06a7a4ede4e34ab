//! The inbox of rejected requests: what could not be taken waits there, within bounds, until somebody looks at it.

use store::{NewRejected, RejectedBounds};

use crate::{Change, Ingest, IngestError};

impl Ingest {
    /// Keeps a rejected request; answers after the commit.
    pub async fn keep_rejected(
        &self,
        rejected: NewRejected,
        bounds: RejectedBounds,
    ) -> Result<(), IngestError> {
        let n_bytes = rejected.payload.as_ref().map_or(0, |(_, _, body)| body.len());
        self.store
            .write(n_bytes, move |tx| tx.put_rejected(rejected, bounds).map_err(IngestError::from))
            .await?;
        self.announce([Change::Rejected]);
        Ok(())
    }

    /// Removes kept requests that were taken after all, and their group when it holds none any more.
    pub async fn forget_requests(&self, group_id: i64, request_ids: Vec<i64>) -> Result<(), IngestError> {
        self.store
            .write(0, move |tx| {
                for request_id in request_ids {
                    tx.delete_rejected_request(group_id, request_id)?;
                }
                if tx.rejected_request_ids(group_id, 1)?.is_empty() {
                    tx.delete_rejected_group(group_id)?;
                }
                Ok::<_, IngestError>(())
            })
            .await?;
        self.announce([Change::Rejected]);
        Ok(())
    }

    /// Removes a group with its requests; all groups without an id. Tells whether there was something to remove.
    pub async fn forget_rejected(&self, group_id: Option<i64>) -> Result<bool, IngestError> {
        let removed = self.store.write(0, move |tx| {
            Ok::<_, IngestError>(match group_id {
                Some(group_id) => tx.delete_rejected_group(group_id)?,
                None => tx.delete_all_rejected().map(|()| true)?,
            })
        });
        let removed = removed.await?;
        self.announce([Change::Rejected]);
        Ok(removed)
    }
}
