//! What an LLM convention says of a span and its log records: type, inputs, outputs, tokens and cost.
//!
//! Reads MLflow's own attributes first, then OpenInference, then OpenTelemetry's GenAI conventions; each target on its own,
//! the first that has it wins (contract e). Stored attributes stay as they came.

mod aspect;
mod evaluations;
mod first_token;
mod gen_ai_events;
mod key_marks;
mod kind;
pub mod llm;
mod messages;
mod mlflow;
mod parts;
mod placeholder;
mod python_literal;
mod read;
mod reading;
mod request;
mod retrieval;
mod rule;
mod structure;
mod tables;
mod tokens;
mod tools;

use std::borrow::Cow;

use model::{Attribute, Attributes as _, Cost, LogRecord, Span, TokenUsage, keys};
use serde_json::Value;

use crate::plain::decoded;
use crate::prices::Prices;
pub use aspect::{Aspect, aspect};
pub use llm::{LlmView, Tokens};
pub use placeholder::{is_placeholder, settle_placeholder};
use reading::Reading;
pub use rule::Rule;

/// Whether a log record may carry what [`view`] reads.
pub fn speaks(record: &LogRecord) -> bool {
    gen_ai_events::event_name(record).starts_with(gen_ai_events::PREFIX)
}

/// Returns what the conventions say of a span; each answer is worked out when it is asked for.
pub fn view<'a>(span: &'a Span, logs: &'a [LogRecord]) -> View<'a> {
    View { span, logs, service: None, scope: None }
}

/// A span and its log records as the conventions read them. What the span says itself comes first.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    span: &'a Span,
    logs: &'a [LogRecord],
    service: Option<&'a str>,
    scope: Option<&'a str>,
}

impl<'a> View<'a> {
    /// Returns the view with the `service.name` of the sender, by which some conventions are known.
    #[must_use]
    pub fn sent_by(self, service: Option<&'a str>) -> Self {
        Self { service, ..self }
    }

    /// Returns the view with the name of the span's scope, by which spans without any attribute of a convention are known.
    #[must_use]
    pub fn in_scope(self, scope: &'a str) -> Self {
        Self { scope: Some(scope), ..self }
    }
}

