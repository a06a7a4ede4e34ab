//! Traces to look at before one has any: a test trace, and a demo of a RAG service and an agent in two runs each.
//!
//! They take the same way as traces of any program.

mod build;

use std::time::SystemTime;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use ingest::{Ingest, IngestError, NewExperiment, SpanBatch};
use model::{ExperimentId, TraceId, UnixNanos};
use proto::ui;
use serde::Deserialize;
use store::TraceQuery;
use utoipa::IntoParams;

use crate::api::ApiError;
use crate::router::App;
use build::TraceBuilder;

/// Name of the experiment that holds the demo.
const DEMO_EXPERIMENT: &str = "Demo";

/// Traces of a demo that is there already that are told.
const MAX_FOUND: usize = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TestTraceParams {
    /// Decimal id of the experiment to send it to; the default one if absent.
    experiment_id: Option<String>,
}

/// Sends a small trace through the same ingest as any other.
#[utoipa::path(
    post,
    path = "/traceloupe/v1/test-trace",
    tag = "onboarding",
    params(TestTraceParams),
    responses(
        (status = 200, body = ui::TraceRef),
        (status = 400, body = ui::ErrorBody),
        (status = 404, body = ui::ErrorBody),
        (status = 503, body = ui::ErrorBody)
    )
)]
pub(crate) async fn send_test_trace(
    State(app): State<App>,
    params: Result<Query<TestTraceParams>, QueryRejection>,
) -> Result<Json<ui::TraceRef>, ApiError> {
    let Query(params) = params?;
    let experiment = match params.experiment_id.as_deref() {
        None | Some("") => None,
        Some(id) => Some(id.parse().map_err(|error| ApiError::invalid(format!("{error}")))?),
    };
    let trace_id = store(&app.ingest, build::test_trace(now()), experiment).await?;
    Ok(Json(ui::TraceRef { trace_id: trace_id.to_string() }))
}

/// Loads the demo traces into an experiment of their own.
#[utoipa::path(
    post,
    path = "/traceloupe/v1/demo",
    tag = "onboarding",
    responses((status = 200, body = ui::DemoLoaded), (status = 503, body = ui::ErrorBody))
)]
pub(crate) async fn load_demo(State(app): State<App>) -> Result<Json<ui::DemoLoaded>, ApiError> {
    let (experiment_id, trace_ids) = load(&app.ingest).await?;
    Ok(Json(ui::DemoLoaded {
        experiment_id: experiment_id.to_string(),
        trace_ids: trace_ids.iter().map(TraceId::to_string).collect(),
    }))
}

/// Loads the demo, or finds it if it was loaded before.
pub(crate) async fn load(ingest: &Ingest) -> Result<(ExperimentId, Vec<TraceId>), IngestError> {
    let found =
        ingest.store().read(|tx| Ok::<_, IngestError>(tx.experiment_by_name(DEMO_EXPERIMENT)?)).await?;
    let experiment_id = match found {
        Some(experiment) => experiment.experiment_id,
        None => {
            let new = NewExperiment { name: DEMO_EXPERIMENT.to_owned(), ..NewExperiment::default() };
            ingest.create_experiment(new).await?
        }
    };
    let query =
        TraceQuery { experiments: Some(vec![experiment_id]), limit: MAX_FOUND, ..TraceQuery::default() };
    let page = ingest.store().read(move |tx| Ok::<_, IngestError>(tx.list_traces(&query)?)).await?;
    if !page.traces.is_empty() {
        return Ok((experiment_id, page.traces.iter().map(|(_, info)| info.trace_id).collect()));
    }
    let mut trace_ids = Vec::new();
    for trace in build::demo_traces(now()) {
        trace_ids.push(store(ingest, trace, Some(experiment_id)).await?);
    }
    trace_ids.reverse();
    Ok((experiment_id, trace_ids))
}

async fn store(
    ingest: &Ingest,
    trace: TraceBuilder,
    experiment: Option<ExperimentId>,
) -> Result<TraceId, IngestError> {
    let (trace_id, groups) = trace.finish();
    ingest.write_spans(SpanBatch { groups, placement: experiment.into(), ..SpanBatch::default() }).await?;
    Ok(trace_id)
}

fn now() -> UnixNanos {
    UnixNanos::from_system_time(SystemTime::now())
}
