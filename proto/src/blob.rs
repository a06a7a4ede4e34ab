//! What the store keeps of spans, resources and scopes: OTLP protobuf bytes, lossless, with large values taken out.
//!
//! A *block* is spans one after another with an index, so that one of them can be read without decoding the others. Large values are referred to by content hash; who keeps them is the store's business.

use model::{AnyValue, Attribute, InstrumentationScope, LogRecord, Resource, Span, TraceId};
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::logs::v1 as logs;
use opentelemetry_proto::tonic::resource::v1 as resource;
use opentelemetry_proto::tonic::trace::v1 as trace;
use prost::Message;

use crate::otlp::{
    log_from_wire, log_to_wire, put_head, put_span, resource_from_wire, resource_to_wire, scope_from_wire,
    scope_to_wire, span_from_wire, span_len,
};

/// Content hash of a large value.
pub type ValueHash = [u8; 32];

/// Why stored bytes cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("stored bytes are damaged: {0}")]
pub struct BlobError(pub String);

#[derive(Clone, PartialEq, Message)]
struct StoredSpan {
    /// Without its trace id, which the block's owner knows.
    #[prost(message, optional, tag = "1")]
    span: Option<trace::Span>,
    #[prost(message, repeated, tag = "2")]
    large_values: Vec<LargeValueRef>,
}

#[derive(Clone, PartialEq, Message)]
struct LargeValueRef {
    /// Position among the string and bytes values of the span, in the order of [`AnyValue::visit_leaves_mut`].
    #[prost(uint32, tag = "1")]
    position: u32,
    #[prost(bytes = "vec", tag = "2")]
    hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct StoredResource {
    #[prost(message, optional, tag = "1")]
    resource: Option<resource::Resource>,
    #[prost(string, tag = "2")]
    schema_url: String,
}

#[derive(Clone, PartialEq, Message)]
struct StoredScope {
    #[prost(message, optional, tag = "1")]
    scope: Option<common::InstrumentationScope>,
    #[prost(string, tag = "2")]
    schema_url: String,
}

fn visit_leaves_mut(span: &mut Span, visit: &mut impl FnMut(&mut AnyValue)) {
    span.visit_attributes_mut(|attributes: &mut Vec<Attribute>| {
        attributes.iter_mut().for_each(|attribute| attribute.value.visit_leaves_mut(visit));
    });
}

/// Encodes a span. Values longer than `max_inline` bytes are given to `keep`, which returns their hash.
pub fn encode_span(span: Span, max_inline: usize, keep: &mut impl FnMut(Vec<u8>) -> ValueHash) -> Vec<u8> {
    let mut bytes = Vec::new();
    append_span(span, max_inline, keep, &mut bytes);
    bytes
}

/// Appends what [`encode_span`] returns.
fn append_span(
    mut span: Span,
    max_inline: usize,
    keep: &mut impl FnMut(Vec<u8>) -> ValueHash,
    out: &mut Vec<u8>,
) {
    let mut large_values = Vec::new();
    let mut position = 0;
    visit_leaves_mut(&mut span, &mut |leaf| {
        let taken = match leaf {
            AnyValue::String(text) if text.len() > max_inline => Some(std::mem::take(text).into_bytes()),
            AnyValue::Bytes(bytes) if bytes.len() > max_inline => Some(std::mem::take(bytes)),
            _ => None,
        };
        if let Some(bytes) = taken {
            large_values.push(LargeValueRef { position, hash: keep(bytes).to_vec() });
        }
        position += 1;
    });
    let n_bytes = span_len(&span);
    put_head(1, n_bytes, out);
    put_span(&span, out);
    StoredSpan { span: None, large_values }.encode_raw(out);
}

/// Decodes a span of a trace, asking `fetch` for its large values.
pub fn decode_span<E: From<BlobError>>(
    trace_id: TraceId,
    bytes: &[u8],
    fetch: &mut impl FnMut(ValueHash) -> Result<Vec<u8>, E>,
) -> Result<Span, E> {
    let damaged = |what: &str| BlobError(what.to_owned());
    let stored = StoredSpan::decode(bytes).map_err(|error| BlobError(error.to_string()))?;
    let mut wire = stored.span.ok_or_else(|| damaged("a span is missing"))?;
    wire.trace_id = trace_id.0.to_vec();
    let mut span = span_from_wire(wire).map_err(|rejection| BlobError(rejection.reason.to_string()))?;
    let mut large_values = stored.large_values.into_iter().peekable();
    let mut position = 0;
    let mut outcome = Ok(());
    visit_leaves_mut(&mut span, &mut |leaf| {
        if let Some(large) = large_values.next_if(|large| large.position == position) {
            let fetched = ValueHash::try_from(large.hash.as_slice())
                .map_err(|_| E::from(damaged("a content hash has the wrong length")))
                .and_then(&mut *fetch)
                .and_then(|bytes| put_back(leaf, bytes).map_err(E::from));
            if let Err(error) = fetched {
                outcome = Err(error);
            }
        }
        position += 1;
    });
    outcome.map(|()| span)
}

fn put_back(leaf: &mut AnyValue, bytes: Vec<u8>) -> Result<(), BlobError> {
    match leaf {
        AnyValue::String(text) => {
            *text =
                String::from_utf8(bytes).map_err(|_| BlobError("a large text is not UTF-8".to_owned()))?;
        }
        AnyValue::Bytes(inline) => *inline = bytes,
        _ => return Err(BlobError("a large value belongs to no text or bytes".to_owned())),
    }
    Ok(())
}

/// Encoded spans, one after another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpanBodies {
    /// Where each ends.
    ends: Vec<usize>,
    bytes: Vec<u8>,
}