impl View<'_> {
    /// Reads from the span, else from its events and logs that carry what attributes would.
    fn read<T>(&self, read: impl Fn(&Reading<'_>) -> Option<T>) -> Option<T> {
        read(&Reading::new(&self.span.attributes)).or_else(|| {
            let has_more = !self.logs.is_empty() || !self.span.events.is_empty();
            let more = has_more.then(|| gen_ai_events::details(self.span, self.logs))?;
            read(&Reading::new(&more))
        })
    }

    /// Returns the type of the span in MLflow's words, for example `CHAT_MODEL`.
    pub fn span_type(&self) -> Option<String> {
        self.read(span_type)
    }

    /// Returns the inputs as MLflow reads them, else the messages that only events and logs of a later convention tell.
    pub fn inputs(&self) -> Option<Value> {
        Some(self.inputs_with_text()?.0)
    }

    /// Returns the outputs; see [`View::inputs`].
    pub fn outputs(&self) -> Option<Value> {
        Some(self.outputs_with_text()?.0)
    }

    /// Returns the inputs as MLflow reads them, else the first value that any convention takes for what went in.
    pub fn shown_inputs(&self) -> Option<Value> {
        let tables = [tables::TOOL_ARGUMENTS, tables::INPUT, tables::OLD_INPUT, tables::RAW_INPUT];
        self.inputs()
            .or_else(|| self.read(|reading| tables.iter().find_map(|table| reading.first_value(*table))))
    }

    /// Returns the outputs; see [`View::shown_inputs`].
    pub fn shown_outputs(&self) -> Option<Value> {
        let tables = [tables::TOOL_RESULT, tables::OUTPUT, tables::OLD_OUTPUT, tables::RAW_OUTPUT];
        self.outputs()
            .or_else(|| self.read(|reading| tables.iter().find_map(|table| reading.first_value(*table))))
    }

    /// Returns the inputs, and their JSON text if they came as text.
    pub fn inputs_with_text(&self) -> Option<(Value, Option<String>)> {
        self.read(|reading| {
            let told = own(reading, keys::SPAN_INPUTS);
            told.or_else(|| mlflow::inputs(reading, &self.span.events).told).map(with_text)
        })
        .or_else(|| gen_ai_events::input_messages(self.span, self.logs).map(|told| with_text(told.into())))
    }

    /// Returns the outputs, and their JSON text if they came as text.
    pub fn outputs_with_text(&self) -> Option<(Value, Option<String>)> {
        self.read(|reading| {
            let told = own(reading, keys::SPAN_OUTPUTS);
            told.or_else(|| mlflow::outputs(reading, &self.span.events)).map(with_text)
        })
        .or_else(|| gen_ai_events::output_messages(self.span, self.logs).map(|told| with_text(told.into())))
    }

    /// Returns the attributes that MLflow's API has on this span beside those that came (contract e); tokens and cost are
    /// those of [`View::facts`].
    ///
    /// What only log records tell, which MLflow does not take, has its place here too.
    pub fn mlflow_attributes(&self) -> Vec<(&'static str, Value)> {
        let reading = Reading::new(&self.span.attributes);
        let mut added = mlflow::added(&reading, &self.span.events);
        let mut add = |key: &'static str, value: &dyn Fn() -> Option<Value>| {
            if !reading.has(key)
                && added.iter().all(|(known, _)| *known != key)
                && let Some(value) = value()
            {
                added.push((key, value));
            }
        };
        if !self.logs.is_empty() {
            add(keys::SPAN_INPUTS, &|| self.inputs());
            add(keys::SPAN_OUTPUTS, &|| self.outputs());
        }
        added
    }

    /// Returns everything that any convention says, for a person; nothing if the span speaks none.
    ///
    /// Parses what it reads: for one span at a time, not for ingest.
    pub fn llm(&self, prices: &Prices) -> Option<LlmView> {
        let attributes = self.attributes()?;
        let reading = Reading::new(&attributes).sent_by(self.service).in_scope(self.scope);
        let view = read::llm(self.span, self.logs, &reading, prices);
        (!view.is_empty()).then_some(view)
    }

    /// Returns what rows and traces keep; parses no message.
    pub fn facts(&self, prices: &Prices) -> Facts {
        let Some(attributes) = self.attributes() else { return Facts::default() };
        let reading = Reading::new(&attributes).sent_by(self.service).in_scope(self.scope);
        // MLflow's word comes first where it has one, so that its API and our rows agree.
        let span_type = span_type(&reading).or_else(|| Some(kind::kind(&reading, self.span)?.1));
        let is_call = matches!(span_type.as_deref(), Some("LLM" | "CHAT_MODEL"));
        let tokens = tokens::tokens(&reading)
            .or_else(|| is_call.then(|| tokens::of_answer(&reading, tokens::ONLY_IN_ANSWERS)).flatten());
        let tokens = tokens.map(|(_, tokens)| tokens).unwrap_or_default();
        let models =
            || [tables::MODEL_ANSWERED, tables::MODEL_ASKED].map(|table| Some(reading.first_text(table)?.1));
        let cost = tokens::cost(&reading).map(|(_, cost)| cost).or_else(|| {
            let [answered, asked] = if tokens.has_no_sum() { return None } else { models() };
            // Looked for in the inputs only if there is something to price: they may be large.
            let asked =
                asked.or_else(|| answered.is_none().then(|| mlflow::model_of_call(&reading)).flatten());
            let asked = asked.or_else(|| is_call.then(|| reading.text("genkit:name")).flatten());
            let provider = reading.first_text(tables::PROVIDER).map(|(_, provider)| provider);
            let models = [answered.as_deref(), asked.as_deref()];
            priced(prices, span_type.as_deref(), models, provider.as_deref(), &tokens).map(|(_, cost)| cost)
        });
        let text = |table| reading.first_text(table).map(|(_, text)| text);
        Facts {
            tokens,
            cost: cost.unwrap_or_default(),
            session: text(tables::SESSION),
            user: text(tables::USER),
            time_to_first_token_ns: first_token::first_token(&reading, self.span).map(|(_, nanos)| nanos),
            span_type,
        }
    }

    /// Returns the attributes of the span and of its details event; nothing if no convention owns any of them, or the span.
    pub(crate) fn attributes(&self) -> Option<Cow<'_, [Attribute]>> {
        let own = &self.span.attributes;
        let has_owned = own.iter().any(|attribute| reading::is_owned(&attribute.key));
        let has_events = !self.logs.is_empty()
            || self.span.events.iter().any(|event| event.name.starts_with(gen_ai_events::PREFIX));
        let details = if has_events { gen_ai_events::details(self.span, self.logs) } else { Vec::new() };
        let has_matches = || self.span.events.iter().any(|event| event.name == retrieval::QUERY_RESULT);
        let is_scoped = || kind::by_scope(self.scope, &self.span.name).is_some();
        match (has_owned || has_events || has_matches() || is_scoped(), details.is_empty()) {
            (false, _) => None,
            (true, true) => Some(Cow::Borrowed(own)),
            // The span's own come last, and so win.
            (true, false) => Some(Cow::Owned(details.into_iter().chain(own.iter().cloned()).collect())),
        }
    }
}

