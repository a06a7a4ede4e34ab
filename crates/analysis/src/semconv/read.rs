//! Puts the normalised view of a span together, target by target.

use model::{Cost, LogRecord, Span};
use serde_json::{Map, Value, json};

use super::Rule;
use super::first_token::first_token;
use super::llm::{LlmView, Message, NotCaptured, Part, PromptTemplate, Role, ToolRun};
use super::messages::{Conversation, conversation, messages, role_lines};
use super::parts::{parts, result};
use super::reading::Reading;
use super::structure::{scalar_text, structured, text_field};
use super::tables::{self, Table};
use super::tools::tool_definitions;
use super::{evaluations, gen_ai_events, kind, request, tokens};
use crate::prices::Prices;

/// Most documents, tools and parameters that are listed.
pub(super) const MAX_ITEMS: usize = 1_000;

/// Reads everything. `attributes` are those of the span and of its details event.
pub(super) fn llm(span: &Span, logs: &[LogRecord], reading: &Reading<'_>, prices: &Prices) -> LlmView {
    let mut reader = Reader { span, logs, reading, view: LlmView::default() };
    reader.identity();
    reader.messages();
    reader.tool();
    reader.retrieval();
    reader.settings();
    reader.tokens(prices);
    reader.timing();
    reader.not_captured();
    let mut view = reader.view;
    view.provenance.sort_by_key(|(target, _)| *target);
    view.provenance.dedup_by_key(|(target, _)| *target);
    view
}

pub(super) struct Reader<'a> {
    pub(super) span: &'a Span,
    logs: &'a [LogRecord],
    pub(super) reading: &'a Reading<'a>,
    pub(super) view: LlmView,
}

