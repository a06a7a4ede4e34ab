//! `model` types as messages of the UI API.

mod llm;

use std::collections::BTreeMap;

use analysis::turn;
use model::{
    Assessment, AssessmentValue, Experiment, Exporter, Source, SpanCopy, TraceInfo, TraceState, UnixNanos,
};
use proto::ui;
use store::{RetentionReport, StoreState, StoredLog};

pub(super) use llm::llm_view;

/// Characters of a cell of the list.
const CELL_CHARS: usize = 160;

/// Returns how long a trace took, nanoseconds; before the first span what StartTrace said.
fn duration_ns(info: &TraceInfo) -> i64 {
    if info.summary.n_spans > 0 {
        info.summary.duration().0
    } else {
        info.execution_duration_ms.unwrap_or(0).saturating_mul(1_000_000)
    }
}

/// Whether it is known how long a trace took.
fn has_ended(info: &TraceInfo) -> bool {
    info.state != TraceState::InProgress
}

/// Returns the row of a trace; `baseline` is the trace that it is measured against.
pub(super) fn trace_summary(
    info: &TraceInfo,
    assessments: &[Assessment],
    baseline: Option<&TraceInfo>,
) -> ui::TraceSummary {
    let summary = &info.summary;
    let has_spans = summary.n_spans > 0;
    // Before the first span there is only what StartTrace said.
    let start = if has_spans { summary.start } else { info.request_time };
    let duration_ns = duration_ns(info);
    let mut sources: Vec<ui::Source> = summary.sources.iter().map(|source| self::source(*source)).collect();
    sources.sort_unstable();
    sources.dedup();
    let tokens = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
    ui::TraceSummary {
        trace_id: info.trace_id.to_string(),
        experiment_id: info.experiment_id.to_string(),
        name: info.display_name().to_owned(),
        has_root: summary.root_name.is_some(),
        services: summary.services.clone(),
        sources,
        start_time_unix_nano: start.0.to_string(),
        duration_ns: duration_ns.to_string(),
        n_spans: summary.n_spans,
        n_errors: summary.n_errors,
        state: state(info.state),
        input_tokens: tokens(info.usage.input),
        output_tokens: tokens(info.usage.output),
        total_tokens: tokens(info.usage.total),
        cost_pico_usd: info.cost.total.map(|pico| pico.to_string()),
        session: info.session.clone(),
        // What runs has not taken any time yet that could be measured.
        baseline: baseline.filter(|baseline| has_ended(info) && has_ended(baseline)).map(|baseline| {
            let before = self::duration_ns(baseline);
            ui::BaselineDelta {
                trace_id: baseline.trace_id.to_string(),
                delta_duration_ns: duration_ns.saturating_sub(before).to_string(),
                baseline_duration_ns: before.to_string(),
            }
        }),
        user: info.user.clone(),
        request_preview: info.request_preview.as_deref().and_then(words).as_deref().map(cell),
        response_preview: info.response_preview.as_deref().and_then(words).as_deref().map(cell),
        is_pinned: info.is_pinned,
        assessments: assessment_cells(assessments),
    }
}

/// Assessments of one trace in a cell.
const MAX_CELLS: usize = 20;
/// Characters of the value of one of them.
const VALUE_CHARS: usize = 100;

fn assessment_cells(assessments: &[Assessment]) -> Vec<ui::AssessmentCell> {
    // They come oldest first: the newest of a name is the last.
    let newest: BTreeMap<(&str, &str), &Assessment> = assessments
        .iter()
        .filter(|assessment| assessment.is_valid)
        .map(|assessment| ((assessment.name.as_str(), assessment.value.kind()), assessment))
        .collect();
    newest
        .into_values()
        .take(MAX_CELLS)
        .map(|assessment| {
            let (kind, value, _) = assessment_value(&assessment.value);
            let value = value.map(|value| value.chars().take(VALUE_CHARS).collect());
            ui::AssessmentCell { name: assessment.name.clone(), kind, value }
        })
        .collect()
}

/// Returns kind, value and error.
fn assessment_value(value: &AssessmentValue) -> (ui::AssessmentKind, Option<String>, Option<String>) {
    match value.clone() {
        AssessmentValue::Feedback { value, error, .. } => (ui::AssessmentKind::Feedback, value, error),
        AssessmentValue::Expectation { value, .. } => (ui::AssessmentKind::Expectation, Some(value), None),
        AssessmentValue::Issue { issue_name } => (ui::AssessmentKind::Issue, issue_name, None),
    }
}

pub(super) fn assessment(assessment: &Assessment) -> ui::Assessment {
    let (kind, value, error) = assessment_value(&assessment.value);
    ui::Assessment {
        assessment_id: assessment.assessment_id.clone(),
        name: assessment.name.clone(),
        kind,
        span_id: assessment.span_id.clone(),
        source_type: assessment.source_type.clone(),
        source_id: assessment.source_id.clone(),
        create_time_unix_nano: assessment.create_time.0.to_string(),
        last_update_time_unix_nano: assessment.last_update_time.0.to_string(),
        value,
        error,
        rationale: assessment.rationale.clone(),
        is_valid: assessment.is_valid,
    }
}

