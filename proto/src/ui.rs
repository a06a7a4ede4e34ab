//! The messages of the UI API (`/traceloupe/v1`), as JSON.
//!
//! Absolute times are decimal strings of nanoseconds since the epoch, durations decimal strings of nanoseconds: both exceed
//! what a JavaScript number holds exactly. Costs are decimal strings of pico-dollars, so that sums stay exact. Ids are
//! lower-case hex. Which route answers with which message is in the OpenAPI document that `server` makes.

mod analysis;
mod assessment;
mod compare;
mod compare_span;
mod experiment;
mod llm;
mod log;
mod query;
mod rejected;
mod run;
mod session;
mod settings;
mod status;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use analysis::{CriticalSegment, Finding, Severity, TraceAnalysis};
pub use assessment::{
    Assessment, AssessmentCell, AssessmentEdit, AssessmentKind, AssessmentList, NewAssessment,
};
pub use compare::{
    AppliedRule, Baseline, BaselineList, BaselineScope, ComparedRow, ComparedTrace, Comparison, Contributor,
    Divergence, NewBaseline, NewError, Quantities, QuantityContributor, RowPin, RowRule, RowRuleList,
    Verdict, VerdictCounts,
};
pub use compare_span::{
    ChangedParameter, ComparedMessage, ComparedMessageState, JsonChange, JsonChangeKind, JsonDiff,
    PromptPrefix, SegmentKind, SpanComparison, TextSegment,
};
pub use experiment::{
    ExperimentCreated, ExperimentEdit, ExperimentList, ExperimentSummary, MoveTraces, NewExperiment,
    TracesMoved,
};
pub use llm::{
    Document, Embeddings, Evaluation, LlmCost, LlmParameter, LlmView, Message, MessagePart, MessageRole,
    Modality, NotCaptured, PromptTemplate, Provenance, Tokens, ToolDefinition, ToolRun,
};
pub use log::{LogList, LogRecord};
pub use query::{QueryError, QueryPart, QueryPartKind, QueryReading, Suggestion};
pub use rejected::{
    AcceptRejected, Accepted, Fix, FixSnippet, Header, RejectedDetail, RejectedGroup, RejectedList,
    RejectedRequest, RejectionKind,
};
pub use run::RunSummary;
pub use session::{SessionDetail, SessionList, SessionSummary, SessionTool, SessionTurn, UserCount};
pub use settings::{NumberFormat, Settings, Theme, TimeZone};
pub use status::{Listener, ListenerRole, NotStored, RetentionStatus, Status, StoreState, StoreStatus};

/// An attribute value in the shape of OTLP/JSON: exactly one of the fields is set, none for an empty value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnyValue {
    /// Text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// Truth value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bool_value: Option<bool>,
    /// 64-bit integer as a decimal string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub int_value: Option<String>,
    /// 64-bit float as text in its shortest exact form, or `NaN`, `Infinity`, `-Infinity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub double_value: Option<String>,
    /// Values in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub array_value: Option<ArrayValue>,
    /// Key-value pairs in order; keys may repeat.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub kvlist_value: Option<KeyValueList>,
    /// Bytes as standard base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_value: Option<String>,
}

/// Converts an attribute value.
pub fn any_value(value: &model::AnyValue) -> AnyValue {
    let empty = AnyValue::default();
    match value {
        model::AnyValue::Empty => empty,
        model::AnyValue::String(text) => AnyValue { string_value: Some(text.clone()), ..empty },
        model::AnyValue::Bool(truth) => AnyValue { bool_value: Some(*truth), ..empty },
        model::AnyValue::Int(int) => AnyValue { int_value: Some(int.to_string()), ..empty },
        model::AnyValue::Double(double) => AnyValue { double_value: Some(double_text(*double)), ..empty },
        model::AnyValue::Array(values) => AnyValue {
            array_value: Some(ArrayValue { values: values.iter().map(any_value).collect() }),
            ..empty
        },
        model::AnyValue::KvList(pairs) => {
            AnyValue { kvlist_value: Some(KeyValueList { values: attributes(pairs) }), ..empty }
        }
        model::AnyValue::Bytes(bytes) => AnyValue { bytes_value: Some(STANDARD.encode(bytes)), ..empty },
    }
}

/// Converts attributes.
pub fn attributes(attributes: &[model::Attribute]) -> Vec<Attribute> {
    let attribute = |attribute: &model::Attribute| Attribute {
        key: attribute.key.clone(),
        value: any_value(&attribute.value),
    };
    attributes.iter().map(attribute).collect()
}

