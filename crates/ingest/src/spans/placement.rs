//! Which experiment a trace belongs to (contract section 0).

use model::{
    Cost, ExperimentId, ExperimentSource, TokenUsage, TraceId, TraceInfo, TraceState, TraceSummary, UnixNanos,
};
use store::{StoreError, TraceKey, WriteTx};

use crate::default_experiment;

/// Where a request wants its spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Placement {
    /// Wherever their trace is; a new trace in the default experiment.
    #[default]
    NoOpinion,
    /// In this experiment, and nowhere else.
    In(ExperimentId),
    /// Wherever their trace is; a new trace in this experiment.
    NewTracesIn(ExperimentId),
}

/// A header names an experiment, or leaves it open.
impl From<Option<ExperimentId>> for Placement {
    fn from(header: Option<ExperimentId>) -> Self {
        header.map_or(Self::NoOpinion, Self::In)
    }
}

impl Placement {
    /// Returns the experiment that it names.
    pub fn experiment(self) -> Option<ExperimentId> {
        match self {
            Self::NoOpinion => None,
            Self::In(id) | Self::NewTracesIn(id) => Some(id),
        }
    }
}

/// Where a trace is.
pub(crate) enum Placed {
    /// In the experiment that was asked for. A trace that is not stored yet has no key.
    Here(Option<TraceKey>, Box<TraceInfo>),
    /// In another one, by an explicit id.
    Elsewhere,
}

/// Places a trace. A request without an opinion joins wherever the trace is, else the default experiment; a trace that was
/// placed by default moves when an explicit id arrives.
pub(crate) fn place(tx: &mut WriteTx<'_>, trace_id: TraceId, asked: Placement) -> Result<Placed, StoreError> {
    let Some((key, mut info)) = tx.trace(trace_id)? else {
        let (experiment_id, source) = match asked.experiment() {
            Some(id) => (id, ExperimentSource::Explicit),
            None => (default_experiment(tx)?, ExperimentSource::Default),
        };
        return Ok(Placed::Here(None, Box::new(new_trace(trace_id, experiment_id, source))));
    };
    match asked {
        Placement::In(id)
            if info.experiment_source == ExperimentSource::Explicit && info.experiment_id != id =>
        {
            return Ok(Placed::Elsewhere);
        }
        Placement::In(id) => {
            info.experiment_id = id;
            info.experiment_source = ExperimentSource::Explicit;
        }
        Placement::NoOpinion | Placement::NewTracesIn(_) => {}
    }
    Ok(Placed::Here(Some(key), Box::new(info)))
}

fn new_trace(
    trace_id: TraceId,
    experiment_id: ExperimentId,
    experiment_source: ExperimentSource,
) -> TraceInfo {
    TraceInfo {
        trace_id,
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
