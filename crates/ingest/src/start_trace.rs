//! StartTrace: what the MLflow SDK says of a whole trace, before, between or after its spans (contract d.8).

use std::collections::BTreeMap;

use analysis::semconv;
use model::{Assessment, ExperimentId, TraceInfo, TraceLabels, TraceName, TraceState, UnixNanos, keys};
use serde_json::Value;
use store::{TraceKey, WriteTx};

use crate::labels::{MAX_KEY_CHARS, MAX_SESSION_CHARS, MAX_TRACE_NAME_CHARS, cut, put_tag};
use crate::spans::{Placed, Placement, place};
use crate::{Change, Ingest, IngestError};

/// The message. What is absent leaves what the spans said.
#[derive(Debug, Clone, PartialEq)]
pub struct StartTrace {
    /// The trace, as it is called from then on.
    pub name: TraceName,
    /// Its experiment.
    pub experiment_id: ExperimentId,
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
    /// Assessments, with the ids that they have or get.
    pub assessments: Vec<Assessment>,
}

impl StartTrace {
    /// Says of a trace nothing but where it belongs.
    pub fn new(name: TraceName, experiment_id: ExperimentId) -> Self {
        Self {
            name,
            experiment_id,
            client_request_id: None,
            request_time: None,
            execution_duration_ms: None,
            state: TraceState::Unspecified,
            request_preview: None,
            response_preview: None,
            tags: BTreeMap::new(),
            metadata: BTreeMap::new(),
            assessments: Vec::new(),
        }
    }
}

/// A trace as MLflow's API answers it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTrace {
    /// The trace.
    pub info: TraceInfo,
    /// Its tags and metadata.
    pub labels: TraceLabels,
    /// Its assessments.
    pub assessments: Vec<Assessment>,
}

impl Ingest {
    /// Stores what StartTrace says and returns the trace as it is then.
    pub async fn start_trace(&self, start: StartTrace) -> Result<StoredTrace, IngestError> {
        check(&start)?;
        let n_bytes = start.metadata.values().chain(start.tags.values()).map(String::len).sum();
        let stored = self.store.write(n_bytes, move |tx| write(tx, start)).await?;
        self.announce([Change::Trace(stored.info.trace_id, stored.info.experiment_id)]);
        Ok(stored)
    }
}

fn check(start: &StartTrace) -> Result<(), IngestError> {
    let too_long = |what: &str, max: usize| {
        Err(IngestError::Invalid(format!("'{what}' exceeds the maximum length of {max} characters")))
    };
    let longer = |text: Option<&String>, max: usize| text.is_some_and(|text| text.chars().count() > max);
    if longer(start.metadata.get(keys::SESSION), MAX_SESSION_CHARS) {
        return too_long("Session ID", MAX_SESSION_CHARS);
    }
    if longer(start.tags.get(keys::TRACE_NAME), MAX_TRACE_NAME_CHARS) {
        return too_long("Trace name", MAX_TRACE_NAME_CHARS);
    }
    Ok(())
}

fn write(tx: &mut WriteTx<'_>, start: StartTrace) -> Result<StoredTrace, IngestError> {
    if tx.experiment(start.experiment_id)?.is_none() {
        return Err(IngestError::NoSuchExperiment(start.experiment_id));
    }
    let (trace, mut info) = match place(tx, start.name.trace_id, Placement::In(start.experiment_id))? {
        Placed::Elsewhere => return Err(IngestError::OtherExperiment(start.name)),
        // Whoever asks for either would see the other: nobody gets here but on purpose.
        Placed::Here(Some(_), info) if !start.name.fits(&info) => {
            let message = format!(
                "Trace with ID '{}' cannot be stored: '{}' has its place.",
                start.name,
                info.mlflow_id()
            );
            return Err(IngestError::Invalid(message));
        }
        Placed::Here(Some(trace), info) => (trace, *info),
        Placed::Here(None, mut info) => {
            info.client_trace_id = start.name.text().map(str::to_owned);
            let trace = tx.new_trace_key()?;
            tx.insert_trace(trace, &info)?;
            (trace, *info)
        }
    };
    info.is_finalized = true;
    info.state = start.state;
    if let Some(request_time) = start.request_time {
        info.request_time = request_time;
    }
    info.execution_duration_ms = start.execution_duration_ms.or(info.execution_duration_ms);
    info.client_request_id = start.client_request_id.or(info.client_request_id);
    info.request_preview = start.request_preview.map(without_nul).or(info.request_preview);
    info.response_preview = start.response_preview.map(without_nul).or(info.response_preview);
    // A trace is not lost over a long key, as in MLflow.
    for (key, value) in &start.tags {
        put_tag(tx, trace, &mut info, cut(key, MAX_KEY_CHARS), value)?;
    }
    for (key, value) in start.metadata {
        put_metadata(tx, trace, &mut info, cut(&key, MAX_KEY_CHARS), value)?;
    }
    for assessment in &start.assessments {
        tx.put_assessment(trace, assessment)?;
    }
    tx.update_trace(trace, &info)?;
    Ok(StoredTrace { labels: tx.trace_labels(trace)?, assessments: tx.assessments(trace)?, info })
}

/// MLflow's previews have no NUL, wherever they come from.
fn without_nul(preview: String) -> String {
    if preview.contains('\0') { preview.replace('\0', "\u{FFFD}") } else { preview }
}

/// Stores one entry of the metadata; the reserved ones become columns. What StartTrace says of tokens and cost is final.
fn put_metadata(
    tx: &mut WriteTx<'_>,
    trace: TraceKey,
    info: &mut TraceInfo,
    key: &str,
    value: String,
) -> Result<(), IngestError> {
    let object = || match serde_json::from_str(&value) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    };
    match key {
        keys::SESSION => info.session = Some(value),
        keys::USER => info.user = Some(value),
        keys::INFO_FINALIZED => {}
        keys::TOKEN_USAGE if object().is_some() => {
            info.usage = object().map(|usage| semconv::usage_from_json(&usage)).unwrap_or_default();
            info.is_usage_final = true;
        }
        keys::COST if object().is_some() => {
            info.cost = object().map(|cost| semconv::cost_from_json(&cost)).unwrap_or_default();
            info.is_cost_final = true;
        }
        _ => tx.put_trace_metadata(trace, key, &value)?,
    }
    Ok(())
}
