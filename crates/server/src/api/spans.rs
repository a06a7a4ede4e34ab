//! Spans of a trace: the column table, one span whole, and the raw OTLP of every copy.

use analysis::plain::typed;
use analysis::prices::Prices;
use analysis::{semconv, tree};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use ingest::merge;
use model::{AnyValue, LogRecord, Source, SpanCopy, SpanGroup, SpanId, TraceId};
use proto::ui;
use serde::Deserialize;
use store::{ReadTx, TraceKey};
use utoipa::IntoParams;

use super::download::Download;
use super::traces::{no_such_trace, trace_id};
use super::{ApiError, convert};
use crate::router::App;

/// Most spans that link to one, told at once.
const MAX_LINKED_FROM: usize = 100;

/// Returns all spans of a trace as a column table, in waterfall order. See `docs/formats/span-table.md`.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/spans",
    tag = "spans",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses(
        (status = 200, description = "The span table", content_type = "application/vnd.traceloupe.span-table"),
        (status = 404, body = ui::ErrorBody)
    )
)]
pub(super) async fn get_spans(State(app): State<App>, Path(id): Path<String>) -> Result<Response, ApiError> {
    let trace_id = trace_id(&id)?;
    let body = app
        .ingest
        .store()
        .read(move |tx| {
            let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
            let (rows, strings) = tx.span_rows(key)?;
            let table = tree::arrange(trace_id, strings, rows);
            Ok::<_, ApiError>(proto::span_table::encode(&table, &tx.span_marks(key)?))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, proto::span_table::MEDIA_TYPE)], body).into_response())
}

