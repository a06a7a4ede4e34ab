//! Spans of requests that name no experiment: there is always a place for them, so that they are acknowledged as soon as the journal
//! has the request.

use std::sync::Arc;

use store::{JournalEntry, Journaled, JournaledWrite, NewRejected, RejectedBounds, StoreError, WriteTx};

use super::prepared::PreparedBatch;
use super::{Placement, SpanBatch, write_batch};
use crate::{Change, Ingest, IngestError};

/// A request that the journal has, as it came.
pub trait Recorded: Send + Sync + 'static {
    /// Reads its spans again; none if it cannot be read.
    fn batch(&self) -> Option<SpanBatch>;

    /// Returns what the inbox of rejected requests keeps of it, should storing it fail.
    fn rejected(&self, reason: &str) -> (NewRejected, RejectedBounds);
}

impl Ingest {
    /// Stores the spans of a request; answers once they are in the journal or committed, whichever comes first.
    ///
    /// `entry` is what the journal gets of it, one part after the other. The batch names no experiment.
    pub async fn write_spans_journaled(
        &self,
        batch: SpanBatch,
        entry: [&[u8]; 2],
        record: Arc<dyn Recorded>,
    ) -> Result<(), IngestError> {
        debug_assert_eq!(batch.placement, Placement::NoOpinion);
        let n_bytes = batch.n_bytes;
        let prepared = Some(self.prepare(batch, true).await?);
        let write = JournaledSpans { ingest: self.clone(), prepared, record, changes: Vec::new() };
        Ok(self.store.write_journaled(n_bytes, Journaled::New(entry[0], entry[1]), Box::new(write)).await?)
    }

    /// Stores the spans of a request that a former process acknowledged, before what is written after this call.
    pub async fn replay_spans(
        &self,
        entry: &JournalEntry,
        record: Arc<dyn Recorded>,
    ) -> Result<(), IngestError> {
        let write = JournaledSpans { ingest: self.clone(), prepared: None, record, changes: Vec::new() };
        let n_bytes = entry.bytes.len();
        Ok(self.store.write_journaled(n_bytes, Journaled::Entry(entry), Box::new(write)).await?)
    }
}

struct JournaledSpans {
    ingest: Ingest,
    /// Gone with the first attempt; another one reads the request again, which hardly ever happens.
    prepared: Option<PreparedBatch>,
    record: Arc<dyn Recorded>,
    /// What to tell after the commit.
    changes: Vec<Change>,
}

impl JournaledWrite for JournaledSpans {
    fn write(&mut self, tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
        let prices = &self.ingest.prices;
        let prepared = match self.prepared.take() {
            Some(prepared) => prepared,
            None => {
                let batch = self.record.batch();
                let unread = || StoreError::Failed("the request can no longer be read".to_owned());
                PreparedBatch::new(batch.ok_or_else(unread)?, true, prices)?
            }
        };
        let (_, changes) =
            write_batch(tx, prepared, Placement::NoOpinion, None, prices).map_err(|error| match error {
                IngestError::Store(error) => error,
                other => StoreError::Failed(other.to_string()),
            })?;
        self.changes = changes;
        Ok(())
    }

    fn give_up(&mut self, tx: &mut WriteTx<'_>, reason: &str) -> Result<(), StoreError> {
        let (rejected, bounds) = self.record.rejected(reason);
        tx.put_rejected(rejected, bounds)?;
        self.changes = vec![Change::Rejected];
        Ok(())
    }

    fn committed(&mut self) {
        self.ingest.announce(std::mem::take(&mut self.changes));
    }
}
