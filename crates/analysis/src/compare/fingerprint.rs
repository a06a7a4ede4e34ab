//! What alignment knows of a span beside its row: a small digest of its content, made once.

use model::{AnyValue, Attribute, LogRecord, Span};

use super::label::template;
use super::masked::{self, Digest, Sketch};
use crate::semconv::{self, Aspect, aspect};

/// What alignment knows of a span beside its row.
///
/// Hashes are of no use outside the process that made them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint {
    /// Name without numbers, ids and the model, for example `chat {model}`.
    pub label: String,
    /// Model that was asked for.
    pub model: Option<String>,
    /// Tool that was run.
    pub tool: Option<String>,
    /// Hash of what went in, ids and times apart; absent if nothing of it was recorded. Of a span that tells no inputs: of its
    /// attributes, but for those that are alike for many spans, such as an HTTP method.
    pub inputs: Option<u64>,
    /// As `inputs`, numbers apart too: a later call of the same kind has the same one.
    pub inputs_template: Option<u64>,
    /// SimHash of the words that went in: similar inputs differ in few bits.
    pub inputs_sketch: Option<u64>,
    /// Hash of what came out, ids and times apart.
    pub outputs: Option<u64>,
    /// Hash of the other attributes, of the message of the status and of exceptions, ids and times apart; tokens, cost, model and what
    /// differs in every run play no part.
    pub rest: u64,
}

impl Fingerprint {
    /// Makes the fingerprint of a span with its log records. Reads every attribute once.
    pub fn of(span: &Span, logs: &[LogRecord]) -> Self {
        let mut builder = Builder::default();
        span.attributes.iter().for_each(|attribute| builder.add(attribute));
        builder.told(span, logs);
        for event in span.events.iter().filter(|event| event.name == "exception") {
            for attribute in &event.attributes {
                if attribute.key != "exception.stacktrace" {
                    builder.rest = builder.rest.with(masked::attribute(attribute, &mut Sketch::default()));
                }
            }
        }
        if !span.status.message.is_empty() {
            let message = masked::text(&span.status.message, &mut Sketch::default());
            builder.rest = builder.rest.with(message);
        }
        builder.finish(&span.name)
    }

    /// Makes the fingerprint of a span of which only the name is known.
    pub fn of_name(name: &str) -> Self {
        Self { label: template(name), ..Self::default() }
    }
}

#[derive(Default)]
struct Builder {
    model: Option<String>,
    tool: Option<String>,
    inputs: Option<Digest>,
    inputs_sketch: Sketch,
    outputs: Option<Digest>,
    rest: Digest,
    /// Of the rest, what tells one call from another.
    details: Option<Digest>,
    details_sketch: Sketch,
}

impl Builder {
    fn add(&mut self, attribute: &Attribute) {
        // What an exporter writes where there is nothing.
        let is_nothing = match &attribute.value {
            AnyValue::Empty => true,
            AnyValue::String(text) => text.is_empty() || text == "null",
            _ => false,
        };
        if is_nothing {
            return;
        }
        match aspect(&attribute.key) {
            Aspect::Input => {
                let digest = masked::any_value(&attribute.value, &mut self.inputs_sketch);
                self.inputs = Some(self.inputs.unwrap_or_default().with(digest));
            }
            Aspect::Output => {
                let digest = masked::any_value(&attribute.value, &mut Sketch::default());
                self.outputs = Some(self.outputs.unwrap_or_default().with(digest));
            }
            Aspect::Model => {
                self.model = self.model.take().or_else(|| text_of(&attribute.value));
            }
            Aspect::Tool => {
                self.tool = self.tool.take().or_else(|| text_of(&attribute.value));
            }
            Aspect::Measure | Aspect::Bookkeeping => {}
            Aspect::Setting => {
                let digest = masked::attribute(attribute, &mut Sketch::default());
                self.rest = self.rest.with(digest);
            }
            Aspect::Other => {
                let digest = masked::attribute(attribute, &mut self.details_sketch);
                self.rest = self.rest.with(digest);
                self.details = Some(self.details.unwrap_or_default().with(digest));
            }
        }
    }

    /// Adds what conventions tell in events and log records instead of attributes.
    fn told(&mut self, span: &Span, logs: &[LogRecord]) {
        let tells = |name: &str| name.starts_with("gen_ai.");
        if !logs.iter().any(semconv::speaks) && !span.events.iter().any(|event| tells(&event.name)) {
            return;
        }
        let view = semconv::view(span, logs);
        if self.inputs.is_none()
            && let Some(value) = view.inputs()
        {
            self.inputs = Some(masked::json(&value, &mut self.inputs_sketch));
        }
        if self.outputs.is_none()
            && let Some(value) = view.outputs()
        {
            self.outputs = Some(masked::json(&value, &mut Sketch::default()));
        }
    }

