//! What is known of a trace as a whole: MLflow's trace info, and what its spans add up to.

use std::collections::BTreeMap;

use crate::{DurationNanos, ExperimentId, Source, TraceId, UnixNanos};

/// Reserved keys of MLflow's tags, metadata and span attributes.
pub mod keys {
    /// Tag: name of the trace.
    pub const TRACE_NAME: &str = "mlflow.traceName";
    /// Tag: where the spans live.
    pub const SPANS_LOCATION: &str = "mlflow.trace.spansLocation";
    /// Tag: where the artifacts of the trace live.
    pub const ARTIFACT_LOCATION: &str = "mlflow.artifactLocation";
    /// Metadata: the session.
    pub const SESSION: &str = "mlflow.trace.session";
    /// Metadata: the user.
    pub const USER: &str = "mlflow.trace.user";
    /// Metadata: token usage as JSON.
    pub const TOKEN_USAGE: &str = "mlflow.trace.tokenUsage";
    /// Metadata: cost as JSON.
    pub const COST: &str = "mlflow.trace.cost";
    /// Metadata: `true` once StartTrace has spoken.
    pub const INFO_FINALIZED: &str = "mlflow.trace.infoFinalized";
    /// Metadata: JSON with `num_spans`, which readers wait for.
    pub const SIZE_STATS: &str = "mlflow.trace.sizeStats";
    /// Value of [`SPANS_LOCATION`]: readers ask for spans by `traces/get`.
    pub const IN_TRACKING_STORE: &str = "TRACKING_STORE";
    /// Span attribute: type of the span.
    pub const SPAN_TYPE: &str = "mlflow.spanType";
    /// Span attribute: inputs.
    pub const SPAN_INPUTS: &str = "mlflow.spanInputs";
    /// Span attribute: outputs.
    pub const SPAN_OUTPUTS: &str = "mlflow.spanOutputs";
    /// Span attribute: token usage of a model call.
    pub const CHAT_TOKEN_USAGE: &str = "mlflow.chat.tokenUsage";
    /// Span attribute: cost of a model call.
    pub const LLM_COST: &str = "mlflow.llm.cost";
    /// Span attribute: id of the trace in MLflow's form.
    pub const TRACE_REQUEST_ID: &str = "mlflow.traceRequestId";
    /// Prefix of attributes of a root span that become tags of the trace.
    pub const TRACE_TAG_PREFIX: &str = "mlflow.traceTag.";
}

/// How a trace came to its experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExperimentSource {
    /// Nobody named one: it waits in the default experiment and moves when somebody does.
    Default,
    /// A header or StartTrace named it.
    Explicit,
    /// A person moved it there: it stays, and spans that name another one join it.
    Moved,
}

/// State of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TraceState {
    /// Not known.
    #[default]
    Unspecified,
    /// Ended well.
    Ok,
    /// Ended with an error.
    Error,
    /// The root span has not arrived.
    InProgress,
}

impl TraceState {
    /// All states in the order of their numbers in MLflow's protocol.
    pub const ALL: [Self; 4] = [Self::Unspecified, Self::Ok, Self::Error, Self::InProgress];

    /// Returns MLflow's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "STATE_UNSPECIFIED",
            Self::Ok => "OK",
            Self::Error => "ERROR",
            Self::InProgress => "IN_PROGRESS",
        }
    }

    /// Parses MLflow's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether a root span may still decide it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Unspecified | Self::InProgress)
    }
}

/// Tokens of one or more model calls. A missing count was not reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenUsage {
    /// Tokens sent, those read from a cache included.
    pub input: Option<i64>,
    /// Tokens received.
    pub output: Option<i64>,
    /// Both, as reported.
    pub total: Option<i64>,
    /// Of the input: read from a cache.
    pub cache_read: Option<i64>,
    /// Of the input: written to a cache.
    pub cache_creation: Option<i64>,
}

impl TokenUsage {
    /// Whether nothing was reported.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Says 0 of what no call reported, as MLflow does of a trace; a missing total is the sum of the others.
    pub fn complete(&mut self) {
        if !self.is_empty() {
            let (input, output) = (*self.input.get_or_insert(0), *self.output.get_or_insert(0));
            self.total.get_or_insert(input.saturating_add(output));
        }
    }

    /// Adds another usage, count by count; saturates.
    pub fn add(&mut self, other: &Self) {
        fn sum(a: &mut Option<i64>, b: Option<i64>) {
            if let Some(b) = b {
                *a = Some(a.unwrap_or(0).saturating_add(b));
            }
        }
        sum(&mut self.input, other.input);
        sum(&mut self.output, other.output);
        sum(&mut self.total, other.total);
        sum(&mut self.cache_read, other.cache_read);
        sum(&mut self.cache_creation, other.cache_creation);
    }
}

/// Cost of one or more model calls in pico-dollars, so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Of the input.
    pub input: Option<i64>,
    /// Of the output.
    pub output: Option<i64>,
    /// Of both.
    pub total: Option<i64>,
}

impl Cost {
    /// Converts dollars, rounded to the nearest pico-dollar; `None` for what no price can be.
    pub fn pico_from_dollars(dollars: f64) -> Option<i64> {
        let pico = (dollars * 1e12).round();
        // 9 million dollars are the most that an i64 of pico-dollars holds.
        #[expect(clippy::cast_possible_truncation, reason = "checked against the range just before")]
        (pico.is_finite() && pico.abs() < 9e18).then_some(pico as i64)
    }

