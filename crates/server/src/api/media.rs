//! Images, sounds and files inside messages, as bytes. What a trace carries is hostile: nothing here may run in a browser.

use analysis::semconv;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ingest::merge;
use model::{LogRecord, SpanId};
use proto::ui;

use super::ApiError;
use super::traces::{no_such_trace, trace_id};
use crate::router::App;

/// Types that a browser shows without running anything; SVG and HTML are none of them.
const SHOWN: [&str; 13] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "audio/wav",
    "audio/mpeg",
    "audio/mp3",
    "audio/ogg",
    "audio/webm",
    "video/mp4",
    "video/webm",
];

/// Returns a piece of binary content of a message, by the number that the LLM view gives it.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/spans/{span_id}/media/{index}",
    tag = "spans",
    params(
        ("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these"),
        ("span_id" = String, Path, description = "16 hex digits"),
        ("index" = usize, Path, description = "`index` of a media part")
    ),
    responses(
        (status = 200, description = "The content", content_type = "application/octet-stream"),
        (status = 404, body = ui::ErrorBody)
    )
)]
pub(super) async fn get_media(
    State(app): State<App>,
    Path((id, span, index)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let trace_id = trace_id(&id)?;
    let none = || ApiError::not_found(format!("span {span} of trace {trace_id} has no media {index}"));
    let span_id: SpanId = span.to_ascii_lowercase().parse().map_err(|_| none())?;
    let number: usize = index.parse().map_err(|_| none())?;
    let ingest = app.ingest.clone();
    let read = app.ingest.store().read(move |tx| {
        let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        let copies = tx.span_copies(key, trace_id, span_id)?;
        if copies.is_empty() {
            return Ok(None);
        }
        let logs = tx.span_logs(trace_id, span_id)?;
        let logs: Vec<LogRecord> = logs.into_iter().map(|log| log.record).collect();
        let merged = merge::merge(&copies);
        let view = semconv::view(&merged.span, &logs)
            .sent_by(copies[merged.origin].resource.service_name())
            .llm(ingest.prices());
        Ok::<_, ApiError>(view.and_then(|view| {
            let media = view.media().nth(number)?;
            Some((media.media_type.clone(), decoded(media.base64.as_deref()?)?))
        }))
    });
    let (media_type, bytes) = read.await?.ok_or_else(none)?;
    let shown = SHOWN.into_iter().find(|shown| Some(*shown) == media_type.as_deref());
    let headers = [
        (header::CONTENT_TYPE, shown.unwrap_or("application/octet-stream")),
        (header::CONTENT_DISPOSITION, if shown.is_some() { "inline" } else { "attachment" }),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, bytes).into_response())
}

/// Decodes base64 in either alphabet, with or without padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    [STANDARD, URL_SAFE].iter().find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).ok())
}