impl SpanBodies {
    /// Begins with room for so many bytes.
    pub fn with_capacity(n_bytes: usize) -> Self {
        Self { ends: Vec::new(), bytes: Vec::with_capacity(n_bytes) }
    }

    /// How many spans there are.
    pub fn n_spans(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes they have.
    pub fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a span, as [`encode_span`] does.
    pub fn add(&mut self, span: Span, max_inline: usize, keep: &mut impl FnMut(Vec<u8>) -> ValueHash) {
        append_span(span, max_inline, keep, &mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// Adds the spans of another.
    pub fn append(&mut self, other: &Self) {
        let before = self.bytes.len();
        self.ends.extend(other.ends.iter().map(|end| before + end));
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// Forgets all but the first spans.
    pub fn truncate(&mut self, n_spans: usize) {
        self.ends.truncate(n_spans);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// Joins them to a block, as [`encode_block`] does.
    pub fn to_block(&self) -> Vec<u8> {
        let mut block = block_index(self.ends.iter().copied(), self.bytes.len());
        block.extend_from_slice(&self.bytes);
        block
    }
}

/// Joins encoded spans to a block: number of spans, end offset of each (both little-endian `u32`), the spans.
pub fn encode_block(spans: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut end = 0;
    let ends = spans.iter().map(|span| {
        end += span.as_ref().len();
        end
    });
    let n_bytes = spans.iter().map(|span| span.as_ref().len()).sum();
    let mut block = block_index(ends, n_bytes);
    spans.iter().for_each(|span| block.extend_from_slice(span.as_ref()));
    block
}

/// Begins a block of spans that have so many bytes together.
fn block_index(ends: impl ExactSizeIterator<Item = usize>, n_bytes: usize) -> Vec<u8> {
    let mut block = Vec::with_capacity(4 + 4 * ends.len() + n_bytes);
    for number in [ends.len()].into_iter().chain(ends) {
        let number =
            u32::try_from(number).expect("invariant: requests and merged blocks are bounded far below 4 GiB");
        block.extend_from_slice(&number.to_le_bytes());
    }
    block
}

/// Returns how many spans are in a block.
pub fn n_spans_in_block(block: &[u8]) -> Result<usize, BlobError> {
    let number = block.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    let damaged = || BlobError(format!("a block of {} bytes has no index", block.len()));
    number.and_then(|number| usize::try_from(number).ok()).ok_or_else(damaged)
}

/// Returns the bytes of one span of a block.
pub fn span_in_block(block: &[u8], index: usize) -> Result<&[u8], BlobError> {
    let number_at = |position: usize| -> Option<usize> {
        let bytes = block.get(4 * position..4 * position + 4)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let slice = || {
        let n_spans = number_at(0)?;
        let start = if index == 0 { 0 } else { number_at(index)? };
        let end = number_at(index + 1)?;
        let body = block.get(4 + 4 * n_spans..)?;
        if index < n_spans { body.get(start..end) } else { None }
    };
    slice().ok_or_else(|| BlobError(format!("span {index} is not in its block of {} bytes", block.len())))
}

/// Encodes a resource with its schema URL. Equal resources give equal bytes.
pub fn encode_resource(resource: &Resource) -> Vec<u8> {
    let schema_url = resource.schema_url.clone();
    StoredResource { resource: Some(resource_to_wire(resource.clone())), schema_url }.encode_to_vec()
}

/// Decodes a resource.
pub fn decode_resource(bytes: &[u8]) -> Result<Resource, BlobError> {
    let stored = StoredResource::decode(bytes).map_err(|error| BlobError(error.to_string()))?;
    Ok(resource_from_wire(stored.resource, stored.schema_url))
}

/// Encodes a scope with its schema URL. Equal scopes give equal bytes.
pub fn encode_scope(scope: &InstrumentationScope) -> Vec<u8> {
    let schema_url = scope.schema_url.clone();
    StoredScope { scope: Some(scope_to_wire(scope.clone())), schema_url }.encode_to_vec()
}

/// Decodes a scope.
pub fn decode_scope(bytes: &[u8]) -> Result<InstrumentationScope, BlobError> {
    let stored = StoredScope::decode(bytes).map_err(|error| BlobError(error.to_string()))?;
    Ok(scope_from_wire(stored.scope, stored.schema_url))
}

/// Encodes a log record without its trace id, which the owner knows. Equal records give equal bytes.
pub fn encode_log(record: LogRecord) -> Vec<u8> {
    log_to_wire(LogRecord { trace_id: None, ..record }).encode_to_vec()
}

/// Decodes a log record of a trace.
pub fn decode_log(trace_id: TraceId, bytes: &[u8]) -> Result<LogRecord, BlobError> {
    let wire = logs::LogRecord::decode(bytes).map_err(|error| BlobError(error.to_string()))?;
    let record = log_from_wire(wire).map_err(|reason| BlobError(reason.to_string()))?;
    Ok(LogRecord { trace_id: Some(trace_id), ..record })
}
