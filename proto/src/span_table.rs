//! [`SpanTable`] to the compact binary columns that the browser maps to typed arrays; see `docs/formats/span-table.md`.

use std::collections::HashMap;

use model::{Source, SpanId, SpanMark, SpanRow, SpanTable};
use serde_json::json;

use crate::columns::Columns;

/// Media type of the encoded table.
pub const MEDIA_TYPE: &str = "application/vnd.traceloupe.span-table";

const MAGIC: &[u8; 4] = b"TLSP";
const VERSION: u32 = 1;

/// Encodes a table with the marks of its spans, each span's by time.
pub fn encode(table: &SpanTable, marks: &HashMap<SpanId, Vec<SpanMark>>) -> Vec<u8> {
    let rows = || table.rows.iter();
    let u32_column = |field: fn(&SpanRow) -> u32| rows().map(move |row| field(row).to_le_bytes());
    let f64_column = |field: fn(&SpanRow) -> Option<i64>| {
        #[expect(clippy::cast_precision_loss, reason = "shown, never computed with; the format says so")]
        rows().map(move |row| field(row).map_or(-1.0, |number| number as f64).to_le_bytes())
    };
    let mut columns = Columns::default();
    columns.put("span_id", "u8", rows().map(|row| row.span_id.0));
    columns.put("parent", "i32", table.parent.iter().map(|parent| parent.to_le_bytes()));
    columns.put("subtree_end", "u32", table.subtree_end.iter().map(|end| end.to_le_bytes()));
    columns.put("depth", "u16", table.depth.iter().map(|depth| depth.to_le_bytes()));
    columns.put("name", "u32", u32_column(|row| row.name));
    columns.put("service", "u32", u32_column(|row| row.service));
    columns.put("span_type", "u32", u32_column(|row| row.span_type));
    columns.put("scope", "u32", u32_column(|row| row.scope));
    columns.put("kind", "u8", rows().map(|row| [row.kind]));
    columns.put("status", "u8", rows().map(|row| [row.status]));
    columns.put("source", "u8", rows().map(|row| [source_number(row.source)]));
    columns.put("flags", "u8", rows().map(|row| [row.flags.0]));
    #[expect(clippy::cast_precision_loss, reason = "exact to 104 days; the format says what happens beyond")]
    {
        columns.put("start", "f64", rows().map(|row| (row.start.since(table.base).0 as f64).to_le_bytes()));
        columns.put("duration", "f64", rows().map(|row| (row.duration.0 as f64).to_le_bytes()));
    }
    columns.put("input_tokens", "f64", f64_column(|row| row.input_tokens));
    columns.put("output_tokens", "f64", f64_column(|row| row.output_tokens));
    columns.put("cost", "f64", f64_column(|row| row.cost_pico_usd));
    put_marks(&mut columns, table, marks);
    columns.put_strings(&table.strings);
    let header = json!({
        "trace_id": table.trace_id.to_string(),
        "base_time_unix_nano": table.base.0.to_string(),
        "n_spans": table.rows.len(),
        "n_strings": table.strings.as_slice().len(),
    });
    columns.into_body(*MAGIC, VERSION, header)
}

/// Few spans have marks, so that each names its row.
fn put_marks(columns: &mut Columns, table: &SpanTable, marks: &HashMap<SpanId, Vec<SpanMark>>) {
    let mut sorted: Vec<(u32, SpanMark)> = Vec::new();
    if !marks.is_empty() {
        for (row, span) in (0_u32..).zip(&table.rows) {
            sorted.extend(marks.get(&span.span_id).into_iter().flatten().map(|mark| (row, *mark)));
        }
    }
    columns.put("mark_row", "u32", sorted.iter().map(|(row, _)| row.to_le_bytes()));
    columns.put("mark_kind", "u8", sorted.iter().map(|(_, mark)| [mark.kind.number()]));
    #[expect(clippy::cast_precision_loss, reason = "exact to 104 days; the format says what happens beyond")]
    let since_base = |mark: &SpanMark| (mark.time.since(table.base).0 as f64).to_le_bytes();
    columns.put("mark_time", "f64", sorted.iter().map(|(_, mark)| since_base(mark)));
}

fn source_number(source: Source) -> u8 {
    match source {
        Source::OpenTelemetry => 0,
        Source::Mlflow => 1,
        Source::OpenTelemetryInferred => 2,
    }
}

#[cfg(test)]
mod tests {
    use model::{DurationNanos, MarkKind, RowFlags, SpanId, StringTable, TraceId, UnixNanos};
    use serde_json::Value;

    use super::*;
    use crate::columns::testing::column;

    #[test]
    fn columns_are_where_the_header_says() {
        let mut strings = StringTable::default();
        let name = strings.intern("plán");
        let row = SpanRow {
            span_id: SpanId([1, 2, 3, 4, 5, 6, 7, 8]),
            parent_span_id: None,
            name,
            service: 0,
            span_type: 0,
            scope: 0,
            kind: 2,
            status: 2,
            source: Source::OpenTelemetryInferred,
            flags: RowFlags(RowFlags::NOT_ENDED),
            start: UnixNanos(1500),
            duration: DurationNanos(0),
            input_tokens: Some(7),
            output_tokens: None,
            cost_pico_usd: None,
        };
        let table = SpanTable {
            trace_id: TraceId([0xab; 16]),
            base: UnixNanos(1000),
            strings,
            rows: vec![row],
            parent: vec![-1],
            subtree_end: vec![1],
            depth: vec![0],
        };
        let mark = SpanMark { time: UnixNanos(1600), kind: MarkKind::Log };
        let body = encode(&table, &HashMap::from([(SpanId([1, 2, 3, 4, 5, 6, 7, 8]), vec![mark])]));
        assert_eq!(&body[..8], b"TLSP\x01\0\0\0");
        let length =
            |at: usize| usize::try_from(u32::from_le_bytes(body[at..at + 4].try_into().unwrap())).unwrap();
        let header: Value = serde_json::from_slice(&body[16..16 + length(8)]).unwrap();
        assert_eq!(header["base_time_unix_nano"], "1000");
        assert_eq!(header["columns"][0]["offset"], length(12), "the first column follows the header");
        assert_eq!(column(&body, &header, "span_id", 8), [[1, 2, 3, 4, 5, 6, 7, 8]]);
        assert_eq!(column(&body, &header, "parent", 4), [(-1_i32).to_le_bytes()]);
        assert_eq!(column(&body, &header, "source", 1), [[2]]);
        assert_eq!(column(&body, &header, "start", 8), [500_f64.to_le_bytes()]);
        assert_eq!(column(&body, &header, "input_tokens", 8), [7_f64.to_le_bytes()]);
        assert_eq!(column(&body, &header, "output_tokens", 8), [(-1_f64).to_le_bytes()]);
        assert_eq!(column(&body, &header, "mark_row", 4), [0_u32.to_le_bytes()]);
        assert_eq!(column(&body, &header, "mark_kind", 1), [[2]]);
        assert_eq!(column(&body, &header, "mark_time", 8), [600_f64.to_le_bytes()]);
        let offsets = column(&body, &header, "string_offsets", 4);
        assert_eq!(offsets, [0_u32.to_le_bytes(), 0_u32.to_le_bytes(), 5_u32.to_le_bytes()]);
        assert_eq!(column(&body, &header, "string_bytes", 5), ["plán".as_bytes()]);
    }
}
