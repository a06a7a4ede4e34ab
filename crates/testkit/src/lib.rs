//! What tests build their input with: traces drawn as text, strategies for any valid span, and a seeded load.
//!
//! A dev-dependency only. `model`'s own unit tests cannot use it: the crate would meet itself twice.

pub mod draw;
pub mod load;
pub mod strategies;

use model::{SpanId, TraceId};

/// Returns a trace id made of one repeated byte, for tests that need a few distinct ones.
pub fn trace_id(byte: u8) -> TraceId {
    TraceId([byte; 16])
}

/// Returns the span id with this number.
pub fn span_id(number: u64) -> SpanId {
    SpanId(number.to_be_bytes())
}