/// Returns what a preview says to a person, without the JSON around it; nothing if it says nothing.
pub(super) fn words(preview: &str) -> Option<String> {
    turn::says_something(preview).then(|| turn::words(preview))
}

/// Cuts a text to what a cell of the list can show.
pub(super) fn cell(text: &str) -> String {
    text.chars().take(CELL_CHARS).collect()
}

/// `traces` is the number of its traces and the start of the newest.
pub(super) fn experiment(experiment: Experiment, traces: Option<(u64, UnixNanos)>) -> ui::ExperimentSummary {
    let mut tags: BTreeMap<String, String> = experiment.tags.into_iter().collect();
    ui::ExperimentSummary {
        experiment_id: experiment.experiment_id.to_string(),
        name: experiment.name,
        lifecycle_stage: experiment.lifecycle_stage.as_str().to_owned(),
        creation_time_ms: experiment.creation_time.as_millis(),
        n_traces: traces.map_or(0, |(n_traces, _)| n_traces),
        last_trace_time_unix_nano: traces.map(|(_, newest)| newest.0.to_string()),
        description: tags.remove("mlflow.note.content"),
        tags,
    }
}

fn state(state: TraceState) -> ui::TraceState {
    match state {
        TraceState::Unspecified => ui::TraceState::StateUnspecified,
        TraceState::Ok => ui::TraceState::Ok,
        TraceState::Error => ui::TraceState::Error,
        TraceState::InProgress => ui::TraceState::InProgress,
    }
}

pub(super) fn source(source: Source) -> ui::Source {
    match source {
        Source::Mlflow => ui::Source::Mlflow,
        Source::OpenTelemetry | Source::OpenTelemetryInferred => ui::Source::Opentelemetry,
    }
}

fn resource(resource: &model::Resource) -> ui::Resource {
    ui::Resource {
        attributes: ui::attributes(&resource.attributes),
        dropped_attributes_count: resource.dropped_attributes_count,
        schema_url: resource.schema_url.clone(),
    }
}

fn scope(scope: &model::InstrumentationScope) -> ui::InstrumentationScope {
    ui::InstrumentationScope {
        name: scope.name.clone(),
        version: scope.version.clone(),
        attributes: ui::attributes(&scope.attributes),
        dropped_attributes_count: scope.dropped_attributes_count,
        schema_url: scope.schema_url.clone(),
    }
}

pub(super) fn origin(copy: &SpanCopy) -> ui::Origin {
    ui::Origin {
        exporter: match copy.exporter {
            Exporter::Mlflow => ui::Source::Mlflow,
            Exporter::OpenTelemetry => ui::Source::Opentelemetry,
        },
        resource: resource(&copy.resource),
        scope: (!copy.scope.is_empty()).then(|| scope(&copy.scope)),
        n_attributes: u32::try_from(copy.span.attributes.len()).unwrap_or(u32::MAX),
    }
}

pub(super) fn log(log: &StoredLog) -> ui::LogRecord {
    let record = &log.record;
    ui::LogRecord {
        time_unix_nano: record.time_unix_nano.to_string(),
        observed_time_unix_nano: record.observed_time_unix_nano.to_string(),
        span_id: record.span_id.map(|span_id| span_id.to_string()),
        severity_number: record.severity_number,
        severity_text: record.severity_text.clone(),
        event_name: record.event_name.clone(),
        body: ui::any_value(&record.body),
        attributes: ui::attributes(&record.attributes),
        dropped_attributes_count: record.dropped_attributes_count,
        scope_name: log.scope.name.clone(),
        service_name: log.resource.service_name().unwrap_or_default().to_owned(),
    }
}

pub(super) fn retention(report: &RetentionReport) -> ui::RetentionStatus {
    let RetentionReport { by_size, by_age } = report;
    ui::RetentionStatus {
        last_time_unix_nano: by_size.last_time.max(by_age.last_time).map(|time| time.0.to_string()),
        n_traces: by_size.n_traces + by_age.n_traces,
        n_spans: by_size.n_spans + by_age.n_spans,
    }
}

/// Says whether the store takes writes, and if not, why.
pub(super) fn store_status(state: &StoreState) -> ui::StoreStatus {
    let kind = match state {
        StoreState::Ok => ui::StoreState::Ok,
        StoreState::Busy { .. } => ui::StoreState::Busy,
        StoreState::Full { .. } => ui::StoreState::Full,
        StoreState::ReadOnly { .. } => ui::StoreState::ReadOnly,
        StoreState::Failed { .. } => ui::StoreState::Failed,
    };
    let since = state.since();
    ui::StoreStatus {
        state: kind,
        message: since.map(|_| state.to_string()),
        since_unix_nano: since.map(|since| since.0.to_string()),
    }
}
