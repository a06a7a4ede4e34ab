//! Assessment RPCs (contract k.2).

use analysis::python_json::dumps;
use axum::Json;
use axum::extract::{Path, State};
use ingest::{AssessmentChange, Ingest};
use model::{Assessment, TraceName, UnixNanos};
use proto::mlflow as message;
use serde_json::{Map, Value, json};

use crate::ApiError;
use crate::request::Message;

/// Returns the present with the precision that MLflow keeps.
fn now() -> UnixNanos {
    let now = UnixNanos::from_system_time(std::time::SystemTime::now());
    UnixNanos::from_millis(now.as_millis())
}

/// Decodes an assessment; one without an id gets one.
///
/// # Errors
///
/// A field has a wrong type, or there is no value.
pub fn decode(message: &Map<String, Value>) -> Result<Assessment, ApiError> {
    let new_id = || format!("a-{}", uuid::Uuid::new_v4().simple());
    Ok(message::decode_assessment(message, new_id, now(), dumps)?)
}

fn body(request: &Message) -> Result<&Map<String, Value>, ApiError> {
    let assessment = request.field("assessment", "assessment")?.and_then(Value::as_object);
    assessment.ok_or(ApiError::missing("assessment"))
}

fn answer(assessment: &Assessment, trace_id: &str) -> Json<Value> {
    Json(json!({"assessment": message::assessment(assessment, trace_id)}))
}

/// `POST traces/{trace_id}/assessments`.
pub(crate) async fn create(
    State(ingest): State<Ingest>,
    Path(id): Path<String>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    // A new one is valid, whatever it says of itself.
    let assessment = Assessment { is_valid: true, ..decode(body(&request)?)? };
    let stored = ingest.create_assessment(TraceName::of_client(&id), assessment).await?;
    Ok(answer(&stored, &id))
}

/// `GET traces/{trace_id}/assessments/{assessment_id}`.
pub(crate) async fn get(
    State(ingest): State<Ingest>,
    Path((id, assessment_id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let no_trace = || ApiError::not_found(format!("Trace with request_id '{id}' not found"));
    let name = TraceName::of_client(&id);
    let wanted = assessment_id.clone();
    let found = ingest
        .store()
        .read(move |tx| {
            let Some((trace, _)) = tx.named_trace(&name)? else { return Ok(None) };
            Ok::<_, ApiError>(Some(tx.assessment(trace, &wanted)?))
        })
        .await?;
    let assessment = found.ok_or_else(no_trace)?.ok_or_else(|| {
        ApiError::not_found(format!("Assessment with ID '{assessment_id}' not found for trace '{id}'"))
    })?;
    Ok(answer(&assessment, &id))
}

/// `PATCH traces/{trace_id}/assessments/{assessment_id}`.
pub(crate) async fn update(
    State(ingest): State<Ingest>,
    Path((id, assessment_id)): Path<(String, String)>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let assessment = body(&request)?;
    let mask = request.field("update_mask", "updateMask")?.filter(|mask| mask.as_str() != Some(""));
    let mask = mask.ok_or(ApiError::missing("update_mask"))?;
    let update = message::decode_update(assessment, Some(mask), dumps)?;
    let change = AssessmentChange {
        name: update.name,
        value: update.value,
        rationale: update.rationale,
        metadata: update.metadata,
    };
    let stored = ingest.update_assessment(TraceName::of_client(&id), assessment_id, change).await?;
    Ok(answer(&stored, &id))
}

/// `DELETE traces/{trace_id}/assessments/{assessment_id}`; what is not there counts as deleted.
pub(crate) async fn delete(
    State(ingest): State<Ingest>,
    Path((id, assessment_id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    ingest.delete_assessment(TraceName::of_client(&id), assessment_id).await?;
    Ok(Json(json!({})))
}
