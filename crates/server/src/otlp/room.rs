//! Room in memory for exports: many large ones at once wait for each other before they are unfolded and decoded, not after.

use std::sync::Arc;
use std::time::Duration;

use store::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// What a body takes in memory once it is decoded, as a multiple of its bytes: measured four to five for small attributes, less for
/// large texts.
const DECODED_FACTOR: usize = 4;

/// The semaphore counts in these units.
const BYTES_PER_PERMIT: usize = 1024;

/// How long an export waits for room before its sender is told to come back.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// Room that is shared by all exports.
#[derive(Clone)]
pub(crate) struct Room {
    room: Arc<Semaphore>,
    max_permits: u32,
}

impl Room {
    pub(crate) fn new(max_bytes: usize) -> Self {
        let max_permits = u32::try_from((max_bytes / BYTES_PER_PERMIT).max(1)).unwrap_or(u32::MAX >> 4);
        Self { room: Arc::new(Semaphore::new(max_permits as usize)), max_permits }
    }

    /// Waits for room for what a body of so many bytes is once it is decoded.
    pub(super) async fn take_decoded(&self, n_body_bytes: usize) -> Result<OwnedSemaphorePermit, StoreError> {
        self.take(n_body_bytes.saturating_mul(DECODED_FACTOR)).await
    }

    /// Waits for room for so many bytes; who needs more than all takes all.
    pub(super) async fn take(&self, n_bytes: usize) -> Result<OwnedSemaphorePermit, StoreError> {
        let n_permits =
            u32::try_from(n_bytes / BYTES_PER_PERMIT + 1).unwrap_or(u32::MAX).min(self.max_permits);
        timeout(MAX_WAIT, Arc::clone(&self.room).acquire_many_owned(n_permits))
            .await
            .map_err(|_| StoreError::Overloaded)?
            .map_err(|_| StoreError::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_for_each_other_and_are_told_to_come_back() {
        let room = Room::new(100 * BYTES_PER_PERMIT);
        let all_but_one = room.take_decoded(99 * BYTES_PER_PERMIT / DECODED_FACTOR - 1).await.unwrap();
        let small = room.take_decoded(1).await.unwrap();
        assert!(matches!(room.take_decoded(1).await, Err(StoreError::Overloaded)));
        drop(small);
        let small = room.take_decoded(1).await.unwrap();
        // One that is larger than all room passes once it is alone.
        drop((all_but_one, small));
        drop(room.take_decoded(usize::MAX).await.unwrap());
    }
}
