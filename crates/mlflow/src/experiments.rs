//! Experiment RPCs.

use axum::Json;
use axum::extract::State;
use ingest::{Ingest, NewExperiment};
use model::filter::evaluate::compare_experiments;
use model::filter::experiment::{ExperimentFilter, ExperimentOrder};
use model::{ExperimentId, LifecycleStage};
use proto::mlflow as message;
use serde_json::{Value, json};

use crate::ApiError;
use crate::request::Message;

/// Most experiments that one search may ask for (contract b.2).
const MAX_RESULTS: i64 = 50_000;

/// `POST experiments/create`.
pub(crate) async fn create(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let new = NewExperiment {
        name: request.required("name", "name")?,
        artifact_location: request.text("artifact_location", "artifactLocation")?,
        tags: request.pairs("tags", "tags")?,
    };
    let id = ingest.create_experiment(new).await?;
    Ok(Json(json!({"experiment_id": id.to_string()})))
}

/// `GET experiments/get`.
pub(crate) async fn get(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let id = experiment_id(&request)?;
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

/// `GET|POST experiments/search`.
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
    let filter = ExperimentFilter::parse(&request.text("filter", "filter")?.unwrap_or_default())?;
    let order = ExperimentOrder::parse(&request.texts("order_by", "orderBy")?)?;
    let offset = crate::search::offset_of(request.text("page_token", "pageToken")?.as_deref())?;
    let view = view_type(&request)?;
    let mut experiments = ingest.store().read(|tx| Ok::<_, ApiError>(tx.experiments()?)).await?;
    experiments.retain(|experiment| {
        view.is_none_or(|view| experiment.lifecycle_stage == view) && filter.matches(experiment)
    });
    experiments.sort_by(|left, right| compare_experiments(&order, left, right));
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

/// Returns the stage that a view shows; none if it shows all.
fn view_type(request: &Message) -> Result<Option<LifecycleStage>, ApiError> {
    let word = match request.field("view_type", "viewType")? {
        Some(Value::Number(number)) => number.to_string(),
        _ => request.text("view_type", "viewType")?.unwrap_or_default(),
    };
    match word.as_str() {
        "" | "ACTIVE_ONLY" | "1" => Ok(Some(LifecycleStage::Active)),
        "DELETED_ONLY" | "2" => Ok(Some(LifecycleStage::Deleted)),
        "ALL" | "3" => Ok(None),
        other => {
            let shown: String = other.chars().take(100).collect();
            Err(ApiError::invalid(format!(
                "Invalid value \"{shown}\" for parameter 'view_type' supplied: it must be ACTIVE_ONLY, DELETED_ONLY or ALL."
            )))
        }
    }
}

fn experiment_id(request: &Message) -> Result<ExperimentId, ApiError> {
    let id = request.required("experiment_id", "experimentId")?;
    id.parse().map_err(|error| ApiError::invalid(format!("{error}")))
}

/// `POST experiments/update`: gives it another name.
pub(crate) async fn update(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let id = experiment_id(&request)?;
    ingest.rename_experiment(id, request.required("new_name", "newName")?).await?;
    Ok(Json(json!({})))
}

/// `POST experiments/delete`.
pub(crate) async fn delete(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    ingest.set_experiment_deleted(experiment_id(&request)?, true).await?;
    Ok(Json(json!({})))
}

/// `POST experiments/restore`.
pub(crate) async fn restore(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    ingest.set_experiment_deleted(experiment_id(&request)?, false).await?;
    Ok(Json(json!({})))
}

/// `POST experiments/set-experiment-tag`.
pub(crate) async fn set_tag(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let id = experiment_id(&request)?;
    let key = request.required("key", "key")?;
    let value = request.text("value", "value")?.unwrap_or_default();
    ingest.set_experiment_tag(id, key, value).await?;
    Ok(Json(json!({})))
}

/// `POST experiments/delete-experiment-tag`.
pub(crate) async fn delete_tag(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let id = experiment_id(&request)?;
    ingest.delete_experiment_tag(id, request.required("key", "key")?).await?;
    Ok(Json(json!({})))
}
