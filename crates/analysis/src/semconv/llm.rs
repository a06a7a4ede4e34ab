//! The normalised vocabulary of LLM spans: what every convention says, in one form.

use model::{Cost, TokenUsage};
use serde_json::Value;

use super::Rule;

/// What the conventions say of a span. What none told is absent or empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LlmView {
    /// Kind in capitals, for example `CHAT_MODEL`.
    pub kind: Option<String>,
    /// Messages that went in, in order.
    pub input_messages: Vec<Message>,
    /// Messages that came out, in order.
    pub output_messages: Vec<Message>,
    /// System instructions that were sent beside the messages.
    pub system_instructions: Vec<Part>,
    /// Tools that the model could call.
    pub tools: Vec<ToolDefinition>,
    /// The tool that this span ran.
    pub tool: Option<ToolRun>,
    /// What was asked of a retriever, reranker or embedding model.
    pub query: Option<String>,
    /// Documents that went in.
    pub input_documents: Vec<Document>,
    /// Documents that came out.
    pub documents: Vec<Document>,
    /// Embeddings that came out, without their vectors.
    pub embeddings: Option<Embeddings>,
    /// Model that was asked for.
    pub model_asked: Option<String>,
    /// Model that answered.
    pub model_answered: Option<String>,
    /// Provider, as the sender spells it.
    pub provider: Option<String>,
    /// Invocation parameters by name, in the order of the attributes.
    pub parameters: Vec<(String, Value)>,
    /// Tokens.
    pub tokens: Tokens,
    /// Cost that the span reports, or that was computed.
    pub cost: Cost,
    /// The name in the price table that the cost was computed by; absent for a reported cost.
    pub priced_as: Option<String>,
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
    /// How it was judged, in the order of time.
    pub evaluations: Vec<Evaluation>,
    /// Prompt template.
    pub prompt: Option<PromptTemplate>,
    /// Why the model stopped, one for each answer.
    pub finish_reasons: Vec<String>,
    /// Whether the answer was streamed.
    pub is_streaming: Option<bool>,
    /// Nanoseconds from the start of the request to the first token.
    pub time_to_first_token_ns: Option<i64>,
    /// Why content is missing, and what to set to get it.
    pub not_captured: Option<NotCaptured>,
    /// Which rule gave which fact, in the order of the targets' names.
    pub provenance: Vec<(&'static str, Rule)>,
}

impl LlmView {
    /// Returns what is here of images, sounds and files, in the order of the messages: instructions, input, output.
    pub fn media(&self) -> impl Iterator<Item = &Media> {
        let messages = self.input_messages.iter().chain(&self.output_messages);
        let parts = self.system_instructions.iter().chain(messages.flat_map(|message| &message.parts));
        parts.filter_map(|part| match part {
            Part::Media(media) if media.base64.is_some() => Some(media),
            _ => None,
        })
    }
}

/// Tokens of a model call. Cached tokens are part of the input, reasoning tokens of the output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// All that were sent.
    pub input: Option<i64>,
    /// Of these: read from a cache.
    pub cached_read: Option<i64>,
    /// Of these: written to a cache.
    pub cached_write: Option<i64>,
    /// All that were received.
    pub output: Option<i64>,
    /// Of these: reasoning.
    pub reasoning: Option<i64>,
    /// Both, as reported or added up.
    pub total: Option<i64>,
}

impl Tokens {
    /// Whether nothing was reported.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the counts that matter are missing: cached and reasoning tokens alone say little.
    pub(super) fn has_no_sum(&self) -> bool {
        self.input.is_none() && self.output.is_none() && self.total.is_none()
    }

    /// Returns the counts that rows and traces keep.
    pub fn usage(&self) -> TokenUsage {
        TokenUsage {
            input: self.input,
            output: self.output,
            total: self.total,
            cache_read: self.cached_read,
            cache_creation: self.cached_write,
        }
    }
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Instructions; `developer` too.
    System,
    /// A person, or a program on behalf of one.
    User,
    /// The model.
    Assistant,
    /// A tool.
    Tool,
    /// Any other.
    Other,
}

