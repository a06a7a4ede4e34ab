//! Merging of blocks in the background: small blocks of quiet traces become large ones, dead bodies go.
//!
//! A step reads and compresses on a reader thread, then swaps blocks in one small write. The write takes a body over only if its
//! span still points to where the body was read: what was replaced or deleted in between stays so. A kill between steps leaves
//! whole blocks.

mod apply;
mod plan;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rusqlite::OptionalExtension as _;

use crate::{ReadTx, Store, StoreError};
use plan::Plan;

/// Bytes of a merged block before compression. Larger ones gain little (docs/adr/0005), cost more to read one span from, and make
/// the text filter less selective.
const BLOCK_BYTES: usize = 64 << 10;

/// Blocks' worth of bytes that one step merges: a few milliseconds of the writer.
const STEP_FACTOR: usize = 8;

/// Unsettled blocks that one step looks at.
const STEP_BLOCKS: usize = 1024;

/// How long a trace must have been without a new span before its blocks are merged. Exporters send what they have every five
/// seconds at most (the default of OpenTelemetry's batch processor), so a trace that is longer without news has likely ended;
/// one that has not is merged all the same, and its later spans with others.
pub const QUIET_AFTER: Duration = Duration::from_secs(6);

/// What merging remembers from step to step. Nothing of it needs to survive a restart.
#[derive(Debug)]
pub struct Merger {
    quiet_after: Duration,
    /// Bytes that a merged block should have, [`BLOCK_BYTES`] but for tests.
    block_bytes: usize,
    /// The newest block at some moments: blocks up to it are as old as the moment.
    newest_at: VecDeque<(Instant, i64)>,
    /// Where the next look at unsettled blocks begins.
    after: i64,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeStep {
    /// It merged; there may be more to do.
    Merged(Merged),
    /// It looked at some blocks and merged none; the next step looks at others.
    Skipped,
    /// There is nothing to merge now.
    Idle,
}

/// Sizes before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Blocks that were replaced.
    pub n_before: usize,
    /// Blocks in their place.
    pub n_after: usize,
}

impl Merger {
    /// Merges the blocks of traces that got nothing new for this long.
    pub fn new(quiet_after: Duration) -> Self {
        Self { quiet_after, block_bytes: BLOCK_BYTES, newest_at: VecDeque::new(), after: 0 }
    }

    #[cfg(test)]
    pub(crate) fn with_block_bytes(self, block_bytes: usize) -> Self {
        Self { block_bytes, ..self }
    }

    /// Notes the newest block of now, and returns the newest one that is old enough.
    fn newest_quiet(&mut self, now: Instant, newest: i64) -> Option<i64> {
        // Moments closer than a tenth of the time make no difference.
        let is_news = self.newest_at.back().is_none_or(|(at, _)| now - *at >= self.quiet_after / 10);
        if is_news {
            self.newest_at.push_back((now, newest));
        }
        let is_quiet = |moment: &(Instant, i64)| now - moment.0 >= self.quiet_after;
        while self.newest_at.get(1).is_some_and(is_quiet) {
            self.newest_at.pop_front();
        }
        self.newest_at.front().copied().filter(is_quiet).map(|(_, block)| block)
    }
}

impl Store {
    /// Merges some blocks, if there are enough of quiet traces.
    ///
    /// The write is small and queued like any other: call it when [`Store::is_idle`], and again until it says [`MergeStep::Idle`].
    pub async fn merge_step(&self, merger: &mut Merger) -> Result<MergeStep, StoreError> {
        let newest = self.read(|tx| tx.newest_block()).await?;
        let Some(quiet) = merger.newest_quiet(Instant::now(), newest) else { return Ok(MergeStep::Idle) };
        let (after, block_bytes) = (merger.after, merger.block_bytes);
        let look = self.read(move |tx| Plan::make(tx, after, quiet, block_bytes)).await?;
        merger.after = look.next.unwrap_or(0);
        let Some(plan) = look.plan else {
            return Ok(if look.next.is_some() { MergeStep::Skipped } else { MergeStep::Idle });
        };
        // Bodies that wait in the queue count against its bound.
        let n_bytes = plan.n_bytes();
        let merged = self.write(n_bytes, move |tx| tx.apply(&plan)).await?;
        Ok(MergeStep::Merged(merged))
    }
}

impl ReadTx<'_> {
    fn newest_block(&self) -> Result<i64, StoreError> {
        let sql = "SELECT max(block_id) FROM block";
        let newest: Option<Option<i64>> =
            self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        Ok(newest.flatten().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests;
