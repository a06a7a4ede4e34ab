//! Live events: tells UIs what to ask for again, a few times a second at most.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use ingest::Change;
use proto::ui;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_stream::Stream;

use crate::api::ApiError;
use crate::router::App;

/// Changes within this time are told together.
const COALESCE: Duration = Duration::from_millis(200);

/// More traces than this in one event are told as "all of them".
const MAX_TAGS: usize = 200;

/// `GET /traceloupe/v1/live`: `change` events that name what to ask for again.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/live",
    tag = "live",
    responses((status = 200, description = "Server-sent events named `change`, each with a `Change`", content_type = "text/event-stream", body = ui::Change))
)]
pub(crate) async fn live(
    State(app): State<App>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let room = app.live_streams.try_acquire_owned().map_err(|_| {
        ApiError::unavailable("too many live-event streams are open: close some, or raise max_live_streams")
    })?;
    let changes = app.ingest.changes();
    let stream = tokio_stream::StreamExt::map(events(changes, app.stopping), move |change| {
        // Held as long as the stream.
        let _ = &room;
        Ok(Event::default().event("change").json_data(change).unwrap_or_default())
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

/// Yields coalesced changes until the client hangs up or the server stops.
fn events(
    mut changes: Receiver<Change>,
    mut stopping: watch::Receiver<bool>,
) -> impl Stream<Item = ui::Change> {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        // A first event at once tells the client that it is connected, and lets it catch up on what it missed.
        let mut next = Some(ui::Change { tags: vec!["*".to_owned()] });
        while let Some(change) = next {
            // Waiting for the client here bounds what is kept for a slow one: the channel of changes, and one event.
            if sender.send(change).await.is_err() {
                return;
            }
            next = tokio::select! {
                change = coalesced(&mut changes) => change,
                () = sender.closed() => None,
                _ = stopping.wait_for(|stop| *stop) => None,
            };
        }
    });
    tokio_stream::wrappers::ReceiverStream::new(receiver)
}

async fn coalesced(changes: &mut Receiver<Change>) -> Option<ui::Change> {
    let mut tags = BTreeSet::new();
    match changes.recv().await {
        Ok(change) => add(&mut tags, change),
        Err(RecvError::Lagged(_)) => add_all(&mut tags),
        Err(RecvError::Closed) => return None,
    }
    sleep(COALESCE).await;
    loop {
        match changes.try_recv() {
            Ok(change) => add(&mut tags, change),
            Err(TryRecvError::Lagged(_)) => add_all(&mut tags),
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
    if tags.len() > MAX_TAGS {
        add_all(&mut tags);
    }
    if tags.contains("*") {
        tags = BTreeSet::from(["*".to_owned()]);
    }
    Some(ui::Change { tags: tags.into_iter().collect() })
}

fn add(tags: &mut BTreeSet<String>, change: Change) {
    let mut put = |tag: &str| tags.insert(tag.to_owned());
    match change {
        Change::Trace(trace_id, _) => {
            put(&format!("trace:{trace_id}"));
            put("traces");
            put("experiments");
            put("status");
        }
        Change::Comparison(baseline, candidate) => {
            put(&format!("comparison:{baseline}"));
            put(&format!("comparison:{candidate}"));
        }
        Change::RowRules => {
            put("row-rules");
        }
        Change::Baselines => {
            put("baselines");
            put("traces");
        }
        Change::Experiments => {
            put("experiments");
        }
        Change::Settings => {
            put("settings");
        }
        Change::Rejected => {
            put("rejected");
            put("status");
        }
        // Which traces went is not told one by one: whoever shows one asks again.
        Change::Removed => add_all(tags),
        Change::NotStored | Change::StoreState => {
            put("status");
        }
    }
}

fn add_all(tags: &mut BTreeSet<String>) {
    tags.insert("*".to_owned());
}
