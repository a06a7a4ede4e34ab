//! The raw OTLP of a trace, read and sent piece by piece: one of millions of spans takes no more memory than the piece and eight
//! bytes for each span.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use ingest::Ingest;
use model::{SpanId, TraceId};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::ApiError;
use super::spans::{OtlpFormat, grouped};
use super::traces::no_such_trace;

/// Bodies of a piece, in bytes as they are stored. As JSON, taken apart, they take some ten times as much.
const PIECE_BYTES: usize = 1 << 20;

/// Spans of a piece, for those with hardly a body.
const PIECE_SPANS: usize = 4_096;

/// Pieces that wait for the client.
const MAX_WAITING: usize = 1;

/// What is left of a trace.
///
/// Each piece is a read of its own: a client that is slow holds up no reader. Spans that are replaced meanwhile are told as they
/// are then; one that is gone ends the transfer as broken, for what follows would not be the whole trace.
pub(super) struct Download {
    ingest: Ingest,
    trace_id: TraceId,
    ids: Arc<[SpanId]>,
    n_read: usize,
    format: OtlpFormat,
}

impl Download {
    /// Begins with the first of `ids`, all spans of the trace.
    pub(super) fn new(ingest: Ingest, trace_id: TraceId, ids: Vec<SpanId>, format: OtlpFormat) -> Self {
        Self { ingest, trace_id, ids: ids.into(), n_read: 0, format }
    }

    /// Returns the body of an answer. What fails in its first piece is told as an error, later it breaks the transfer.
    pub(super) async fn into_body(mut self) -> Result<Body, ApiError> {
        let first = self.piece().await?;
        if self.is_complete() {
            return Ok(Body::from(first));
        }
        let (pieces, body) = mpsc::channel(MAX_WAITING);
        tokio::spawn(async move {
            let mut piece = Ok(first);
            loop {
                let is_last = piece.is_err() || self.is_complete();
                // Nobody listens any more when the client has hung up.
                if pieces.send(piece).await.is_err() || is_last {
                    break;
                }
                piece = self.piece().await.map_err(|error| {
                    tracing::warn!(trace_id = %self.trace_id, error = error.message(), "a download was broken off");
                    std::io::Error::other(error.message().to_owned())
                });
            }
        });
        Ok(Body::from_stream(ReceiverStream::new(body)))
    }

    fn is_complete(&self) -> bool {
        self.n_read == self.ids.len()
    }

    async fn piece(&mut self) -> Result<Bytes, ApiError> {
        let (ids, trace_id, format, from) = (Arc::clone(&self.ids), self.trace_id, self.format, self.n_read);
        let read = self.ingest.store().read(move |tx| {
            let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
            let asked = &ids[from..ids.len().min(from + PIECE_SPANS)];
            let spans = tx.copies_of_first(key, trace_id, asked, PIECE_BYTES)?;
            if let Some(gone) = spans.iter().position(Vec::is_empty) {
                return Err(ApiError::not_found(format!("span {} is gone", asked[gone])));
            }
            let to = from + spans.len();
            let groups = grouped(spans);
            let bytes = match format {
                OtlpFormat::Protobuf => proto::otlp::encode_protobuf(groups),
                OtlpFormat::Json => {
                    let mut text = String::from(if from == 0 { r#"{"resourceSpans":["# } else { "," });
                    for (place, group) in groups.iter().enumerate() {
                        if place > 0 {
                            text.push(',');
                        }
                        text.push_str(&proto::otlp::encode_json_group(group).to_string());
                    }
                    text.push_str(if to == ids.len() { "]}" } else { "" });
                    text.into_bytes()
                }
            };
            Ok((to, bytes))
        });
        let (n_read, bytes) = read.await?;
        self.n_read = n_read;
        Ok(bytes.into())
    }
}