fn double_text(double: f64) -> String {
    if double.is_infinite() {
        return if double > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    format!("{double:?}")
}

/// The items of an array value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ArrayValue {
    /// Items in order.
    #[schema(no_recursion)]
    pub values: Vec<AnyValue>,
}

/// The pairs of a key-value list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyValueList {
    /// Pairs in order.
    #[schema(no_recursion)]
    pub values: Vec<Attribute>,
}

/// One attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attribute {
    /// Its key.
    pub key: String,
    /// Its value.
    #[schema(no_recursion)]
    pub value: AnyValue,
}

/// The body of every error answer of the UI API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong and what to do, for a person.
    pub message: String,
    /// What a program may branch on.
    pub code: ErrorCode,
}

/// Why a request of the UI API failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The thing named in the path does not exist.
    NotFound,
    /// A parameter or body is not valid.
    InvalidRequest,
    /// The store is busy or full: try again.
    Unavailable,
    /// A defect of Traceloupe.
    Internal,
}

/// State of a trace, as MLflow names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TraceState {
    /// Not known.
    StateUnspecified,
    /// The root span ended without error.
    Ok,
    /// The root span ended with an error.
    Error,
    /// The root span has not arrived.
    InProgress,
}

/// Which SDK made a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The MLflow tracing SDK.
    Mlflow,
    /// Any OpenTelemetry instrumentation.
    Opentelemetry,
}

/// One row of the trace list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TraceSummary {
    /// 32 hex digits.
    pub trace_id: String,
    /// Decimal id of its experiment.
    pub experiment_id: String,
    /// What to call it: MLflow trace name, else name of the root span, else of the earliest span.
    pub name: String,
    /// Whether the root span has arrived.
    pub has_root: bool,
    /// Values of `service.name`, sorted.
    pub services: Vec<String>,
    /// Which SDKs its spans came from, sorted.
    pub sources: Vec<Source>,
    /// Earliest start, Unix nanoseconds.
    pub start_time_unix_nano: String,
    /// Latest end minus earliest start, nanoseconds.
    pub duration_ns: String,
    /// Spans received.
    pub n_spans: u64,
    /// Spans with status error.
    pub n_errors: u64,
    /// State.
    pub state: TraceState,
    /// Input tokens of the spans that are counted once.
    pub input_tokens: Option<u64>,
    /// Output tokens of the same spans.
    pub output_tokens: Option<u64>,
    /// Totals that the same spans report: what leads, also where it is not the sum of the others.
    pub total_tokens: Option<u64>,
    /// Cost of the same spans in pico-dollars, decimal string.
    pub cost_pico_usd: Option<String>,
    /// MLflow session.
    pub session: Option<String>,
    /// MLflow user.
    pub user: Option<String>,
    /// First words of the request, without the JSON around them.
    pub request_preview: Option<String>,
    /// First characters of the answer.
    pub response_preview: Option<String>,
    /// Whether it is kept whatever retention says.
    pub is_pinned: bool,
    /// The newest valid assessment of each name, by name, 20 at most.
    pub assessments: Vec<AssessmentCell>,
    /// How it compares with the baseline of its name or experiment; absent if there is none, or it is this trace.
    pub baseline: Option<BaselineDelta>,
}

/// How a trace compares with its baseline, by duration alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BaselineDelta {
    /// The baseline.
    pub trace_id: String,
    /// Duration of the trace minus that of the baseline in nanoseconds, decimal string.
    pub delta_duration_ns: String,
    /// Duration of the baseline in nanoseconds, decimal string.
    pub baseline_duration_ns: String,
}

/// The traces beside one in the list of its experiment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceNeighbours {
    /// Id of the next newer one.
    pub newer: Option<String>,
    /// Id of the next older one.
    pub older: Option<String>,
    /// Id of the newest older one with the same name, among 10,000.
    pub previous_of_name: Option<String>,
}

/// One page of the trace list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TraceList {
    /// Newest first, if no order was asked for.
    pub traces: Vec<TraceSummary>,
    /// Give it back as `page_token` for the next page; absent on the last.
    pub next_page_token: Option<String>,
    /// Traces that match, over all pages; absent if counting them would take long.
    pub n_total: Option<u64>,
}

/// What the header of the trace page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TraceDetail {
    /// The row of the list.
    pub summary: TraceSummary,
    /// Name of its experiment.
    pub experiment_name: String,
    /// MLflow tags.
    pub tags: BTreeMap<String, String>,
    /// MLflow trace metadata.
    pub metadata: BTreeMap<String, String>,
    /// What was asked in words, cut where its preview is.
    pub request_preview: Option<String>,
    /// Text of the answer.
    pub response_preview: Option<String>,
    /// Log records of the trace, with and without a span.
    pub n_logs: u64,
    /// What MLflow's clients call it, if that is not `tr-` and its id.
    pub client_trace_id: Option<String>,
}