    /// Adds another cost, part by part; saturates.
    pub fn add(&mut self, other: &Self) {
        for (sum, part) in
            [(&mut self.input, other.input), (&mut self.output, other.output), (&mut self.total, other.total)]
        {
            if let Some(part) = part {
                *sum = Some(sum.unwrap_or(0).saturating_add(part));
            }
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A trace as a whole.
///
/// `name`, `session`, `user`, `usage` and `cost` are what MLflow keeps under reserved tags and metadata; they live here
/// alone, and an edge that speaks MLflow writes the reserved keys from them.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceInfo {
    /// Its id.
    pub trace_id: TraceId,
    /// What MLflow's clients call it, if that is a text of their own and not made from the id.
    pub client_trace_id: Option<String>,
    /// Its experiment.
    pub experiment_id: ExperimentId,
    /// How it came to its experiment.
    pub experiment_source: ExperimentSource,
    /// Id that the client gave it.
    pub client_request_id: Option<String>,
    /// Start, as MLflow reports it: earliest span, or what StartTrace said.
    pub request_time: UnixNanos,
    /// Duration, as MLflow reports it, in whole milliseconds.
    pub execution_duration_ms: Option<i64>,
    /// State.
    pub state: TraceState,
    /// Whether StartTrace has spoken: spans no longer change time and state.
    pub is_finalized: bool,
    /// MLflow's name of the trace.
    pub name: Option<String>,
    /// First text of the request.
    pub request_preview: Option<String>,
    /// Text of the answer.
    pub response_preview: Option<String>,
    /// Session.
    pub session: Option<String>,
    /// User.
    pub user: Option<String>,
    /// Tokens of the spans that are counted once.
    pub usage: TokenUsage,
    /// Whether StartTrace gave the usage, so that spans no longer change it.
    pub is_usage_final: bool,
    /// Cost of the spans that are counted once.
    pub cost: Cost,
    /// Whether StartTrace gave the cost, so that spans no longer change it.
    pub is_cost_final: bool,
    /// What its spans add up to.
    pub summary: TraceSummary,
    /// Whether it is kept whatever retention says.
    pub is_pinned: bool,
}

impl TraceInfo {
    /// Returns a trace of which nothing is known but where it belongs.
    pub fn new(trace_id: TraceId, experiment_id: ExperimentId, experiment_source: ExperimentSource) -> Self {
        Self {
            trace_id,
            client_trace_id: None,
            experiment_id,
            experiment_source,
            client_request_id: None,
            request_time: UnixNanos(0),
            execution_duration_ms: None,
            state: TraceState::InProgress,
            is_finalized: false,
            name: None,
            request_preview: None,
            response_preview: None,
            session: None,
            user: None,
            usage: TokenUsage::default(),
            is_usage_final: false,
            cost: Cost::default(),
            is_cost_final: false,
            summary: TraceSummary::default(),
            is_pinned: false,
        }
    }
}

/// What the spans of a trace add up to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TraceSummary {
    /// Spans received, copies counted once.
    pub n_spans: u64,
    /// Spans with status error.
    pub n_errors: u64,
    /// Earliest start.
    pub start: UnixNanos,
    /// Latest end or start.
    pub end: UnixNanos,
    /// Name of the root span, if it has arrived.
    pub root_name: Option<String>,
    /// Name of the earliest span.
    pub first_name: Option<String>,
    /// Values of `service.name`, sorted.
    pub services: Vec<String>,
    /// Which SDKs its spans came from, sorted.
    pub sources: Vec<Source>,
}

impl TraceSummary {
    /// Returns latest end minus earliest start.
    pub fn duration(&self) -> DurationNanos {
        self.end.since(self.start)
    }
}

/// Tags and metadata of a trace, without the reserved keys that [`TraceInfo`] holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TraceLabels {
    /// Changeable by users.
    pub tags: BTreeMap<String, String>,
    /// Fixed once written.
    pub metadata: BTreeMap<String, String>,
}

impl TraceInfo {
    /// Returns what MLflow's clients call the trace.
    pub fn mlflow_id(&self) -> String {
        self.client_trace_id.clone().unwrap_or_else(|| self.trace_id.to_mlflow())
    }

    /// Returns where clients are told that the artifacts of the trace live.
    pub fn artifact_location(&self) -> String {
        format!("mlflow-artifacts:/{}/traces/{}/artifacts", self.experiment_id, self.mlflow_id())
    }

    /// Returns what to call the trace: MLflow's name, else the root span's, else the earliest span's.
    pub fn display_name(&self) -> &str {
        let summary = &self.summary;
        self.name.as_deref().or(summary.root_name.as_deref()).or(summary.first_name.as_deref()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_says_zero_of_what_no_call_reported() {
        let mut usage = TokenUsage { input: Some(10), ..TokenUsage::default() };
        usage.complete();
        assert_eq!((usage.input, usage.output, usage.total), (Some(10), Some(0), Some(10)));
        let mut reported = TokenUsage { input: Some(10), output: Some(5), total: Some(14), ..usage };
        reported.complete();
        assert_eq!(reported.total, Some(14), "what was reported stays");
        let mut none = TokenUsage::default();
        none.complete();
        assert!(none.is_empty());
    }

    #[test]
    fn sums_keep_what_was_not_reported_apart_from_zero() {
        let mut sum = TokenUsage { input: Some(1), ..TokenUsage::default() };
        sum.add(&TokenUsage { input: Some(2), output: Some(0), ..TokenUsage::default() });
        assert_eq!(sum, TokenUsage { input: Some(3), output: Some(0), ..TokenUsage::default() });
    }

    #[test]
    fn dollars_become_exact_pico_dollars() {
        // Recorded from the real server for gpt-4o-mini, 12 tokens in (4 cached).
        assert_eq!(Cost::pico_from_dollars(1.5e-06), Some(1_500_000));
        assert_eq!(Cost::pico_from_dollars(f64::NAN), None);
        assert_eq!(Cost::pico_from_dollars(1e30), None);
    }
}
