//! Small exports as OTLP/JSON.

use serde_json::{Value, json};

/// Returns a trace id of one repeated byte, as hex.
pub fn trace_id(byte: u8) -> String {
    format!("{byte:02x}").repeat(16)
}

/// Returns a root span of a tenth of a second.
pub fn span(trace_byte: u8, name: &str) -> Value {
    json!({"traceId": trace_id(trace_byte), "spanId": "0102030405060708", "name": name,
           "startTimeUnixNano": "1795358868000000000", "endTimeUnixNano": "1795358868100000000"})
}

/// Returns a request with spans.
pub fn request(spans: &[Value]) -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})
}
