//! Spans as MLflow's API answers them: merged from their copies, in its order, with the attributes that it would have added.

use std::collections::HashMap;

use analysis::plain::{decoded, typed};
use analysis::prices::Prices;
use analysis::semconv;
use ingest::merge;
use model::{AnyValue, Attribute, Attributes as _, LogRecord, Span, SpanCopy, SpanId, TraceId, keys};
use proto::mlflow as message;
use store::{ReadTx, TraceKey};

use crate::ApiError;

/// Programs whose name MLflow notes on the root of their traces.
const CODING_AGENTS: [&str; 5] = ["claude-code", "codex_cli_rs", "codex_vscode", "gemini-cli", "qwen-code"];

const SERVICE_NAME: &str = "service.name";

/// A span, and its attributes as MLflow has them.
pub(crate) struct AnsweredSpan {
    pub(crate) span: Span,
    pub(crate) attributes: Vec<Attribute>,
}

/// Returns the spans of a trace, which clients call `called`; the root first, then by start.
pub(crate) fn spans(
    tx: &ReadTx<'_>,
    key: TraceKey,
    trace_id: TraceId,
    called: &str,
    prices: &Prices,
) -> Result<Vec<AnsweredSpan>, ApiError> {
    let copies = tx.all_span_copies(key, trace_id)?;
    let mut logs: HashMap<SpanId, Vec<LogRecord>> = HashMap::new();
    for log in tx.trace_logs(trace_id)? {
        if let Some(span_id) = log.record.span_id.filter(|_| semconv::speaks(&log.record)) {
            logs.entry(span_id).or_default().push(log.record);
        }
    }
    let answered = copies.iter().map(|copies| {
        let span = merge::merge(copies).span;
        let logs = logs.get(&span.span_id).map_or(&[][..], Vec::as_slice);
        AnsweredSpan { attributes: attributes(&span, called, copies, logs, Some(prices)), span }
    });
    let mut spans: Vec<AnsweredSpan> = answered.collect();
    spans.sort_by_key(|answered| (!answered.span.is_root(), answered.span.start_time_unix_nano));
    Ok(spans)
}

/// Returns the attributes of a span, merged from `copies`, as MLflow stores them: one layer of JSON text removed, the id of its
/// trace and what it reads from conventions added. Without prices costs that the span does not tell are left out.
pub(crate) fn attributes(
    span: &Span,
    called: &str,
    copies: &[SpanCopy],
    logs: &[LogRecord],
    prices: Option<&Prices>,
) -> Vec<Attribute> {
    let view = semconv::view(span, logs);
    let mut added = view.mlflow_attributes();
    let facts = view.facts(prices.unwrap_or(&Prices::bundled()));
    let usage = facts.tokens.usage();
    if !usage.is_empty() {
        added.push((keys::CHAT_TOKEN_USAGE, message::token_usage(&usage)));
    }
    if prices.is_some() && !facts.cost.is_empty() {
        added.push((keys::LLM_COST, message::cost(&facts.cost)));
    }
    // What an OpenTelemetry exporter makes of the type that MLflow did not set.
    let is_no_type = |attribute: &Attribute| {
        let is_replaced = added.iter().any(|(key, _)| *key == keys::SPAN_TYPE);
        attribute.key == keys::SPAN_TYPE
            && (is_replaced || attribute.value == AnyValue::String("null".into()))
    };
    let agent = coding_agent(span, copies);
    let own_id = Attribute::new(keys::TRACE_REQUEST_ID, AnyValue::String(called.to_owned()));
    let is_left_out = |attribute: &Attribute| match attribute.key.as_str() {
        keys::TRACE_REQUEST_ID => true,
        SERVICE_NAME => agent.is_some(),
        key => is_no_type(attribute) || (span.is_root() && is_immutable_tag(key)),
    };
    let came = span.attributes.iter().filter(|attribute| !is_left_out(attribute));
    let came = came.map(|attribute| Attribute::new(attribute.key.clone(), typed(decoded(&attribute.value))));
    let mut attributes: Vec<Attribute> = [own_id].into_iter().chain(came).collect();
    for (key, value) in added {
        if attributes.value(key).is_none() {
            attributes.push(Attribute::new(key, typed(value)));
        }
    }
    attributes.extend(agent.map(|agent| Attribute::new(SERVICE_NAME, AnyValue::String(agent.to_owned()))));
    attributes
}

/// Whether an attribute of a root would set a tag that the server alone sets.
fn is_immutable_tag(key: &str) -> bool {
    key.strip_prefix(keys::TRACE_TAG_PREFIX).is_some_and(|tag| ingest::IMMUTABLE_TAGS.contains(&tag))
}

fn coding_agent<'a>(span: &Span, copies: &'a [SpanCopy]) -> Option<&'a str> {
    let mut services = copies.iter().filter_map(|copy| copy.resource.service_name());
    services.find(|service| span.is_root() && CODING_AGENTS.contains(service))
}
