//! The trace list and the header of one trace.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::time::Duration;

use analysis::python_json::dumps;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use model::filter::trace::{NumberField, TraceClause, TraceFilter, TraceOrder};
use model::filter::{NumberOp, NumberTest};
use model::{TraceId, TraceInfo, TraceName, UnixNanos};
use proto::ui;
use serde::Deserialize;
use store::{Baselines, FoundTraces, ReadTx, StoreError, TraceCursor, TraceSearch};
use utoipa::IntoParams;

use super::query::{experiment_id, scope};
use super::{ApiError, convert};
use crate::router::App;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;
/// How long a page waits for more traces once it has any: the first rows are to be seen soon, and the next page goes on.
const PATIENCE: Duration = Duration::from_millis(150);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TraceListParams {
    /// Decimal id of an experiment; all that are not deleted if absent.
    experiment_id: Option<String>,
    /// What was typed into the query bar: a filter, or text to search for (docs/query.md).
    filter: Option<String>,
    /// One key and `ASC` or `DESC`; newest first if absent.
    order: Option<String>,
    /// Traces that began then or later, Unix nanoseconds.
    from: Option<String>,
    /// Traces that began before then, Unix nanoseconds.
    before: Option<String>,
    /// Rows of a page, 1 to 1000, 100 if absent.
    limit: Option<usize>,
    /// `next_page_token` of the page before.
    page_token: Option<String>,
}

/// Reads a trace id from a path: 32 hex digits, or `tr-` and these.
pub(super) fn trace_id(text: &str) -> Result<TraceId, ApiError> {
    TraceId::parse_any(&text.to_ascii_lowercase())
        .map_err(|_| ApiError::not_found(format!("'{text}' is no trace id: it has 32 hex digits")))
}

pub(super) fn no_such_trace(trace: impl Display) -> ApiError {
    ApiError::not_found(format!("trace {trace} is not here: it has not arrived yet, or was deleted"))
}

/// Lists traces, newest first unless another order is asked for.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces",
    tag = "traces",
    params(TraceListParams),
    responses((status = 200, body = ui::TraceList), (status = 400, body = ui::ErrorBody))
)]
pub(super) async fn list_traces(
    State(app): State<App>,
    params: Result<Query<TraceListParams>, QueryRejection>,
) -> Result<Json<ui::TraceList>, ApiError> {
    let Query(params) = params?;
    let limit = params.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be between 1 and {MAX_LIMIT}, not {limit}")));
    }
    let experiment = params.experiment_id.as_deref().map(experiment_id).transpose()?;
    let (filter, order) = search_of(&params)?;
    let place = Place::parse(params.page_token.as_deref(), order.is_some())?;
    let asks_spans = filter.asks_spans();
    let read = app.ingest.store().search_traces(asks_spans, PATIENCE, move |tx, control| {
        let experiments = scope(tx, experiment)?;
        let (after, offset) = match place {
            Place::First => (None, 0),
            Place::After(cursor) => (Some(cursor), 0),
            Place::Offset(n) => (None, n),
        };
        let is_ordered = order.is_some();
        let order = order.into_iter().collect();
        let search = TraceSearch { experiments, filter, order, after, offset, limit };
        let FoundTraces { traces, next } = tx.search_traces(&search, control, mlflow::span_content)?;
        let n_total = match (place, next) {
            (Place::First, None) => Some(traces.len() as u64),
            _ => tx.count_matching(&search.experiments, &search.filter)?,
        };
        let mut baselines = BaselineInfos::new(tx)?;
        let summaries = traces
            .iter()
            .map(|(key, info)| {
                let assessments = tx.assessments(*key)?;
                Ok::<_, ApiError>(convert::trace_summary(info, &assessments, baselines.of(info)?))
            })
            .collect::<Result<_, _>>()?;
        Ok::<_, ApiError>(ui::TraceList {
            traces: summaries,
            next_page_token: next.map(|next| {
                let place = if is_ordered { Place::Offset(next.offset) } else { Place::After(next.after) };
                place.token()
            }),
            n_total,
        })
    });
    Ok(Json(read.await?))
}

/// Reads filter, bounds of time and order.
fn search_of(params: &TraceListParams) -> Result<(TraceFilter, Option<TraceOrder>), ApiError> {
    let mut filter = TraceFilter::parse_query(params.filter.as_deref().unwrap_or_default())
        .map_err(|error| ApiError::invalid(error.message))?;
    for (name, bound, op) in
        [("from", &params.from, NumberOp::GreaterEq), ("before", &params.before, NumberOp::Less)]
    {
        let Some(bound) = bound else { continue };
        let nanos: i64 = bound
            .parse()
            .map_err(|_| ApiError::invalid(format!("{name} must be Unix nanoseconds, not '{bound}'")))?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of real times are far below 2^53")]
        let test = NumberTest { op, value: UnixNanos(nanos).as_millis() as f64 };
        filter.clauses.push(TraceClause::Number(NumberField::TimestampMs, test));
    }
    let order = params.order.as_deref().map(TraceOrder::parse_query).transpose();
    Ok((filter, order.map_err(|error| ApiError::invalid(error.message))?))
}

