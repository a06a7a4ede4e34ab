//! MLflow's REST messages: proto-JSON as its server writes it (contract b.1, d.3, d.4), from `model` and back.

mod assessment;
mod span;
mod time;
mod trace_data;
mod trace_info;

use model::Experiment;
use serde_json::{Map, Value, json};

pub use assessment::{AssessmentUpdate, assessment, decode_assessment, decode_update};
pub use span::span;
pub use time::{duration_text, parse_duration_ms, parse_timestamp, timestamp_text};
pub use trace_data::{decode_trace_data, trace_data};
pub use trace_info::{
    MessageError, TraceInfoMessage, cost, decode_trace_info, metadata, tags, token_usage, trace_info,
};

/// Encodes an experiment.
pub fn experiment(experiment: &Experiment) -> Value {
    let mut message = Map::new();
    message.insert("experiment_id".into(), json!(experiment.experiment_id.to_string()));
    message.insert("name".into(), json!(experiment.name));
    message.insert("artifact_location".into(), json!(experiment.artifact_location));
    message.insert("lifecycle_stage".into(), json!(experiment.lifecycle_stage.as_str()));
    message.insert("last_update_time".into(), json!(experiment.last_update_time.as_millis()));
    message.insert("creation_time".into(), json!(experiment.creation_time.as_millis()));
    if !experiment.tags.is_empty() {
        let tags = experiment.tags.iter().map(|(key, value)| json!({"key": key, "value": value}));
        message.insert("tags".into(), tags.collect());
    }
    message.insert("workspace".into(), json!("default"));
    Value::Object(message)
}