/// What rows and traces keep of a span.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Type in capitals, for example `CHAT_MODEL`.
    pub span_type: Option<String>,
    /// Tokens.
    pub tokens: Tokens,
    /// Cost as reported, else as computed.
    pub cost: Cost,
    /// Session.
    pub session: Option<String>,
    /// User.
    pub user: Option<String>,
    /// Time from the start to the first token, in nanoseconds.
    pub time_to_first_token_ns: Option<i64>,
}

/// Returns what a call costs and the name that it was priced by.
///
/// Agents are not priced: their calls are (contract d.6).
fn priced(
    prices: &Prices,
    kind: Option<&str>,
    models: [Option<&str>; 2],
    provider: Option<&str>,
    tokens: &Tokens,
) -> Option<(String, Cost)> {
    if kind == Some("AGENT") || tokens.has_no_sum() {
        return None;
    }
    let (name, price) = models.into_iter().flatten().find_map(|model| prices.find(model, provider))?;
    let cost = price.cost(tokens);
    (!cost.is_empty()).then_some((name, cost))
}

/// Returns MLflow's own type of a span, if the MLflow SDK gave one.
///
/// On a foreign span its exporter writes the key without a value, and an OpenTelemetry exporter the text `null`.
pub fn mlflow_span_type(attributes: &[Attribute]) -> Option<String> {
    own_type(attributes.value(keys::SPAN_TYPE).map(decoded))
}

fn own_type(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) if !text.is_empty() && text != "null" => Some(text),
        _ => None,
    }
}

fn span_type(reading: &Reading<'_>) -> Option<String> {
    let own = own_type(reading.decoded(keys::SPAN_TYPE));
    if own.as_deref().is_some_and(|own| own != "UNKNOWN") {
        return own;
    }
    mlflow::span_type(reading).map(str::to_owned).or(own)
}

fn own<'a>(reading: &Reading<'a>, key: &str) -> Option<mlflow::Told<'a>> {
    reading.get(key).map(mlflow::Told::of).filter(|told| !told.value.is_null())
}

fn with_text(told: mlflow::Told<'_>) -> (Value, Option<String>) {
    (told.value, told.text.map(str::to_owned))
}

/// Reads MLflow's usage object, as spans and trace metadata carry it.
pub fn usage_from_json(usage: &serde_json::Map<String, Value>) -> TokenUsage {
    let count = |key: &str| usage.get(key).and_then(count_of);
    TokenUsage {
        input: count("input_tokens"),
        output: count("output_tokens"),
        total: count("total_tokens"),
        cache_read: count("cache_read_input_tokens"),
        cache_creation: count("cache_creation_input_tokens"),
    }
}

/// Reads an integer, a whole float or a numeric text.
fn count_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
            let whole = |double: f64| (double.fract() == 0.0 && double.abs() < 9e15).then_some(double as i64);
            number.as_i64().or_else(|| number.as_f64().and_then(whole))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Reads MLflow's cost object in dollars, as spans and trace metadata carry it.
pub fn cost_from_json(cost: &serde_json::Map<String, Value>) -> Cost {
    let pico = |key: &str| cost.get(key).and_then(Value::as_f64).and_then(Cost::pico_from_dollars);
    Cost { input: pico("input_cost"), output: pico("output_cost"), total: pico("total_cost") }
}

#[cfg(test)]
mod tests {
    use model::AnyValue;

    use super::*;

    fn attributes(pairs: &[(&str, AnyValue)]) -> Vec<Attribute> {
        pairs.iter().map(|(key, value)| Attribute::new(*key, value.clone())).collect()
    }

    fn string(text: &str) -> AnyValue {
        AnyValue::String(text.to_owned())
    }

    #[test]
    fn a_type_without_a_value_is_no_type() {
        // Recorded from MLflow 3.18: foreign spans carry the key empty (MLflow exporter) or as `null` (OTel exporter).
        for value in [AnyValue::Empty, string("null"), string("")] {
            assert_eq!(mlflow_span_type(&attributes(&[(keys::SPAN_TYPE, value)])), None);
        }
        for value in [string("CHAIN"), string("\"CHAIN\"")] {
            assert_eq!(mlflow_span_type(&attributes(&[(keys::SPAN_TYPE, value)])), Some("CHAIN".to_owned()));
        }
    }

    #[test]
    fn an_unknown_type_gives_way_to_a_convention() {
        let unknown = (keys::SPAN_TYPE, string("UNKNOWN"));
        let chat = ("gen_ai.operation.name", string("chat"));
        let told = |pairs: &[(&str, AnyValue)]| span_type(&Reading::new(&attributes(pairs)));
        assert_eq!(told(&[unknown.clone(), chat]).as_deref(), Some("CHAT_MODEL"));
        assert_eq!(told(&[unknown]).as_deref(), Some("UNKNOWN"));
    }

