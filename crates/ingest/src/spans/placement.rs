//! Which experiment a trace belongs to (contract section 0).

use model::{ExperimentId, ExperimentSource, TraceId, TraceInfo};
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
/// placed by default moves when an explicit id arrives, and one that a person moved stays whatever is asked.
pub(crate) fn place(tx: &mut WriteTx<'_>, trace_id: TraceId, asked: Placement) -> Result<Placed, StoreError> {
    let Some((key, mut info)) = tx.trace(trace_id)? else {
        let (experiment_id, source) = match asked.experiment() {
            Some(id) => (id, ExperimentSource::Explicit),
            None => (default_experiment(tx)?, ExperimentSource::Default),
        };
        return Ok(Placed::Here(None, Box::new(TraceInfo::new(trace_id, experiment_id, source))));
    };
    match asked {
        Placement::In(id)
            if info.experiment_source == ExperimentSource::Explicit && info.experiment_id != id =>
        {
            return Ok(Placed::Elsewhere);
        }
        Placement::In(_) if info.experiment_source == ExperimentSource::Moved => {}
        Placement::In(id) => {
            info.experiment_id = id;
            info.experiment_source = ExperimentSource::Explicit;
        }
        Placement::NoOpinion | Placement::NewTracesIn(_) => {}
    }
    Ok(Placed::Here(Some(key), Box::new(info)))
}
