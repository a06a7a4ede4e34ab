//! What the LLM conventions say of a span, in one form for all of them.
//!
//! Everything here is also in the raw attributes, which stay as they came; binary content is only referred to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AnyValue;

/// The LLM view of a span. What no convention told is absent or empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LlmView {
    /// Kind in capitals: `LLM`, `CHAT_MODEL`, `AGENT`, `TOOL`, `RETRIEVER`, `EMBEDDING`, `CHAIN`, `WORKFLOW`, `TASK`, `RERANKER`,
    /// `GUARDRAIL`, `EVALUATOR`, `PARSER`, `MEMORY`, `PROMPT`, or what a sender made up.
    pub kind: Option<String>,
    /// Messages that went in, in order.
    pub input_messages: Vec<Message>,
    /// Messages that came out, in order.
    pub output_messages: Vec<Message>,
    /// System instructions that were sent beside the messages.
    pub system_instructions: Vec<MessagePart>,
    /// Tools that the model could call.
    pub tools: Vec<ToolDefinition>,
    /// The tool that this span ran.
    pub tool: Option<ToolRun>,
    /// What was asked of a retriever, reranker or embedding model.
    pub query: Option<String>,
    /// Documents that went in (reranker).
    pub input_documents: Vec<Document>,
    /// Documents that came out (retriever, reranker).
    pub documents: Vec<Document>,
    /// Embeddings that came out; the vectors are in the raw attributes.
    pub embeddings: Option<Embeddings>,
    /// Model that was asked for.
    pub model_asked: Option<String>,
    /// Model that answered.
    pub model_answered: Option<String>,
    /// Provider, as the sender spells it.
    pub provider: Option<String>,
    /// Invocation parameters, by name.
    pub parameters: Vec<LlmParameter>,
    /// Tokens.
    pub tokens: Option<Tokens>,
    /// Cost.
    pub cost: Option<LlmCost>,
    /// Session or conversation.
    pub session: Option<String>,
    /// User.
    pub user: Option<String>,
    /// Name of the agent.
    pub agent: Option<String>,
    /// Name of the workflow that the span is, or is a part of.
    pub workflow: Option<String>,
    /// Words that the sender tagged it, or its trace, with.
    pub tags: Vec<String>,
    /// How it was judged by evaluators that tell it as OpenTelemetry defines, in the order of time.
    pub evaluations: Vec<Evaluation>,
    /// Prompt template.
    pub prompt: Option<PromptTemplate>,
    /// Why the model stopped, one for each answer.
    pub finish_reasons: Vec<String>,
    /// Whether the answer was streamed.
    pub is_streaming: Option<bool>,
    /// From the start of the request to the first token, nanoseconds, decimal string.
    pub time_to_first_token_ns: Option<String>,
    /// Why content is missing and how to get it, if the sender seems to have been told not to capture it.
    pub not_captured: Option<NotCaptured>,
    /// Which convention each fact was read by, ordered by target.
    pub provenance: Vec<Provenance>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageRole {
    /// Instructions; `developer` too.
    System,
    /// A person, or a program on behalf of one.
    User,
    /// The model.
    Assistant,
    /// A tool.
    Tool,
    /// Any other; its name is in `role_text`.
    Other,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Who speaks.
    pub role: MessageRole,
    /// The role as the sender spelt it, for example `developer` or `model`.
    pub role_text: String,
    /// Name of the speaker, if given.
    pub name: Option<String>,
    /// Content in order.
    pub parts: Vec<MessagePart>,
    /// Why the model stopped here.
    pub finish_reason: Option<String>,
}