impl Role {
    /// Reads a role in any convention's spelling.
    pub fn parse(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "system" | "developer" => Self::System,
            "user" | "human" => Self::User,
            "assistant" | "ai" | "model" | "bot" | "chatbot" | "aimessagechunk" => Self::Assistant,
            "tool" | "function" | "ipython" => Self::Tool,
            _ => Self::Other,
        }
    }

    /// Returns the word that most conventions use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::Other => "other",
        }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// The role as the sender spelt it.
    pub role_text: String,
    /// Name of the speaker.
    pub name: Option<String>,
    /// Content in order.
    pub parts: Vec<Part>,
    /// Why the model stopped here.
    pub finish_reason: Option<String>,
}

impl Message {
    /// Returns a message of a role, without content.
    pub(super) fn new(role: Role) -> Self {
        Self { role, role_text: role.as_str().to_owned(), name: None, parts: Vec::new(), finish_reason: None }
    }

    /// Returns the texts of the message, one after another; empty if it has none.
    pub fn text(&self) -> String {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// Returns the names of the tools that the message calls.
    pub fn tool_calls(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::ToolCall { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Text.
    Text(String),
    /// What the model thought; empty if it is encrypted.
    Reasoning(String),
    /// The model refused.
    Refusal(String),
    /// The model calls a tool.
    ToolCall {
        /// Id that the result refers to.
        id: Option<String>,
        /// Name of the tool.
        name: String,
        /// Arguments; JSON in a text is parsed.
        arguments: Value,
    },
    /// What a tool returned.
    ToolResult {
        /// Id of the call.
        id: Option<String>,
        /// Name of the tool.
        name: Option<String>,
        /// The result.
        content: Value,
        /// Whether the tool failed.
        is_error: Option<bool>,
    },
    /// An image, a sound or a file.
    Media(Media),
    /// Anything else: its type and all of it, binary content cut out.
    Other(String, Value),
}

/// An image, a sound or a file: referred to, never copied into an answer as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// What it is.
    pub modality: Modality,
    /// Media type.
    pub media_type: Option<String>,
    /// Content as base64 text, if it is here.
    pub base64: Option<String>,
    /// Address or id elsewhere.
    pub uri: Option<String>,
    /// File name.
    pub name: Option<String>,
}

impl Media {
    /// Returns the size of the content in bytes, without decoding it.
    pub fn n_bytes(&self) -> Option<usize> {
        let text = self.base64.as_ref()?.trim_end_matches('=');
        Some(text.len() / 4 * 3 + (text.len() % 4).saturating_sub(1))
    }
}

/// What a [`Media`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq)]
pub struct ToolDefinition {
    /// Name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// JSON schema of its arguments.
    pub parameters: Option<Value>,
}

/// A run of a tool.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToolRun {
    /// Name.
    pub name: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Id of the call that asked for it.
    pub call_id: Option<String>,
    /// Arguments.
    pub arguments: Option<Value>,
    /// Result.
    pub result: Option<Value>,
}

/// A document of a retrieval.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Its id.
    pub id: Option<String>,
    /// Its text.
    pub content: Option<String>,
    /// Its score, as the sender computed it.
    pub score: Option<f64>,
    /// What else is known of it.
    pub metadata: Option<Value>,
}

/// Embeddings without their vectors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Embeddings {
    /// How many.
    pub count: usize,
    /// Numbers in each.
    pub dimension: Option<usize>,
}

/// The template of a prompt.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PromptTemplate {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its text.
    pub template: Option<String>,
    /// What was put in.
    pub variables: Option<Value>,
}

/// One judgement of what a span did.
#[derive(Debug, Clone, Default, PartialEq)]
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

/// Content that was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotCaptured {
    /// Why, for a person.
    pub reason: &'static str,
    /// What to set so that it is sent next time.
    pub enable_with: &'static str,
}
