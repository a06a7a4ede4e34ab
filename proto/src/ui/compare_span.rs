//! Messages of a compared pair of spans: what differs in their content.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What differs in the content of two spans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpanComparison {
    /// 16 hex digits; absent if the span was added.
    pub baseline_span_id: Option<String>,
    /// 16 hex digits; absent if the span was removed.
    pub candidate_span_id: Option<String>,
    /// Status, model and parameters of either side: the model first, those that differ before the others.
    pub chips: Vec<ChangedParameter>,
    /// Messages that went in; empty if the spans speak no chat.
    pub input_messages: Vec<ComparedMessage>,
    /// Messages that came out.
    pub output_messages: Vec<ComparedMessage>,
    /// What differs in the inputs, by path.
    pub inputs: JsonDiff,
    /// What differs in the outputs, by path.
    pub outputs: JsonDiff,
    /// What differs in the attributes, by path; a key is one step of it.
    pub attributes: JsonDiff,
    /// Where the prompts stop being the same from their beginning; absent if the candidate's begins with the baseline's.
    pub prompt_prefix: Option<PromptPrefix>,
}

/// A parameter with its value on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedParameter {
    /// Name, for example `model` or `temperature`.
    pub name: String,
    /// The baseline's value.
    pub before: Option<String>,
    /// The candidate's value.
    pub after: Option<String>,
    /// Whether they differ.
    pub is_changed: bool,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ComparedMessageState {
    /// Both have it, word for word.
    Same,
    /// Both have it, with other words.
    Changed,
    /// Only the candidate has it.
    Added,
    /// Only the baseline has it.
    Removed,
}

/// A message of either side or of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComparedMessage {
    /// Role as the sender spelt it.
    pub role: String,
    /// What became of it.
    pub state: ComparedMessageState,
    /// Its number in the baseline, from 0.
    pub baseline_index: Option<usize>,
    /// Its number in the candidate, from 0.
    pub candidate_index: Option<usize>,
    /// Its text, in order.
    pub segments: Vec<TextSegment>,
}

/// Whose a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SegmentKind {
    /// Of both.
    Same,
    /// Of the baseline alone.
    Removed,
    /// Of the candidate alone.
    Added,
}

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextSegment {
    /// Whose it is.
    pub kind: SegmentKind,
    /// The text; of a long one the beginning and the end, with `…` between.
    pub text: String,
    /// Characters that were left out there.
    pub n_omitted: usize,
}

/// What differs between two JSON values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JsonDiff {
    /// The first 500 changes.
    pub changes: Vec<JsonChange>,
    /// Changes beyond these.
    pub n_more: usize,
}

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JsonChangeKind {
    /// Only the candidate has it.
    Added,
    /// Only the baseline has it.
    Removed,
    /// Both have another value.
    Changed,
    /// The same value is at another path.
    Moved,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JsonChange {
    /// JSON pointer (RFC 6901) into the candidate; of what was removed into the baseline.
    pub path: String,
    /// What became of it.
    pub kind: JsonChangeKind,
    /// Of what moved: its pointer in the baseline.
    pub from: Option<String>,
    /// The baseline's value as JSON text, cut after 4,000 bytes.
    pub before: Option<String>,
    /// The candidate's value as JSON text, cut after 4,000 bytes.
    pub after: Option<String>,
    /// Of two longer texts: their difference word by word; else empty.
    pub words: Vec<TextSegment>,
}

/// Where two prompts stop being the same: how far a prompt cache that the baseline filled can serve the candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PromptPrefix {
    /// Number of the message in which they part, from 0; absent if it is in the tools or system instructions before them.
    pub message_index: Option<usize>,
    /// Role of the message, or `tools`, or `system`.
    pub place: String,
    /// Characters of that message, or of the tools or instructions, that are the same.
    pub n_same_chars: usize,
    /// Characters from the beginning of the prompt that are the same.
    pub n_prefix_chars: usize,
    /// Tokens of the baseline's prompt after that point, about.
    pub n_lost_tokens: i64,
}
