//! Artifacts of traces (contract d.5, g): `traces.json` is read into spans and written from them; attachments are kept.

use analysis::plain::{plain, plain_object, typed};
use analysis::python_json::dumps;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use ingest::{Ingest, Placement, SpanBatch};
use model::{ExperimentId, SpanGroup, TraceId};
use proto::mlflow as message;
use serde_json::Value;

use crate::ApiError;
use crate::spans::spans;

/// The file that holds the spans of a trace.
const TRACE_DATA: &str = "traces.json";

/// A file of a trace.
struct Artifact {
    experiment: ExperimentId,
    trace_id: TraceId,
    /// Path within the artifacts of the trace.
    path: String,
}

/// Reads `<experiment>/traces/<trace id>/artifacts/<path>`. Other artifacts are not served yet.
fn artifact(path: &str) -> Result<Artifact, ApiError> {
    let is_hidden = |part: &str| part.is_empty() || part == "." || part == "..";
    if path.starts_with('/') || path.contains(['\\', '\0']) || path.split('/').any(|part| part == "..") {
        return Err(ApiError::invalid("Invalid path"));
    }
    let missing = || {
        let shown: String = path.chars().take(200).collect();
        ApiError::not_found(format!("No such artifact: '{shown}'"))
    };
    let mut parts = path.splitn(5, '/');
    let mut next = || parts.next().ok_or_else(missing);
    let (experiment, traces, id, artifacts, rest) = (next()?, next()?, next()?, next()?, next()?);
    if traces != "traces" || artifacts != "artifacts" || rest.split('/').any(is_hidden) {
        return Err(missing());
    }
    Ok(Artifact {
        experiment: experiment.parse().map_err(|_| missing())?,
        trace_id: TraceId::parse_any(id).map_err(|_| missing())?,
        path: rest.to_owned(),
    })
}

/// `PUT …/mlflow-artifacts/artifacts/{path}`.
pub(crate) async fn put(
    State(ingest): State<Ingest>,
    Path(path): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let artifact = artifact(&path)?;
    if artifact.path == TRACE_DATA {
        let spans = message::decode_trace_data(&body, artifact.trace_id, typed)
            .map_err(|reason| ApiError::invalid(format!("Invalid {TRACE_DATA}: {reason}.")))?;
        let group = SpanGroup { spans, ..SpanGroup::default() };
        let stored = ingest
            .write_spans(SpanBatch {
                groups: vec![group],
                placement: Placement::In(artifact.experiment),
                is_mlflow_client: true,
                n_bytes: body.len(),
            })
            .await?;
        if let Some(rejected) = stored.rejected.first() {
            return Err(ingest::IngestError::OtherExperiment(rejected.trace_id).into());
        }
    } else {
        ingest.put_trace_artifact(artifact.trace_id, artifact.path, body.to_vec()).await?;
    }
    Ok(().into_response())
}

/// `GET …/mlflow-artifacts/artifacts/{path}`.
pub(crate) async fn get(
    State(ingest): State<Ingest>,
    Path(path): Path<String>,
) -> Result<Response, ApiError> {
    let artifact = artifact(&path)?;
    let missing = ApiError::not_found(format!("No such artifact: '{path}'"));
    let file = artifact.path.clone();
    let prices = ingest.clone();
    let found: Option<Vec<u8>> = ingest
        .store()
        .read(move |tx| {
            let Some((trace, info)) = tx.trace(artifact.trace_id)? else { return Ok(None) };
            if info.experiment_id != artifact.experiment {
                return Ok(None);
            }
            if artifact.path != TRACE_DATA {
                return Ok::<_, ApiError>(tx.trace_artifact(trace, &artifact.path)?);
            }
            let spans = spans(tx, trace, artifact.trace_id, prices.prices())?;
            let with_texts = spans.iter().map(|answered| {
                let texts = answered
                    .attributes
                    .iter()
                    .map(|attribute| (attribute.key.clone(), Value::String(dumps(&plain(&attribute.value)))));
                (&answered.span, texts.collect())
            });
            Ok(Some(message::trace_data(with_texts, plain_object).to_string().into_bytes()))
        })
        .await?;
    let body = found.ok_or(missing)?;
    let name = file.rsplit('/').next().unwrap_or_default();
    // Nothing that a client kept is ever shown as a page.
    let content_type = if name.ends_with(".json") { "text/plain" } else { "application/octet-stream" };
    let safe: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename={safe}")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, body).into_response())
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
            "3/traces/nope/artifacts/x",
            &format!("3/traces/tr-{id}/artifacts/"),
            &format!("x/traces/tr-{id}/artifacts/f"),
        ] {
            let error = artifact(path).err().map(|error| error.message);
            assert_eq!(error, Some(format!("No such artifact: '{path}'")), "{path}");
        }
    }
}
