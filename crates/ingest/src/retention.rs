//! Work in the background: keeps the database within the user's bounds, merges blocks, gives space back.
//!
//! One task does all three in small steps. Merging and giving back wait while writes wait; what must go goes all the same, or a
//! steady load would grow the database above its bound.

use std::time::{Duration, Instant, SystemTime};

use model::{TraceId, UnixNanos};
use store::{MergeStep, Merger, QUIET_AFTER, RetentionPolicy, StoreError};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::{Change, Ingest, IngestError, Settings};

/// How often the task looks for something to do.
const TICK: Duration = Duration::from_secs(1);

/// How long a step waits before it looks again whether writes wait.
const YIELD: Duration = Duration::from_millis(5);

/// How long a step of retention lets waiting writes go first.
const MAX_YIELD: Duration = Duration::from_millis(200);

const NANOS_PER_DAY: i64 = 86_400_000_000_000;

impl Settings {
    fn retention_policy(&self, now: UnixNanos) -> RetentionPolicy {
        let age = self.retention_max_age_days.map(|days| i64::from(days).saturating_mul(NANOS_PER_DAY));
        RetentionPolicy {
            max_bytes: self.retention_max_bytes,
            keep_since: age.map(|age| UnixNanos(now.0.saturating_sub(age))),
        }
    }
}

impl Ingest {
    /// Pins a trace, so that retention never removes it, or unpins it; tells whether it exists.
    pub async fn pin_trace(&self, trace_id: TraceId, is_pinned: bool) -> Result<bool, IngestError> {
        let pinned = self.store.write(0, move |tx| {
            tx.pin_trace(trace_id, is_pinned)?;
            Ok::<_, IngestError>(tx.trace(trace_id)?)
        });
        let found = pinned.await?;
        self.announce(found.as_ref().map(|(_, info)| Change::Trace(trace_id, info.experiment_id)));
        Ok(found.is_some())
    }

    /// Works until `stopping` says so, then ends within a step.
    pub async fn work_in_background(&self, mut stopping: watch::Receiver<bool>) {
        let mut merger = Merger::new(QUIET_AFTER);
        let until_stop = async {
            // The sender going away means the same.
            let _ = stopping.wait_for(|stop| *stop).await;
        };
        let work = async {
            loop {
                if let Err(error) = self.tick(&mut merger).await {
                    // A full disk or a locked database hinders ingest too, which reports it; the next tick tries again.
                    tracing::warn!(%error, "work in the background was put off");
                }
                sleep(TICK).await;
            }
        };
        // A step that was queued when this is dropped still runs, as a whole or not at all.
        tokio::select! {
            () = until_stop => {}
            () = work => {}
        }
    }

    /// Does what there is to do now, as long as writes leave time for it.
    async fn tick(&self, merger: &mut Merger) -> Result<(), StoreError> {
        self.retain(UnixNanos::from_system_time(SystemTime::now())).await?;
        loop {
            if timeout(TICK, self.until_idle()).await.is_err() {
                return Ok(());
            }
            let started = Instant::now();
            match self.store.merge_step(merger).await? {
                MergeStep::Merged(_) | MergeStep::Skipped => {}
                MergeStep::Idle => break,
            }
            // Rests as long as it worked: half a core at most, or requests would feel it on a small machine.
            sleep(started.elapsed()).await;
        }
        while self.store.vacuum_step().await? {
            if timeout(TICK, self.until_idle()).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Removes what the settings do not keep.
    async fn retain(&self, now: UnixNanos) -> Result<(), StoreError> {
        loop {
            let settings = self.store.read(Settings::read).await?;
            let step = self.store.retention_step(settings.retention_policy(now), now).await?;
            if !step.removed.is_empty() {
                tracing::info!(n_traces = step.removed.len(), "retention removed the oldest traces");
                self.announce([Change::Removed]);
            }
            if !step.has_more {
                return Ok(());
            }
            let _ = timeout(MAX_YIELD, self.until_idle()).await;
        }
    }

    async fn until_idle(&self) {
        while !self.store.is_idle() {
            sleep(YIELD).await;
        }
    }
}

#[cfg(test)]
mod tests;