    #[test]
    fn usage_reads_alike_from_both_exporters() {
        let text = string(r#"{"input_tokens": 11, "output_tokens": 6, "total_tokens": 17}"#);
        let typed = AnyValue::KvList(attributes(&[
            ("input_tokens", AnyValue::Int(11)),
            ("output_tokens", AnyValue::Int(6)),
            ("total_tokens", AnyValue::Int(17)),
        ]));
        let expected =
            TokenUsage { input: Some(11), output: Some(6), total: Some(17), ..TokenUsage::default() };
        let told = |pairs: &[(&str, AnyValue)]| {
            let mut span = Span::new(model::TraceId([1; 16]), model::SpanId([1; 8]), "call");
            span.attributes = attributes(pairs);
            view(&span, &[]).facts(&Prices::bundled()).tokens.usage()
        };
        assert_eq!(told(&[(keys::CHAT_TOKEN_USAGE, text)]), expected);
        assert_eq!(told(&[(keys::CHAT_TOKEN_USAGE, typed)]), expected);
        let gen_ai =
            [("gen_ai.usage.input_tokens", AnyValue::Int(11)), ("gen_ai.usage.output_tokens", string("6"))];
        assert_eq!(told(&gen_ai), expected);
    }

    fn log(name: &str, time: u64, body: AnyValue) -> LogRecord {
        LogRecord { event_name: name.to_owned(), time_unix_nano: time, body, ..LogRecord::default() }
    }

    #[test]
    fn messages_come_from_log_records_in_the_order_of_time() {
        // The events of version 1.30 of the conventions: the role is in the name, the body holds the content.
        let span = Span::new(model::TraceId([1; 16]), model::SpanId([1; 8]), "chat gpt");
        let body = |pairs: &[(&str, AnyValue)]| AnyValue::KvList(attributes(pairs));
        let answer = body(&[("role", string("assistant")), ("content", string("Paris"))]);
        let logs = [
            log(
                "gen_ai.choice",
                3,
                body(&[("index", AnyValue::Int(0)), ("finish_reason", string("stop")), ("message", answer)]),
            ),
            log("gen_ai.user.message", 2, body(&[("content", string("Capital of France?"))])),
            log("gen_ai.system.message", 1, body(&[("content", string("Be brief."))])),
            log("unrelated", 0, string("gen_ai")),
        ];
        assert!(logs[..3].iter().all(speaks) && !speaks(&logs[3]));
        let view = view(&span, &logs);
        let inputs = serde_json::json!({"messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Capital of France?"}
        ]});
        let outputs = serde_json::json!({"messages": [
            {"role": "assistant", "content": "Paris", "finish_reason": "stop"}
        ]});
        assert_eq!((view.inputs(), view.outputs()), (Some(inputs), Some(outputs)));
    }

    #[test]
    fn the_details_event_stands_for_attributes_but_those_of_the_span_come_first() {
        let mut span = Span::new(model::TraceId([1; 16]), model::SpanId([1; 8]), "chat gpt");
        span.attributes = attributes(&[("gen_ai.usage.input_tokens", AnyValue::Int(7))]);
        let messages = AnyValue::Array(vec![AnyValue::KvList(attributes(&[("role", string("user"))]))]);
        let mut details = log("gen_ai.client.inference.operation.details", 1, AnyValue::Empty);
        details.attributes = attributes(&[
            ("gen_ai.input.messages", messages),
            ("gen_ai.operation.name", string("chat")),
            ("gen_ai.usage.input_tokens", AnyValue::Int(8)),
        ]);
        let logs = [details];
        let view = view(&span, &logs);
        assert_eq!(view.inputs(), Some(serde_json::json!([{"role": "user"}])));
        assert_eq!(view.span_type().as_deref(), Some("CHAT_MODEL"));
        assert_eq!(view.facts(&Prices::bundled()).tokens.input, Some(7));
    }

    #[test]
    fn span_events_of_the_first_generation_hold_json_texts() {
        let mut span = Span::new(model::TraceId([1; 16]), model::SpanId([1; 8]), "chat gpt");
        let prompt = string(r#"[{"role": "user", "content": "hi"}]"#);
        span.events = vec![model::Event {
            name: "gen_ai.content.prompt".to_owned(),
            attributes: attributes(&[("gen_ai.prompt", prompt)]),
            ..model::Event::default()
        }];
        let expected = serde_json::json!([{"role": "user", "content": "hi"}]);
        assert_eq!(view(&span, &[]).inputs(), Some(expected));
    }
}
