//! Spans of one trace as columns, the form that travels from disk to pixel without decoding a span body.

use std::collections::HashMap;

use crate::{DurationNanos, Source, SpanId, TraceId, UnixNanos};

/// Strings, each once; string 0 is the empty one.
#[derive(Debug, Clone, PartialEq)]
pub struct StringTable {
    strings: Vec<String>,
    index: HashMap<String, u32>,
}

impl Default for StringTable {
    fn default() -> Self {
        Self { strings: vec![String::new()], index: HashMap::from([(String::new(), 0)]) }
    }
}

impl StringTable {
    /// Returns the number of a string, adding it if it is new.
    pub fn intern(&mut self, text: &str) -> u32 {
        if let Some(&id) = self.index.get(text) {
            return id;
        }
        let id = u32::try_from(self.strings.len()).expect("invariant: a trace has fewer than 2^32 strings");
        self.strings.push(text.to_owned());
        self.index.insert(text.to_owned(), id);
        id
    }

    /// Returns the string of a number that this table gave out.
    pub fn get(&self, id: u32) -> &str {
        &self.strings[id as usize]
    }

    /// Returns all strings in the order of their numbers.
    pub fn as_slice(&self) -> &[String] {
        &self.strings
    }
}

/// Facts about a row that are true or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowFlags(pub u8);

impl RowFlags {
    /// The span has no end.
    pub const NOT_ENDED: u8 = 1;
    /// Its parent is not there.
    pub const ORPHAN: u8 = 1 << 1;
    /// Its parent is one of its own descendants; the cycle was cut here.
    pub const CYCLE_CUT: u8 = 1 << 2;
    /// It has events.
    pub const HAS_EVENTS: u8 = 1 << 3;
    /// It has links.
    pub const HAS_LINKS: u8 = 1 << 4;
    /// Copies of both exporters arrived.
    pub const BOTH_EXPORTERS: u8 = 1 << 5;
    /// Log records belong to it.
    pub const HAS_LOGS: u8 = 1 << 6;

    /// Whether all bits of `flag` are set.
    pub fn has(self, flag: u8) -> bool {
        self.0 & flag == flag
    }

    /// Sets the bits of `flag`.
    pub fn set(&mut self, flag: u8) {
        self.0 |= flag;
    }
}

/// What a row of the waterfall shows of a span; strings are numbers of a [`StringTable`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpanRow {
    /// Its id.
    pub span_id: SpanId,
    /// Its parent, absent for a root.
    pub parent_span_id: Option<SpanId>,
    /// Name.
    pub name: u32,
    /// `service.name` of its resource.
    pub service: u32,
    /// Type, for example `CHAT_MODEL`.
    pub span_type: u32,
    /// Name of its scope.
    pub scope: u32,
    /// OTLP kind, 0 to 5.
    pub kind: u8,
    /// OTLP status code, 0 to 2.
    pub status: u8,
    /// Which SDK made it.
    pub source: Source,
    /// Facts that are true or not.
    pub flags: RowFlags,
    /// Start.
    pub start: UnixNanos,
    /// Duration; 0 if not ended or reversed.
    pub duration: DurationNanos,
    /// Input tokens, if known.
    pub input_tokens: Option<i64>,
    /// Output tokens, if known.
    pub output_tokens: Option<i64>,
    /// Cost in pico-dollars, if known.
    pub cost_pico_usd: Option<i64>,
}

/// The rows of one trace in waterfall order, with the shape of their tree.
///
/// Invariants: `parent[i] < i` or −1; the descendants of row `i` are rows `i + 1 .. subtree_end[i]`.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanTable {
    /// The trace.
    pub trace_id: TraceId,
    /// Earliest start; row times are told relative to it.
    pub base: UnixNanos,
    /// Strings of the rows.
    pub strings: StringTable,
    /// Rows, depth first.
    pub rows: Vec<SpanRow>,
    /// Row of the parent, −1 for roots.
    pub parent: Vec<i32>,
    /// Row after the last descendant.
    pub subtree_end: Vec<u32>,
    /// 0 for roots; saturates at 65,535.
    pub depth: Vec<u16>,
}
