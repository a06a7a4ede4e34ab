//! Experiment RPCs that `set_experiment` needs.

use axum::Json;
use axum::extract::State;
use ingest::{Ingest, NewExperiment};
use model::ExperimentId;
use proto::mlflow as message;
use serde_json::{Value, json};

use crate::request::Message;
use crate::{ApiError, ErrorCode};

/// Most experiments that one search may ask for (contract b.2).
const MAX_RESULTS: i64 = 50_000;

/// `POST experiments/create`.
pub(crate) async fn create(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let new = NewExperiment {
        name: request.required("name", "name")?,
        artifact_location: request.text("artifact_location", "artifactLocation")?,
        tags: tags(request.field("tags", "tags")?)?,
    };
    let id = ingest.create_experiment(new).await?;
    Ok(Json(json!({"experiment_id": id.to_string()})))
}

fn tags(value: Option<&Value>) -> Result<Vec<(String, String)>, ApiError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let pair = |tag: &Value| {
        let text = |key| tag.get(key).and_then(Value::as_str).map(str::to_owned);
        Some((text("key")?, text("value").unwrap_or_default()))
    };
    let tags = value.as_array().and_then(|tags| tags.iter().map(pair).collect());
    tags.ok_or_else(|| ApiError::invalid("Invalid value for parameter 'tags' supplied: it must be a list of objects with 'key' and 'value'."))
}

/// `GET experiments/get`.
pub(crate) async fn get(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let id = request.required("experiment_id", "experimentId")?;
    let id: ExperimentId = id.parse().map_err(|error| ApiError::invalid(format!("{error}")))?;
    let found = ingest.store().read(move |tx| Ok::<_, ApiError>(tx.experiment(id)?)).await?;
    let experiment =
        found.ok_or_else(|| ApiError::not_found(format!("No Experiment with id={id} exists")))?;
    Ok(Json(json!({"experiment": message::experiment(&experiment)})))
}

/// `GET experiments/get-by-name`; deleted ones are found too.
pub(crate) async fn get_by_name(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let name = request.required("experiment_name", "experimentName")?;
    let wanted = name.clone();
    let found = ingest.store().read(move |tx| Ok::<_, ApiError>(tx.experiment_by_name(&wanted)?)).await?;
    let experiment =
        found.ok_or_else(|| ApiError::not_found(format!("Could not find experiment with name '{name}'")))?;
    Ok(Json(json!({"experiment": message::experiment(&experiment)})))
}

/// `GET|POST experiments/search`, newest first. Filters and other orders are not served yet.
pub(crate) async fn search(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let max_results = request.integer("max_results", "maxResults")?.unwrap_or(0);
    if max_results < 1 {
        return Err(ApiError::invalid(format!(
            "Invalid value {max_results} for parameter 'max_results' supplied. It must be a positive integer"
        )));
    }
    if max_results > MAX_RESULTS {
        return Err(ApiError::invalid(format!(
            "Invalid value {max_results} for parameter 'max_results' supplied. It must be at most {MAX_RESULTS}"
        )));
    }
    if request.text("filter", "filter")?.is_some() || !request.texts("order_by", "orderBy")?.is_empty() {
        let message =
            "This version of Traceloupe lists experiments without 'filter' and 'order_by': leave them out.";
        return Err(ApiError::new(ErrorCode::NotImplemented, message));
    }
    let offset = crate::search::offset_of(request.text("page_token", "pageToken")?.as_deref())?;
    let view = request.text("view_type", "viewType")?.unwrap_or_else(|| "ACTIVE_ONLY".to_owned());
    let mut experiments = ingest.store().read(|tx| Ok::<_, ApiError>(tx.experiments()?)).await?;
    experiments.retain(|experiment| match view.as_str() {
        "ALL" => true,
        "DELETED_ONLY" => experiment.lifecycle_stage == model::LifecycleStage::Deleted,
        _ => experiment.lifecycle_stage == model::LifecycleStage::Active,
    });
    experiments.sort_by_key(|experiment| {
        (std::cmp::Reverse(experiment.creation_time.as_millis()), experiment.experiment_id)
    });
    let first = usize::try_from(offset).unwrap_or(usize::MAX).min(experiments.len());
    let end = first.saturating_add(usize::try_from(max_results).unwrap_or(usize::MAX)).min(experiments.len());
    let mut answer = serde_json::Map::new();
    if first < end {
        answer
            .insert("experiments".into(), experiments[first..end].iter().map(message::experiment).collect());
    }
    if end < experiments.len() {
        answer.insert("next_page_token".into(), json!(crate::search::token_of(end as u64)));
    }
    Ok(Json(Value::Object(answer)))
}
