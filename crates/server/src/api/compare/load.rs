//! One side of a comparison, read in a snapshot of its own: rows, marks, and a fingerprint of each span's body.

use std::collections::HashMap;

use analysis::compare::{Fingerprint, Measured, tokens_of};
use analysis::tree;
use ingest::merge;
use model::{LogRecord, SpanId, SpanMark, SpanTable, TraceId, TraceInfo};
use store::ReadTx;

use crate::api::ApiError;
use crate::api::traces::no_such_trace;

/// Spans of one side; more are refused rather than held in memory.
pub(super) const MAX_SPANS: u64 = 500_000;

/// A trace as a comparison needs it.
pub(super) struct Loaded {
    pub(super) info: TraceInfo,
    pub(super) table: SpanTable,
    pub(super) marks: HashMap<SpanId, Vec<SpanMark>>,
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) measured: Measured,
}

impl Loaded {
    pub(super) fn read(tx: &ReadTx<'_>, trace_id: TraceId, parameter: &str) -> Result<Self, ApiError> {
        let found = tx.trace(trace_id)?;
        let (key, info) = found.ok_or_else(|| no_such_trace(trace_id).about(parameter))?;
        let n_spans = info.summary.n_spans;
        if n_spans > MAX_SPANS {
            let message = format!("trace {trace_id} has {n_spans} spans; up to {MAX_SPANS} can be compared");
            return Err(ApiError::invalid(message).about(parameter));
        }
        let (rows, strings) = tx.span_rows(key)?;
        let table = tree::arrange(trace_id, strings, rows);
        let mut logs: HashMap<SpanId, Vec<LogRecord>> = HashMap::new();
        if table.rows.iter().any(|row| row.flags.has(model::RowFlags::HAS_LOGS)) {
            for log in tx.trace_logs(trace_id)? {
                if let Some(span_id) = log.record.span_id {
                    logs.entry(span_id).or_default().push(log.record);
                }
            }
        }
        let mut of_span: HashMap<SpanId, Fingerprint> = HashMap::with_capacity(table.rows.len());
        tx.each_span(key, trace_id, |_, copies| {
            if let Some(first) = copies.first() {
                let id = first.span.span_id;
                let logs = logs.get(&id).map_or(&[][..], Vec::as_slice);
                let fingerprint = match copies.as_slice() {
                    [only] => Fingerprint::of(&only.span, logs),
                    copies => Fingerprint::of(&merge::merge(copies).span, logs),
                };
                of_span.insert(id, fingerprint);
            }
        })?;
        let fingerprint = |row: &model::SpanRow| {
            of_span.remove(&row.span_id).unwrap_or_else(|| Fingerprint::of_name(table.strings.get(row.name)))
        };
        let fingerprints = table.rows.iter().map(fingerprint).collect();
        let totals: HashMap<SpanId, i64> = tx
            .spans_with_usage(key)?
            .into_iter()
            .filter_map(|(span_id, usage)| Some((span_id, usage.tokens.total?)))
            .collect();
        let tokens = |row: &model::SpanRow| tokens_of(row, totals.get(&row.span_id).copied());
        let tokens: Vec<Option<i64>> = table.rows.iter().map(tokens).collect();
        let measured = Measured::of(&table, &tokens);
        Ok(Self { info, marks: tx.span_marks(key)?, fingerprints, measured, table })
    }
}