    fn finish(self, name: &str) -> Fingerprint {
        let label = match &self.model {
            Some(model) if name.contains(model.as_str()) => {
                template(&name.replace(model.as_str(), "{model}"))
            }
            _ => template(name),
        };
        // A span that tells no inputs is known by its attributes: an address, a statement.
        let (inputs, sketch) = match self.inputs {
            Some(inputs) => (Some(inputs), self.inputs_sketch),
            None => (self.details, self.details_sketch),
        };
        Fingerprint {
            label,
            model: self.model,
            tool: self.tool,
            inputs: inputs.map(|inputs| inputs.exact),
            inputs_template: inputs.map(|inputs| inputs.template),
            inputs_sketch: sketch.finish(),
            outputs: self.outputs.map(|outputs| outputs.exact),
            rest: self.rest.exact,
        }
    }
}

fn text_of(value: &AnyValue) -> Option<String> {
    // MLflow's copies carry texts as JSON.
    let text = value.as_str()?.trim_matches('"');
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use model::{Event, SpanId, TraceId};

    use super::*;

    fn span(name: &str, attributes: &[(&str, AnyValue)]) -> Span {
        let mut span = Span::new(TraceId([1; 16]), SpanId([1; 8]), name);
        span.attributes = attributes.iter().map(|(key, value)| Attribute::new(*key, value.clone())).collect();
        span
    }

    fn text(text: &str) -> AnyValue {
        AnyValue::String(text.to_owned())
    }

    #[test]
    fn copies_of_both_exporters_have_one_fingerprint() {
        // What the MLflow exporter types, an OpenTelemetry exporter sends as JSON text (contract d.4); notes of the exporter differ.
        let question = AnyValue::KvList(vec![Attribute::new("question", text("where is it?"))]);
        let typed = span(
            "answer",
            &[
                ("mlflow.spanInputs", question),
                ("mlflow.spanType", text("CHAIN")),
                ("mlflow.traceRequestId", text("tr-1")),
            ],
        );
        let spelled = span(
            "answer",
            &[
                ("mlflow.traceRequestId", text("\"tr-2\"")),
                ("mlflow.spanType", text("\"CHAIN\"")),
                ("mlflow.spanInputs", text("{\"question\": \"where is it?\"}")),
            ],
        );
        assert_eq!(Fingerprint::of(&typed, &[]), Fingerprint::of(&spelled, &[]));
    }

    #[test]
    fn what_an_exporter_writes_where_there_is_nothing_is_nothing() {
        let bare = span("GET", &[("url.path", text("/"))]);
        let noted = span(
            "GET",
            &[
                ("mlflow.spanInputs", text("null")),
                ("mlflow.spanOutputs", AnyValue::Empty),
                ("url.path", text("/")),
            ],
        );
        assert_eq!(Fingerprint::of(&bare, &[]), Fingerprint::of(&noted, &[]));
    }

    #[test]
    fn messages_in_log_records_are_inputs_and_outputs() {
        let record = |name: &str, content: &str| LogRecord {
            event_name: name.to_owned(),
            body: AnyValue::KvList(vec![Attribute::new("content", text(content))]),
            ..LogRecord::default()
        };
        let chat = span("chat", &[("gen_ai.operation.name", text("chat"))]);
        let of = |question: &str| Fingerprint::of(&chat, &[record("gen_ai.user.message", question)]);
        assert_eq!(of("where is it?"), of("where is it?"));
        assert_ne!(of("where is it?").inputs, of("who are you?").inputs);
        assert_eq!(of("order 17").inputs_template, of("order 18").inputs_template);
        assert_eq!(of("where is it?").rest, of("who are you?").rest);
    }

    #[test]
    fn exceptions_are_content_and_their_stack_traces_are_not() {
        let failed = |message: &str, stack: &str| {
            let mut span = span("call", &[]);
            let attributes = [("exception.message", message), ("exception.stacktrace", stack)];
            let attributes = attributes.map(|(key, value)| Attribute::new(key, text(value)));
            span.events = vec![Event {
                name: "exception".to_owned(),
                attributes: attributes.into(),
                ..Event::default()
            }];
            Fingerprint::of(&span, &[])
        };
        assert_eq!(failed("timed out", "line 17"), failed("timed out", "line 18"));
        assert_ne!(failed("timed out", "line 17"), failed("refused", "line 17"));
    }

    #[test]
    fn the_model_is_no_part_of_the_label() {
        let chat = span("chat gpt-4o-mini", &[("gen_ai.request.model", text("gpt-4o-mini"))]);
        let print = Fingerprint::of(&chat, &[]);
        assert_eq!((print.label.as_str(), print.model.as_deref()), ("chat {model}", Some("gpt-4o-mini")));
    }
}
