//! `traces/search`, in the form of version 3 and that of older clients, and page tokens.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ingest::Ingest;
use model::filter::trace::{TraceClause, TraceFilter, TraceOrder};
use model::{ExperimentId, TraceInfo};
use serde_json::{Map, Value, json};
use store::{FoundTraces, ReadTx, TraceKey, TraceSearch};

use crate::ApiError;
use crate::request::{Message, wrong_type};
use crate::span_content::span_content;
use crate::traces::info_message;

/// Most traces of one page (contract f.2).
const MAX_RESULTS: i64 = 500;
/// Traces of a page if the client does not say.
const DEFAULT_RESULTS: i64 = 100;
/// How long a page waits for more traces once it has any: clients ask on for as many as they want, but a request of theirs ends.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// `POST traces/search`.
pub(crate) async fn search(State(ingest): State<Ingest>, request: Message) -> Result<Json<Value>, ApiError> {
    let max_results = max_results(&request)?;
    let experiments = locations(&request)?;
    page(&ingest, &request, experiments, max_results, info_message).await
}

/// `GET traces` of older clients: the same in their messages.
pub(crate) async fn search_v2(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let max_results = max_results(&request)?;
    let ids = request.texts("experiment_ids", "experimentIds")?;
    if ids.is_empty() {
        return Err(ApiError::missing("experiment_ids"));
    }
    page(&ingest, &request, experiment_ids(&ids)?, max_results, crate::traces_v2::info_message).await
}

/// Parses experiment ids.
pub(crate) fn experiment_ids(ids: &[String]) -> Result<Vec<ExperimentId>, ApiError> {
    ids.iter().map(|id| id.parse().map_err(|error| ApiError::invalid(format!("{error}")))).collect()
}

/// Whether a filter asks about spans, which may take long.
pub(crate) fn asks_spans(filter: &TraceFilter) -> bool {
    filter.clauses.iter().any(|clause| matches!(clause, TraceClause::Span(..)))
}

fn max_results(request: &Message) -> Result<i64, ApiError> {
    match request.integer("max_results", "maxResults")?.unwrap_or(DEFAULT_RESULTS) {
        n if n < 1 => Err(ApiError::invalid(format!(
            "Invalid value {n} for parameter 'max_results' supplied. It must be a positive integer"
        ))),
        n if n > MAX_RESULTS => Err(ApiError::invalid(format!(
            "Invalid value {n} for parameter 'max_results' supplied:  Hint: Value was of type 'int'. \
             See the API docs for more information about request parameters."
        ))),
        n => Ok(n),
    }
}

async fn page(
    ingest: &Ingest,
    request: &Message,
    experiments: Vec<ExperimentId>,
    max_results: i64,
    message: fn(&ReadTx<'_>, TraceKey, &TraceInfo) -> Result<Value, ApiError>,
) -> Result<Json<Value>, ApiError> {
    let search = TraceSearch {
        experiments,
        filter: TraceFilter::parse(&request.text("filter", "filter")?.unwrap_or_default())?,
        order: TraceOrder::parse(&request.texts("order_by", "orderBy")?)?,
        after: None,
        offset: offset_of(request.text("page_token", "pageToken")?.as_deref())?,
        limit: usize::try_from(max_results).unwrap_or_default(),
    };
    let (traces, next) = ingest
        .store()
        .search_traces(asks_spans(&search.filter), PATIENCE, move |tx, control| {
            let FoundTraces { traces, next } = tx.search_traces(&search, control, span_content)?;
            let traces = traces.iter().map(|(key, info)| message(tx, *key, info));
            Ok::<_, ApiError>((traces.collect::<Result<Vec<_>, _>>()?, next))
        })
        .await?;
    let mut answer = Map::new();
    if !traces.is_empty() {
        answer.insert("traces".into(), Value::Array(traces));
    }
    if let Some(next) = next {
        answer.insert("next_page_token".into(), json!(token_of(next.offset)));
    }
    Ok(Json(Value::Object(answer)))
}

fn locations(request: &Message) -> Result<Vec<ExperimentId>, ApiError> {
    let given = request.field("locations", "locations")?.ok_or(ApiError::missing("locations"))?;
    let locations = given.as_array().ok_or_else(|| wrong_type("locations", given))?;
    if locations.is_empty() {
        return Err(ApiError::missing("locations"));
    }
    locations
        .iter()
        // Places of other kinds have no traces here.
        .filter_map(|location| location.get("mlflow_experiment").or_else(|| location.get("mlflowExperiment")))
        .map(|experiment| {
            let id = experiment.get("experiment_id").or_else(|| experiment.get("experimentId"));
            let id = id.and_then(Value::as_str).ok_or_else(|| {
                ApiError::invalid("Invalid value for parameter 'locations' supplied: each needs 'mlflow_experiment' with 'experiment_id'.")
            })?;
            id.parse().map_err(|error| ApiError::invalid(format!("{error}")))
        })
        .collect()
}

/// Reads a page token: base64 of `{"offset": N}`. Where a filter asks about spans, traces whose spans do not pass count too.
pub(crate) fn offset_of(token: Option<&str>) -> Result<u64, ApiError> {
    let Some(token) = token else { return Ok(0) };
    let Ok(bytes) = STANDARD.decode(token) else {
        return Err(ApiError::invalid("Invalid page token, could not base64-decode"));
    };
    let refused = |what: &str, shown: &[u8]| {
        ApiError::invalid(format!("Invalid page token, {what}={}", String::from_utf8_lossy(shown)))
    };
    let Ok(object) = serde_json::from_slice::<Value>(&bytes) else {
        return Err(refused("decoded value", &bytes));
    };
    let offset = object.get("offset").and_then(Value::as_u64).filter(|offset| *offset > 0);
    offset.ok_or_else(|| refused("parsed value", &bytes))
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
        for (token, message) in [
            ("???", "Invalid page token, could not base64-decode"),
            ("e30=", "Invalid page token, parsed value={}"),
            ("eyJvZmZzZXQiOiAwfQ==", "Invalid page token, parsed value={\"offset\": 0}"),
            ("eA==", "Invalid page token, decoded value=x"),
        ] {
            assert_eq!(offset_of(Some(token)).unwrap_err().message, message);
        }
    }
}