/// Where a page begins. Newest first it is behind a trace, so that arriving ones move nothing; in any other order behind a number of
/// them, for there a trace may change its place at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    After(TraceCursor),
    Offset(u64),
}

impl Place {
    fn parse(token: Option<&str>, is_ordered: bool) -> Result<Self, ApiError> {
        let Some(token) = token else { return Ok(Self::First) };
        let place = match token.split_once('.') {
            Some((time, id)) if !is_ordered => {
                time.parse().ok().zip(id.parse().ok()).map(|(time, trace_id)| {
                    Self::After(TraceCursor { request_time: UnixNanos(time), trace_id })
                })
            }
            None if is_ordered => token.parse().ok().map(Self::Offset),
            _ => None,
        };
        place.ok_or_else(|| ApiError::invalid("page_token is not one that this server gave for this order"))
    }

    fn token(self) -> String {
        match self {
            Self::After(TraceCursor { request_time, trace_id }) => format!("{}.{trace_id}", request_time.0),
            Self::Offset(n) => n.to_string(),
            Self::First => String::new(),
        }
    }
}

/// The traces that those of a page are measured against, each read once: most pages have a handful, of a name or an experiment.
pub(super) struct BaselineInfos<'a> {
    tx: &'a ReadTx<'a>,
    baselines: Baselines,
    read: HashMap<TraceId, Option<TraceInfo>>,
}

impl<'a> BaselineInfos<'a> {
    pub(super) fn new(tx: &'a ReadTx<'a>) -> Result<Self, StoreError> {
        Ok(Self { tx, baselines: tx.baselines()?, read: HashMap::new() })
    }

    pub(super) fn of(&mut self, info: &TraceInfo) -> Result<Option<&TraceInfo>, StoreError> {
        let Some(id) = self.baselines.of(info) else { return Ok(None) };
        let found = match self.read.entry(id) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(self.tx.trace(id)?.map(|(_, info)| info)),
        };
        Ok(found.as_ref())
    }
}

/// Returns what the header of a trace page shows.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, `tr-` and these, or what an MLflow client called it")),
    responses((status = 200, body = ui::TraceDetail), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_trace(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::TraceDetail>, ApiError> {
    let name = trace_id(&id).map_or_else(|_| TraceName::of_client(&id), TraceName::from);
    let detail = app
        .ingest
        .store()
        .read(move |tx| {
            let (key, info) = tx.named_trace(&name)?.ok_or_else(|| no_such_trace(&name))?;
            let labels = tx.trace_labels(key)?;
            let experiment = tx.experiment(info.experiment_id)?;
            Ok::<_, ApiError>(ui::TraceDetail {
                summary: convert::trace_summary(
                    &info,
                    &tx.assessments(key)?,
                    BaselineInfos::new(tx)?.of(&info)?,
                ),
                experiment_name: experiment.map(|experiment| experiment.name).unwrap_or_default(),
                tags: proto::mlflow::tags(&info, &labels),
                metadata: proto::mlflow::metadata(&info, &labels, dumps),
                request_preview: info.request_preview.as_deref().and_then(convert::words),
                response_preview: info.response_preview.as_deref().and_then(convert::words),
                n_logs: tx.n_logs(info.trace_id)?,
                client_trace_id: info.client_trace_id,
            })
        })
        .await?;
    Ok(Json(detail))
}

/// Returns the traces before and after one in the list of its experiment.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/traces/{trace_id}/neighbours",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 200, body = ui::TraceNeighbours), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_neighbours(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::TraceNeighbours>, ApiError> {
    let trace_id = trace_id(&id)?;
    let read = app.ingest.store().read(move |tx| {
        let (_, info) = tx.trace(trace_id)?.ok_or_else(|| no_such_trace(trace_id))?;
        Ok::<_, ApiError>((tx.trace_neighbours(&info)?, tx.previous_of_name(&info)?))
    });
    let ((newer, older), previous) = read.await?;
    let text = |id: Option<TraceId>| id.map(|id| id.to_string());
    Ok(Json(ui::TraceNeighbours { newer: text(newer), older: text(older), previous_of_name: text(previous) }))
}

/// Keeps a trace whatever retention says.
#[utoipa::path(
    put,
    path = "/traceloupe/v1/traces/{trace_id}/pin",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn pin_trace(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    set_pin(&app, &id, true).await
}

/// Lets retention remove a trace again.
#[utoipa::path(
    delete,
    path = "/traceloupe/v1/traces/{trace_id}/pin",
    tag = "traces",
    params(("trace_id" = String, Path, description = "32 hex digits, or `tr-` and these")),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn unpin_trace(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    set_pin(&app, &id, false).await
}

async fn set_pin(app: &App, id: &str, is_pinned: bool) -> Result<StatusCode, ApiError> {
    let trace_id = trace_id(id)?;
    if app.ingest.pin_trace(trace_id, is_pinned).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(no_such_trace(trace_id))
    }
}
