//! What a merge will do, worked out from a snapshot: which blocks go, and the blocks in their place, compressed.

use std::collections::{BTreeSet, HashMap};

use model::{Exporter, SpanId};
use proto::blob::{self, ValueHash};
use proto::stored_span::{self, Text};
use rusqlite::OptionalExtension as _;

use super::{STEP_BLOCKS, STEP_FACTOR};
use crate::compression::compress_merged;
use crate::span::key_of;
use crate::text_filter::{self, StoredFilter, fold, fold_value};
use crate::{ReadTx, StoreError, TraceKey};

/// What a look at some unsettled blocks found.
pub(super) struct Look {
    pub(super) plan: Option<Plan>,
    /// Where the next look begins; absent if this one reached the end.
    pub(super) next: Option<i64>,
}

pub(super) struct Plan {
    pub(super) old_blocks: Vec<i64>,
    pub(super) new_blocks: Vec<NewBlock>,
}

pub(super) struct NewBlock {
    /// One for each body, in order of positions; those of a trace together.
    pub(super) spans: Vec<Moved>,
    pub(super) n_bytes: usize,
    pub(super) body: Vec<u8>,
    pub(super) large_values: BTreeSet<ValueHash>,
    /// Of the text of all spans.
    pub(super) filter: StoredFilter,
}

/// A body and where it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved {
    pub(super) trace: TraceKey,
    pub(super) span_key: i64,
    pub(super) exporter: Exporter,
    pub(super) block: i64,
    pub(super) position: i64,
}

/// An unsettled block with the traces in it.
struct Candidate {
    block: i64,
    n_bytes: usize,
    runs: Vec<Run>,
}

/// Spans of one trace in a block, from a position on.
#[derive(Debug, Clone, Copy)]
struct Run {
    first_position: i64,
    trace: TraceKey,
}

impl Plan {
    pub(super) fn make(
        tx: &ReadTx<'_>,
        after: i64,
        quiet: i64,
        block_bytes: usize,
    ) -> Result<Look, StoreError> {
        let candidates = tx.unsettled_blocks(after, quiet)?;
        let next = candidates.last().filter(|_| candidates.len() == STEP_BLOCKS).map(|last| last.block);
        let ripe = only_ripe(tx, candidates, quiet, block_bytes)?;
        // Fewer bytes than a block are left for later: nothing is written twice for their sake.
        if ripe.iter().map(|candidate| candidate.n_bytes).sum::<usize>() < block_bytes {
            return Ok(Look { plan: None, next });
        }
        let mut n_bytes = 0;
        let n_taken = ripe.iter().take_while(|candidate| {
            let is_room = n_bytes < STEP_FACTOR * block_bytes;
            n_bytes += candidate.n_bytes;
            is_room
        });
        let n_taken = n_taken.count();
        // What was ripe and not taken is looked at again.
        let next = if n_taken < ripe.len() { Some(after) } else { next };
        Ok(Look { plan: Some(build(tx, &ripe[..n_taken], block_bytes)?), next })
    }

    pub(super) fn n_bytes(&self) -> usize {
        self.new_blocks.iter().map(|block| block.body.len() + block.filter.n_bytes()).sum()
    }
}

/// Keeps blocks whose traces are all quiet, and those of busy traces that wait with a whole block's worth.
fn only_ripe(
    tx: &ReadTx<'_>,
    candidates: Vec<Candidate>,
    quiet: i64,
    block_bytes: usize,
) -> Result<Vec<Candidate>, StoreError> {
    let mut waiting: HashMap<TraceKey, usize> = HashMap::new();
    for candidate in &candidates {
        for run in &candidate.runs {
            *waiting.entry(run.trace).or_default() += candidate.n_bytes;
        }
    }
    let mut is_ripe: HashMap<TraceKey, bool> = HashMap::new();
    for (trace, n_bytes) in waiting {
        is_ripe.insert(trace, n_bytes >= block_bytes || tx.newest_block_of(trace)? <= quiet);
    }
    let ripe =
        candidates.into_iter().filter(|candidate| candidate.runs.iter().all(|run| is_ripe[&run.trace]));
    Ok(ripe.collect())
}

fn build(tx: &ReadTx<'_>, candidates: &[Candidate], block_bytes: usize) -> Result<Plan, StoreError> {
    let blocks: Vec<Vec<u8>> =
        candidates.iter().map(|candidate| tx.block(candidate.block)).collect::<Result<_, _>>()?;
    let mut live: Vec<(Moved, &[u8])> = Vec::new();
    for (candidate, block) in candidates.iter().zip(&blocks) {
        add_live(tx, candidate, block, &mut live)?;
    }
    // Spans of one trace together, by arrival: blocks and positions rise with it.
    live.sort_by_key(|(moved, _)| (moved.trace, moved.block, moved.position));
    let n_bytes: usize = live.iter().map(|(_, body)| body.len()).sum();
    // Blocks of about the same size rather than full ones and a small rest.
    let n_blocks = ((n_bytes + block_bytes / 2) / block_bytes).max(1);
    let full = n_bytes / n_blocks;
    let mut new_blocks = Vec::with_capacity(n_blocks);
    let mut filter = text_filter::Builder::new();
    let mut rest = live.as_slice();
    while !rest.is_empty() {
        let mut size = 0;
        let n_spans = rest.iter().take_while(|(_, body)| {
            let is_room = size < full;
            size += body.len();
            is_room
        });
        let (spans, after) = rest.split_at(n_spans.count().max(1));
        new_blocks.push(new_block(tx, spans, &mut filter)?);
        rest = after;
    }
    let old_blocks = candidates.iter().map(|candidate| candidate.block).collect();
    Ok(Plan { old_blocks, new_blocks })
}

