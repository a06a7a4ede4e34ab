//! Artifacts of traces (contract d.5, g): `traces.json` is read into spans and written from them; attachments are kept.

use std::collections::BTreeMap;

use analysis::plain::{plain, plain_object, typed};
use analysis::prices::Prices;
use analysis::python_json::dumps;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ingest::{Ingest, Placement, SpanBatch};
use model::{ExperimentId, SpanGroup, TraceInfo, TraceName};
use proto::mlflow as message;
use serde_json::{Value, json};
use store::{ReadTx, TraceKey};

use crate::request::Message;
use crate::spans::spans;
use crate::{ApiError, ErrorCode};

/// The file that holds the spans of a trace.
const TRACE_DATA: &str = "traces.json";

/// A file or folder of a trace.
struct Artifact {
    experiment: ExperimentId,
    trace: TraceName,
    /// Path within the artifacts of the trace; empty for all of them.
    path: String,
}

fn no_such(path: &str) -> ApiError {
    let shown: String = path.chars().take(200).collect();
    ApiError::not_found(format!("No such artifact: '{shown}'"))
}

/// Refuses what leads out of the place where artifacts are kept.
fn check_path(path: &str) -> Result<(), ApiError> {
    if path.starts_with('/') || path.contains(['\\', '\0']) || path.split('/').any(|part| part == "..") {
        return Err(ApiError::invalid("Invalid path"));
    }
    Ok(())
}

/// Reads `<experiment>/traces/<trace id>/artifacts[/<path>]`. Other artifacts are not served yet.
fn artifact(path: &str) -> Result<Artifact, ApiError> {
    check_path(path)?;
    let missing = || no_such(path);
    let mut parts = path.splitn(5, '/');
    let mut next = || parts.next().ok_or_else(missing);
    let (experiment, traces, id, artifacts) = (next()?, next()?, next()?, next()?);
    let rest = parts.next().unwrap_or_default();
    let is_hidden = |part: &str| part.is_empty() || part == ".";
    if traces != "traces" || artifacts != "artifacts" || (!rest.is_empty() && rest.split('/').any(is_hidden))
    {
        return Err(missing());
    }
    Ok(Artifact {
        experiment: experiment.parse().map_err(|_| missing())?,
        trace: TraceName::of_client(id),
        path: rest.to_owned(),
    })
}

/// Reads the path of a file.
fn file(path: &str) -> Result<Artifact, ApiError> {
    artifact(path).and_then(|artifact| match artifact.path.is_empty() {
        true => Err(no_such(path)),
        false => Ok(artifact),
    })
}

/// An answer of the part of MLflow's server that speaks another dialect of errors.
fn detail(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"detail": text}))).into_response()
}

/// Whether a path of many lies below a folder, and what of it is below.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// `PUT …/mlflow-artifacts/artifacts/{path}`.
pub(crate) async fn put(
    State(ingest): State<Ingest>,
    Path(path): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    if path.ends_with('/') {
        return Ok(detail("Artifact path must include a filename (cannot end with '/')."));
    }
    let artifact = file(&path)?;
    if artifact.path == TRACE_DATA {
        let spans = message::decode_trace_data(&body, &artifact.trace, typed)
            .map_err(|reason| ApiError::invalid(format!("Invalid {TRACE_DATA}: {reason}.")))?;
        let group = SpanGroup { spans, ..SpanGroup::default() };
        let stored = ingest
            .write_spans(SpanBatch {
                groups: vec![group],
                placement: Placement::In(artifact.experiment),
                is_mlflow_client: true,
                name: Some(artifact.trace.clone()),
                n_bytes: body.len(),
            })
            .await?;
        if !stored.rejected.is_empty() {
            return Err(ingest::IngestError::OtherExperiment(artifact.trace).into());
        }
    } else {
        ingest.put_trace_artifact(artifact.trace, artifact.path, body.to_vec()).await?;
    }
    Ok(().into_response())
}

