//! Trace RPCs: StartTrace, and reading traces back with their spans (contract d).

use std::collections::HashSet;
use std::time::Duration;

use analysis::python_json::dumps;
use axum::Json;
use axum::extract::{Path, State};
use ingest::{Change, Ingest, StartTrace};
use model::{Assessment, ExperimentId, TraceInfo, TraceName, keys};
use proto::mlflow as message;
use serde_json::{Value, json};
use store::{ReadTx, TraceKey};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use crate::ApiError;
use crate::request::Message;
use crate::spans::spans;

/// How long `traces/get` waits for spans that StartTrace announced: as long as MLflow's two retries.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// Most traces of one `batchGet`; the SDK asks for ten.
const MAX_BATCH: usize = 100;

/// `POST /api/3.0/mlflow/traces` (StartTraceV3).
pub(crate) async fn start(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let trace = request.field("trace", "trace")?.ok_or(ApiError::missing("trace"))?;
    let info = trace.get("trace_info").or_else(|| trace.get("traceInfo"));
    let info = info.and_then(Value::as_object).ok_or(ApiError::missing("trace_info"))?;
    let message = message::decode_trace_info(info)?;
    let experiment_id: ExperimentId =
        message.experiment_id.parse().map_err(|error| ApiError::invalid(format!("{error}")))?;
    let stored = ingest
        .start_trace(StartTrace {
            client_request_id: message.client_request_id,
            request_time: message.request_time,
            execution_duration_ms: message.execution_duration_ms,
            state: message.state,
            request_preview: message.request_preview,
            response_preview: message.response_preview,
            tags: message.tags,
            metadata: message.metadata,
            assessments: message.assessments.iter().map(assessment).collect::<Result<_, _>>()?,
            ..StartTrace::new(trace_name(&message.trace_id)?, experiment_id)
        })
        .await?;
    let assessments = assessment_messages(&stored.info, &stored.assessments);
    let info = message::trace_info(&stored.info, &stored.labels, assessments, dumps);
    Ok(Json(json!({"trace": {"trace_info": info}})))
}

/// Takes an assessment of StartTrace, with the id that it has or gets.
fn assessment(assessment: &Value) -> Result<Assessment, ApiError> {
    let Some(object) = assessment.as_object() else {
        return Err(ApiError::invalid(
            "Invalid value for parameter 'assessments' supplied: its items must be objects.",
        ));
    };
    crate::assessments::decode(object)
}

/// Returns the messages of the assessments of a trace.
fn assessment_messages(info: &TraceInfo, assessments: &[Assessment]) -> Vec<Value> {
    let trace_id = info.mlflow_id();
    assessments.iter().map(|assessment| message::assessment(assessment, &trace_id)).collect()
}

/// Reads the id of a trace that is to be stored: any text that is one component of a path and of an address.
fn trace_name(text: &str) -> Result<TraceName, ApiError> {
    let name = TraceName::of_client(text);
    let is_component = !text.is_empty() && !text.ends_with([' ', '.']) && !text.contains('/');
    let reason = if name.text().is_none() {
        if !name.trace_id.is_zero() {
            return Ok(name);
        }
        "must not have 0 as each of its digits".to_owned()
    } else if !is_component {
        "must be a single path component".to_owned()
    } else if text.contains(['%', '?', '#']) || text.chars().any(|c| c.is_ascii_control()) {
        "must not contain '%', '?', '#' or control characters".to_owned()
    } else if text.chars().count() > TraceName::MAX_CHARS {
        format!("must have {} characters at most", TraceName::MAX_CHARS)
    } else {
        return Ok(name);
    };
    let shown = in_ascii(&text.chars().take(100).collect::<String>());
    Err(ApiError::invalid(format!("Invalid value {shown} for parameter 'trace_id' supplied: {reason}")))
}

