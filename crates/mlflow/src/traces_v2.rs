//! The trace API of clients before 3.2: begun and ended by request id, times in milliseconds, labels as lists.

use std::collections::BTreeMap;

use analysis::python_json::dumps;
use axum::Json;
use axum::extract::{Path, State};
use ingest::{Ingest, StartTrace};
use model::{TraceId, TraceInfo, TraceName, TraceState, UnixNanos};
use proto::mlflow as message;
use serde_json::{Map, Value, json};
use store::{ReadTx, TraceKey};

use crate::ApiError;
use crate::request::Message;

/// Returns the trace info of a stored trace in the old form.
pub(crate) fn info_message(tx: &ReadTx<'_>, key: TraceKey, info: &TraceInfo) -> Result<Value, ApiError> {
    let labels = tx.trace_labels(key)?;
    let mut tags = message::tags(info, &labels);
    tags.insert(model::keys::SPANS_LOCATION.to_owned(), model::keys::IN_TRACKING_STORE.to_owned());
    tags.insert(model::keys::ARTIFACT_LOCATION.to_owned(), info.artifact_location());
    let mut answer = Map::new();
    answer.insert("request_id".into(), json!(info.mlflow_id()));
    answer.insert("experiment_id".into(), json!(info.experiment_id.to_string()));
    answer.insert("timestamp_ms".into(), json!(info.request_time.as_millis()));
    answer.insert("execution_time_ms".into(), json!(info.execution_duration_ms.unwrap_or(0)));
    answer.insert("status".into(), json!(status_word(info.state)));
    let metadata = message::metadata(info, &labels, dumps);
    for (name, labels) in [("request_metadata", metadata), ("tags", tags)] {
        if !labels.is_empty() {
            answer.insert(name.into(), pairs(&labels));
        }
    }
    Ok(Value::Object(answer))
}

fn pairs(labels: &BTreeMap<String, String>) -> Value {
    labels.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

/// The old protocol has another word for an unknown state.
fn status_word(state: TraceState) -> &'static str {
    match state {
        TraceState::Unspecified => "TRACE_STATUS_UNSPECIFIED",
        state => state.as_str(),
    }
}

fn labels(
    request: &Message,
    snake: &'static str,
    camel: &'static str,
) -> Result<BTreeMap<String, String>, ApiError> {
    Ok(request.pairs(snake, camel)?.into_iter().collect())
}

async fn stored(ingest: &Ingest, name: TraceName) -> Result<Option<Value>, ApiError> {
    ingest
        .store()
        .read(move |tx| tx.named_trace(&name)?.map(|(key, info)| info_message(tx, key, &info)).transpose())
        .await
}

fn not_found(id: &str) -> ApiError {
    ApiError::not_found(format!("Trace with ID '{id}' not found."))
}

/// `POST /api/2.0/mlflow/traces`: begins a trace; the server makes its id.
pub(crate) async fn start(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let experiment = request.required("experiment_id", "experimentId")?;
    let time = request.integer("timestamp_ms", "timestampMs")?.ok_or(ApiError::missing("timestamp_ms"))?;
    let experiment_id = experiment.parse().map_err(|error| ApiError::invalid(format!("{error}")))?;
    let name = TraceName::from(TraceId(*uuid::Uuid::new_v4().as_bytes()));
    ingest
        .start_trace(StartTrace {
            request_time: Some(UnixNanos::from_millis(time)),
            state: TraceState::InProgress,
            tags: labels(&request, "tags", "tags")?,
            metadata: labels(&request, "request_metadata", "requestMetadata")?,
            ..StartTrace::new(name.clone(), experiment_id)
        })
        .await?;
    Ok(Json(json!({"trace_info": stored(&ingest, name).await?})))
}

/// `PATCH /api/2.0/mlflow/traces/{request_id}`: ends a trace.
pub(crate) async fn end(
    State(ingest): State<Ingest>,
    Path(id): Path<String>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let name = TraceName::of_client(&id);
    let end = request.integer("timestamp_ms", "timestampMs")?.ok_or(ApiError::missing("timestamp_ms"))?;
    let status = request.text("status", "status")?.ok_or(ApiError::missing("status"))?;
    let state = match status.as_str() {
        "TRACE_STATUS_UNSPECIFIED" => TraceState::Unspecified,
        word => TraceState::parse(word).ok_or_else(|| {
            ApiError::invalid(format!("Invalid value \"{word}\" for parameter 'status' supplied: it must be OK, ERROR or IN_PROGRESS."))
        })?,
    };
    let asked = name.clone();
    let found = ingest.store().read(move |tx| Ok::<_, ApiError>(tx.named_trace(&asked)?)).await?;
    let (_, info) = found.ok_or_else(|| not_found(&id))?;
    ingest
        .start_trace(StartTrace {
            execution_duration_ms: Some(end.saturating_sub(info.request_time.as_millis())),
            state,
            tags: labels(&request, "tags", "tags")?,
            metadata: labels(&request, "request_metadata", "requestMetadata")?,
            ..StartTrace::new(name.clone(), info.experiment_id)
        })
        .await?;
    Ok(Json(json!({"trace_info": stored(&ingest, name).await?})))
}

/// `GET /api/2.0/mlflow/traces/{request_id}/info`.
pub(crate) async fn get_info(
    State(ingest): State<Ingest>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let name = TraceName::of_client(&id);
    let info = stored(&ingest, name).await?.ok_or_else(|| not_found(&id))?;
    Ok(Json(json!({"trace_info": info})))
}
