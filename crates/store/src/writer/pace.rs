//! When the writer goes on: it rests before a commit that nobody waits for, so that more requests share it.
//!
//! A commit of one small request writes many pages that one of a hundred writes only once, and each request wakes a thread. What is in the journal is acknowledged already: it may wait, until somebody asks for it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long acknowledged writes wait for others: short enough to be seen as soon as they arrive.
const MAX_REST: Duration = Duration::from_millis(20);

/// What the writer's thread rests on.
#[derive(Default)]
pub(super) struct Pace {
    is_hurried: Mutex<bool>,
    hurried: Condvar,
}

impl Pace {
    /// Ends the rest, or keeps the next from beginning: somebody waits for what was queued before this call.
    pub(super) fn hurry(&self) {
        if !std::mem::replace(&mut *self.lock(), true) {
            self.hurried.notify_one();
        }
    }

    /// Rests until somebody hurries, but not for long. What is queued afterwards may rest again.
    pub(super) fn rest(&self) {
        let rested = self.hurried.wait_timeout_while(self.lock(), MAX_REST, |is_hurried| !*is_hurried);
        let (mut is_hurried, _) = rested.unwrap_or_else(PoisonError::into_inner);
        *is_hurried = false;
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_hurried.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
