//! Exports in the journal: written as they came, and read again where a former process acknowledged and did not commit them.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use ingest::{IngestError, Placement, Recorded, SpanBatch};
use proto::otlp::{self, Limits};
use serde::{Deserialize, Serialize};
use store::{JournalEntry, NewRejected, RejectedBounds};

use super::export::{Encoding, Export, Signal, Transport};
use crate::inbox;
use crate::router::App;

/// Bytes of the length of the head, before it.
const LENGTH_BYTES: usize = 4;

/// What an entry says before the body.
#[derive(Serialize, Deserialize)]
struct Head {
    is_grpc: bool,
    is_json: bool,
    path: String,
    headers: Vec<(String, String)>,
    client: Option<IpAddr>,
}

/// An export of spans in the journal.
pub(super) struct Record {
    export: Export,
    limits: Limits,
    inbox_bounds: RejectedBounds,
}

impl Record {
    pub(super) fn new(app: &App, export: Export) -> Self {
        Self { export, limits: app.limits, inbox_bounds: app.inbox_bounds }
    }

    /// Returns what stands before the body in the journal.
    pub(super) fn head(&self) -> Vec<u8> {
        let Export { transport, path, headers, client, encoding, .. } = &self.export;
        let head = Head {
            is_grpc: *transport == Transport::Grpc,
            is_json: *encoding == Some(Encoding::Json),
            path: path.clone(),
            headers: inbox::kept_headers(headers),
            client: *client,
        };
        let mut bytes = vec![0; LENGTH_BYTES];
        serde_json::to_writer(&mut bytes, &head).expect("invariant: a head is made of text and numbers");
        let length = u32::try_from(bytes.len() - LENGTH_BYTES).unwrap_or(u32::MAX);
        bytes[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        bytes
    }

    fn read(app: &App, entry: &JournalEntry) -> Self {
        let export = read(&entry.bytes).unwrap_or_else(|| {
            // Kept as it is: somebody may make sense of it.
            export(None, Bytes::copy_from_slice(&entry.bytes))
        });
        Self::new(app, export)
    }
}

impl Recorded for Record {
    fn batch(&self) -> Option<SpanBatch> {
        let body = self.export.body.as_ref()?;
        let decoded = match self.export.encoding? {
            Encoding::Protobuf => otlp::decode_protobuf_within(body, &self.limits),
            Encoding::Json => otlp::decode_json_within(body, &self.limits),
        };
        let groups = decoded.ok()?.groups;
        let is_mlflow_client = self.export.is_mlflow_client();
        Some(SpanBatch {
            groups,
            placement: Placement::NoOpinion,
            is_mlflow_client,
            name: None,
            n_bytes: body.len(),
        })
    }

    fn rejected(&self, reason: &str) -> (NewRejected, RejectedBounds) {
        (inbox::unstored(self.export.clone(), reason), self.inbox_bounds)
    }
}

/// Stores what a former process acknowledged and did not commit, before anything else is written.
pub(crate) async fn replay(app: &App) -> Result<(), IngestError> {
    let entries = app.ingest.store().take_unapplied();
    if !entries.is_empty() {
        tracing::info!(n = entries.len(), "storing what was acknowledged when the last run ended");
    }
    for entry in entries {
        app.ingest.replay_spans(&entry, Arc::new(Record::read(app, &entry))).await?;
    }
    Ok(())
}

fn read(entry: &[u8]) -> Option<Export> {
    let (length, rest) = entry.split_first_chunk::<LENGTH_BYTES>()?;
    let (head, body) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    Some(export(serde_json::from_slice(head).ok(), Bytes::copy_from_slice(body)))
}

fn export(head: Option<Head>, body: Bytes) -> Export {
    let mut export = Export {
        signal: Signal::Traces,
        transport: Transport::Http,
        method: Method::POST,
        path: Signal::Traces.path().to_owned(),
        headers: HeaderMap::new(),
        client: None,
        encoding: None,
        body: Some(body),
    };
    if let Some(Head { is_grpc, is_json, path, headers, client }) = head {
        export.transport = if is_grpc { Transport::Grpc } else { Transport::Http };
        export.encoding = Some(if is_json { Encoding::Json } else { Encoding::Protobuf });
        export.headers.extend(headers.iter().filter_map(|(name, value)| {
            Some((HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value.as_str()).ok()?))
        }));
        (export.path, export.client) = (path, client);
    }
    export
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_reads_back_as_it_was_written() {
        let headers = [("user-agent", "mlflow-python-client/3.18.0"), ("x-mlflow-client-version", "3.18.0")];
        let mut asked = export(None, Bytes::from_static(b"{}"));
        asked.transport = Transport::Grpc;
        asked.encoding = Some(Encoding::Json);
        asked.path = "/v1/traces/".to_owned();
        asked.client = Some([127, 0, 0, 1].into());
        asked.headers = headers
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .into_iter()
            .collect();
        let record = Record {
            export: asked.clone(),
            limits: Limits::default(),
            inbox_bounds: RejectedBounds { max_requests: 1, max_bytes: 1 },
        };
        let entry = [record.head(), b"{}".to_vec()].concat();
        let back = read(&entry).unwrap();
        assert_eq!(format!("{back:?}"), format!("{asked:?}"));
        assert!(back.is_mlflow_client());
        assert!(read(&entry[..7]).is_none(), "a head that is cut off is none");
    }
}
