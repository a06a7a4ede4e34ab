//! What is done with an export of each signal: spans and log records are stored, data points are counted.

use std::collections::BTreeSet;
use std::sync::Arc;

use ingest::{IngestError, LogBatch, Placement, SpanBatch, Stored};
use model::{SpanGroup, TraceId};
use proto::otlp::{self, DecodeError, Decoded, Limits, RejectReason};

use super::answer::Refusal;
use super::decompress;
use super::export::{Encoding, Export, Signal};
use super::record::Record;
use crate::router::App;

/// Bodies larger than this are decoded on a thread of their own, so that no other request waits for it. Smaller ones take
/// less than the half millisecond that async code may block for.
const MAX_INLINE_BODY_BYTES: usize = 64 * 1024;

/// What became of a request that is not refused.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Items that were not stored.
    pub(super) n_rejected: usize,
    /// Of these, spans of traces that are in another experiment.
    pub(crate) n_elsewhere: usize,
    /// Items that no server could store, for their ids are none.
    pub(crate) n_bad: usize,
    /// Why the first of these could not be stored.
    pub(crate) bad_reason: Option<String>,
    /// Why, each reason once.
    pub(crate) reasons: Vec<String>,
}

impl Done {
    /// Most reasons that one answer tells.
    const MAX_REASONS: usize = 10;

    fn reject(&mut self, n: usize, reason: String) {
        self.n_rejected += n;
        if self.reasons.len() < Self::MAX_REASONS && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    pub(super) fn message(&self) -> String {
        self.reasons.join("; ")
    }
}

/// Takes an export whose body is there; answers once what came is safe.
pub(super) async fn take(app: &App, export: &Export) -> Result<Done, Refusal> {
    let n_bytes = export.body.as_ref().map_or(0, |body| body.len());
    let _room = app.decoded.take_decoded(n_bytes).await.map_err(IngestError::from)?;
    match export.signal {
        Signal::Traces => take_spans(app, export).await,
        Signal::Logs => take_logs(app, export).await,
        Signal::Metrics => take_metrics(app, export).await,
    }
}

/// Decodes the body, on a thread of its own if it is large.
async fn decode<T: Default + Send + 'static>(
    app: &App,
    export: &Export,
    protobuf: fn(&[u8], &Limits) -> Result<T, DecodeError>,
    json: fn(&[u8], &Limits) -> Result<T, DecodeError>,
) -> Result<T, Refusal> {
    let (Some(encoding), Some(body)) = (export.encoding, export.body.clone()) else {
        return Err(Refusal::Failed("a request without its body".to_owned()));
    };
    if body.is_empty() {
        return Ok(T::default());
    }
    let limits = app.limits;
    let told_by_its_first_bytes = decompress::compression_of(&body);
    let is_large = body.len() > MAX_INLINE_BODY_BYTES;
    let decode = move || match encoding {
        Encoding::Protobuf => protobuf(&body, &limits),
        Encoding::Json => json(&body, &limits),
    };
    let decoded = if is_large {
        let panicked = |_| Refusal::Failed("decoding panicked".to_owned());
        tokio::task::spawn_blocking(decode).await.map_err(panicked)?
    } else {
        decode()
    };
    decoded.map_err(|error| match error {
        DecodeError::TooManySpans { .. } | DecodeError::TooManyMessages { .. } => {
            Refusal::TooMuch(error.to_string())
        }
        _ => told_by_its_first_bytes
            .map_or_else(|| Refusal::Undecodable(error.to_string()), Refusal::UntoldCompression),
    })
}

async fn take_spans(app: &App, export: &Export) -> Result<Done, Refusal> {
    let placement: Placement = export.experiment()?.into();
    let decoded = decode(app, export, otlp::decode_protobuf_within, otlp::decode_json_within).await?;
    // Over gRPC an empty request is a probe, and good; over HTTP MLflow refuses it.
    if !decoded.has_resource_spans && export.transport == super::export::Transport::Http {
        return Err(Refusal::NoSpans);
    }
    store_spans(app, export, placement, decoded).await
}

