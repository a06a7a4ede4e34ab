//! The LLM view of traces that real agent frameworks sent, against what a reader of the files found in them.
//!
//! The files lie beside the repository and are no part of it; where they are absent the tests say so and pass.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails so, and says so if it is skipped"
)]

mod facts;
mod otlp_json;
mod read_by_eye;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use analysis::prices::Prices;
use analysis::semconv::{self, LlmView, llm};
use analysis::usage::counted_once;
use model::{Span, SpanId, TokenUsage};
use serde_json::Value;

/// Returns the folder of the traces, if it is there.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/framework-traces"));
    if folder.join("facts.json").is_file() {
        return Some(folder.to_owned());
    }
    println!("skipped: {} is not there", folder.display());
    None
}

fn json_file(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a readable file")).expect("JSON")
}

/// The spans of one file with what the conventions say of each.
struct Told {
    spans: BTreeMap<String, (Span, Option<LlmView>)>,
}

impl Told {
    fn of(file: &Path) -> Self {
        let prices = Prices::bundled();
        let tell = |span: Span| {
            let view = semconv::view(&span, &[]).llm(&prices);
            (span.span_id.to_string(), (span, view))
        };
        Self { spans: otlp_json::spans(&json_file(file)).into_iter().map(tell).collect() }
    }

    fn llm(&self, span_id: &str) -> LlmView {
        self.spans.get(span_id).and_then(|(_, view)| view.clone()).unwrap_or_default()
    }

    /// Returns what a trace takes from its spans: the first that a span tells, root first.
    fn of_trace(&self, pick: impl Fn(&LlmView) -> Option<String>) -> Option<String> {
        let roots = self.spans.values().filter(|(span, _)| span.is_root());
        roots.chain(self.spans.values()).find_map(|(_, view)| pick(view.as_ref()?))
    }

    /// Returns the tokens of the file, each call once, as ingest adds them up.
    fn tokens_once(&self) -> (i64, i64) {
        let prices = Prices::bundled();
        let ancestors = |span: &Span| {
            let mut ancestors: Vec<SpanId> = Vec::new();
            let mut parent = span.parent_span_id;
            while let Some(id) = parent.filter(|id| !ancestors.contains(id)) {
                ancestors.push(id);
                parent = self.spans.get(&id.to_string()).and_then(|(span, _)| span.parent_span_id);
            }
            ancestors
        };
        let having: Vec<(SpanId, TokenUsage, Vec<SpanId>)> = self
            .spans
            .values()
            .map(|(span, _)| (span, semconv::view(span, &[]).facts(&prices).tokens.usage()))
            .filter(|(_, usage)| !usage.is_empty())
            .map(|(span, usage)| (span.span_id, usage, ancestors(span)))
            .collect();
        let counted = counted_once(having.iter().map(|(id, _, ancestors)| (id, ancestors.as_slice())));
        let mut sum = TokenUsage::default();
        counted.into_iter().for_each(|index| sum.add(&having[index].1));
        (sum.input.unwrap_or(0), sum.output.unwrap_or(0))
    }
}

fn first_60(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Returns the roles of the input, system instructions beside the messages first.
fn input_roles(view: &LlmView) -> Vec<&'static str> {
    let mut roles: Vec<&str> = view.input_messages.iter().map(|message| message.role.as_str()).collect();
    if !view.system_instructions.is_empty() && roles.first() != Some(&"system") {
        roles.insert(0, "system");
    }
    roles
}

fn last_text(messages: &[llm::Message], role: llm::Role) -> Option<String> {
    let texts = messages.iter().filter(|message| message.role == role).map(llm::Message::text);
    texts.rev().find(|text| !text.is_empty()).map(|text| first_60(&text))
}

fn last_user(view: &LlmView) -> Option<String> {
    last_text(&view.input_messages, llm::Role::User)
}

fn answer(view: &LlmView) -> Option<String> {
    last_text(&view.output_messages, llm::Role::Assistant)
}

/// Returns the tools that the model called: in its answer, or in a whole conversation.
fn tool_calls(view: &LlmView) -> Vec<&str> {
    let calls = |messages: &'_ [llm::Message]| messages.iter().flat_map(llm::Message::tool_calls).count() > 0;
    let side = if calls(&view.output_messages) { &view.output_messages } else { &view.input_messages };
    side.iter().flat_map(llm::Message::tool_calls).collect()
}
