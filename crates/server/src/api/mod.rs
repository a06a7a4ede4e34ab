//! The UI API below `/traceloupe/v1` (MLflow owns `/api`), with its OpenAPI document.

mod analysis;
mod assessments;
mod compare;
mod convert;
mod download;
mod error;
mod experiments;
mod logs;
mod media;
mod outline;
mod query;
mod rejected;
mod runs;
mod sessions;
mod settings;
mod spans;
mod status;
mod traces;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::App;
use crate::{demo, live, otlp};

pub(crate) use compare::Comparisons;
pub(crate) use error::ApiError;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Traceloupe",
        description = "The routes that the UI, the command line and tests use. Times are decimal strings of Unix nanoseconds.",
        license(name = "MIT OR Apache-2.0")
    ),
    // What no route names by itself: the live events, the ends of the recursion of `AnyValue`, and query parameters' types.
    components(schemas(
        proto::ui::Change,
        proto::ui::ErrorBody,
        proto::ui::ArrayValue,
        proto::ui::KeyValueList,
        spans::OtlpFormat
    ))
)]
struct Document;

/// Returns the routes with their documentation.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(status::status))
        .routes(routes!(experiments::list_experiments, experiments::create_experiment))
        .routes(routes!(experiments::update_experiment, experiments::delete_experiment))
        .routes(routes!(experiments::restore_experiment))
        .routes(routes!(experiments::move_traces))
        .routes(routes!(runs::get_run))
        .routes(routes!(traces::list_traces))
        .routes(routes!(query::read_query))
        .routes(routes!(traces::get_trace))
        .routes(routes!(traces::pin_trace, traces::unpin_trace))
        .routes(routes!(spans::get_spans))
        .routes(routes!(spans::get_span))
        .routes(routes!(media::get_media))
        .routes(routes!(spans::get_otlp))
        .routes(routes!(spans::get_span_otlp))
        .routes(routes!(analysis::get_analysis))
        .routes(routes!(analysis::get_critical_path))
        .routes(routes!(compare::get_comparison))
        .routes(routes!(compare::get_comparison_table))
        .routes(routes!(compare::span::get_span_comparison))
        .routes(routes!(assessments::list_assessments, assessments::create_assessment))
        .routes(routes!(assessments::update_assessment, assessments::delete_assessment))
        .routes(routes!(compare::pins::pin_rows, compare::pins::unpin_rows))
        .routes(routes!(compare::rules::list_row_rules, compare::rules::create_row_rule))
        .routes(routes!(compare::rules::delete_row_rule))
        .routes(routes!(
            compare::pins::list_baselines,
            compare::pins::put_baseline,
            compare::pins::delete_baseline
        ))
        .routes(routes!(outline::get_markdown))
        .routes(routes!(sessions::list_sessions))
        .routes(routes!(sessions::get_session))
        .routes(routes!(traces::get_neighbours))
        .routes(routes!(logs::get_logs))
        .routes(routes!(rejected::list_rejected, rejected::delete_all_rejected))
        .routes(routes!(rejected::get_rejected, rejected::delete_rejected))
        .routes(routes!(rejected::accept_rejected))
        .routes(routes!(rejected::get_rejected_body))
        .routes(routes!(settings::get_settings, settings::put_settings))
        .routes(routes!(demo::send_test_trace))
        .routes(routes!(demo::load_demo))
        .routes(routes!(live::live))
        .routes(routes!(otlp::export_traces))
        .routes(routes!(otlp::export_logs))
        .routes(routes!(otlp::export_metrics))
}

/// Returns the OpenAPI document as it is committed in `ui/openapi.json`.
pub fn openapi_json() -> String {
    let (_, document) = router().split_for_parts();
    let mut text = document.to_pretty_json().expect("invariant: the document is made of strings");
    text.push('\n');
    text
}
