//! The critical path of a trace as columns of segments; see `docs/formats/span-table.md`.

use model::{SpanId, TraceId, UnixNanos};
use serde_json::json;

use crate::columns::Columns;

/// Media type of the encoded path.
pub const MEDIA_TYPE: &str = "application/vnd.traceloupe.critical-path";

const MAGIC: &[u8; 4] = b"TLCP";
const VERSION: u32 = 1;

/// A stretch of time during which a trace waited for one span itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// The span.
    pub span_id: SpanId,
    /// Start.
    pub start: UnixNanos,
    /// End, after the start.
    pub end: UnixNanos,
}

/// Encodes segments, earliest first; `base` is the time that theirs are told from.
pub fn encode(trace_id: TraceId, base: UnixNanos, segments: &[Segment]) -> Vec<u8> {
    #[expect(clippy::cast_precision_loss, reason = "exact to 104 days; the format says what happens beyond")]
    let since_base = |time: UnixNanos| (time.since(base).0 as f64).to_le_bytes();
    let mut columns = Columns::default();
    columns.put("span_id", "u8", segments.iter().map(|segment| segment.span_id.0));
    columns.put("start", "f64", segments.iter().map(|segment| since_base(segment.start)));
    columns.put("end", "f64", segments.iter().map(|segment| since_base(segment.end)));
    let header = json!({
        "trace_id": trace_id.to_string(),
        "base_time_unix_nano": base.0.to_string(),
        "n_segments": segments.len(),
    });
    columns.into_body(*MAGIC, VERSION, header)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::columns::testing::column;

    #[test]
    fn segments_are_told_from_the_base() {
        let segment = |id: u8, start, end| Segment {
            span_id: SpanId([id; 8]),
            start: UnixNanos(start),
            end: UnixNanos(end),
        };
        let body =
            encode(TraceId([0xab; 16]), UnixNanos(1000), &[segment(1, 1000, 1200), segment(2, 1200, 1500)]);
        assert_eq!(&body[..8], b"TLCP\x01\0\0\0");
        let length = usize::try_from(u32::from_le_bytes(body[8..12].try_into().unwrap())).unwrap();
        let header: Value = serde_json::from_slice(&body[16..16 + length]).unwrap();
        assert_eq!(header["base_time_unix_nano"], "1000");
        assert_eq!(header["n_segments"], 2);
        assert_eq!(column(&body, &header, "span_id", 8), [[1; 8], [2; 8]]);
        assert_eq!(column(&body, &header, "start", 8), [0_f64.to_le_bytes(), 200_f64.to_le_bytes()]);
        assert_eq!(column(&body, &header, "end", 8), [200_f64.to_le_bytes(), 500_f64.to_le_bytes()]);
    }
}
