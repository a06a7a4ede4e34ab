//! `TraceInfoV3`: reserved tags and metadata written from their columns, and read back into them.

use std::collections::BTreeMap;

use model::{Cost, ParseExperimentIdError, TokenUsage, TraceInfo, TraceLabels, TraceState, UnixNanos, keys};
use serde_json::{Map, Value, json};

use super::time::{duration_text, parse_duration_ms, parse_timestamp, timestamp_text};

/// Why a message cannot be read: which field, and what it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// A required field is missing.
    #[error(
        "Missing value for required parameter '{0}'. See the API docs for more information about request parameters."
    )]
    Missing(&'static str),
    /// A field has a value that it cannot have.
    #[error("Invalid value {value} for parameter '{field}' supplied: {hint}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// Its value as JSON, cut.
        value: String,
        /// What it should be.
        hint: &'static str,
    },
    /// An assessment says nothing.
    #[error("Unknown assessment type: None")]
    NoAssessmentValue,
    /// An expectation has no value.
    #[error("The `value` field must be specified.")]
    NoExpectationValue,
    /// A value of an expectation is written in a form that nobody knows.
    #[error("Unknown serialization format: {0}. Only JSON_FORMAT is supported.")]
    SerializationFormat(String),
    /// The experiment id is not a number.
    #[error(transparent)]
    ExperimentId(#[from] ParseExperimentIdError),
}

/// What a client says of a trace; absent fields say nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TraceInfoMessage {
    /// Id as sent.
    pub trace_id: String,
    /// Experiment id as sent.
    pub experiment_id: String,
    /// Id that the client gave it.
    pub client_request_id: Option<String>,
    /// Start.
    pub request_time: Option<UnixNanos>,
    /// Duration in milliseconds.
    pub execution_duration_ms: Option<i64>,
    /// State.
    pub state: TraceState,
    /// Text of the request.
    pub request_preview: Option<String>,
    /// Text of the response.
    pub response_preview: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Metadata.
    pub metadata: BTreeMap<String, String>,
    /// Assessments as sent.
    pub assessments: Vec<Value>,
}

/// Reads a field by its proto name or its lowerCamelCase; `null` is absent.
pub(super) fn field<'a>(message: &'a Map<String, Value>, snake: &str) -> Option<&'a Value> {
    let mut camel = String::with_capacity(snake.len());
    let mut is_upper = false;
    for letter in snake.chars() {
        if letter == '_' {
            is_upper = true;
        } else {
            camel.push(if is_upper { letter.to_ascii_uppercase() } else { letter });
            is_upper = false;
        }
    }
    message.get(snake).or_else(|| message.get(&camel)).filter(|value| !value.is_null())
}

pub(super) fn invalid(field: &'static str, value: &Value, hint: &'static str) -> MessageError {
    MessageError::Invalid { field, value: value.to_string().chars().take(100).collect(), hint }
}

pub(super) fn text(message: &Map<String, Value>, name: &'static str) -> Result<Option<String>, MessageError> {
    match field(message, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(invalid(name, other, "it must be a string")),
    }
}

pub(super) fn text_map(
    message: &Map<String, Value>,
    name: &'static str,
) -> Result<BTreeMap<String, String>, MessageError> {
    match field(message, name) {
        None => Ok(BTreeMap::new()),
        Some(Value::Object(object)) => object
            .iter()
            .map(|(key, value)| match value {
                Value::String(text) => Ok((key.clone(), text.clone())),
                other => Err(invalid(name, other, "its values must be strings")),
            })
            .collect(),
        Some(other) => Err(invalid(name, other, "it must be an object of strings")),
    }
}

/// Decodes a `TraceInfoV3`.
pub fn decode_trace_info(message: &Map<String, Value>) -> Result<TraceInfoMessage, MessageError> {
    let location = field(message, "trace_location").and_then(Value::as_object);
    let experiment =
        location.and_then(|location| field(location, "mlflow_experiment")).and_then(Value::as_object);
    let experiment_id = experiment.map(|experiment| text(experiment, "experiment_id")).transpose()?.flatten();
    let time = |name: &'static str| match field(message, name) {
        None => Ok(None),
        Some(value) => match value.as_str().and_then(parse_timestamp) {
            Some(time) => Ok(Some(time)),
            None => {
                Err(invalid(name, value, "it must be an RFC 3339 timestamp such as 2026-11-22T14:47:48.100Z"))
            }
        },
    };
    let duration = match field(message, "execution_duration") {
        None => None,
        Some(value) => match value.as_str().and_then(parse_duration_ms) {
            Some(millis) => Some(millis),
            None => return Err(invalid("execution_duration", value, "it must be seconds such as 0.123s")),
        },
    };
    let state = match field(message, "state") {
        None => TraceState::Unspecified,
        Some(value) => {
            let by_name = value.as_str().and_then(TraceState::parse);
            let by_number = || {
                value.as_u64().and_then(|number| TraceState::ALL.get(usize::try_from(number).ok()?).copied())
            };
            by_name
                .or_else(by_number)
                .ok_or_else(|| invalid("state", value, "it must be OK, ERROR or IN_PROGRESS"))?
        }
    };
    let assessments = match field(message, "assessments") {
        None => Vec::new(),
        Some(Value::Array(assessments)) => assessments.clone(),
        Some(other) => return Err(invalid("assessments", other, "it must be a list")),
    };
    Ok(TraceInfoMessage {
        trace_id: text(message, "trace_id")?.unwrap_or_default(),
        experiment_id: experiment_id
            .filter(|id| !id.is_empty())
            .ok_or(MessageError::Missing("experiment_id"))?,
        client_request_id: text(message, "client_request_id")?,
        request_time: time("request_time")?,
        execution_duration_ms: duration,
        state,
        request_preview: text(message, "request_preview")?,
        response_preview: text(message, "response_preview")?,
        tags: text_map(message, "tags")?,
        metadata: text_map(message, "trace_metadata")?,
        assessments,
    })
}

