//! A trace as Markdown, to be handed to a language model or put into a ticket.

use std::collections::HashMap;

use analysis::outline::{Detail, markdown, told_rows};
use analysis::prices::Prices;
use analysis::{semconv, tree};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use ingest::merge;
use model::{LogRecord, SpanId, SpanTable, TraceId};
use proto::ui;
use store::{ReadTx, TraceKey};

use super::ApiError;
use super::traces::{no_such_trace, trace_id};
use crate::router::App;

/// OTLP status code of an error.
const ERROR: u8 = 2;

/// Returns the outline of a trace: its sums, and the tree of at most 300 spans, errors first, with models and error messages.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/markdown",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses(
        (status = 200, description = "The outline", body = String, content_type = "text/markdown"),
        (status = 404, body = ui::ErrorBody)
    )
)]
pub(super) async fn get_markdown(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let trace_id = trace_id(&id)?;
    let ingest = app.ingest.clone();
    let read = app.ingest.store().read(move |tx| {
        let (key, info) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        let (rows, strings) = tx.span_rows(key)?;
        let table = tree::arrange(trace_id, strings, rows);
        let told = told_rows(&table);
        let details = details(tx, key, trace_id, &table, &told, ingest.prices())?;
        Ok::<_, ApiError>(markdown(&info, &table, &told, &details))
    });
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], read.await?).into_response())
}

/// Reads the bodies of failed spans and of those of a known type.
fn details(
    tx: &ReadTx<'_>,
    key: TraceKey,
    trace_id: TraceId,
    table: &SpanTable,
    told: &[u32],
    prices: &Prices,
) -> Result<HashMap<SpanId, Detail>, ApiError> {
    let mut details = HashMap::new();
    for row in told.iter().map(|&row| &table.rows[row as usize]) {
        if row.status != ERROR && row.span_type == 0 {
            continue;
        }
        let copies = tx.span_copies(key, trace_id, row.span_id)?;
        if copies.is_empty() {
            continue;
        }
        let logs = tx.span_logs(trace_id, row.span_id)?;
        let logs: Vec<LogRecord> = logs.into_iter().map(|log| log.record).collect();
        let span = merge::merge(&copies).span;
        let view = semconv::view(&span, &logs).llm(prices).unwrap_or_default();
        let detail = Detail {
            status_message: span.status.message.clone(),
            model: view.model_answered.or(view.model_asked),
            time_to_first_token_ns: view.time_to_first_token_ns,
        };
        details.insert(row.span_id, detail);
    }
    Ok(details)
}