/// Stores decoded spans; refuses a request of which nothing could be stored.
pub(crate) async fn store_spans(
    app: &App,
    export: &Export,
    placement: Placement,
    decoded: Decoded,
) -> Result<Done, Refusal> {
    let Decoded { groups, rejections, .. } = decoded;
    if groups.is_empty() {
        return match rejections.first() {
            None => Ok(Done::default()),
            Some(rejection)
                if matches!(rejection.reason, RejectReason::NotHex | RejectReason::Malformed(_)) =>
            {
                Err(Refusal::Undecodable(rejection.reason.to_string()))
            }
            Some(rejection) => Err(Refusal::NoGoodSpan(rejection.reason.clone())),
        };
    }
    let run = export.run().map(|run| (run, traces_of_roots(&groups)));
    let n_bytes = export.body.as_ref().map_or(0, |body| body.len());
    let batch =
        SpanBatch { groups, placement, is_mlflow_client: export.is_mlflow_client(), name: None, n_bytes };
    let Stored { n_stored, rejected } = match &export.body {
        Some(body) if placement == Placement::NoOpinion => {
            write_journaled(app, export, batch, body).await?;
            Stored::default()
        }
        _ => app.ingest.write_spans(batch).await?,
    };
    if n_stored == 0
        && let Some(first) = rejected.first()
    {
        return Err(IngestError::OtherExperiment(first.trace_id.into()).into());
    }
    if let Some((run, mut traces)) = run {
        let elsewhere = |id: &TraceId| rejected.iter().any(|spans| spans.trace_id == *id);
        traces.retain(|id| !elsewhere(id));
        for traces in traces.chunks(ingest::MAX_LINKED_TRACES) {
            app.ingest
                .link_traces_to_run(traces.iter().map(|id| (*id).into()).collect(), run.clone())
                .await?;
        }
    }
    let bad_reason = rejections.first().map(|rejection| rejection.reason.to_string());
    let mut done = Done { n_bad: rejections.len(), bad_reason, ..Done::default() };
    for rejection in &rejections {
        done.reject(1, format!("span '{}': {}", rejection.span_name, rejection.reason));
    }
    for spans in &rejected {
        done.n_elsewhere += spans.n_spans;
        done.reject(spans.n_spans, IngestError::OtherExperiment(spans.trace_id.into()).to_string());
    }
    Ok(done)
}

/// Stores spans for which there is always a place.
async fn write_journaled(
    app: &App,
    export: &Export,
    batch: SpanBatch,
    body: &[u8],
) -> Result<(), IngestError> {
    let record = Record::new(app, export.clone());
    let head = record.head();
    app.ingest.write_spans_journaled(batch, [&head, body], Arc::new(record)).await
}

fn traces_of_roots(groups: &[SpanGroup]) -> Vec<TraceId> {
    let roots = groups.iter().flat_map(|group| &group.spans).filter(|span| span.is_root());
    let traces: BTreeSet<TraceId> = roots.map(|span| span.trace_id).collect();
    traces.into_iter().collect()
}

async fn take_logs(app: &App, export: &Export) -> Result<Done, Refusal> {
    let decoded =
        decode(app, export, otlp::decode_logs_protobuf_within, otlp::decode_logs_json_within).await?;
    let bad_reason = decoded.rejections.first().map(ToString::to_string);
    let mut done = Done { n_bad: decoded.rejections.len(), bad_reason, ..Done::default() };
    for reason in &decoded.rejections {
        done.reject(1, format!("log record: {reason}"));
    }
    if decoded.n_without_trace > 0 {
        app.not_stored.add_logs_without_trace(decoded.n_without_trace);
        app.announce_not_stored();
        let reason = "log records without a trace id are not stored: Traceloupe shows logs with their spans";
        done.reject(decoded.n_without_trace, reason.to_owned());
    }
    if !decoded.groups.is_empty() {
        let n_bytes = export.body.as_ref().map_or(0, |body| body.len());
        app.ingest.write_logs(LogBatch { groups: decoded.groups, n_bytes }).await?;
    }
    Ok(done)
}

async fn take_metrics(app: &App, export: &Export) -> Result<Done, Refusal> {
    let n_points = decode(
        app,
        export,
        |body, _| otlp::count_points_protobuf(body),
        |body, _| otlp::count_points_json(body),
    )
    .await?;
    app.not_stored.add_metrics(n_points);
    app.announce_not_stored();
    let mut done = Done::default();
    if n_points > 0 {
        let hint = "OTEL_METRICS_EXPORTER=none stops sending them";
        done.reject(n_points, format!("Traceloupe shows traces and does not store metrics; {hint}"));
    }
    Ok(done)
}
