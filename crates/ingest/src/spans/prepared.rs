//! A batch made ready for the writer: sorted by trace, read, encoded and compressed. Needs no database, and so runs on the
//! thread that brings the batch, beside the writer.

use std::collections::{BTreeMap, HashMap};

use analysis::prices::Prices;
use analysis::semconv;
use foldhash::fast::RandomState;
use model::{Exporter, InstrumentationScope, Resource, Span, SpanId, TraceId};
use store::{SpanBlock, SpanBlockBuilder, SpanOrigin, StoreError};

use super::SpanBatch;
use super::said::Said;
use crate::{exporter_of, labels, merge};

/// Bytes of bodies from which on the next span begins a new block. A block per trace would leave most of its last page empty and
/// compress worse; larger ones cost more to read one span from before they are merged, and LZ4 is a fifth quicker below 64 KB.
const BLOCK_BYTES: usize = 60 << 10;

/// A batch of which all is done that needs no database.
pub(super) struct PreparedBatch {
    pub(super) origins: Vec<PreparedOrigin>,
    pub(super) blocks: Vec<PreparedBlock>,
}

/// What the spans of a group came with.
pub(super) struct PreparedOrigin {
    pub(super) exporter: Exporter,
    pub(super) stored: SpanOrigin,
    pub(super) resource: Resource,
    pub(super) scope: InstrumentationScope,
    /// Tags that the resource gives its traces.
    pub(super) tags: Vec<(String, String)>,
}

/// Spans of one group, trace after trace.
pub(super) struct PreparedBlock {
    /// Index of its origin.
    pub(super) origin: usize,
    pub(super) runs: Vec<PreparedRun>,
    pub(super) block: SpanBlock,
}

/// The spans of one trace in a block, each id once.
pub(super) struct PreparedRun {
    pub(super) trace_id: TraceId,
    /// What the spans say if they have no other copy and no log records, in the order of the block.
    pub(super) said: Vec<Said>,
}

impl PreparedBatch {
    /// Reads, encodes and compresses a batch. One that is `journaled` may leave its bodies to a block that it shares with others.
    pub(super) fn new(batch: SpanBatch, journaled: bool, prices: &Prices) -> Result<Self, StoreError> {
        let mut origins = Vec::with_capacity(batch.groups.len());
        let mut blocks = Vec::new();
        let n_spans: usize = batch.groups.iter().map(|group| group.spans.len()).sum();
        let bytes_each = batch.n_bytes / n_spans.max(1);
        for (index, group) in batch.groups.into_iter().enumerate() {
            let exporter = exporter_of(&group, batch.is_mlflow_client);
            // Bodies have about the bytes that came. A group takes its share alone: a request may have thousands, whose bodies wait
            // together for the writer.
            let share = bytes_each.saturating_mul(group.spans.len()).min(BLOCK_BYTES);
            let room = share + share / 8;
            let mut by_trace: BTreeMap<TraceId, Vec<Span>> = BTreeMap::new();
            for mut span in group.spans {
                semconv::settle_placeholder(&mut span);
                by_trace.entry(span.trace_id).or_default().push(span);
            }
            let origin = PreparedOrigin::new(exporter, group.resource, group.scope);
            let mut open = OpenBlock::new(room);
            for (trace_id, spans) in by_trace {
                for span in last_of_each(spans) {
                    if open.bodies.n_bytes() >= BLOCK_BYTES {
                        blocks.push(
                            std::mem::replace(&mut open, OpenBlock::new(room)).finish(index, journaled)?,
                        );
                    }
                    open.add(trace_id, origin.said(&span, prices), span);
                }
            }
            if !open.runs.is_empty() {
                blocks.push(open.finish(index, journaled)?);
            }
            origins.push(origin);
        }
        Ok(Self { origins, blocks })
    }
}

/// A block that takes more spans.
struct OpenBlock {
    runs: Vec<PreparedRun>,
    bodies: SpanBlockBuilder,
}

impl OpenBlock {
    fn new(room: usize) -> Self {
        Self { runs: Vec::new(), bodies: SpanBlockBuilder::with_capacity(room) }
    }

    fn add(&mut self, trace_id: TraceId, said: Said, span: Span) {
        self.bodies.add(span);
        match self.runs.last_mut().filter(|run| run.trace_id == trace_id) {
            Some(run) => run.said.push(said),
            None => self.runs.push(PreparedRun { trace_id, said: vec![said] }),
        }
    }

    fn finish(self, origin: usize, journaled: bool) -> Result<PreparedBlock, StoreError> {
        let block = if journaled { self.bodies.finish_to_share() } else { self.bodies.finish() };
        Ok(PreparedBlock { origin, runs: self.runs, block: block? })
    }
}

impl PreparedOrigin {
    fn new(exporter: Exporter, resource: Resource, scope: InstrumentationScope) -> Self {
        let tags = labels::resource_tags(&resource).map(|(key, value)| (key.to_owned(), value)).collect();
        Self { exporter, stored: SpanOrigin::encode(&resource, &scope), resource, scope, tags }
    }

    fn said(&self, span: &Span, prices: &Prices) -> Said {
        let source = merge::source_of([(self.exporter, span, &self.scope)]);
        Said::new(span, &[], source, self.resource.service_name(), &self.scope.name, prices)
    }
}

/// Keeps the last of spans that repeat an id within one request, in the order of their first appearance. A placeholder never
/// takes the place of its span.
fn last_of_each(spans: Vec<Span>) -> Vec<Span> {
    let mut positions: HashMap<SpanId, usize, RandomState> =
        HashMap::with_capacity_and_hasher(spans.len(), RandomState::default());
    let mut kept: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match positions.get(&span.span_id) {
            Some(_) if semconv::is_placeholder(&span) => {}
            Some(&position) => kept[position] = span,
            None => {
                positions.insert(span.span_id, kept.len());
                kept.push(span);
            }
        }
    }
    kept
}
