//! The inbox of rejected requests: what came and could not be taken, how to mend it, and taking it after all.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ingest::{LogBatch, Placement};
use model::{ExperimentId, Span};
use proto::ui;
use store::{RejectedGroup, RejectedRequest};

use super::ApiError;
use crate::inbox::recognise::{Content, Items, recognise};
use crate::inbox::{Sdk, fix, kind_named};
use crate::otlp::{Export, Transport, store_spans};
use crate::router::App;

/// Kept requests of a group that are shown.
const MAX_SHOWN_REQUESTS: usize = 50;
/// Span names of a request that are shown.
const MAX_SHOWN_NAMES: usize = 10;
/// Trace ids that an acceptance tells.
const MAX_TOLD_TRACES: usize = 100;

/// Lists the inbox: requests that failed alike are one group.
#[utoipa::path(get, path = "/traceloupe/v1/rejected", tag = "rejected", responses((status = 200, body = ui::RejectedList)))]
pub(super) async fn list_rejected(State(app): State<App>) -> Result<Json<ui::RejectedList>, ApiError> {
    let read = app.ingest.store().read(|tx| Ok::<_, ApiError>((tx.rejected_groups()?, tx.rejected_size()?)));
    let (groups, (n_bytes, n_forgotten)) = read.await?;
    Ok(Json(ui::RejectedList {
        groups: groups.into_iter().map(group_message).collect(),
        n_bytes,
        n_forgotten,
    }))
}

fn group_message(group: RejectedGroup) -> ui::RejectedGroup {
    let key = group.key;
    ui::RejectedGroup {
        group_id: group.group_id.to_string(),
        kind: kind_named(&key.kind),
        reason: key.reason,
        transport: key.transport,
        method: key.method,
        path: key.path,
        client_address: key.client_address,
        sdk: Sdk::of(&key.user_agent).map(|sdk| sdk.name().to_owned()),
        user_agent: key.user_agent,
        origin: key.origin,
        n_requests: group.n_requests,
        n_kept: group.n_kept,
        n_waiting: group.n_waiting,
        first_time_unix_nano: group.first_time.0.to_string(),
        last_time_unix_nano: group.last_time.0.to_string(),
    }
}