/// Which SDK made a span, and how we know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpanSource {
    /// The SDK.
    pub name: Source,
    /// Whether this was inferred: the MLflow exporter carried a foreign span without its scope.
    pub is_inferred: bool,
    /// The rule that decided, for a person.
    pub reason: String,
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Resource {
    /// Its attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many the sender dropped.
    pub dropped_attributes_count: u32,
    /// Schema URL, empty if none.
    pub schema_url: String,
}

/// An instrumentation scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InstrumentationScope {
    /// Name of the library, may be empty.
    pub name: String,
    /// Version of the library, may be empty.
    pub version: String,
    /// Its attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many the sender dropped.
    pub dropped_attributes_count: u32,
    /// Schema URL, empty if none.
    pub schema_url: String,
}

/// One copy of a span that arrived: who exported it, with which resource and scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Origin {
    /// Which exporter sent it.
    pub exporter: Source,
    /// The resource that it came with.
    pub resource: Resource,
    /// The scope that it came with; absent if the exporter sent none.
    pub scope: Option<InstrumentationScope>,
    /// Attributes of this copy.
    pub n_attributes: u32,
}

/// An event of a span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Unix nanoseconds.
    pub time_unix_nano: String,
    /// Name.
    pub name: String,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many the sender dropped.
    pub dropped_attributes_count: u32,
}

/// A link of a span to another span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// W3C trace state.
    pub trace_state: String,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many the sender dropped.
    pub dropped_attributes_count: u32,
    /// Flags as sent.
    pub flags: u32,
    /// Whether the span at the other end is in the store.
    pub is_known: bool,
}

/// A span that links to this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpanRef {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
}

/// Status of a span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpanStatus {
    /// `STATUS_CODE_UNSET`, `STATUS_CODE_OK` or `STATUS_CODE_ERROR`.
    pub code: String,
    /// Message, may be empty.
    pub message: String,
}

/// All of one span: the merged view of its copies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpanDetail {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// 16 hex digits; absent for a root span.
    pub parent_span_id: Option<String>,
    /// Name.
    pub name: String,
    /// `SPAN_KIND_…`.
    pub kind: String,
    /// Start as it came, Unix nanoseconds.
    pub start_time_unix_nano: String,
    /// End as it came, Unix nanoseconds; 0 if the span has not ended.
    pub end_time_unix_nano: String,
    /// End minus start in nanoseconds, negative if they came reversed; absent without an end.
    pub duration_ns: Option<String>,
    /// Status.
    pub status: SpanStatus,
    /// W3C trace state.
    pub trace_state: String,
    /// Flags as sent.
    pub flags: u32,
    /// MLflow span type or what a GenAI convention says, for example `CHAT_MODEL`.
    pub span_type: Option<String>,
    /// Which SDK made it.
    pub source: SpanSource,
    /// Inputs, if a known convention carries them; objects and arrays of more than 256 kB as their JSON text.
    pub inputs: Option<AnyValue>,
    /// Outputs, if a known convention carries them; in the same form.
    pub outputs: Option<AnyValue>,
    /// What LLM conventions say of it; absent if it speaks none.
    pub llm: Option<LlmView>,
    /// Attributes in order, of all copies: the typed ones of the MLflow copy win.
    pub attributes: Vec<Attribute>,
    /// How many the sender dropped.
    pub dropped_attributes_count: u32,
    /// Events in order.
    pub events: Vec<Event>,
    /// How many the sender dropped.
    pub dropped_events_count: u32,
    /// Log records of the span, by time.
    pub logs: Vec<LogRecord>,
    /// Links in order.
    pub links: Vec<Link>,
    /// How many the sender dropped.
    pub dropped_links_count: u32,
    /// Spans that link to this one, at most 100.
    pub linked_from: Vec<SpanRef>,
    /// Every copy that arrived.
    pub origins: Vec<Origin>,
}

/// Answer to sending a test trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceRef {
    /// 32 hex digits.
    pub trace_id: String,
}

/// Answer to loading the demo data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DemoLoaded {
    /// Experiment that holds the demo traces.
    pub experiment_id: String,
    /// The traces, newest first.
    pub trace_ids: Vec<String>,
}

/// Data of a `change` event on the live stream: what to ask for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Names of what changed: `status`, `experiments`, `traces`, `settings`, `rejected`, `baselines`, `trace:<32 hex>`, `comparison:<32 hex>` (what a user said of one of this trace). `*` after a gap: ask for all again.
    pub tags: Vec<String>,
}
