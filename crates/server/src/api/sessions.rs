//! Sessions, which are the traces of one conversation, and their users.

mod said;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use proto::ui;
use serde::Deserialize;
use store::{KnownField, SessionQuery, SessionRow};
use utoipa::IntoParams;

use super::query::{experiment_id, scope};
use super::traces::BaselineInfos;
use super::{ApiError, convert};
use crate::router::App;
use said::Listener;

const DEFAULT_SESSIONS: usize = 100;
const MAX_SESSIONS: usize = 1000;
const MAX_USERS: usize = 50;
/// Traces of a page of one session.
const TURNS: usize = 100;
/// Tools of one of them.
const MAX_TOOLS: usize = 20;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SessionListParams {
    /// Decimal id of an experiment; all that are not deleted if absent.
    experiment_id: Option<String>,
    /// Only sessions that this user took part in.
    user: Option<String>,
    /// Rows of a page, 1 to 1000, 100 if absent.
    limit: Option<usize>,
    /// `next_page_token` of the page before.
    page_token: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SessionParams {
    /// Its id.
    session: String,
    /// Decimal id of an experiment; traces of all of them if absent.
    experiment_id: Option<String>,
    /// `next_page_token` of the page before.
    page_token: Option<String>,
}

fn offset_of(token: Option<&str>) -> Result<u64, ApiError> {
    let Some(token) = token else { return Ok(0) };
    token.parse().map_err(|_| ApiError::invalid("page_token is not one that this server gave"))
}

/// Lists sessions, those with the newest traces first.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/sessions",
    tag = "sessions",
    params(SessionListParams),
    responses((status = 200, body = ui::SessionList), (status = 400, body = ui::ErrorBody))
)]
pub(super) async fn list_sessions(
    State(app): State<App>,
    params: Result<Query<SessionListParams>, QueryRejection>,
) -> Result<Json<ui::SessionList>, ApiError> {
    let Query(params) = params?;
    let limit = params.limit.unwrap_or(DEFAULT_SESSIONS);
    if !(1..=MAX_SESSIONS).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be between 1 and {MAX_SESSIONS}, not {limit}")));
    }
    let experiment = params.experiment_id.as_deref().map(experiment_id).transpose()?;
    let offset = offset_of(params.page_token.as_deref())?;
    let query = SessionQuery { experiment, user: params.user, offset, limit };
    let ingest = app.ingest.clone();
    let read = app.ingest.store().read(move |tx| {
        let mut listener = Listener::new(tx, ingest.prices());
        let (rows, has_more) = tx.sessions(&query)?;
        let next = query.offset + rows.len() as u64;
        let mut sessions = Vec::with_capacity(rows.len());
        for row in rows {
            let (first, _) = tx.session_traces(&row.session, query.experiment, 0, 1)?;
            let request =
                first.first().map(|(key, info)| listener.request(*key, info)).transpose()?.flatten();
            sessions.push(summary(row, request.as_deref()));
        }
        let scope = scope(tx, query.experiment)?;
        let users = tx.known_values(&scope, &KnownField::User, "", MAX_USERS)?;
        Ok::<_, ApiError>(ui::SessionList {
            sessions,
            next_page_token: has_more.then(|| next.to_string()),
            users: users.into_iter().map(|(user, n_traces)| ui::UserCount { user, n_traces }).collect(),
        })
    });
    Ok(Json(read.await?))
}

/// Returns a conversation: its traces in order, with what was asked and answered and the tools that ran.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/session",
    tag = "sessions",
    params(SessionParams),
    responses((status = 200, body = ui::SessionDetail), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_session(
    State(app): State<App>,
    params: Result<Query<SessionParams>, QueryRejection>,
) -> Result<Json<ui::SessionDetail>, ApiError> {
    let Query(SessionParams { session, experiment_id: experiment, page_token }) = params?;
    let experiment = experiment.as_deref().map(experiment_id).transpose()?;
    let offset = offset_of(page_token.as_deref())?;
    let ingest = app.ingest.clone();
    let read = app.ingest.store().read(move |tx| {
        let mut listener = Listener::new(tx, ingest.prices());
        let row = tx.session(&session, experiment)?;
        let row = row.ok_or_else(|| ApiError::not_found(format!("no trace is of session {session}")))?;
        let (traces, has_more) = tx.session_traces(&session, experiment, offset, TURNS)?;
        let next = offset + traces.len() as u64;
        let mut baselines = BaselineInfos::new(tx)?;
        let turns = traces.into_iter().map(|(key, info)| {
            let tools = tx.tools_of(key, MAX_TOOLS)?;
            Ok::<_, ApiError>(ui::SessionTurn {
                trace: convert::trace_summary(&info, &tx.assessments(key)?, baselines.of(&info)?),
                request: listener.request(key, &info)?,
                response: listener.response(key, &info)?,
                tools: tools
                    .into_iter()
                    .map(|tool| ui::SessionTool {
                        span_id: tool.span_id.to_string(),
                        name: tool.name,
                        duration_ns: tool.duration.0.to_string(),
                        is_error: tool.is_error,
                    })
                    .collect(),
            })
        });
        let turns: Vec<ui::SessionTurn> = turns.collect::<Result<_, _>>()?;
        let first = turns.first().filter(|_| offset == 0).and_then(|turn| turn.request.as_deref());
        Ok::<_, ApiError>(ui::SessionDetail {
            summary: summary(row, first),
            turns,
            next_page_token: has_more.then(|| next.to_string()),
        })
    });
    Ok(Json(read.await?))
}

fn summary(row: SessionRow, first_request: Option<&str>) -> ui::SessionSummary {
    let tokens = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
    ui::SessionSummary {
        session: row.session,
        users: row.users,
        n_traces: row.n_traces,
        n_errors: row.n_errors,
        input_tokens: tokens(row.input_tokens),
        output_tokens: tokens(row.output_tokens),
        cost_pico_usd: row.cost.map(|pico| pico.to_string()),
        first_time_unix_nano: row.first.0.to_string(),
        last_time_unix_nano: row.last.0.to_string(),
        duration_ns: row.duration.0.to_string(),
        first_request: first_request.map(convert::cell),
    }
}
