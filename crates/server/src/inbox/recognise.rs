//! What a payload is, told from the payload itself: for requests whose headers or path do not say.

use proto::otlp::{self, Decoded, DecodedLogs};

use crate::otlp::{Encoding, Signal};

/// A payload that can be read.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) signal: Signal,
    pub(crate) encoding: Encoding,
    pub(crate) items: Items,
}

/// The good items of a payload.
#[derive(Debug, Clone)]
pub(crate) enum Items {
    Spans(Decoded),
    Logs(DecodedLogs),
}

impl Content {
    /// Returns how many items can be accepted.
    pub(crate) fn n_items(&self) -> usize {
        match &self.items {
            Items::Spans(decoded) => decoded.groups.iter().map(|group| group.spans.len()).sum(),
            Items::Logs(decoded) => decoded.groups.iter().map(|group| group.records.len()).sum(),
        }
    }

    /// Returns what the payload is called in the store.
    pub(crate) fn name(&self) -> &'static str {
        match (self.signal, self.encoding) {
            (Signal::Logs, Encoding::Protobuf) => "logs/protobuf",
            (Signal::Logs, Encoding::Json) => "logs/json",
            (_, Encoding::Protobuf) => "traces/protobuf",
            (_, Encoding::Json) => "traces/json",
        }
    }
}

/// Reads a payload as traces, else as logs; nothing if it is neither or holds none.
pub(crate) fn recognise(body: &[u8]) -> Option<Content> {
    let is_json = body.trim_ascii_start().first() == Some(&b'{');
    let encoding = if is_json { Encoding::Json } else { Encoding::Protobuf };
    let spans = if is_json { otlp::decode_json(body) } else { otlp::decode_protobuf(body) };
    let spans = spans.ok().map(|decoded| (Signal::Traces, Items::Spans(decoded)));
    let logs = || {
        let logs = if is_json { otlp::decode_logs_json(body) } else { otlp::decode_logs_protobuf(body) };
        logs.ok().map(|decoded| (Signal::Logs, Items::Logs(decoded)))
    };
    let content = |(signal, items)| Some(Content { signal, encoding, items }).filter(|it| it.n_items() > 0);
    spans.and_then(content).or_else(|| logs().and_then(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_tell_what_they_are() {
        let ids = r#""traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174""#;
        let spans = format!(r#" {{"resourceSpans": [{{"scopeSpans": [{{"spans": [{{{ids}}}]}}]}}]}}"#);
        let logs = format!(r#"{{"resourceLogs": [{{"scopeLogs": [{{"logRecords": [{{{ids}}}]}}]}}]}}"#);
        let name = |body: &[u8]| recognise(body).map(|content| content.name());
        assert_eq!(name(spans.as_bytes()), Some("traces/json"));
        assert_eq!(name(logs.as_bytes()), Some("logs/json"));
        let groups = otlp::decode_json(spans.as_bytes()).unwrap().groups;
        assert_eq!(name(&otlp::encode_protobuf(groups)), Some("traces/protobuf"));
        for neither in [b"".as_slice(), b"{}", b"[]", b"<html>", br#"{"resourceSpans": []}"#, b"\x0a\x00"] {
            assert_eq!(name(neither), None);
        }
    }
}