/// Encodes a `TraceInfoV3`. `dumps` writes JSON as Python does, for the values that are JSON texts.
///
/// `mlflow.trace.spansLocation` is always set: it tells the SDK to read spans from us, and not to upload `traces.json`.
pub fn trace_info(
    info: &TraceInfo,
    labels: &TraceLabels,
    assessments: Vec<Value>,
    dumps: impl Fn(&Value) -> String,
) -> Value {
    let experiment_id = info.experiment_id.to_string();
    let trace_id = info.mlflow_id();
    let mut message = Map::new();
    message.insert("trace_id".into(), json!(trace_id));
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            message.insert(key.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    put("client_request_id", text(&info.client_request_id));
    let location =
        json!({"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}});
    put("trace_location", Some(location));
    put("request_preview", text(&info.request_preview));
    put("response_preview", text(&info.response_preview));
    put("request_time", Some(json!(timestamp_text(info.request_time))));
    put("execution_duration", info.execution_duration_ms.map(|millis| json!(duration_text(millis))));
    put("state", Some(json!(info.state.as_str())));
    let metadata = metadata(info, labels, dumps);
    put("trace_metadata", (!metadata.is_empty()).then(|| json!(metadata)));
    put("assessments", (!assessments.is_empty()).then_some(Value::Array(assessments)));
    let mut tags = tags(info, labels);
    tags.insert(keys::SPANS_LOCATION.to_owned(), keys::IN_TRACKING_STORE.to_owned());
    tags.insert(keys::ARTIFACT_LOCATION.to_owned(), info.artifact_location());
    put("tags", Some(json!(tags)));
    Value::Object(message)
}

/// Returns the tags that users see on a trace, its name among them.
pub fn tags(info: &TraceInfo, labels: &TraceLabels) -> BTreeMap<String, String> {
    let mut tags = labels.tags.clone();
    if let Some(name) = &info.name {
        tags.insert(keys::TRACE_NAME.to_owned(), name.clone());
    }
    tags
}

/// Returns the metadata of a trace, with the reserved keys written from their columns.
pub fn metadata(
    info: &TraceInfo,
    labels: &TraceLabels,
    dumps: impl Fn(&Value) -> String,
) -> BTreeMap<String, String> {
    let mut metadata = labels.metadata.clone();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            metadata.insert(key.to_owned(), value);
        }
    };
    put(keys::SESSION, info.session.clone());
    put(keys::USER, info.user.clone());
    put(keys::INFO_FINALIZED, info.is_finalized.then(|| "true".to_owned()));
    put(keys::TOKEN_USAGE, (!info.usage.is_empty()).then(|| dumps(&token_usage(&info.usage))));
    put(keys::COST, (!info.cost.is_empty()).then(|| dumps(&cost(&info.cost))));
    metadata
}

/// Encodes token usage, as spans and traces carry it.
pub fn token_usage(usage: &TokenUsage) -> Value {
    [
        ("input_tokens", usage.input),
        ("output_tokens", usage.output),
        ("total_tokens", usage.total),
        ("cache_read_input_tokens", usage.cache_read),
        ("cache_creation_input_tokens", usage.cache_creation),
    ]
    .into_iter()
    .filter_map(|(key, count)| Some((key.to_owned(), json!(count?))))
    .collect::<Map<_, _>>()
    .into()
}

/// Encodes a cost in dollars, as spans and traces carry it.
pub fn cost(cost: &Cost) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "MLflow's costs are floats of dollars")]
    let dollars = |pico: i64| pico as f64 / 1e12;
    [("input_cost", cost.input), ("output_cost", cost.output), ("total_cost", cost.total)]
        .into_iter()
        .filter_map(|(key, pico)| Some((key.to_owned(), json!(dollars(pico?)))))
        .collect::<Map<_, _>>()
        .into()
}
