//! The merged rows of two traces with both their span tables, as one body of columns; see `docs/formats/comparison.md`.

use model::{StringTable, TraceId};
use serde_json::json;

use crate::columns::Columns;

/// Media type of the encoded comparison.
pub const MEDIA_TYPE: &str = "application/vnd.traceloupe.comparison";

const MAGIC: &[u8; 4] = b"TLCM";
const VERSION: u32 = 1;

/// A row of the merged waterfall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Row above it in the merged tree; −1 for a root.
    pub parent: i32,
    /// Row after its last descendant.
    pub subtree_end: u32,
    /// 0 for roots; saturates at 65,535.
    pub depth: u16,
    /// What became of the span, by the numbers of the format.
    pub verdict: u8,
    /// What differs, as bits of the format.
    pub changes: u16,
    /// How it was recognised, as bits of the format.
    pub hints: u8,
    /// Row in the baseline's table; −1 for none.
    pub baseline_row: i32,
    /// Row in the candidate's table; −1 for none.
    pub candidate_row: i32,
    /// What the row is called: a string.
    pub label: u32,
    /// Row of the head of the group that it is a direct part of; −1 for none.
    pub loop_group: i32,
    /// Number of its iteration in the group, from 0; 0 outside.
    pub iteration: u32,
    /// Row of the parent that a moved span had in the baseline; −1 for none.
    pub moved_from: i32,
    /// Of the head of a group: why its spans repeat, by the numbers of the format. Of others 0.
    pub group_kind: u8,
    /// Of the head of a group: how often the baseline does it. Of others 0.
    pub baseline_iterations: u32,
    /// Of the head of a group: how often the candidate does it. Of others 0.
    pub candidate_iterations: u32,
    /// Candidate minus baseline in nanoseconds; a span that is not there lasts 0.
    pub delta_duration: Option<i64>,
    /// The same of the pieces of the interval.
    pub delta_self: Option<i64>,
    /// The same of the tokens of counted spans.
    pub delta_tokens: Option<i64>,
    /// The same of their cost in pico-dollars.
    pub delta_cost: Option<i64>,
    /// Whether it comes after the first divergence.
    pub is_downstream: bool,
}

/// One of the two traces.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The trace.
    pub trace_id: TraceId,
    /// Its spans, as [`crate::span_table::encode`] gave them.
    pub span_table: &'a [u8],
}