/// What lies at a path of a trace.
enum Found {
    File(Vec<u8>),
    Folder,
    Nothing,
}

/// `GET …/mlflow-artifacts/artifacts/{path}`.
pub(crate) async fn get(
    State(ingest): State<Ingest>,
    Path(path): Path<String>,
) -> Result<Response, ApiError> {
    let artifact = artifact(&path)?;
    let name = artifact.path.rsplit('/').next().unwrap_or_default().to_owned();
    match find(&ingest, artifact).await? {
        Found::File(body) => Ok(download(&name, body)),
        Found::Folder => Ok(detail(&format!("Artifact path refers to a directory, not a file: '{path}'"))),
        Found::Nothing => Err(no_such(&path)),
    }
}

async fn find(ingest: &Ingest, artifact: Artifact) -> Result<Found, ApiError> {
    let prices = ingest.clone();
    ingest
        .store()
        .read(move |tx| {
            let Some((trace, info)) = tx.named_trace(&artifact.trace)? else { return Ok(Found::Nothing) };
            if info.experiment_id != artifact.experiment {
                return Ok(Found::Nothing);
            }
            if artifact.path == TRACE_DATA {
                return Ok(Found::File(trace_data(tx, trace, &info, prices.prices())?));
            }
            if let Some(body) = tx.trace_artifact(trace, &artifact.path)? {
                return Ok(Found::File(body));
            }
            let files = tx.trace_artifacts(trace)?;
            let is_folder = artifact.path.is_empty()
                || files.iter().any(|(path, _)| below(path, &artifact.path).is_some());
            Ok::<_, ApiError>(if is_folder { Found::Folder } else { Found::Nothing })
        })
        .await
}

/// Writes the file of the spans of a trace.
fn trace_data(
    tx: &ReadTx<'_>,
    trace: TraceKey,
    info: &TraceInfo,
    prices: &Prices,
) -> Result<Vec<u8>, ApiError> {
    let spans = spans(tx, trace, info.trace_id, &info.mlflow_id(), prices)?;
    let with_texts = spans.iter().map(|answered| {
        let texts = answered
            .attributes
            .iter()
            .map(|attribute| (attribute.key.clone(), Value::String(dumps(&plain(&attribute.value)))));
        (&answered.span, texts.collect())
    });
    Ok(message::trace_data(with_texts, plain_object).to_string().into_bytes())
}

/// Answers a file to be kept: nothing that a client stored is ever shown as a page.
fn download(name: &str, body: Vec<u8>) -> Response {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let content_type = match extension.as_deref() {
        Some("json" | "txt" | "log" | "yaml" | "yml" | "md" | "csv") => "text/plain",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("wav") => "audio/x-wav",
        Some("mp3") => "audio/mpeg",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    };
    let safe: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename={safe}")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, body).into_response()
}

/// `GET …/mlflow-artifacts/artifacts?path=`: one level below a path of a trace, by name.
pub(crate) async fn list(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let path = request.text("path", "path")?.unwrap_or_default();
    check_path(&path)?;
    let Ok(artifact) = artifact(path.trim_end_matches('/')) else { return Ok(Json(json!({}))) };
    let files = ingest
        .store()
        .read(move |tx| {
            let Some((trace, info)) = tx.named_trace(&artifact.trace)? else { return Ok(BTreeMap::new()) };
            let mut files = BTreeMap::new();
            if info.experiment_id != artifact.experiment {
                return Ok(files);
            }
            for (path, n_bytes) in tx.trace_artifacts(trace)? {
                match below(&path, &artifact.path).map(|rest| rest.split_once('/').ok_or(rest)) {
                    Some(Ok((folder, _))) => files.insert(folder.to_owned(), None),
                    Some(Err(file)) => files.insert(file.to_owned(), Some(n_bytes)),
                    None => None,
                };
            }
            Ok::<_, ApiError>(files)
        })
        .await?;
    let files: Vec<Value> = files
        .into_iter()
        .map(|(path, size)| {
            let mut file = json!({"path": path, "is_dir": size.is_none()});
            // An empty file has no size in MLflow's message.
            if let Some(size) = size.filter(|size| *size > 0) {
                file["file_size"] = json!(size);
            }
            file
        })
        .collect();
    Ok(Json(if files.is_empty() { json!({}) } else { json!({"files": files}) }))
}

