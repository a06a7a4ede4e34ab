//! RPCs that change stored traces: tags, links, deletion.

use axum::Json;
use axum::extract::{Path, State};
use ingest::{DeleteTraces, Ingest};
use model::{TraceName, UnixNanos};
use serde_json::{Value, json};

use crate::ApiError;
use crate::request::{Message, wrong_type};

/// `PATCH traces/{trace_id}/tags`.
pub(crate) async fn set_tag(
    State(ingest): State<Ingest>,
    Path(id): Path<String>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let key = request.required("key", "key")?;
    let value = request.text("value", "value")?.unwrap_or_default();
    ingest.set_trace_tag(TraceName::of_client(&id), key, value).await?;
    Ok(Json(json!({})))
}

/// `DELETE traces/{trace_id}/tags`.
pub(crate) async fn delete_tag(
    State(ingest): State<Ingest>,
    Path(id): Path<String>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let key = request.required("key", "key")?;
    ingest.delete_trace_tag(TraceName::of_client(&id), key).await?;
    Ok(Json(json!({})))
}

/// `POST traces/delete-traces`.
pub(crate) async fn delete(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let experiment = request.required("experiment_id", "experimentId")?;
    let until = request.integer("max_timestamp_millis", "maxTimestampMillis")?;
    let max = request.integer("max_traces", "maxTraces")?;
    let ids = request.texts("request_ids", "requestIds")?;
    let which = match (until, ids.is_empty()) {
        (None, true) => {
            return Err(ApiError::invalid("Either `max_timestamp_millis` or `trace_ids` must be specified."));
        }
        (Some(_), false) => {
            return Err(ApiError::invalid(
                "Only one of `max_timestamp_millis` and `trace_ids` can be specified.",
            ));
        }
        (None, false) if max.is_some() => {
            return Err(ApiError::invalid("`max_traces` can't be specified if `trace_ids` is specified."));
        }
        (None, false) => DeleteTraces::Ids(ids.iter().map(|id| TraceName::of_client(id)).collect()),
        (Some(until), true) => {
            if let Some(max) = max.filter(|max| *max < 1) {
                let message = format!("`max_traces` must be a positive integer, received {max}.");
                return Err(ApiError::invalid(message));
            }
            let max = max.map(|max| usize::try_from(max).unwrap_or(usize::MAX));
            DeleteTraces::Until(UnixNanos::from_millis(until), max)
        }
    };
    let experiment = experiment.parse().map_err(|error| ApiError::invalid(format!("{error}")))?;
    let n_deleted = ingest.delete_traces(experiment, which).await?;
    Ok(Json(json!({"traces_deleted": n_deleted})))
}

/// `POST traces/link-to-run`. As in MLflow, neither traces nor run need to exist.
pub(crate) async fn link_to_run(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let ids = request.texts("trace_ids", "traceIds")?;
    if ids.is_empty() {
        return Err(ApiError::missing("trace_ids"));
    }
    let run_id = request.required("run_id", "runId")?;
    if ids.len() > ingest::MAX_LINKED_TRACES {
        return Err(ApiError::invalid(format!(
            "Cannot link more than {} traces to a run in a single request. Provided {} traces.",
            ingest::MAX_LINKED_TRACES,
            ids.len()
        )));
    }
    let traces = ids.iter().map(|id| TraceName::of_client(id)).collect();
    ingest.link_traces_to_run(traces, run_id).await?;
    Ok(Json(json!({})))
}

/// `POST traces/link-prompts`.
pub(crate) async fn link_prompts(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let id = request.required("trace_id", "traceId")?;
    let versions = match request.field("prompt_versions", "promptVersions")? {
        Some(Value::Array(versions)) => versions,
        Some(given) if !given.is_array() => return Err(wrong_type("prompt_versions", given)),
        _ => return Err(ApiError::missing("prompt_versions")),
    };
    let versions = versions
        .iter()
        .map(|version| {
            let text = |key: &str| version.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            Some(format!("{}/{}", text("name")?, text("version")?))
        })
        .collect::<Option<Vec<String>>>()
        .ok_or_else(|| {
            ApiError::invalid(
                "Invalid value for parameter 'prompt_versions' supplied: each needs 'name' and 'version'.",
            )
        })?;
    ingest.link_prompts(TraceName::of_client(&id), versions).await?;
    Ok(Json(json!({})))
}