/// Writes a text as JSON of ASCII alone, as MLflow shows values.
fn in_ascii(text: &str) -> String {
    let escaped = |c: char| match c {
        ' '..='~' => String::from(c),
        _ => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    json!(text).to_string().chars().map(escaped).collect()
}

/// `GET /api/3.0/mlflow/traces/{trace_id}`: the trace info alone; never waits.
pub(crate) async fn get_info(
    State(ingest): State<Ingest>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let not_found = || ApiError::not_found(format!("Trace with ID '{id}' not found."));
    let name = TraceName::of_client(&id);
    let found = ingest
        .store()
        .read(move |tx| tx.named_trace(&name)?.map(|(key, info)| info_message(tx, key, &info)).transpose())
        .await?;
    Ok(Json(json!({"trace": {"trace_info": found.ok_or_else(not_found)?}})))
}

/// `GET traces/get`: trace info and spans. Waits for spans that StartTrace announced, unless `allow_partial`.
pub(crate) async fn get(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let id = request.required("trace_id", "traceId")?;
    let allow_partial = request.boolean("allow_partial", "allowPartial")?;
    let not_found = || ApiError::not_found(format!("Trace with ID {id} is not found."));
    let name = TraceName::of_client(&id);
    let deadline = Instant::now() + MAX_WAIT;
    // Listening starts before looking, so that no change falls between the two.
    let mut changes = ingest.changes();
    loop {
        match find(&ingest, &name, allow_partial).await? {
            Found::Complete(trace) => return Ok(Json(json!({"trace": trace}))),
            Found::Missing => return Err(not_found()),
            Found::Incomplete => {}
        }
        let change = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Trace(changed, _)) if changed != name.trace_id => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => return,
                    // No writer is left: nothing will change.
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        if timeout_at(deadline, change).await.is_err() {
            let message = format!("Trace with ID {id} is not fully exported yet, please try again later.");
            return Err(ApiError::not_found(message));
        }
    }
}

/// `GET traces/batchGet`: silently leaves out what is unknown or incomplete, as MLflow does.
pub(crate) async fn batch_get(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let ids = batch_ids(&request)?;
    let mut traces = Vec::new();
    for id in &ids {
        if let Found::Complete(trace) = find(&ingest, &TraceName::of_client(id), false).await? {
            traces.push(trace);
        }
    }
    Ok(Json(if traces.is_empty() { json!({}) } else { json!({"traces": traces}) }))
}

fn batch_ids(request: &Message) -> Result<Vec<String>, ApiError> {
    let ids = request.texts("trace_ids", "traceIds")?;
    if ids.is_empty() {
        return Err(ApiError::missing("trace_ids"));
    }
    if ids.len() > MAX_BATCH {
        return Err(ApiError::invalid(format!(
            "'trace_ids' has {} ids; at most {MAX_BATCH} are answered at once.",
            ids.len()
        )));
    }
    // Asked for twice it is answered once.
    let mut seen = HashSet::new();
    Ok(ids.into_iter().filter(|id| seen.insert(id.clone())).collect())
}

/// `POST traces/batchGetInfos`: trace infos alone; what is unknown is left out.
pub(crate) async fn batch_get_infos(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    if request.field("trace_ids", "traceIds")?.and_then(Value::as_array).is_some_and(Vec::is_empty) {
        return Ok(Json(json!({})));
    }
    let ids = batch_ids(&request)?;
    let infos = ingest
        .store()
        .read(move |tx| {
            let mut infos = Vec::new();
            for id in &ids {
                if let Some((key, info)) = tx.named_trace(&TraceName::of_client(id))? {
                    infos.push(info_message(tx, key, &info)?);
                }
            }
            Ok::<_, ApiError>(infos)
        })
        .await?;
    Ok(Json(if infos.is_empty() { json!({}) } else { json!({"trace_infos": infos}) }))
}

enum Found {
    Complete(Value),
    Incomplete,
    Missing,
}

async fn find(ingest: &Ingest, name: &TraceName, allow_partial: bool) -> Result<Found, ApiError> {
    let (prices, name) = (ingest.clone(), name.clone());
    ingest
        .store()
        .read(move |tx| {
            let Some((key, info)) = tx.named_trace(&name)? else { return Ok(Found::Missing) };
            let info_message = info_message(tx, key, &info)?;
            if !allow_partial && n_announced(&info_message) > info.summary.n_spans {
                return Ok(Found::Incomplete);
            }
            let mut trace = json!({"trace_info": info_message});
            let spans = spans(tx, key, info.trace_id, &info.mlflow_id(), prices.prices())?;
            if !spans.is_empty() {
                let spans = spans.iter().map(|answered| message::span(&answered.span, &answered.attributes));
                trace["spans"] = spans.collect();
            }
            Ok(Found::Complete(trace))
        })
        .await
}

/// Returns how many spans StartTrace said that the trace has.
fn n_announced(info: &Value) -> u64 {
    let stats = info["trace_metadata"][keys::SIZE_STATS].as_str();
    let stats = stats.and_then(|stats| serde_json::from_str::<Value>(stats).ok());
    stats.and_then(|stats| stats["num_spans"].as_u64()).unwrap_or(0)
}

/// Returns the trace info message of a stored trace.
pub(crate) fn info_message(tx: &ReadTx<'_>, key: TraceKey, info: &TraceInfo) -> Result<Value, ApiError> {
    let labels = tx.trace_labels(key)?;
    let assessments = assessment_messages(info, &tx.assessments(key)?);
    Ok(message::trace_info(info, &labels, assessments, dumps))
}
