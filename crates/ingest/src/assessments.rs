//! Assessments of a stored trace: made, changed, deleted (contract k.2, gotchas 13 and 14).

use std::collections::BTreeMap;
use std::time::SystemTime;

use model::{Assessment, AssessmentValue, TraceInfo, TraceName, UnixNanos};
use store::{TraceKey, WriteTx};

use crate::{Change, Ingest, IngestError};

/// What an update changes; what is absent stays. The source, the span and the kind always stay.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AssessmentChange {
    /// Name.
    pub name: Option<String>,
    /// What it says.
    pub value: Option<AssessmentValue>,
    /// Why.
    pub rationale: Option<String>,
    /// Entries to add or replace.
    pub metadata: BTreeMap<String, String>,
}

impl Ingest {
    /// Adds an assessment to a trace. The one that it overrides, if any, is not valid from then on.
    ///
    /// # Errors
    ///
    /// The trace or the overridden assessment does not exist, or the id is taken.
    pub async fn create_assessment(
        &self,
        name: TraceName,
        assessment: Assessment,
    ) -> Result<Assessment, IngestError> {
        let n_bytes = assessment.rationale.as_ref().map_or(0, String::len);
        let (stored, change) = self
            .store
            .write(n_bytes, move |tx| {
                let (trace, info) = find(tx, &name)?;
                if let Some(overridden) = &assessment.overrides
                    && !tx.set_assessment_valid(trace, overridden, false)?
                {
                    return Err(unknown(&name, overridden));
                }
                if tx.assessment(trace, &assessment.assessment_id)?.is_some() {
                    return Err(IngestError::Invalid(format!(
                        "Assessment with ID '{}' exists already for trace '{name}'",
                        assessment.assessment_id,
                    )));
                }
                tx.put_assessment(trace, &assessment)?;
                Ok((assessment, Change::Trace(name.trace_id, info.experiment_id)))
            })
            .await?;
        self.announce([change]);
        Ok(stored)
    }

    /// Changes an assessment and returns it as it is then.
    ///
    /// # Errors
    ///
    /// The trace or the assessment does not exist, or is of another kind.
    pub async fn update_assessment(
        &self,
        name: TraceName,
        assessment_id: String,
        update: AssessmentChange,
    ) -> Result<Assessment, IngestError> {
        let now = now();
        let (stored, change) = self
            .store
            .write(0, move |tx| {
                let (trace, info) = find(tx, &name)?;
                let found = tx.assessment(trace, &assessment_id)?;
                let mut assessment = found.ok_or_else(|| unknown(&name, &assessment_id))?;
                if let Some(value) = update.value {
                    if value.kind() != assessment.value.kind() {
                        return Err(IngestError::Invalid(format!(
                            "Cannot update {} value on {} assessment.",
                            value.kind(),
                            article(&assessment.value)
                        )));
                    }
                    assessment.value = value;
                }
                assessment.name = update.name.unwrap_or(assessment.name);
                assessment.rationale = update.rationale.or(assessment.rationale);
                assessment.metadata.extend(update.metadata);
                assessment.last_update_time = now;
                tx.put_assessment(trace, &assessment)?;
                Ok::<_, IngestError>((assessment, Change::Trace(name.trace_id, info.experiment_id)))
            })
            .await?;
        self.announce([change]);
        Ok(stored)
    }

    /// Deletes an assessment; the one that it overrode is valid again. One that is not there is as good as deleted.
    pub async fn delete_assessment(&self, name: TraceName, assessment_id: String) -> Result<(), IngestError> {
        let change = self
            .store
            .write(0, move |tx| {
                let Some((trace, info)) = tx.named_trace(&name)? else { return Ok(None) };
                let Some(assessment) = tx.assessment(trace, &assessment_id)? else { return Ok(None) };
                if let Some(overridden) = &assessment.overrides {
                    tx.set_assessment_valid(trace, overridden, true)?;
                }
                tx.delete_assessment(trace, &assessment_id)?;
                Ok::<_, IngestError>(Some(Change::Trace(name.trace_id, info.experiment_id)))
            })
            .await?;
        self.announce(change);
        Ok(())
    }
}

fn article(value: &AssessmentValue) -> &'static str {
    match value {
        AssessmentValue::Feedback { .. } => "a Feedback",
        AssessmentValue::Expectation { .. } => "an Expectation",
        AssessmentValue::Issue { .. } => "an IssueReference",
    }
}

fn unknown(name: &TraceName, assessment_id: &str) -> IngestError {
    IngestError::NotFound(format!("Assessment with ID '{assessment_id}' not found for trace '{name}'"))
}

/// Returns the present with the precision that MLflow keeps.
pub(crate) fn now() -> UnixNanos {
    UnixNanos::from_millis(UnixNanos::from_system_time(SystemTime::now()).as_millis())
}

/// Returns a trace that must be there.
pub(crate) fn find(tx: &WriteTx<'_>, name: &TraceName) -> Result<(TraceKey, TraceInfo), IngestError> {
    tx.named_trace(name)?.ok_or_else(|| IngestError::NotFound(format!("Trace with ID '{name}' not found.")))
}
