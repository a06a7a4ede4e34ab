//! Room in memory for decoded exports: many large ones at once wait for each other before they are decoded, not after.

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
pub(crate) struct DecodedRoom {
    room: Arc<Semaphore>,
    max_permits: u32,
}

impl DecodedRoom {
    pub(crate) fn new(max_bytes: usize) -> Self {
        let max_permits = u32::try_from((max_bytes / BYTES_PER_PERMIT).max(1)).unwrap_or(u32::MAX >> 4);
        Self { room: Arc::new(Semaphore::new(max_permits as usize)), max_permits }
    }

    /// Waits for room for a body of so many bytes; one that needs more than all takes all.
    pub(super) async fn take(&self, n_body_bytes: usize) -> Result<OwnedSemaphorePermit, StoreError> {
        let n_permits = n_body_bytes.saturating_mul(DECODED_FACTOR) / BYTES_PER_PERMIT + 1;
        let n_permits = u32::try_from(n_permits).unwrap_or(u32::MAX).min(self.max_permits);
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
        let room = DecodedRoom::new(100 * BYTES_PER_PERMIT);
        let all_but_one = room.take(99 * BYTES_PER_PERMIT / DECODED_FACTOR - 1).await.unwrap();
        let small = room.take(1).await.unwrap();
        assert!(matches!(room.take(1).await, Err(StoreError::Overloaded)));
        drop(small);
        let small = room.take(1).await.unwrap();
        // One that is larger than all room passes once it is alone.
        drop((all_but_one, small));
        drop(room.take(usize::MAX).await.unwrap());
    }
}
