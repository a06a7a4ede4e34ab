//! Bodies of spans made ready for the writer: encoded and compressed on the thread that brings them, for the writer's time is
//! what bounds how much can arrive.

use std::collections::HashMap;

use model::{InstrumentationScope, Resource, Span, TraceId};
use proto::blob::{self, SpanBodies, ValueHash};

use crate::StoreError;
use crate::compression::{compress, compress_block, decompress};

/// A text or bytes value longer than this is stored by content hash, once, outside of its span's block.
pub const MAX_INLINE_VALUE_BYTES: usize = 64 * 1024;

/// Bodies up to this size leave most of a block empty: they are worth sharing one.
const MAX_SHARED_BYTES: usize = 32 * 1024;

/// Bodies of spans, ready to be stored.
pub struct SpanBlock {
    pub(crate) n_spans: usize,
    pub(crate) bodies: Bodies,
    pub(crate) large_values: HashMap<ValueHash, LargeValue>,
}

/// How the bodies of a block are.
pub(crate) enum Bodies {
    /// Compressed, with their bytes before.
    Packed { n_bytes: i64, body: Vec<u8> },
    /// Encoded only, to be stored with those of other requests.
    Loose(SpanBodies),
}

/// Collects spans for a block. The position of a span is the number of those before it.
#[derive(Default)]
pub struct SpanBlockBuilder {
    bodies: SpanBodies,
    large_values: Vec<(ValueHash, Vec<u8>)>,
}

/// A value that is stored by its hash.
pub(crate) struct LargeValue {
    /// Bytes before compression.
    pub(crate) n_bytes: i64,
    pub(crate) body: Vec<u8>,
}

impl SpanBlockBuilder {
    /// Begins a block with room for so many bytes.
    pub fn with_capacity(n_bytes: usize) -> Self {
        Self { bodies: SpanBodies::with_capacity(n_bytes), large_values: Vec::new() }
    }

    /// Returns how many bytes the block has by now, before compression and without large values.
    pub fn n_bytes(&self) -> usize {
        self.bodies.n_bytes()
    }

    /// Encodes a span.
    pub fn add(&mut self, span: Span) {
        self.bodies.add(span, MAX_INLINE_VALUE_BYTES, &mut |bytes| {
            let hash = *blake3::hash(&bytes).as_bytes();
            self.large_values.push((hash, bytes));
            hash
        });
    }

    /// Compresses the block.
    pub fn finish(self) -> Result<SpanBlock, StoreError> {
        let block = self.bodies.to_block();
        let bodies = Bodies::Packed { n_bytes: length(block.len()), body: compress_block(&block)? };
        Ok(SpanBlock { n_spans: self.bodies.n_spans(), bodies, large_values: compressed(self.large_values)? })
    }

    /// Compresses the block, unless it is so small that it had better share one with other requests.
    ///
    /// Only for journaled writes: no other may meet bodies that are not stored yet.
    pub fn finish_to_share(self) -> Result<SpanBlock, StoreError> {
        if self.n_bytes() > MAX_SHARED_BYTES {
            return self.finish();
        }
        let n_spans = self.bodies.n_spans();
        let large_values = compressed(self.large_values)?;
        Ok(SpanBlock { n_spans, bodies: Bodies::Loose(self.bodies), large_values })
    }
}

fn compressed(values: Vec<(ValueHash, Vec<u8>)>) -> Result<HashMap<ValueHash, LargeValue>, StoreError> {
    let compressed = values.into_iter().map(|(hash, bytes)| {
        Ok((hash, LargeValue { n_bytes: length(bytes.len()), body: compress(&bytes)? }))
    });
    compressed.collect()
}

impl SpanBlock {
    /// Unfolds the block, to read spans from it.
    pub fn unfold(&self) -> Result<UnfoldedBlock<'_>, StoreError> {
        let bytes = match &self.bodies {
            Bodies::Packed { n_bytes, body } => decompress(body, *n_bytes)?,
            Bodies::Loose(bodies) => bodies.to_block(),
        };
        Ok(UnfoldedBlock { block: self, bytes })
    }
}

/// A block whose spans can be read.
pub struct UnfoldedBlock<'b> {
    block: &'b SpanBlock,
    bytes: Vec<u8>,
}

impl UnfoldedBlock<'_> {
    /// Returns a span as it was added.
    pub fn span(&self, trace_id: TraceId, position: usize) -> Result<Span, StoreError> {
        let mut fetch = |hash: ValueHash| match self.block.large_values.get(&hash) {
            Some(value) => decompress(&value.body, value.n_bytes),
            None => Err(StoreError::Failed("a large value is missing".to_owned())),
        };
        blob::decode_span(trace_id, blob::span_in_block(&self.bytes, position)?, &mut fetch)
    }
}

/// A resource and a scope, ready to be stored.
pub struct SpanOrigin {
    pub(crate) resource: Content,
    pub(crate) scope: Content,
}

/// What is stored once, however many spans have it.
pub(crate) struct Content {
    pub(crate) hash: [u8; 32],
    pub(crate) body: Vec<u8>,
    /// Name of the service or of the scope.
    pub(crate) name: String,
}

impl SpanOrigin {
    /// Encodes what spans came with.
    pub fn encode(resource: &Resource, scope: &InstrumentationScope) -> Self {
        Self { resource: resource.into(), scope: scope.into() }
    }
}

impl From<&Resource> for Content {
    fn from(resource: &Resource) -> Self {
        Self::new(blob::encode_resource(resource), resource.service_name().unwrap_or_default())
    }
}

impl From<&InstrumentationScope> for Content {
    fn from(scope: &InstrumentationScope) -> Self {
        Self::new(blob::encode_scope(scope), &scope.name)
    }
}

impl Content {
    fn new(body: Vec<u8>, name: &str) -> Self {
        Self { hash: *blake3::hash(&body).as_bytes(), body, name: name.to_owned() }
    }
}

fn length(n_bytes: usize) -> i64 {
    i64::try_from(n_bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use model::{AnyValue, Attribute, SpanId};

    use super::*;

    #[test]
    fn a_block_gives_its_spans_back_large_values_included() {
        let trace_id = TraceId([7; 16]);
        let spans: Vec<Span> = (1..4_u8)
            .map(|number| {
                let mut span = Span::new(trace_id, SpanId([number; 8]), "call");
                let text = "long ".repeat(MAX_INLINE_VALUE_BYTES / 4 * usize::from(number % 2));
                span.attributes.push(Attribute { key: "text".into(), value: AnyValue::String(text) });
                span
            })
            .collect();
        let mut builder = SpanBlockBuilder::default();
        spans.iter().for_each(|span| builder.add(span.clone()));
        let block = builder.finish().unwrap();
        assert_eq!(block.large_values.len(), 1, "equal values are kept once");
        let unfolded = block.unfold().unwrap();
        for (position, span) in spans.iter().enumerate() {
            assert_eq!(&unfolded.span(trace_id, position).unwrap(), span);
        }
    }
}
