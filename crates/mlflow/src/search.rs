//! `POST traces/search` without a filter, and page tokens.

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ingest::Ingest;
use model::ExperimentId;
use serde_json::{Map, Value, json};
use store::{PageStart, TraceQuery};

use crate::request::Message;
use crate::traces::info_message;
use crate::{ApiError, ErrorCode};

/// Most traces of one page (contract f.2).
const MAX_RESULTS: i64 = 500;
/// Traces of a page if the client does not say.
const DEFAULT_RESULTS: i64 = 100;

/// `POST traces/search`, newest first.
pub(crate) async fn search(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let max_results = request.integer("max_results", "maxResults")?.unwrap_or(DEFAULT_RESULTS);
    if !(1..=MAX_RESULTS).contains(&max_results) {
        return Err(ApiError::invalid(format!(
            "Invalid value {max_results} for parameter 'max_results' supplied: It must be between 1 and {MAX_RESULTS}"
        )));
    }
    if request.text("filter", "filter")?.is_some()
        || !is_default_order(&request.texts("order_by", "orderBy")?)
    {
        let message = "This version of Traceloupe lists traces without 'filter', newest first: leave 'filter' and 'order_by' out.";
        return Err(ApiError::new(ErrorCode::NotImplemented, message));
    }
    let query = TraceQuery {
        experiments: Some(locations(&request)?),
        start: PageStart::Offset(offset_of(request.text("page_token", "pageToken")?.as_deref())?),
        limit: usize::try_from(max_results).unwrap_or_default(),
    };
    let (traces, next) = ingest
        .store()
        .read(move |tx| {
            let page = tx.list_traces(&query)?;
            let traces = page.traces.iter().map(|(key, info)| info_message(tx, *key, info));
            Ok::<_, ApiError>((traces.collect::<Result<Vec<_>, _>>()?, page.next))
        })
        .await?;
    let mut answer = Map::new();
    if !traces.is_empty() {
        answer.insert("traces".into(), Value::Array(traces));
    }
    if let Some(PageStart::Offset(offset)) = next {
        answer.insert("next_page_token".into(), json!(token_of(offset)));
    }
    Ok(Json(Value::Object(answer)))
}

fn is_default_order(order_by: &[String]) -> bool {
    order_by.iter().all(|order| {
        let mut words = order.split_whitespace();
        let key = words.next().unwrap_or_default();
        let direction = words.next().unwrap_or("ASC");
        matches!(key, "timestamp_ms" | "timestamp") && direction.eq_ignore_ascii_case("DESC")
    })
}

fn locations(request: &Message) -> Result<Vec<ExperimentId>, ApiError> {
    let Some(Value::Array(locations)) = request.field("locations", "locations")? else {
        return Err(ApiError::missing("locations"));
    };
    if locations.is_empty() {
        return Err(ApiError::missing("locations"));
    }
    locations
        .iter()
        .map(|location| {
            let experiment = location.get("mlflow_experiment").or_else(|| location.get("mlflowExperiment"));
            let id = experiment.and_then(|experiment| experiment.get("experiment_id").or_else(|| experiment.get("experimentId")));
            let id = id.and_then(Value::as_str).ok_or_else(|| {
                ApiError::invalid("Invalid value for parameter 'locations' supplied: each needs 'mlflow_experiment' with 'experiment_id'.")
            })?;
            id.parse().map_err(|error| ApiError::invalid(format!("{error}")))
        })
        .collect()
}

/// Reads a page token: base64 of `{"offset": N}`.
pub(crate) fn offset_of(token: Option<&str>) -> Result<u64, ApiError> {
    let Some(token) = token else { return Ok(0) };
    let bytes = STANDARD.decode(token).ok();
    let object = bytes.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    object
        .and_then(|object| object.get("offset")?.as_u64())
        .ok_or_else(|| ApiError::invalid("Invalid page token, could not base64-decode"))
}

/// Writes a page token, with the blank that MLflow's has.
pub(crate) fn token_of(offset: u64) -> String {
    STANDARD.encode(format!("{{\"offset\": {offset}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_those_of_mlflow() {
        // Contract f.1, observed.
        assert_eq!(token_of(3), "eyJvZmZzZXQiOiAzfQ==");
        assert_eq!(offset_of(Some("eyJvZmZzZXQiOiAzfQ==")), Ok(3));
        assert!(offset_of(Some("???")).is_err());
    }
}