/// Returns one span, merged from its copies.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/spans/{span_id}",
    tag = "spans",
    params(
        ("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these"),
        ("span_id" = String, Path, description = "16 hex digits")
    ),
    responses((status = 200, body = ui::SpanDetail), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_span(
    State(app): State<App>,
    Path((id, span)): Path<(String, String)>,
) -> Result<Json<ui::SpanDetail>, ApiError> {
    let trace_id = trace_id(&id)?;
    let span_id: SpanId = span
        .to_ascii_lowercase()
        .parse()
        .map_err(|_| ApiError::not_found(format!("'{span}' is no span id: it has 16 hex digits")))?;
    let ingest = app.ingest.clone();
    let detail = app
        .ingest
        .store()
        .read(move |tx| {
            let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
            span_detail(tx, key, trace_id, span_id, ingest.prices())
        })
        .await?;
    Ok(Json(detail))
}

fn span_detail(
    tx: &ReadTx<'_>,
    key: TraceKey,
    trace_id: TraceId,
    span_id: SpanId,
    prices: &Prices,
) -> Result<ui::SpanDetail, ApiError> {
    let copies = tx.span_copies(key, trace_id, span_id)?;
    if copies.is_empty() {
        return Err(ApiError::not_found(format!("span {span_id} is not in trace {trace_id}")));
    }
    let merged = merge::merge(&copies);
    let span = &merged.span;
    let links = span.links.iter().map(|link| {
        Ok::<_, ApiError>(ui::Link {
            trace_id: link.trace_id.to_string(),
            span_id: link.span_id.to_string(),
            trace_state: link.trace_state.clone(),
            attributes: ui::attributes(&link.attributes),
            dropped_attributes_count: link.dropped_attributes_count,
            flags: link.flags,
            is_known: tx.has_span(link.trace_id, link.span_id)?,
        })
    });
    let events = span.events.iter().map(|event| ui::Event {
        time_unix_nano: event.time_unix_nano.to_string(),
        name: event.name.clone(),
        attributes: ui::attributes(&event.attributes),
        dropped_attributes_count: event.dropped_attributes_count,
    });
    let logs = tx.span_logs(trace_id, span_id)?;
    let records: Vec<LogRecord> = logs.iter().map(|log| log.record.clone()).collect();
    let origin = &copies[merged.origin];
    let view =
        semconv::view(span, &records).sent_by(origin.resource.service_name()).in_scope(&origin.scope.name);
    let linked_from = tx.linked_from(trace_id, span_id, MAX_LINKED_FROM)?;
    let value = |value: Option<serde_json::Value>| value.map(|value| ui::any_value(&sized(value)));
    Ok(ui::SpanDetail {
        trace_id: trace_id.to_string(),
        span_id: span_id.to_string(),
        parent_span_id: span.parent_span_id.map(|parent| parent.to_string()),
        kind: span.kind.name().to_owned(),
        start_time_unix_nano: span.start_time_unix_nano.to_string(),
        end_time_unix_nano: span.end_time_unix_nano.to_string(),
        duration_ns: span.duration().map(|duration| duration.0.to_string()),
        status: ui::SpanStatus {
            code: span.status.code.name().to_owned(),
            message: span.status.message.clone(),
        },
        flags: span.flags,
        span_type: view.span_type(),
        source: ui::SpanSource {
            name: convert::source(merged.source),
            is_inferred: merged.source == Source::OpenTelemetryInferred,
            reason: merge::source_reason(merged.source).to_owned(),
        },
        inputs: value(view.shown_inputs()),
        outputs: value(view.shown_outputs()),
        llm: view.llm(prices).as_ref().map(convert::llm_view),
        attributes: ui::attributes(&span.attributes),
        dropped_attributes_count: span.dropped_attributes_count,
        events: events.collect(),
        dropped_events_count: span.dropped_events_count,
        logs: logs.iter().map(convert::log).collect(),
        links: links.collect::<Result<_, _>>()?,
        dropped_links_count: span.dropped_links_count,
        linked_from: linked_from
            .into_iter()
            .map(|(trace_id, span_id)| ui::SpanRef {
                trace_id: trace_id.to_string(),
                span_id: span_id.to_string(),
            })
            .collect(),
        origins: copies.iter().map(convert::origin).collect(),
        name: span.name.clone(),
        trace_state: span.trace_state.clone(),
    })
}

/// Inputs and outputs with more JSON than this, in bytes, are given as that JSON: their tree would be larger still, and a page
/// reads a text in slices.
const MAX_VALUE_TREE: usize = 256 * 1024;

fn sized(value: serde_json::Value) -> AnyValue {
    if value.is_array() || value.is_object() {
        let text = value.to_string();
        if text.len() > MAX_VALUE_TREE {
            return AnyValue::String(text);
        }
    }
    typed(value)
}

/// How raw OTLP is written.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum OtlpFormat {
    #[default]
    Json,
    Protobuf,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OtlpParams {
    /// `json` (default) or `protobuf`.
    #[serde(default)]
    format: OtlpFormat,
}

/// Returns every copy of every span as it came, as an `ExportTraceServiceRequest`.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/otlp",
    tag = "spans",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these"), OtlpParams),
    responses((status = 200, description = "OTLP", content_type = "application/json"), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_otlp(
    State(app): State<App>,
    Path(id): Path<String>,
    params: Result<Query<OtlpParams>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(params) = params?;
    let trace_id = trace_id(&id)?;
    let ids = app.ingest.store().read(move |tx| {
        let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        Ok::<_, ApiError>(tx.span_ids(key)?)
    });
    let body = Download::new(app.ingest.clone(), trace_id, ids.await?, params.format).into_body().await?;
    let (media_type, extension) = match params.format {
        OtlpFormat::Json => ("application/json", "json"),
        OtlpFormat::Protobuf => ("application/x-protobuf", "pb"),
    };
    let disposition = format!("attachment; filename=\"{trace_id}.otlp.{extension}\"");
    Ok(([(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body)
        .into_response())
}

/// Returns every copy of one span as it came, as an `ExportTraceServiceRequest`.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/spans/{span_id}/otlp",
    tag = "spans",
    params(
        ("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these"),
        ("span_id" = String, Path, description = "16 hex digits")
    ),
    responses((status = 200, description = "OTLP/JSON", content_type = "application/json"), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_span_otlp(
    State(app): State<App>,
    Path((id, span)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let trace_id = trace_id(&id)?;
    let none = move |span: &str| ApiError::not_found(format!("span {span} is not in trace {trace_id}"));
    let span_id: SpanId = span.to_ascii_lowercase().parse().map_err(|_| none(&span))?;
    let read = app.ingest.store().read(move |tx| {
        let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        let copies = tx.span_copies(key, trace_id, span_id)?;
        if copies.is_empty() {
            return Err(none(&span_id.to_string()));
        }
        Ok(proto::otlp::encode_json(&grouped(vec![copies])).to_string())
    });
    Ok(([(header::CONTENT_TYPE, "application/json")], read.await?).into_response())
}

/// Puts copies with equal resource and scope together, in the order of their first appearance.
pub(super) fn grouped(spans: Vec<Vec<SpanCopy>>) -> Vec<SpanGroup> {
    let mut groups: Vec<SpanGroup> = Vec::new();
    for copy in spans.into_iter().flatten() {
        let SpanCopy { span, resource, scope, .. } = copy;
        match groups.iter_mut().find(|group| group.resource == resource && group.scope == scope) {
            Some(group) => group.spans.push(span),
            None => groups.push(SpanGroup { resource, scope, spans: vec![span] }),
        }
    }
    groups
}