impl Reader<'_> {
    /// Returns what a rule told, noting the rule.
    pub(super) fn note<T>(&mut self, target: &'static str, told: Option<(Rule, T)>) -> Option<T> {
        let (rule, value) = told?;
        self.view.provenance.push((target, rule));
        Some(value)
    }

    pub(super) fn text(&mut self, target: &'static str, table: Table) -> Option<String> {
        let told = self.reading.first_text(table);
        self.note(target, told)
    }

    fn identity(&mut self) {
        let kind = kind::kind(self.reading, self.span);
        self.view.kind = self.note("kind", kind);
        // What MLflow and others call the model is the one asked for, unless the answer's shape says more.
        self.view.model_asked = self.text("model_asked", tables::MODEL_ASKED);
        self.view.model_answered = self.text("model_answered", tables::MODEL_ANSWERED);
        if self.view.model_asked.is_none() && self.view.is_kind(&["LLM"]) {
            let name = self.reading.text("genkit:name").map(|name| (Rule::Genkit, name));
            self.view.model_asked = self.note("model_asked", name);
        }
        if self.view.models() == [None, None] && self.view.is_kind(&["LLM", "CHAT_MODEL", "EMBEDDING"]) {
            let name = super::mlflow::model_of_call(self.reading).map(|name| (Rule::Mlflow, name));
            self.view.model_asked = self.note("model_asked", name);
        }
        self.view.provider = self.text("provider", tables::PROVIDER);
        if self.view.provider.is_none() && self.reading.speaks(Rule::OpenRouter) {
            self.view.provider = self.note("provider", Some((Rule::OpenRouter, "openrouter".to_owned())));
        }
        self.view.session = self.text("session", tables::SESSION);
        self.view.user = self.text("user", tables::USER);
        self.view.agent = self.text("agent", tables::AGENT);
        if self.view.agent.is_none() && self.view.is_kind(&["AGENT"]) && self.reading.has("mlflow.spanType") {
            self.view.agent = Some(self.span.name.clone());
        }
        if self.view.agent.is_none() && self.view.is_kind(&["AGENT"]) {
            let name = self.reading.text("traceloop.entity.name").map(|name| (Rule::Traceloop, name));
            self.view.agent = self.note("agent", name);
        }
        self.view.workflow = self.text("workflow", tables::WORKFLOW);
        let tags = tables::TAGS.iter().find_map(|(rule, key)| {
            let tags: Vec<String> = match self.reading.value(key)? {
                Value::Array(tags) => tags.iter().filter_map(scalar_text).take(MAX_ITEMS).collect(),
                Value::String(text) => {
                    let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
                    tags.map(str::to_owned).take(MAX_ITEMS).collect()
                }
                _ => Vec::new(),
            };
            (!tags.is_empty()).then_some((*rule, tags))
        });
        self.view.tags = self.note("tags", tags).unwrap_or_default();
        let evaluations = evaluations::evaluations(self.span, self.logs);
        self.view.evaluations = self.note("evaluations", evaluations).unwrap_or_default();
        let prompt = PromptTemplate {
            name: self.text("prompt", tables::PROMPT_NAME),
            version: self.text("prompt", tables::PROMPT_VERSION),
            template: self.text("prompt", tables::PROMPT_TEMPLATE),
            variables: tables::PROMPT_VARIABLES.iter().find_map(|(_, key)| self.reading.value(key)),
        };
        self.view.prompt =
            (prompt != PromptTemplate::default()).then_some(prompt).or_else(|| self.linked_prompt());
    }

    fn linked_prompt(&mut self) -> Option<PromptTemplate> {
        let sources = [
            (Rule::Mlflow, "mlflow.linkedPrompts"),
            (Rule::VercelAi, "ai.telemetry.metadata.langfusePrompt"),
        ];
        let (rule, linked) =
            sources.into_iter().find_map(|(rule, key)| Some((rule, self.reading.value(key)?)))?;
        let prompt = linked.as_array().and_then(|prompts| prompts.first()).unwrap_or(&linked).as_object()?;
        self.view.provenance.push(("prompt", rule));
        Some(PromptTemplate {
            name: text_field(prompt, &["name"]),
            version: text_field(prompt, &["version"]),
            ..PromptTemplate::default()
        })
    }

    fn messages(&mut self) {
        let whole = self.whole_conversation();
        let (input, output) = match whole {
            Some((rule, input, output)) => (Some((rule, input)), Some((rule, output))),
            None => (None, None),
        };
        let input = input
            .or_else(|| self.side(Role::User))
            .map(|(rule, input)| (rule, self.with_spoken_words(rule, input)));
        let output = output.or_else(|| self.side(Role::Assistant));
        self.view.input_messages = self.note("input_messages", input).unwrap_or_default();
        self.view.output_messages = self.note("output_messages", output).unwrap_or_default();
        self.images_beside();
        if let Some(instructions) = self.reading.raw("gen_ai.system_instructions") {
            let mut found = Vec::new();
            parts(&structured(&instructions), &mut found);
            if !found.is_empty() {
                self.view.system_instructions = found;
                self.view.provenance.push(("system_instructions", Rule::GenAi));
            }
        }
        self.instructions_once();
    }

    /// Some frameworks send the instructions beside the messages and once more as the first of them.
    fn instructions_once(&mut self) {
        let text_of = |parts: &[Part]| Message { parts: parts.to_vec(), ..Message::new(Role::System) }.text();
        let instructions = text_of(&self.view.system_instructions);
        let first = self.view.input_messages.first().filter(|message| message.role == Role::System);
        if !instructions.is_empty() && first.is_some_and(|message| message.text() == instructions) {
            self.view.system_instructions.clear();
            self.view.provenance.retain(|(target, _)| *target != "system_instructions");
        }
    }

    /// OpenInference may list the images of the input beside it.
    fn images_beside(&mut self) {
        let Some(images) = self.reading.indexed("input.images") else { return };
        let mut found = Vec::new();
        parts(&images, &mut found);
        found.retain(|part| matches!(part, Part::Media(_)));
        let is_media = |part: &Part| matches!(part, Part::Media(_));
        let is_shown = self.view.input_messages.iter().any(|message| message.parts.iter().any(is_media));
        if found.is_empty() || is_shown {
            return;
        }
        match self.view.input_messages.iter_mut().rfind(|message| message.role == Role::User) {
            Some(message) => message.parts.append(&mut found),
            None => self.view.input_messages.push(Message { parts: found, ..Message::new(Role::User) }),
        }
    }

    /// LiveKit keeps what was just said apart from the conversation so far.
    fn with_spoken_words(&self, rule: Rule, mut messages: Vec<Message>) -> Vec<Message> {
        let spoken = self.reading.text("lk.input_text").filter(|_| rule == Rule::LiveKit);
        if let Some(text) = spoken.filter(|text| messages.last().is_none_or(|last| last.text() != *text)) {
            let mut message = Message::new(Role::User);
            message.parts.push(Part::Text(text));
            messages.push(message);
        }
        messages
    }

    /// Reads an attribute that has a whole conversation: its last answers are the output.
    fn whole_conversation(&mut self) -> Option<(Rule, Vec<Message>, Vec<Message>)> {
        if self.reading.has("gen_ai.input.messages") {
            return None;
        }
        let keys = ["pydantic_ai.all_messages", "events", "all_messages_events"];
        let mut found = keys.iter().find_map(|key| conversation(&self.reading.value(key)?, Role::User))?;
        self.view.system_instructions.append(&mut found.system);
        let mut input = found.messages;
        let is_answer = |message: &Message| message.role == Role::Assistant;
        let start = input.iter().rposition(|message| !is_answer(message)).map_or(0, |last| last + 1);
        let output = input.split_off(start);
        Some((Rule::PydanticAi, input, output))
    }

    /// Finds the messages of one side, by the order of the rules.
    fn side(&mut self, role: Role) -> Option<(Rule, Vec<Message>)> {
        let is_input = role == Role::User;
        let pick = |input, output| if is_input { input } else { output };
        let speaks_chat = !self.view.is_kind(&["TOOL", "RETRIEVER", "EMBEDDING", "RERANKER"]);
        self.shaped(pick(tables::OWN_INPUT, tables::OWN_OUTPUT), role)
            .or_else(|| self.open_inference(is_input))
            .or_else(|| self.vercel_answer(is_input))
            .or_else(|| self.told(pick(tables::INPUT, tables::OUTPUT), role).filter(|_| speaks_chat))
            .or_else(|| self.events(is_input))
            .or_else(|| self.indexed(is_input))
            .or_else(|| {
                self.shaped(pick(tables::OLD_INPUT, tables::OLD_OUTPUT), role).filter(|_| speaks_chat)
            })
            .or_else(|| {
                self.shaped(pick(tables::RAW_INPUT, tables::RAW_OUTPUT), role).filter(|_| speaks_chat)
            })
            .or_else(|| self.of_model(is_input, role))
    }

    /// Reads the first value of a table that has the shape of messages.
    fn shaped(&mut self, table: Table, role: Role) -> Option<(Rule, Vec<Message>)> {
        table.iter().find_map(|(rule, key)| {
            let value = self.reading.value(key).filter(|_| self.reading.speaks(*rule))?;
            let found = conversation(&value, role)?;
            Some((*rule, self.keep(found)))
        })
    }

    /// Reads the first value of a table, whatever its shape.
    fn told(&mut self, table: Table, role: Role) -> Option<(Rule, Vec<Message>)> {
        table.iter().find_map(|(rule, key)| {
            self.reading.value(key).filter(|_| self.reading.speaks(*rule))?;
            let found = messages(&self.reading.raw(key)?, role);
            Some((*rule, self.keep(found)))
        })
    }

    /// Takes what stands beside the messages.
    fn keep(&mut self, mut found: Conversation) -> Vec<Message> {
        if self.view.system_instructions.is_empty() {
            self.view.system_instructions.append(&mut found.system);
        }
        if self.view.tools.is_empty() && !found.tools.is_empty() {
            self.view.tools = tool_definitions(&Value::Array(found.tools));
        }
        found.messages
    }

    fn open_inference(&mut self, is_input: bool) -> Option<(Rule, Vec<Message>)> {
        let (prefix, texts, role) = if is_input {
            ("llm.input_messages", "llm.prompts", Role::User)
        } else {
            ("llm.output_messages", "llm.choices", Role::Assistant)
        };
        if let Some(found) = self.reading.indexed(prefix).and_then(|value| conversation(&value, role)) {
            return Some((Rule::OpenInference, found.messages));
        }
        // Completions have texts instead of messages, wrapped or not.
        let texts = self.reading.indexed(texts)?;
        let text = |item: &Value| {
            let wrapped =
                item.pointer("/prompt/text").or_else(|| item.pointer("/completion/text")).unwrap_or(item);
            let mut message = Message::new(role);
            message.parts.push(Part::Text(wrapped.as_str()?.to_owned()));
            Some(message)
        };
        let messages: Vec<Message> = texts.as_array()?.iter().filter_map(text).collect();
        (!messages.is_empty()).then_some((Rule::OpenInference, messages))
    }

    /// The Vercel SDK has no message of the answer but its pieces.
    fn vercel_answer(&mut self, is_input: bool) -> Option<(Rule, Vec<Message>)> {
        if is_input {
            return None;
        }
        let mut message = Message::new(Role::Assistant);
        if let Some(text) = ["ai.response.reasoning", "ai.response.reasoningText"]
            .iter()
            .find_map(|key| self.reading.text(key))
        {
            message.parts.push(Part::Reasoning(text));
        }
        let keys = ["ai.response.text", "ai.result.text", "ai.response.object", "ai.result.object"];
        if let Some(Value::String(text)) = keys.iter().find_map(|key| self.reading.raw(key)) {
            message.parts.push(Part::Text(text));
        }
        let calls =
            ["ai.response.toolCalls", "ai.result.toolCalls"].iter().find_map(|key| self.reading.value(key));
        if let Some(Value::Array(calls)) = calls {
            let calls = json!({"tool_calls": calls, "role": "assistant"});
            message.parts.extend(
                messages(&calls, Role::Assistant).messages.into_iter().flat_map(|message| message.parts),
            );
        }
        if message.parts.is_empty() {
            return None;
        }
        message.finish_reason =
            ["ai.response.finishReason", "ai.finishReason"].iter().find_map(|key| self.reading.text(key));
        Some((Rule::VercelAi, vec![message]))
    }

    fn events(&mut self, is_input: bool) -> Option<(Rule, Vec<Message>)> {
        if self.logs.is_empty() && self.span.events.is_empty() {
            return None;
        }
        let (found, role) = if is_input {
            (gen_ai_events::input_messages(self.span, self.logs)?, Role::User)
        } else {
            (gen_ai_events::output_messages(self.span, self.logs)?, Role::Assistant)
        };
        let is_one_each = found.get("messages").is_some();
        let rule = if is_one_each { Rule::GenAiEvents } else { Rule::GenAiContentEvents };
        if let Value::String(text) = &found {
            if text == "None" {
                return None;
            }
            if let Some(messages) = role_lines(text).filter(|_| is_input) {
                return Some((rule, messages));
            }
        }
        let found = messages(&found, role);
        Some((rule, self.keep(found)))
    }

    fn indexed(&mut self, is_input: bool) -> Option<(Rule, Vec<Message>)> {
        let (prefix, role) =
            if is_input { ("gen_ai.prompt", Role::User) } else { ("gen_ai.completion", Role::Assistant) };
        // The bare key is LangSmith's.
        if self.reading.has(prefix) {
            return None;
        }
        let found = conversation(&self.reading.indexed(prefix)?, role)?;
        Some((Rule::GenAiIndexed, found.messages))
    }

    /// Takes a value without the shape of messages as the text of one, for spans that are calls of models.
    fn of_model(&mut self, is_input: bool, role: Role) -> Option<(Rule, Vec<Message>)> {
        if !self.view.is_kind(&["LLM", "CHAT_MODEL"]) {
            return None;
        }
        let tables = if is_input {
            [tables::OWN_INPUT, tables::OLD_INPUT, tables::RAW_INPUT]
        } else {
            [tables::OWN_OUTPUT, tables::OLD_OUTPUT, tables::RAW_OUTPUT]
        };
        tables.into_iter().find_map(|table| self.told(table, role))
    }

    fn tool(&mut self) {
        if !self.view.is_kind(&["TOOL"]) {
            return;
        }
        let value = |table: Table| {
            table.iter().find_map(|(rule, key)| {
                let value = self.reading.value(key)?;
                self.reading.speaks(*rule).then_some((*rule, value))
            })
        };
        let (arguments, result_told) = (value(tables::TOOL_ARGUMENTS), value(tables::TOOL_RESULT));
        let result_told = result_told.or_else(|| {
            super::mlflow::tool_output(self.reading, &self.span.events).map(|told| (Rule::ClaudeCode, told))
        });
        let name = self.text("tool", tables::TOOL_NAME);
        let run = ToolRun {
            name: name.or_else(|| Some(self.span.name.clone())),
            description: self.text("tool_description", tables::TOOL_DESCRIPTION),
            call_id: self.text("tool_call_id", tables::TOOL_CALL_ID),
            arguments: self.note("tool_arguments", arguments).map(|arguments| unwrapped(arguments, "input")),
            result: self.note("tool_result", result_told).map(|value| result(&value)),
        };
        self.view.tool = Some(run);
    }

    fn settings(&mut self) {
        let tools = tables::TOOLS.iter().find_map(|(rule, key)| {
            let tools = tool_definitions(&self.reading.indexed(key)?);
            (!tools.is_empty()).then_some((*rule, tools))
        });
        let tools = tools.or_else(|| {
            let tools = tool_definitions(&self.reading.indexed("llm.request.functions")?);
            (!tools.is_empty()).then_some((Rule::Traceloop, tools))
        });
        if let Some(tools) = self.note("tools", tools) {
            self.view.tools = tools;
        }
        if self.view.tools.is_empty() && self.view.is_kind(&["LLM", "CHAT_MODEL"]) {
            let tools = request::argument(self.reading, "tools", |told| {
                let tools = tool_definitions(told);
                (!tools.is_empty()).then_some(tools)
            });
            self.view.tools = self.note("tools", tools).unwrap_or_default();
        }
        let object =
            tables::PARAMETER_OBJECTS.iter().find_map(|(rule, key)| match self.reading.value(key)? {
                Value::Object(object) => Some((*rule, object)),
                _ => None,
            });
        let keyed = tables::PARAMETER_PREFIXES.iter().find_map(|(rule, prefix)| {
            let own = self.reading.attributes().iter().filter_map(|attribute| {
                let name = attribute.key.strip_prefix(prefix)?;
                (name != "model").then(|| Some((name.to_owned(), self.reading.raw(&attribute.key)?)))?
            });
            let own: Map<String, Value> = own.take(MAX_ITEMS).collect();
            (!own.is_empty()).then_some((*rule, own))
        });
        let is_call = self.view.is_kind(&["LLM", "CHAT_MODEL", "EMBEDDING", "RERANKER"]);
        let told = object.or(keyed).or_else(|| is_call.then(|| request::parameters(self.reading)).flatten());
        let mut parameters = self.note("parameters", told).unwrap_or_default();
        for (rule, key, name) in tables::PARAMETER_KEYS {
            if let Some(value) = self.reading.value(key)
                && !parameters.contains_key(*name)
            {
                parameters.insert((*name).to_owned(), value);
                self.view.provenance.push(("parameters", *rule));
            }
        }
        // They are told apart.
        parameters.remove("tools");
        self.view.parameters =
            parameters.into_iter().filter(|(_, value)| !value.is_null()).take(MAX_ITEMS).collect();
        let reasons = tables::FINISH_REASONS.iter().find_map(|(rule, key)| {
            let reasons: Vec<String> = match self.reading.value(key)? {
                Value::Array(items) => items.iter().filter_map(scalar_text).collect(),
                other => scalar_text(&other).into_iter().collect(),
            };
            (!reasons.is_empty()).then_some((*rule, reasons))
        });
        self.view.finish_reasons = self.note("finish_reasons", reasons).unwrap_or_default();
        if self.view.finish_reasons.is_empty() {
            let of_messages =
                self.view.output_messages.iter().filter_map(|message| message.finish_reason.clone());
            self.view.finish_reasons = of_messages.collect();
        }
    }

    fn tokens(&mut self, prices: &Prices) {
        let tokens = tokens::tokens(self.reading).or_else(|| self.tokens_of_answer());
        self.view.tokens = self.note("tokens", tokens).unwrap_or_default();
        let reported = tokens::cost(self.reading);
        if let Some(cost) = self.note("cost", reported) {
            self.view.cost = cost;
            return;
        }
        let view = &self.view;
        let priced = super::priced(
            prices,
            view.kind.as_deref(),
            view.models(),
            view.provider.as_deref(),
            &view.tokens,
        );
        if let Some((name, cost)) = priced {
            self.view.priced_as = Some(name);
            self.view.cost = cost;
        }
    }

    /// Reads usage that stands in the answer alone. Rows leave it out: the answer may be large.
    fn tokens_of_answer(&self) -> Option<(Rule, super::Tokens)> {
        if !self.view.is_kind(&["LLM", "CHAT_MODEL"]) {
            return None;
        }
        const SOURCES: Table = Table::of(&[
            (Rule::Mlflow, "mlflow.spanOutputs"),
            (Rule::OpenInference, "output.value"),
            (Rule::Genkit, "genkit:output"),
            (Rule::Logfire, "response_data"),
            (Rule::GoogleAdk, "gcp.vertex.agent.llm_response"),
        ]);
        tokens::of_answer(self.reading, SOURCES)
    }

    fn timing(&mut self) {
        let streaming = tables::STREAMING.iter().find_map(|(rule, key)| {
            let told = self.reading.value(key)?;
            let truth = told.as_bool().or_else(|| told.as_str().and_then(|text| text.parse().ok()))?;
            Some((*rule, truth))
        });
        self.view.is_streaming = self.note("is_streaming", streaming);
        let first_token = first_token(self.reading, self.span);
        self.view.time_to_first_token_ns = self.note("time_to_first_token_ns", first_token);
    }

    fn not_captured(&mut self) {
        let view = &self.view;
        let is_model = view.is_kind(&["LLM", "CHAT_MODEL"]);
        let has_content = !view.input_messages.is_empty() || !view.output_messages.is_empty();
        let is_redacted = self.reading.redacted();
        if !is_redacted && (!is_model || has_content) {
            return;
        }
        let reason = if is_redacted {
            "The sender replaced content by a marker such as <REDACTED>."
        } else {
            "The sender told of a model call but left out what was said."
        };
        let enable_with = if self.reading.speaks(Rule::OpenRouter) {
            "Privacy Mode off for this destination (Broadcast, in the Observability settings of OpenRouter)"
        } else if self.reading.speaks(Rule::ClaudeCode) {
            "OTEL_LOG_USER_PROMPTS=1, OTEL_LOG_TOOL_DETAILS=1 (Claude Code)"
        } else if self.reading.has_prefix("ai.") {
            "experimental_telemetry: { isEnabled: true, recordInputs: true, recordOutputs: true } (Vercel AI SDK)"
        } else if self.reading.has("openinference.span.kind") {
            "OPENINFERENCE_HIDE_INPUTS=false, OPENINFERENCE_HIDE_OUTPUTS=false (OpenInference)"
        } else if self.reading.has_prefix("traceloop.") || self.reading.has("llm.request.type") {
            "TRACELOOP_TRACE_CONTENT=true (OpenLLMetry)"
        } else if self.reading.has_prefix("gen_ai.") {
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true, and for newer SDKs =SPAN_AND_EVENT with \
             OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental"
        } else {
            return;
        };
        self.view.not_captured = Some(NotCaptured { reason, enable_with });
    }
}

/// Returns the only field of an object, if it has this name.
fn unwrapped(value: Value, name: &str) -> Value {
    match value {
        Value::Object(mut object) if object.len() == 1 && object.get(name).is_some_and(Value::is_object) => {
            object.remove(name).unwrap_or_default()
        }
        other => other,
    }
}

impl LlmView {
    pub(super) fn is_kind(&self, kinds: &[&str]) -> bool {
        self.kind.as_deref().is_some_and(|kind| kinds.contains(&kind))
    }

    /// Returns the models to price by: the one that answered is the exact one.
    fn models(&self) -> [Option<&str>; 2] {
        [self.model_answered.as_deref(), self.model_asked.as_deref()]
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the reported or computed cost, if there is one.
    pub fn known_cost(&self) -> Option<Cost> {
        (!self.cost.is_empty()).then_some(self.cost)
    }
}
