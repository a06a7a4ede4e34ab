//! What computations over a whole trace found: the critical path and the doctor's findings.

use analysis::critical_path::critical_path;
use analysis::doctor::{Doctor, Severity};
use analysis::prices::Prices;
use analysis::tree;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use ingest::merge;
use model::{LogRecord, SpanTable, TraceId};
use proto::ui;
use store::{ReadTx, TraceKey};

use super::ApiError;
use super::traces::{no_such_trace, trace_id};
use crate::router::App;

/// Most spans whose bodies the doctor reads: what is wrong with the values of one is wrong with those of its like.
const MAX_BODIES: usize = 500;

/// Returns the critical path of a trace and what the doctor found. The bodies of the first 500 spans are looked at, those of a
/// known type first; the shape of the tree, times and services of all.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/analysis",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 200, body = ui::TraceAnalysis), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_analysis(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::TraceAnalysis>, ApiError> {
    let trace_id = trace_id(&id)?;
    let ingest = app.ingest.clone();
    let read = app.ingest.store().read(move |tx| {
        let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        let (rows, strings) = tx.span_rows(key)?;
        let table = tree::arrange(trace_id, strings, rows);
        let doctor = examined(tx, key, trace_id, &table, ingest.prices())?;
        Ok::<_, ApiError>(message(&table, doctor))
    });
    Ok(Json(read.await?))
}

/// Returns the critical path of a trace alone, as columns. See `docs/formats/span-table.md`.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/critical-path",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses(
        (status = 200, description = "Its segments", content_type = "application/vnd.traceloupe.critical-path"),
        (status = 404, body = ui::ErrorBody)
    )
)]
pub(super) async fn get_critical_path(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    use proto::critical_path::{MEDIA_TYPE, Segment, encode};
    let trace_id = trace_id(&id)?;
    let read = app.ingest.store().read(move |tx| {
        let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        let (rows, strings) = tx.span_rows(key)?;
        let table = tree::arrange(trace_id, strings, rows);
        let path = critical_path(&table);
        let segments: Vec<Segment> = path
            .iter()
            .map(|segment| Segment {
                span_id: table.rows[segment.row as usize].span_id,
                start: segment.start,
                end: segment.end,
            })
            .collect();
        Ok::<_, ApiError>(encode(trace_id, table.base, &segments))
    });
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], read.await?).into_response())
}

fn examined(
    tx: &ReadTx<'_>,
    key: TraceKey,
    trace_id: TraceId,
    table: &SpanTable,
    prices: &Prices,
) -> Result<Doctor, ApiError> {
    let mut doctor = Doctor::default();
    doctor.look_at_rows(table);
    let typed = table.rows.iter().filter(|row| row.span_type != 0);
    let untyped = table.rows.iter().filter(|row| row.span_type == 0);
    for row in typed.chain(untyped).take(MAX_BODIES) {
        let copies = tx.span_copies(key, trace_id, row.span_id)?;
        if copies.is_empty() {
            continue;
        }
        let logs = tx.span_logs(trace_id, row.span_id)?;
        let logs: Vec<LogRecord> = logs.into_iter().map(|log| log.record).collect();
        doctor.look_at_span(&merge::merge(&copies).span, &logs, prices);
    }
    Ok(doctor)
}

fn message(table: &SpanTable, doctor: Doctor) -> ui::TraceAnalysis {
    let path = critical_path(table);
    let total =
        path.iter().fold(0_i64, |sum, segment| sum.saturating_add(segment.end.since(segment.start).0));
    let segments = path.iter().map(|segment| ui::CriticalSegment {
        row: segment.row,
        span_id: table.rows[segment.row as usize].span_id.to_string(),
        start_time_unix_nano: segment.start.0.to_string(),
        end_time_unix_nano: segment.end.0.to_string(),
    });
    let findings = doctor.findings().into_iter().map(|finding| ui::Finding {
        code: finding.code.to_owned(),
        severity: match finding.severity {
            Severity::Error => ui::Severity::Error,
            Severity::Warning => ui::Severity::Warning,
            Severity::Info => ui::Severity::Info,
        },
        title: finding.title,
        meaning: finding.meaning,
        fix: finding.fix,
        span_ids: finding.span_ids.iter().map(ToString::to_string).collect(),
        n_spans: finding.n_spans,
    });
    ui::TraceAnalysis {
        critical_path: segments.collect(),
        critical_path_ns: total.to_string(),
        findings: findings.collect(),
    }
}