fn add_live<'b>(
    tx: &ReadTx<'_>,
    candidate: &Candidate,
    block: &'b [u8],
    live: &mut Vec<(Moved, &'b [u8])>,
) -> Result<(), StoreError> {
    let mut runs = candidate.runs.iter().peekable();
    let mut trace = None;
    for index in 0..blob::n_spans_in_block(block)? {
        let position = i64::try_from(index).unwrap_or(i64::MAX);
        while let Some(run) = runs.next_if(|run| run.first_position <= position) {
            trace = Some(run.trace);
        }
        let Some(trace) = trace else { continue };
        let body = blob::span_in_block(block, index)?;
        let span_id = stored_span::span_id(body)?;
        if let Some(exporter) = tx.exporter_at(trace, span_id, candidate.block, position)? {
            let place = candidate.block;
            live.push((Moved { trace, span_key: key_of(span_id), exporter, block: place, position }, body));
        }
    }
    Ok(())
}

fn new_block(
    tx: &ReadTx<'_>,
    spans: &[(Moved, &[u8])],
    filter: &mut text_filter::Builder,
) -> Result<NewBlock, StoreError> {
    let bodies: Vec<&[u8]> = spans.iter().map(|(_, body)| *body).collect();
    let block = blob::encode_block(&bodies);
    let mut large_values = BTreeSet::new();
    let mut folded = Vec::new();
    for body in bodies {
        large_values.extend(stored_span::large_values(body)?);
        filter.begin_span(stored_span::name(body)?);
        let mut large_texts = Vec::new();
        stored_span::visit_text(body, &mut |text| match text {
            Text::Large(hash) => large_texts.push(hash),
            text => {
                fold_value(text, &mut folded);
                filter.add(&folded);
            }
        })?;
        for hash in large_texts {
            fold(&tx.large_text(hash)?, &mut folded);
            filter.add(&folded);
        }
    }
    Ok(NewBlock {
        spans: spans.iter().map(|(moved, _)| *moved).collect(),
        n_bytes: block.len(),
        body: compress_merged(&block)?,
        large_values,
        filter: filter.finish(),
    })
}

impl ReadTx<'_> {
    fn unsettled_blocks(&self, after: i64, until: i64) -> Result<Vec<Candidate>, StoreError> {
        let sql = "SELECT block_id, n_bytes FROM block
                   WHERE is_settled = 0 AND block_id > ?1 AND block_id <= ?2 ORDER BY block_id LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let limit = i64::try_from(STEP_BLOCKS).unwrap_or(i64::MAX);
        let blocks = statement
            .query_map([after, until, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(i64, usize)>>>()?;
        let sql =
            "SELECT first_position, trace_key FROM block_trace WHERE block_id = ?1 ORDER BY first_position";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut candidates = Vec::with_capacity(blocks.len());
        for (block, n_bytes) in blocks {
            let runs = statement
                .query_map([block], |row| {
                    Ok(Run { first_position: row.get(0)?, trace: TraceKey(row.get(1)?) })
                })?
                .collect::<rusqlite::Result<_>>()?;
            candidates.push(Candidate { block, n_bytes, runs });
        }
        Ok(candidates)
    }

    fn newest_block_of(&self, trace: TraceKey) -> Result<i64, StoreError> {
        let sql = "SELECT max(block_id) FROM block_trace WHERE trace_key = ?1";
        let newest: Option<i64> =
            self.connection.prepare_cached(sql)?.query_row([trace.0], |row| row.get(0))?;
        Ok(newest.unwrap_or(0))
    }

    /// Returns whose copy of a span is at this place; none if the body there is dead.
    fn exporter_at(
        &self,
        trace: TraceKey,
        span_id: SpanId,
        block: i64,
        position: i64,
    ) -> Result<Option<Exporter>, StoreError> {
        let sql =
            "SELECT otel_block IS ?3 AND otel_position IS ?4, mlflow_block IS ?3 AND mlflow_position IS ?4
                   FROM span WHERE trace_key = ?1 AND span_id = ?2";
        let found: Option<(bool, bool)> = self
            .connection
            .prepare_cached(sql)?
            .query_row([trace.0, key_of(span_id), block, position], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(match found {
            Some((true, _)) => Some(Exporter::OpenTelemetry),
            Some((_, true)) => Some(Exporter::Mlflow),
            _ => None,
        })
    }
}
