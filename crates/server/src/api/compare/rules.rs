//! What a user said of two rows, for other traces as well.

use analysis::compare::{MAX_RULE_LABEL, MAX_RULE_LEVELS, NoRule, Pin, PinRule, Side};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::SpanId;
use proto::ui;

use super::{named, off_thread, span_id};
use crate::api::ApiError;
use crate::router::App;

/// Lists what holds for rows of all traces.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/compare/rules",
    tag = "compare",
    responses((status = 200, body = ui::RowRuleList))
)]
pub(in crate::api) async fn list_row_rules(
    State(app): State<App>,
) -> Result<Json<ui::RowRuleList>, ApiError> {
    let read = app.ingest.store().read(|tx| Ok::<_, ApiError>(tx.row_rules()?));
    let rules = read
        .await?
        .into_iter()
        .map(|rule| ui::RowRule { rule_id: rule.id.to_string(), places: rule.places.to_vec() });
    Ok(Json(ui::RowRuleList { rules: rules.collect() }))
}

/// Says of all traces that spans at the places of these two are the same: wherever one side has exactly one at the one place and
/// the other exactly one at the other. What is pinned between two traces goes before.
#[utoipa::path(
    post,
    path = "/traceloupe/v1/compare/rules",
    tag = "compare",
    request_body = ui::RowPin,
    responses(
        (status = 200, body = ui::RowRule),
        (status = 400, description = "It would not hold between these two traces", body = ui::ErrorBody),
        (status = 404, body = ui::ErrorBody)
    )
)]
pub(in crate::api) async fn create_row_rule(
    State(app): State<App>,
    pin: Result<Json<ui::RowPin>, JsonRejection>,
) -> Result<Json<ui::RowRule>, ApiError> {
    let Json(pin) = pin?;
    let baseline = named("baseline", &pin.baseline)?;
    let candidate = named("candidate", &pin.candidate)?;
    let before = span_id("baseline_span_id", &pin.baseline_span_id)?;
    let after = span_id("candidate_span_id", &pin.candidate_span_id)?;
    let compared = app.comparisons.get(&app.ingest, baseline, candidate).await?;
    let rule = off_thread(move || {
        let (one, other) = (compared.baseline.side().side, compared.candidate.side().side);
        let pin = Pin {
            baseline: row_of(one, before, "baseline_span_id")?,
            candidate: row_of(other, after, "candidate_span_id")?,
            is_rule: false,
        };
        PinRule::of(pin, one, other).map_err(|reason| ApiError::invalid(why_not(reason)))
    });
    let places = rule.await??.places().map(<[String]>::to_vec);
    let rule_id = app.ingest.put_row_rule(places.clone()).await?.to_string();
    Ok(Json(ui::RowRule { rule_id, places: places.to_vec() }))
}

fn row_of(side: Side<'_>, span: SpanId, parameter: &str) -> Result<u32, ApiError> {
    let mut rows = (0_u32..).zip(&side.table.rows);
    let found = rows.find(|(_, row)| row.span_id == span);
    found
        .map(|(row, _)| row)
        .ok_or_else(|| ApiError::not_found(format!("span {span} is not here")).about(parameter))
}

fn why_not(reason: NoRule) -> String {
    match reason {
        NoRule::NoRoot => "the root span above it has not arrived, so that its place is not known".to_owned(),
        NoRule::TooLong => format!(
            "a place of up to {MAX_RULE_LEVELS} levels can be remembered, each of a name of up to {MAX_RULE_LABEL} bytes"
        ),
        NoRule::Repeated => {
            "one of the traces has several spans at this place, and which of them is meant is not known of others"
                .to_owned()
        }
        NoRule::BothPlaces => {
            "one of the traces has spans of both names, so that the names tell which is which in others".to_owned()
        }
    }
}

/// Takes a rule away; what is pinned between two traces stays.
#[utoipa::path(
    delete,
    path = "/traceloupe/v1/compare/rules/{rule_id}",
    tag = "compare",
    params(("rule_id" = String, Path, description = "Decimal id of the rule")),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(in crate::api) async fn delete_row_rule(
    State(app): State<App>,
    Path(rule_id): Path<String>,
) -> Result<StatusCode, ApiError> {
    if let Ok(id) = rule_id.parse()
        && app.ingest.delete_row_rule(id).await?
    {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found(format!("there is no rule {rule_id}")))
}
