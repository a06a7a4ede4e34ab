//! What differs in the content of two spans.

use analysis::compare::content::{
    ChangeKind, JsonDiff, MessageDiff, MessageState, Segment, SegmentKind, json_diff, message_diff,
    parameters, prompt_prefix,
};
use analysis::plain::decoded;
use analysis::prices::Prices;
use analysis::semconv::{self, Aspect, LlmView};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use ingest::merge;
use model::{LogRecord, Span, SpanId, TraceId};
use proto::ui;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::ReadTx;
use utoipa::IntoParams;

use super::{named, off_thread, span_id};
use crate::api::ApiError;
use crate::api::traces::no_such_trace;
use crate::router::App;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Pair {
    /// The trace that is compared with: 32 hex digits, or `tr-` and these.
    baseline: String,
    /// The trace in question.
    candidate: String,
    /// A span of the baseline, 16 hex digits; none if the candidate's was added.
    baseline_span: Option<String>,
    /// A span of the candidate, 16 hex digits; none if the baseline's was removed.
    candidate_span: Option<String>,
}

/// Compares the content of two spans: parameters, messages word by word, values by path, and where their prompts part.
#[utoipa::path(
    get,
    path = "/traceloupe/v1/compare/span",
    tag = "compare",
    params(Pair),
    responses(
        (status = 200, body = ui::SpanComparison),
        (status = 400, body = ui::ErrorBody),
        (status = 404, body = ui::ErrorBody)
    )
)]
pub(in crate::api) async fn get_span_comparison(
    State(app): State<App>,
    params: Result<Query<Pair>, QueryRejection>,
) -> Result<Json<ui::SpanComparison>, ApiError> {
    let Query(params) = params?;
    let baseline = named("baseline", &params.baseline)?;
    let candidate = named("candidate", &params.candidate)?;
    let before = params.baseline_span.as_deref().map(|id| span_id("baseline_span", id)).transpose()?;
    let after = params.candidate_span.as_deref().map(|id| span_id("candidate_span", id)).transpose()?;
    if before.is_none() && after.is_none() {
        return Err(ApiError::invalid("give baseline_span, candidate_span or both"));
    }
    let ingest = app.ingest.clone();
    let read = app.ingest.store().read(move |tx| {
        let content = |trace_id, span: Option<SpanId>, parameter| {
            span.map(|span| Content::read(tx, trace_id, span, parameter, ingest.prices())).transpose()
        };
        Ok::<_, ApiError>((
            content(baseline, before, "baseline_span")?,
            content(candidate, after, "candidate_span")?,
        ))
    });
    let (before, after) = read.await?;
    Ok(Json(off_thread(move || compared(before.as_ref(), after.as_ref())).await?))
}

/// A span as it is compared.
struct Content {
    span: Span,
    view: LlmView,
    inputs: Option<Value>,
    outputs: Option<Value>,
}

impl Content {
    fn read(
        tx: &ReadTx<'_>,
        trace_id: TraceId,
        span_id: SpanId,
        parameter: &str,
        prices: &Prices,
    ) -> Result<Self, ApiError> {
        let found = tx.trace(trace_id)?;
        let (key, _) = found.ok_or_else(|| no_such_trace(trace_id).about(parameter))?;
        let copies = tx.span_copies(key, trace_id, span_id)?;
        if copies.is_empty() {
            let message = format!("span {span_id} is not in trace {trace_id}");
            return Err(ApiError::not_found(message).about(parameter));
        }
        let span = merge::merge(&copies).span;
        let logs = tx.span_logs(trace_id, span_id)?;
        let logs: Vec<LogRecord> = logs.into_iter().map(|log| log.record).collect();
        let view = semconv::view(&span, &logs);
        let (llm, inputs, outputs) = (view.llm(prices).unwrap_or_default(), view.inputs(), view.outputs());
        Ok(Self { view: llm, inputs, outputs, span })
    }

    /// Returns the attributes as one object; JSON in texts is read. What differs in every run, such as the ids of exporters, is left
    /// out: it is no content.
    fn attributes(&self) -> Value {
        let pairs =
            self.span.attributes.iter().filter(|one| semconv::aspect(&one.key) != Aspect::Bookkeeping);
        Value::Object(pairs.map(|one| (one.key.clone(), decoded(&one.value))).collect::<Map<_, _>>())
    }

    fn status(&self) -> String {
        let status = &self.span.status;
        let word = status.code.name().trim_start_matches("STATUS_CODE_").to_lowercase();
        if status.message.is_empty() { word } else { format!("{word}: {}", status.message) }
    }
}