/// `DELETE …/mlflow-artifacts/artifacts/{path}`. Spans do not go with the file that is written from them.
pub(crate) async fn delete(
    State(ingest): State<Ingest>,
    Path(path): Path<String>,
) -> Result<Json<Value>, ApiError> {
    check_path(&path)?;
    if let Ok(artifact) = file(path.trim_end_matches('/')) {
        ingest.delete_trace_artifacts(artifact.trace, artifact.path).await?;
    }
    Ok(Json(json!({})))
}

/// `GET /ajax-api/…/mlflow/get-trace-artifact`: the file of the spans of a trace, or an attachment.
pub(crate) async fn of_trace(State(ingest): State<Ingest>, request: Message) -> Result<Response, ApiError> {
    let id = request.text("request_id", "requestId")?.ok_or_else(|| {
        let message = "Request must include the \"request_id\" query parameter.";
        ApiError::new(ErrorCode::BadRequest, message)
    })?;
    let attachment = request.text("path", "path")?;
    if let Some(path) = &attachment {
        check_path(path)?;
        if uuid::Uuid::parse_str(path).is_err() {
            let shown: String = path.chars().take(200).collect();
            return Err(ApiError::invalid(format!(
                "Invalid attachment path: '{shown}'. Attachment path must be a valid UUID."
            )));
        }
    }
    let not_found = || match attachment {
        Some(_) => ApiError::not_found(format!("Trace with ID '{id}' not found.")),
        None => ApiError::not_found(format!("Trace with ID {id} is not found.")),
    };
    let trace = TraceName::of_client(&id);
    let asked = trace.clone();
    let info = ingest.store().read(move |tx| Ok::<_, ApiError>(tx.named_trace(&asked)?)).await?;
    let (_, info) = info.ok_or_else(not_found)?;
    let path = match &attachment {
        Some(path) => format!("attachments/{path}"),
        None => TRACE_DATA.to_owned(),
    };
    let name = attachment.as_deref().unwrap_or(TRACE_DATA);
    let artifact = Artifact { experiment: info.experiment_id, trace, path: path.clone() };
    match find(&ingest, artifact).await? {
        Found::File(body) => Ok(download(name, body)),
        Found::Folder | Found::Nothing => Err(no_such(&path)),
    }
}

/// `…/mlflow-artifacts/mpu/…` and `…/presigned/…`: server-info says that there are none.
pub(crate) async fn multipart(method: Method) -> ApiError {
    let what = if method == Method::GET { "download" } else { "upload" };
    let message = format!("Multipart {what} is not supported for the current artifact repository");
    ApiError::new(ErrorCode::NotImplemented, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_traces_are_named() {
        let id = "07".repeat(16);
        let found = artifact(&format!("3/traces/tr-{id}/artifacts/attachments/a b")).map(|found| found.path);
        assert_eq!(found, Ok("attachments/a b".to_owned()));
        for path in
            ["../etc/passwd", "/3/traces", &format!("3/traces/tr-{id}/artifacts/../x"), "a\0b", "a\\..\\b"]
        {
            assert_eq!(
                artifact(path).err().map(|error| error.message),
                Some("Invalid path".to_owned()),
                "{path}"
            );
        }
        for path in [
            "",
            "3",
            "3/run/artifacts/x",
            &format!("3/traces/tr-{id}/artifacts/"),
            &format!("x/traces/tr-{id}/artifacts/f"),
        ] {
            let error = file(path).err().map(|error| error.message);
            assert_eq!(error, Some(format!("No such artifact: '{path}'")), "{path}");
        }
    }
}