/// Returns a group: why its requests failed, how to mend it, and the newest of them.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/rejected/{group_id}",
    tag = "rejected",
    params(("group_id" = String, Path, description = "Id of the group")),
    responses((status = 200, body = ui::RejectedDetail), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_rejected(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ui::RejectedDetail>, ApiError> {
    let group_id = group_id(&id)?;
    let endpoints = app.endpoints();
    let read = app.ingest.store().read(move |tx| {
        let group = tx.rejected_group(group_id)?.ok_or_else(|| no_such_group(&id))?;
        let mut requests = Vec::new();
        for request_id in tx.rejected_request_ids(group_id, MAX_SHOWN_REQUESTS)? {
            requests.extend(tx.rejected_request(group_id, request_id)?.map(request_message));
        }
        Ok::<_, ApiError>(ui::RejectedDetail {
            fix: fix(&group, &endpoints),
            group: group_message(group),
            requests,
        })
    });
    Ok(Json(read.await?))
}

fn request_message(request: RejectedRequest) -> ui::RejectedRequest {
    let content = recognise(&request.body);
    let (span_names, resource) = match content.map(|content| content.items) {
        Some(Items::Spans(decoded)) => {
            let names = decoded.groups.iter().flat_map(|group| &group.spans).map(|span| span.name.clone());
            let resource = decoded.groups.first().map(|group| ui::attributes(&group.resource.attributes));
            (names.take(MAX_SHOWN_NAMES).collect(), resource.unwrap_or_default())
        }
        Some(Items::Logs(decoded)) => {
            let resource = decoded.groups.first().map(|group| ui::attributes(&group.resource.attributes));
            (Vec::new(), resource.unwrap_or_default())
        }
        None => (Vec::new(), Vec::new()),
    };
    ui::RejectedRequest {
        request_id: request.request_id.to_string(),
        time_unix_nano: request.time.0.to_string(),
        headers: request.headers.into_iter().map(|(name, value)| ui::Header { name, value }).collect(),
        n_bytes: request.body.len() as u64,
        n_waiting: request.n_waiting,
        span_names,
        resource,
    }
}

/// Returns the payload of a kept request as it came, decompressed if it could be.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/rejected/{group_id}/requests/{request_id}/body",
    tag = "rejected",
    params(
        ("group_id" = String, Path, description = "Id of the group"),
        ("request_id" = String, Path, description = "Id of the request")
    ),
    responses((status = 200, description = "The payload", content_type = "application/octet-stream"), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn get_rejected_body(
    State(app): State<App>,
    Path((group, request)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let group_id = group_id(&group)?;
    let request_id: i64 = request.parse().map_err(|_| no_such_request(&request))?;
    let found = app.ingest.store().read(move |tx| tx.rejected_request(group_id, request_id)).await?;
    let found = found.ok_or_else(|| no_such_request(&request))?;
    let extension = match found.content.rsplit_once('/') {
        Some((_, "json")) => "json",
        Some((_, "protobuf")) => "pb",
        _ => "bin",
    };
    let disposition = format!("attachment; filename=\"rejected-{request_id}.{extension}\"");
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, found.body).into_response())
}

/// Takes the kept requests of a group after all: new traces join the chosen experiment, known ones stay where they are.
#[utoipa::path(
    post,
    path = "/traceloupe/v1/rejected/{group_id}/accept",
    tag = "rejected",
    params(("group_id" = String, Path, description = "Id of the group")),
    request_body = ui::AcceptRejected,
    responses((status = 200, body = ui::Accepted), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn accept_rejected(
    State(app): State<App>,
    Path(id): Path<String>,
    body: Result<Json<ui::AcceptRejected>, JsonRejection>,
) -> Result<Json<ui::Accepted>, ApiError> {
    let Json(body) = body?;
    let group_id = group_id(&id)?;
    let experiment: ExperimentId =
        body.experiment_id.parse().map_err(|error| ApiError::invalid(format!("{error}")))?;
    let read = app.ingest.store().read(move |tx| {
        if tx.rejected_group(group_id)?.is_none() {
            return Err(no_such_group(&id));
        }
        // Oldest first, so that of two copies of a span the newer one stays.
        let mut ids = tx.rejected_request_ids(group_id, usize::MAX)?;
        ids.reverse();
        Ok::<_, ApiError>((ids, tx.experiment(experiment)?.is_some()))
    });
    let (request_ids, is_known) = read.await?;
    if !is_known {
        return Err(ApiError::not_found(format!("there is no experiment {experiment}")));
    }
    let mut accepted = ui::Accepted { n_stored: 0, n_left: 0, reasons: Vec::new(), trace_ids: Vec::new() };
    let mut taken = Vec::new();
    for request_id in request_ids {
        let request = app.ingest.store().read(move |tx| tx.rejected_request(group_id, request_id)).await?;
        let Some(request) = request.filter(|request| request.n_waiting > 0) else {
            accepted.n_left += 1;
            continue;
        };
        match accept(&app, request, experiment, &mut accepted).await {
            Ok(()) => taken.push(request_id),
            Err(reason) => {
                accepted.n_left += 1;
                if !accepted.reasons.contains(&reason) {
                    accepted.reasons.push(reason);
                }
            }
        }
    }
    app.ingest.forget_requests(group_id, taken).await?;
    Ok(Json(accepted))
}

/// Stores one kept request.
async fn accept(
    app: &App,
    request: RejectedRequest,
    experiment: ExperimentId,
    accepted: &mut ui::Accepted,
) -> Result<(), String> {
    let body = axum::body::Bytes::from(request.body);
    let decode = {
        let body = body.clone();
        move || recognise(&body)
    };
    let content = tokio::task::spawn_blocking(decode).await.ok().flatten();
    let content = content.ok_or("a payload can no longer be read")?;
    let n_items = content.n_items() as u64;
    note_traces(&content, &mut accepted.trace_ids);
    let Content { signal, encoding, items } = content;
    match items {
        Items::Logs(decoded) => {
            let batch = LogBatch { groups: decoded.groups, n_bytes: body.len() };
            app.ingest.write_logs(batch).await.map_err(|error| error.to_string())?;
        }
        Items::Spans(decoded) => {
            let headers = request.headers.iter().filter_map(|(name, value)| {
                Some((header::HeaderName::try_from(name.as_str()).ok()?, value.parse().ok()?))
            });
            let export = Export {
                signal,
                transport: Transport::Http,
                method: Method::POST,
                path: signal.path().to_owned(),
                headers: headers.collect::<HeaderMap>(),
                client: None,
                encoding: Some(encoding),
                body: Some(body),
            };
            let placement = Placement::NewTracesIn(experiment);
            store_spans(app, &export, placement, decoded).await.map_err(|refusal| refusal.to_string())?;
        }
    }
    accepted.n_stored += n_items;
    Ok(())
}

fn note_traces(content: &Content, trace_ids: &mut Vec<String>) {
    let Items::Spans(decoded) = &content.items else { return };
    for Span { trace_id, .. } in decoded.groups.iter().flat_map(|group| &group.spans) {
        let trace_id = trace_id.to_string();
        if trace_ids.len() < MAX_TOLD_TRACES && !trace_ids.contains(&trace_id) {
            trace_ids.push(trace_id);
        }
    }
}

/// Removes a group with its requests.
#[utoipa::path(
    delete,
    path = "/traceloupe/v1/rejected/{group_id}",
    tag = "rejected",
    params(("group_id" = String, Path, description = "Id of the group")),
    responses((status = 204), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn delete_rejected(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    if app.ingest.forget_rejected(Some(group_id(&id)?)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(no_such_group(&id))
    }
}

/// Empties the inbox.
#[utoipa::path(delete, path = "/traceloupe/v1/rejected", tag = "rejected", responses((status = 204)))]
pub(super) async fn delete_all_rejected(State(app): State<App>) -> Result<StatusCode, ApiError> {
    app.ingest.forget_rejected(None).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn group_id(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| no_such_group(text))
}

fn no_such_group(id: &str) -> ApiError {
    ApiError::not_found(format!(
        "the inbox has no group {id}: it was accepted, removed or made room for newer ones"
    ))
}

fn no_such_request(id: &str) -> ApiError {
    ApiError::not_found(format!(
        "the inbox has no request {id}: it was accepted, removed or made room for newer ones"
    ))
}
