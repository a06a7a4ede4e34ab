//! Run RPCs, as far as traces need them: what `mlflow.start_run` around a trace calls.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use ingest::{Ingest, NewRun, RunChange};
use serde_json::{Map, Value, json};
use store::{Run, RunStatus};

use crate::ApiError;
use crate::request::{Message, wrong_type};

fn info(run: &Run) -> Value {
    let mut info = Map::new();
    let location = format!("mlflow-artifacts:/{}/{}/artifacts", run.experiment_id, run.run_id);
    info.insert("run_uuid".into(), json!(run.run_id));
    info.insert("experiment_id".into(), json!(run.experiment_id.to_string()));
    info.insert("run_name".into(), json!(run.name));
    info.insert("user_id".into(), json!(run.user));
    info.insert("status".into(), json!(run.status.as_str()));
    info.insert("start_time".into(), json!(run.start_time));
    if let Some(end_time) = run.end_time {
        info.insert("end_time".into(), json!(end_time));
    }
    info.insert("artifact_uri".into(), json!(location));
    info.insert("lifecycle_stage".into(), json!(run.lifecycle_stage.as_str()));
    info.insert("run_id".into(), json!(run.run_id));
    Value::Object(info)
}

fn message(run: &Run) -> Value {
    let tags: Vec<Value> = run.tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({"info": info(run), "data": {"tags": tags}, "inputs": {}})
}

/// Returns the id of a run: clients send it under an old name, a new one, or both.
fn run_id(request: &Message) -> Result<String, ApiError> {
    match request.text("run_id", "runId")? {
        Some(id) => Ok(id),
        None => request.text("run_uuid", "runUuid")?.ok_or(ApiError::missing("run_id")),
    }
}

/// `POST runs/create`.
pub(crate) async fn create(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let experiment = request.required("experiment_id", "experimentId")?;
    let tags = request.pairs("tags", "tags")?;
    let run = ingest
        .create_run(NewRun {
            experiment_id: experiment.parse().map_err(|error| ApiError::invalid(format!("{error}")))?,
            name: request.text("run_name", "runName")?,
            user: request.text("user_id", "userId")?.unwrap_or_default(),
            start_time: request.integer("start_time", "startTime")?.unwrap_or(0),
            tags: BTreeMap::from_iter(tags),
        })
        .await?;
    Ok(Json(json!({"run": message(&run)})))
}

/// `GET runs/get`.
pub(crate) async fn get(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let id = run_id(&request)?;
    let wanted = id.clone();
    let found = ingest.store().read(move |tx| Ok::<_, ApiError>(tx.run(&wanted)?)).await?;
    let run = found.ok_or_else(|| ApiError::not_found(format!("Run with id={id} not found")))?;
    let mut message = message(&run);
    message["outputs"] = json!({});
    Ok(Json(json!({"run": message})))
}

/// `POST runs/update`. A status that is no word of MLflow's changes nothing, as there.
pub(crate) async fn update(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let status = match request.field("status", "status")? {
        Some(given @ Value::Number(number)) => {
            let status = number.as_i64().and_then(RunStatus::from_number);
            Some(status.ok_or_else(|| wrong_type("status", given))?)
        }
        _ => request.text("status", "status")?.and_then(|word| RunStatus::parse(&word)),
    };
    let change = RunChange::Update {
        status,
        end_time: request.integer("end_time", "endTime")?,
        name: request.text("run_name", "runName")?,
    };
    let run = ingest.change_run(run_id(&request)?, change).await?;
    Ok(Json(json!({"run_info": info(&run)})))
}

/// `POST runs/set-tag`.
pub(crate) async fn set_tag(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let key = request.required("key", "key")?;
    let value = request.text("value", "value")?.unwrap_or_default();
    ingest.change_run(run_id(&request)?, RunChange::SetTag(key, value)).await?;
    Ok(Json(json!({})))
}

/// `POST runs/delete-tag`.
pub(crate) async fn delete_tag(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let key = request.required("key", "key")?;
    ingest.change_run(run_id(&request)?, RunChange::DeleteTag(key)).await?;
    Ok(Json(json!({})))
}

/// `POST runs/delete`.
pub(crate) async fn delete(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    ingest.change_run(run_id(&request)?, RunChange::SetDeleted(true)).await?;
    Ok(Json(json!({})))
}

/// `POST runs/restore`.
pub(crate) async fn restore(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    ingest.change_run(run_id(&request)?, RunChange::SetDeleted(false)).await?;
    Ok(Json(json!({})))
}
