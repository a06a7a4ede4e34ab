//! Assessments of a trace as people make them in the UI; stored as MLflow's.

use analysis::python_json::dumps;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ingest::AssessmentChange;
use model::SpanId;
use model::filter::trace::AssessmentKind;
use proto::ui;
use serde_json::{Map, Value, json};
use store::KnownField;

use super::traces::{no_such_trace, trace_id};
use super::{ApiError, convert};
use crate::router::App;

/// Names that are offered.
const MAX_NAMES: usize = 50;
/// Longest name in characters, as MLflow's column has it.
const MAX_NAME_CHARS: usize = 250;

/// Lists the assessments of a trace and its spans.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/assessments",
    tag = "assessments",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 200, body = ui::AssessmentList), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn list_assessments(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::AssessmentList>, ApiError> {
    let trace_id = trace_id(&id)?;
    let read = app.ingest.store().read(move |tx| {
        let (key, info) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        let assessments = tx.assessments(key)?.iter().map(convert::assessment).collect();
        let mut known = Vec::new();
        for kind in [AssessmentKind::Feedback, AssessmentKind::Expectation] {
            let field = KnownField::AssessmentName(kind);
            known.extend(tx.known_values(&[info.experiment_id], &field, "", MAX_NAMES)?);
        }
        known.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let mut known_names: Vec<String> = Vec::new();
        for (name, _) in known {
            if !known_names.contains(&name) {
                known_names.push(name);
            }
        }
        known_names.truncate(MAX_NAMES);
        Ok::<_, ApiError>(ui::AssessmentList { assessments, known_names })
    });
    Ok(Json(read.await?))
}

/// Adds an assessment by a person.
#[utoipa::path(
    post,
    path = "/traceloupe/v1/traces/{trace_id}/assessments",
    tag = "assessments",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    request_body = ui::NewAssessment,
    responses((status = 201, body = ui::Assessment), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn create_assessment(
    State(app): State<App>,
    Path(id): Path<String>,
    body: Result<Json<ui::NewAssessment>, JsonRejection>,
) -> Result<(StatusCode, Json<ui::Assessment>), ApiError> {
    let trace_id = trace_id(&id)?;
    let Json(new) = body?;
    let kind = match new.kind {
        ui::AssessmentKind::Feedback => "feedback",
        ui::AssessmentKind::Expectation => "expectation",
        ui::AssessmentKind::Issue => {
            return Err(ApiError::invalid("kind must be feedback or expectation"));
        }
    };
    let mut message = Map::new();
    message.insert("assessment_name".into(), json!(checked_name(&new.name)?));
    message.insert("source".into(), json!({"source_type": "HUMAN", "source_id": "user"}));
    message.insert(kind.into(), message_value(kind, &new.value)?);
    message.insert("rationale".into(), json!(new.rationale.unwrap_or_default()));
    if let Some(span_id) = new.span_id {
        let span_id: SpanId = span_id
            .parse()
            .map_err(|_| ApiError::invalid(format!("'{span_id}' is no span id: it has 16 hex digits")))?;
        message.insert("span_id".into(), json!(span_id.to_string()));
    }
    let assessment = decoded(&message)?;
    app.ingest
        .store()
        .read(move |tx| tx.trace(trace_id)?.map(|_| ()).ok_or_else(|| no_such_trace(trace_id)))
        .await?;
    let stored = app.ingest.create_assessment(trace_id.into(), assessment).await?;
    Ok((StatusCode::CREATED, Json(convert::assessment(&stored))))
}

/// Changes name, value and rationale of an assessment.
#[utoipa::path(
    put,
    path = "/traceloupe/v1/traces/{trace_id}/assessments/{assessment_id}",
    tag = "assessments",
    params(
        ("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these"),
        ("assessment_id" = String, Path, description = "its id")
    ),
    request_body = ui::AssessmentEdit,
    responses((status = 200, body = ui::Assessment), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn update_assessment(
    State(app): State<App>,
    Path((id, assessment_id)): Path<(String, String)>,
    body: Result<Json<ui::AssessmentEdit>, JsonRejection>,
) -> Result<Json<ui::Assessment>, ApiError> {
    let trace_id = trace_id(&id)?;
    let Json(edit) = body?;
    let wanted = assessment_id.clone();
    let found = app.ingest.store().read(move |tx| {
        let (key, _) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        let found = tx.assessment(key, &wanted)?;
        found.ok_or_else(|| ApiError::not_found(format!("assessment {wanted} is not here: it was deleted")))
    });
    let kind = found.await?.value.kind();
    let message = Map::from_iter([(kind.to_owned(), message_value(kind, &edit.value)?)]);
    let change = AssessmentChange {
        name: Some(checked_name(&edit.name)?.to_owned()),
        value: Some(decoded(&message)?.value),
        rationale: Some(edit.rationale),
        ..AssessmentChange::default()
    };
    let stored = app.ingest.update_assessment(trace_id.into(), assessment_id, change).await?;
    Ok(Json(convert::assessment(&stored)))
}

/// Deletes an assessment; one that it stood in for is valid again.
#[utoipa::path(
    delete,
    path = "/traceloupe/v1/traces/{trace_id}/assessments/{assessment_id}",
    tag = "assessments",
    params(
        ("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these"),
        ("assessment_id" = String, Path, description = "its id")
    ),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn delete_assessment(
    State(app): State<App>,
    Path((id, assessment_id)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    app.ingest.delete_assessment(trace_id(&id)?.into(), assessment_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked_name(name: &str) -> Result<&str, ApiError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(ApiError::invalid("name must not be empty"));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(ApiError::invalid(format!("name must have {MAX_NAME_CHARS} characters at most")));
    }
    Ok(name)
}

/// Returns the part of MLflow's message that holds a value. Lists and objects of expectations go as JSON text.
fn message_value(kind: &str, value: &Value) -> Result<Value, ApiError> {
    if value.is_null() {
        return Err(ApiError::invalid("value must not be null"));
    }
    let is_nested = value.is_array() || value.is_object();
    Ok(match kind {
        "expectation" if is_nested => {
            json!({"serialized_value": {"serialization_format": "JSON_FORMAT", "value": dumps(value)}})
        }
        "issue" => return Err(ApiError::invalid("an issue cannot be edited here")),
        _ => json!({"value": value}),
    })
}

fn decoded(message: &Map<String, Value>) -> Result<model::Assessment, ApiError> {
    mlflow::decode_assessment(message).map_err(|error| ApiError::invalid(error.message))
}
