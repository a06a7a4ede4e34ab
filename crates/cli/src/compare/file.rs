//! Files of spans: OTLP as JSON (one document, or one on each line) or as protobuf, with one trace each.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use proto::otlp::{Decoded, decode_json, decode_protobuf, encode_protobuf};

/// Traces that an error message names.
const MAX_NAMED: usize = 20;

/// A trace out of a file.
#[derive(Debug)]
pub(super) struct FileTrace {
    /// Its id: 32 hex digits.
    pub(super) id: String,
    spans: Decoded,
}

/// Reads the one trace of a file, or the one of several that `wanted` names.
pub(super) fn read(path: &Path, wanted: Option<&str>) -> anyhow::Result<FileTrace> {
    let shown = path.display();
    let body = std::fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
    let mut spans =
        decoded(&body).with_context(|| format!("{shown} is no OTLP, neither JSON nor protobuf"))?;
    for rejection in &spans.rejections {
        eprintln!("warning: {shown}: a span was left out: {rejection:?}");
    }
    let ids: BTreeSet<String> =
        spans.groups.iter().flat_map(|group| &group.spans).map(|span| span.trace_id.to_string()).collect();
    let id = match (wanted, ids.len()) {
        (_, 0) => anyhow::bail!("{shown} has no spans"),
        (Some(wanted), _) => {
            let wanted = wanted.strip_prefix("tr-").unwrap_or(wanted).to_ascii_lowercase();
            anyhow::ensure!(ids.contains(&wanted), "{shown} has no trace {wanted}; it has {}", list(&ids));
            wanted
        }
        (None, 1) => ids.first().cloned().unwrap_or_default(),
        (None, n) => anyhow::bail!(
            "{shown} has {n} traces; say which, for example {shown}#{}: {}",
            ids.first().map_or("", String::as_str),
            list(&ids)
        ),
    };
    for group in &mut spans.groups {
        group.spans.retain(|span| span.trace_id.to_string() == id);
    }
    Ok(FileTrace { id, spans })
}

/// Reads a trace as a server tells it, in protobuf.
pub(super) fn decoded_trace(body: &[u8], id: &str) -> anyhow::Result<FileTrace> {
    Ok(FileTrace { id: id.to_owned(), spans: decode_protobuf(body)? })
}

impl FileTrace {
    /// Gives the trace another id, so that it can lie beside one with the same.
    pub(super) fn renamed(mut self) -> Self {
        for span in self.spans.groups.iter_mut().flat_map(|group| &mut group.spans) {
            span.trace_id.0[0] ^= 0xff;
            self.id = span.trace_id.to_string();
        }
        self
    }

    /// Returns the trace as a request to store it.
    pub(super) fn into_request(self) -> Vec<u8> {
        encode_protobuf(self.spans.groups)
    }
}

fn list(ids: &BTreeSet<String>) -> String {
    let mut list = ids.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>().join(", ");
    if ids.len() > MAX_NAMED {
        let _ = write!(list, " and {} more", ids.len() - MAX_NAMED);
    }
    list
}

fn decoded(body: &[u8]) -> anyhow::Result<Decoded> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') {
        return Ok(decode_protobuf(body)?);
    }
    let whole = decode_json(body);
    if let Ok(decoded) = whole {
        return Ok(decoded);
    }
    // The file exporter of the OpenTelemetry Collector writes one document on each line.
    let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let mut all: Option<Decoded> = None;
    for line in lines {
        let Ok(mut decoded) = decode_json(line) else { return Ok(whole?) };
        match &mut all {
            None => all = Some(decoded),
            Some(all) => {
                all.groups.append(&mut decoded.groups);
                all.rejections.append(&mut decoded.rejections);
            }
        }
    }
    Ok(all.map_or(whole, Ok)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(trace: &str, name: &str) -> String {
        format!(
            r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{trace}","spanId":"0123456789abcdef","name":"{name}"}}]}}]}}]}}"#
        )
    }

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "fedcba9876543210fedcba9876543210";

    fn file(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trace");
        std::fs::write(&path, content).unwrap();
        (folder, path)
    }

    #[test]
    fn json_lines_and_protobuf_are_told_apart() {
        let json = spans(ONE, "a");
        let lines = format!("{json}\n{json}\n\n");
        let protobuf = encode_protobuf(decode_json(json.as_bytes()).unwrap().groups);
        for content in [json.as_bytes(), lines.as_bytes(), &protobuf] {
            let (_folder, path) = file(content);
            assert_eq!(read(&path, None).unwrap().id, ONE);
        }
    }

    #[test]
    fn of_several_traces_one_is_named() {
        let (_folder, path) = file(format!("{}\n{}", spans(ONE, "a"), spans(OTHER, "b")).as_bytes());
        let error = read(&path, None).unwrap_err().to_string();
        assert!(error.contains("2 traces") && error.contains(ONE) && error.contains(OTHER), "{error}");
        assert_eq!(read(&path, Some(OTHER)).unwrap().id, OTHER);
        assert!(read(&path, Some("11111111111111111111111111111111")).is_err());
    }

    #[test]
    fn what_is_no_otlp_says_so() {
        for content in [&b"hello"[..], b"{\"a\": ", b""] {
            let (_folder, path) = file(content);
            let error = format!("{:#}", read(&path, None).unwrap_err());
            assert!(error.contains("no OTLP") || error.contains("no spans"), "{error}");
        }
    }
}