/// A piece of a message; `type` tells which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MessagePart {
    /// Text, perhaps Markdown or JSON. Never to be rendered as HTML.
    Text {
        /// The text.
        text: String,
    },
    /// What the model thought.
    Reasoning {
        /// The text; empty if it is encrypted or left out.
        text: String,
    },
    /// The model refused.
    Refusal {
        /// Its words.
        text: String,
    },
    /// The model calls a tool.
    ToolCall {
        /// Id that the result refers to.
        id: Option<String>,
        /// Name of the tool.
        name: String,
        /// Arguments; text that was no JSON stays text.
        arguments: AnyValue,
    },
    /// What a tool returned.
    ToolResult {
        /// Id of the call.
        id: Option<String>,
        /// Name of the tool, if given.
        name: Option<String>,
        /// The result.
        content: AnyValue,
        /// Whether the tool failed, if told.
        is_error: Option<bool>,
    },
    /// An image, a sound or a file. The content is never inline.
    Media {
        /// What it is.
        modality: Modality,
        /// Media type, for example `image/png`, if given.
        media_type: Option<String>,
        /// Size in bytes, if the content is here.
        n_bytes: Option<u64>,
        /// Number for `GET …/spans/{span_id}/media/{index}`, if the content is here.
        index: Option<u32>,
        /// Address or id elsewhere. Never to be fetched without being asked.
        uri: Option<String>,
        /// File name, if given.
        name: Option<String>,
    },
    /// Anything else, as it came.
    Other {
        /// Its type as the sender spelt it, may be empty.
        kind: String,
        /// All of it, binary content cut out.
        value: AnyValue,
    },
}

/// What a [`MessagePart::Media`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// Anything else.
    File,
}

/// A tool that a model could call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToolDefinition {
    /// Name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// JSON schema of its arguments.
    pub parameters: Option<AnyValue>,
}

/// A run of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToolRun {
    /// Name.
    pub name: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Id of the call that asked for it.
    pub call_id: Option<String>,
    /// Arguments.
    pub arguments: Option<AnyValue>,
    /// Result.
    pub result: Option<AnyValue>,
}

/// A document of a retrieval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    /// Its id.
    pub id: Option<String>,
    /// Its text.
    pub content: Option<String>,
    /// Its score, as the sender computed it.
    pub score: Option<f64>,
    /// What else is known of it.
    pub metadata: Option<AnyValue>,
}

/// Embeddings without their vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Embeddings {
    /// How many.
    pub count: u32,
    /// Numbers in each, if known.
    pub dimension: Option<u32>,
}

/// One invocation parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LlmParameter {
    /// Its name without the prefix of the convention, for example `temperature`.
    pub name: String,
    /// Its value.
    pub value: AnyValue,
}

/// Tokens of a model call. Cached tokens are part of the input, reasoning tokens of the output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tokens {
    /// All that were sent.
    pub input: Option<u64>,
    /// Of these: read from a cache.
    pub cached_read: Option<u64>,
    /// Of these: written to a cache.
    pub cached_write: Option<u64>,
    /// All that were received.
    pub output: Option<u64>,
    /// Of these: reasoning.
    pub reasoning: Option<u64>,
    /// Both, as reported or added up.
    pub total: Option<u64>,
}

/// Cost of a model call; decimal strings of pico-dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LlmCost {
    /// Of the input.
    pub input_pico_usd: Option<String>,
    /// Of the output.
    pub output_pico_usd: Option<String>,
    /// Of both.
    pub total_pico_usd: Option<String>,
    /// Whether it was computed from the price table; else the span reports it itself.
    pub is_computed: bool,
    /// Name in the price table that it was computed by.
    pub priced_as: Option<String>,
}

/// The template of a prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PromptTemplate {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its text.
    pub template: Option<String>,
    /// What was put in.
    pub variables: Option<AnyValue>,
}

/// One judgement of what a span did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    /// What was judged, for example `relevance`; empty if the sender did not say.
    pub name: String,
    /// The score, as the evaluator computed it.
    pub score: Option<f64>,
    /// What the score means, for example `pass`.
    pub label: Option<String>,
    /// Why.
    pub explanation: Option<String>,
    /// Class of the error, if the evaluation itself failed.
    pub error: Option<String>,
}

/// Content that the sender did not send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotCaptured {
    /// Why, for a person.
    pub reason: String,
    /// What to set so that it is sent next time, for example an environment variable with its value.
    pub enable_with: String,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Provenance {
    /// The field of [`LlmView`], for example `tokens`.
    pub target: String,
    /// The convention for a person, for example `OpenInference`.
    pub convention: String,
}
