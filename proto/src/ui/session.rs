//! Messages about sessions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TraceSummary;

/// What the traces of one conversation add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionSummary {
    /// Its id.
    pub session: String,
    /// Who took part, by name, 20 at most.
    pub users: Vec<String>,
    /// Traces.
    pub n_traces: u64,
    /// Traces that failed.
    pub n_errors: u64,
    /// Input tokens.
    pub input_tokens: Option<u64>,
    /// Output tokens.
    pub output_tokens: Option<u64>,
    /// Cost in pico-dollars, decimal string.
    pub cost_pico_usd: Option<String>,
    /// Start of the first trace, Unix nanoseconds.
    pub first_time_unix_nano: String,
    /// Start of the last trace, Unix nanoseconds.
    pub last_time_unix_nano: String,
    /// Durations of the traces, added, nanoseconds.
    pub duration_ns: String,
    /// First characters of the first request.
    pub first_request: Option<String>,
}

/// A user and the traces that name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserCount {
    /// The user.
    pub user: String,
    /// Of the newest 2,000 traces, those of this user.
    pub n_traces: u64,
}

/// A page of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionList {
    /// Those with the newest traces first.
    pub sessions: Vec<SessionSummary>,
    /// Give it back as `page_token` for the next page; absent on the last.
    pub next_page_token: Option<String>,
    /// Users, the most frequent first, 50 at most.
    pub users: Vec<UserCount>,
}

/// A tool that ran in a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionTool {
    /// Its span, 16 hex digits.
    pub span_id: String,
    /// Name of the span.
    pub name: String,
    /// How long it took, nanoseconds.
    pub duration_ns: String,
    /// Whether it failed.
    pub is_error: bool,
}

/// One trace of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionTurn {
    /// The trace.
    pub trace: TraceSummary,
    /// What the user said, 16,000 characters at most: what the root recorded, else the last words of the user in the first model call
    /// that has any. A page reads 400 spans at most for it; turns beyond that have what their trace keeps for show.
    pub request: Option<String>,
    /// What was answered, likewise; without a record of the root from the last model call that answered in words.
    pub response: Option<String>,
    /// Tools by start, 20 at most.
    pub tools: Vec<SessionTool>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionDetail {
    /// What it adds up to.
    pub summary: SessionSummary,
    /// Its traces, the oldest first.
    pub turns: Vec<SessionTurn>,
    /// Give it back as `page_token` for the next page; absent on the last.
    pub next_page_token: Option<String>,
}