fn compared(before: Option<&Content>, after: Option<&Content>) -> ui::SpanComparison {
    let id = |side: Option<&Content>| side.map(|content| content.span.span_id.to_string());
    let (view_before, view_after) = (before.map(|side| &side.view), after.map(|side| &side.view));
    let messages = |of: fn(&LlmView) -> &[semconv::llm::Message]| {
        let told = message_diff(view_before.map_or(&[], of), view_after.map_or(&[], of));
        told.into_iter().map(message).collect()
    };
    let values =
        |of: fn(&Content) -> Option<&Value>| json(json_diff(before.and_then(of), after.and_then(of)));
    let told = |side: Option<&Content>| {
        side.map(Content::attributes).filter(|one| *one != Value::Object(Map::new()))
    };
    // Of a span that one side alone has, none are told instead of an empty object.
    let attributes = if before.is_some() && after.is_some() {
        (before.map(Content::attributes), after.map(Content::attributes))
    } else {
        (told(before), told(after))
    };
    ui::SpanComparison {
        baseline_span_id: id(before),
        candidate_span_id: id(after),
        chips: chips(before, after),
        input_messages: messages(|view| &view.input_messages),
        output_messages: messages(|view| &view.output_messages),
        inputs: values(|content| content.inputs.as_ref()),
        outputs: values(|content| content.outputs.as_ref()),
        attributes: json(json_diff(attributes.0.as_ref(), attributes.1.as_ref())),
        prompt_prefix: view_before
            .zip(view_after)
            .and_then(|(before, after)| prompt_prefix(before, after))
            .map(|end| ui::PromptPrefix {
                message_index: end.message_index,
                place: end.place,
                n_same_chars: end.n_same_chars,
                n_prefix_chars: end.n_prefix_chars,
                n_lost_tokens: end.n_lost_tokens,
            }),
    }
}

fn chips(before: Option<&Content>, after: Option<&Content>) -> Vec<ui::ChangedParameter> {
    let own = |name: &str, of: &dyn Fn(&Content) -> String| {
        let (before, after) = (Some(of(before?)), Some(of(after?)));
        let is_changed = before != after;
        is_changed.then(|| ui::ChangedParameter { name: name.to_owned(), before, after, is_changed })
    };
    let own = [own("status", &Content::status), own("name", &|content| content.span.name.clone())];
    let told = parameters(before.map(|side| &side.view), after.map(|side| &side.view));
    let told = told.into_iter().map(|one| ui::ChangedParameter {
        is_changed: one.is_changed(),
        name: one.name,
        before: one.before,
        after: one.after,
    });
    let (changed, same): (Vec<_>, Vec<_>) = told.partition(|one| one.is_changed || one.name == "model");
    changed.into_iter().chain(own.into_iter().flatten()).chain(same).collect()
}

fn message(told: MessageDiff) -> ui::ComparedMessage {
    ui::ComparedMessage {
        role: told.role,
        state: match told.state {
            MessageState::Same => ui::ComparedMessageState::Same,
            MessageState::Changed => ui::ComparedMessageState::Changed,
            MessageState::Added => ui::ComparedMessageState::Added,
            MessageState::Removed => ui::ComparedMessageState::Removed,
        },
        baseline_index: told.baseline_index,
        candidate_index: told.candidate_index,
        segments: told.segments.into_iter().map(segment).collect(),
    }
}

fn segment(told: Segment) -> ui::TextSegment {
    ui::TextSegment {
        kind: match told.kind {
            SegmentKind::Same => ui::SegmentKind::Same,
            SegmentKind::Removed => ui::SegmentKind::Removed,
            SegmentKind::Added => ui::SegmentKind::Added,
        },
        text: told.text,
        n_omitted: told.n_omitted,
    }
}

fn json(diff: JsonDiff) -> ui::JsonDiff {
    let changes = diff.changes.into_iter().map(|change| ui::JsonChange {
        path: change.path,
        kind: match change.kind {
            ChangeKind::Added => ui::JsonChangeKind::Added,
            ChangeKind::Removed => ui::JsonChangeKind::Removed,
            ChangeKind::Changed => ui::JsonChangeKind::Changed,
            ChangeKind::Moved => ui::JsonChangeKind::Moved,
        },
        from: change.from,
        before: change.before,
        after: change.after,
        words: change.words.into_iter().map(segment).collect(),
    });
    ui::JsonDiff { changes: changes.collect(), n_more: diff.n_more }
}