/// Encodes a comparison.
pub fn encode(baseline: Side<'_>, candidate: Side<'_>, rows: &[Row], strings: &StringTable) -> Vec<u8> {
    let each = || rows.iter();
    let i32_column = |field: fn(&Row) -> i32| each().map(move |row| field(row).to_le_bytes());
    let u32_column = |field: fn(&Row) -> u32| each().map(move |row| field(row).to_le_bytes());
    let u16_column = |field: fn(&Row) -> u16| each().map(move |row| field(row).to_le_bytes());
    let u8_column = |field: fn(&Row) -> u8| each().map(move |row| [field(row)]);
    let f64_column = |field: fn(&Row) -> Option<i64>| {
        #[expect(clippy::cast_precision_loss, reason = "shown, never computed with; the format says so")]
        each().map(move |row| field(row).map_or(f64::NAN, |number| number as f64).to_le_bytes())
    };
    let mut columns = Columns::default();
    columns.put("parent", "i32", i32_column(|row| row.parent));
    columns.put("subtree_end", "u32", u32_column(|row| row.subtree_end));
    columns.put("depth", "u16", u16_column(|row| row.depth));
    columns.put("verdict", "u8", u8_column(|row| row.verdict));
    columns.put("changes", "u16", u16_column(|row| row.changes));
    columns.put("hints", "u8", u8_column(|row| row.hints));
    columns.put("baseline_row", "i32", i32_column(|row| row.baseline_row));
    columns.put("candidate_row", "i32", i32_column(|row| row.candidate_row));
    columns.put("label", "u32", u32_column(|row| row.label));
    columns.put("loop_group", "i32", i32_column(|row| row.loop_group));
    columns.put("iteration", "u32", u32_column(|row| row.iteration));
    columns.put("moved_from", "i32", i32_column(|row| row.moved_from));
    columns.put("group_kind", "u8", u8_column(|row| row.group_kind));
    columns.put("baseline_iterations", "u32", u32_column(|row| row.baseline_iterations));
    columns.put("candidate_iterations", "u32", u32_column(|row| row.candidate_iterations));
    columns.put("delta_duration", "f64", f64_column(|row| row.delta_duration));
    columns.put("delta_self", "f64", f64_column(|row| row.delta_self));
    columns.put("delta_tokens", "f64", f64_column(|row| row.delta_tokens));
    columns.put("delta_cost", "f64", f64_column(|row| row.delta_cost));
    columns.put("downstream", "u8", u8_column(|row| u8::from(row.is_downstream)));
    columns.put_strings(strings);
    columns.put_bytes("baseline_table", baseline.span_table);
    columns.put_bytes("candidate_table", candidate.span_table);
    let header = json!({
        "baseline": baseline.trace_id.to_string(),
        "candidate": candidate.trace_id.to_string(),
        "n_rows": rows.len(),
        "n_strings": strings.as_slice().len(),
    });
    columns.into_body(*MAGIC, VERSION, header)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::columns::testing::column;

    #[test]
    fn rows_and_both_tables_are_where_the_header_says() {
        let mut strings = StringTable::default();
        let row = Row {
            parent: -1,
            subtree_end: 1,
            depth: 0,
            verdict: 1,
            changes: 5,
            hints: 2,
            baseline_row: 3,
            candidate_row: -1,
            label: strings.intern("search ×3"),
            loop_group: -1,
            iteration: 0,
            moved_from: -1,
            group_kind: 2,
            baseline_iterations: 1,
            candidate_iterations: 3,
            delta_duration: Some(-7),
            delta_self: Some(0),
            delta_tokens: None,
            delta_cost: Some(1_000_000_000),
            is_downstream: true,
        };
        let side = |id, span_table| Side { trace_id: TraceId([id; 16]), span_table };
        let body = encode(side(1, b"TLSPone"), side(2, b"TLSPthe other"), &[row], &strings);
        assert_eq!(&body[..8], b"TLCM\x01\0\0\0");
        let length = usize::try_from(u32::from_le_bytes(body[8..12].try_into().unwrap())).unwrap();
        let header: Value = serde_json::from_slice(&body[16..16 + length]).unwrap();
        assert_eq!((&header["n_rows"], &header["n_strings"]), (&Value::from(1), &Value::from(2)));
        assert_eq!(header["candidate"], "02".repeat(16));
        assert_eq!(column(&body, &header, "parent", 4), [(-1_i32).to_le_bytes()]);
        assert_eq!(column(&body, &header, "changes", 2), [5_u16.to_le_bytes()]);
        assert_eq!(column(&body, &header, "baseline_row", 4), [3_i32.to_le_bytes()]);
        assert_eq!(column(&body, &header, "delta_duration", 8), [(-7_f64).to_le_bytes()]);
        let unknown = column(&body, &header, "delta_tokens", 8)[0];
        assert!(f64::from_le_bytes(unknown.try_into().unwrap()).is_nan());
        assert_eq!(column(&body, &header, "delta_cost", 8), [1e9_f64.to_le_bytes()]);
        assert_eq!(column(&body, &header, "group_kind", 1), [[2]]);
        assert_eq!(column(&body, &header, "candidate_iterations", 4), [3_u32.to_le_bytes()]);
        assert_eq!(column(&body, &header, "downstream", 1), [[1]]);
        assert_eq!(column(&body, &header, "string_bytes", 10), ["search ×3".as_bytes()]);
        assert_eq!(column(&body, &header, "baseline_table", 7), [b"TLSPone"]);
        assert_eq!(column(&body, &header, "candidate_table", 13), [b"TLSPthe other"]);
    }
}
