//! Table `assessment`.

use std::collections::BTreeMap;

use model::{Assessment, AssessmentValue, UnixNanos, keys};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{ReadTx, StoreError, TraceKey, WriteTx};

const COLUMNS: &str =
    "assessment_id, kind, name, span_id, source_type, source_id, create_time, last_update_time,
    value, number, error, rationale, metadata, overrides, is_valid";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Assessment> {
    let kind: String = row.get(1)?;
    let (value, number): (Option<String>, _) = (row.get(8)?, row.get(9)?);
    let value = match kind.as_str() {
        "expectation" => {
            AssessmentValue::Expectation { value: value.unwrap_or_else(|| "null".to_owned()), number }
        }
        "issue" => AssessmentValue::Issue { issue_name: value },
        _ => AssessmentValue::Feedback { value, number, error: row.get(10)? },
    };
    let metadata: String = row.get(12)?;
    Ok(Assessment {
        assessment_id: row.get(0)?,
        name: row.get(2)?,
        span_id: row.get(3)?,
        source_type: row.get(4)?,
        source_id: row.get(5)?,
        create_time: UnixNanos(row.get(6)?),
        last_update_time: UnixNanos(row.get(7)?),
        value,
        rationale: row.get(11)?,
        metadata: serde_json::from_str(&metadata).unwrap_or_default(),
        overrides: row.get(13)?,
        is_valid: row.get(14)?,
    })
}

impl ReadTx<'_> {
    /// Returns the assessments of a trace, the oldest first.
    pub fn assessments(&self, trace: TraceKey) -> Result<Vec<Assessment>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM assessment WHERE trace_key = ?1 ORDER BY create_time, assessment_id"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let assessments = statement.query_map([trace.0], from_row)?;
        Ok(assessments.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns one assessment of a trace.
    pub fn assessment(&self, trace: TraceKey, assessment_id: &str) -> Result<Option<Assessment>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM assessment WHERE trace_key = ?1 AND assessment_id = ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row(params![trace.0, assessment_id], from_row).optional()?)
    }
}

impl WriteTx<'_> {
    /// Stores or replaces an assessment of a trace.
    pub fn put_assessment(&mut self, trace: TraceKey, assessment: &Assessment) -> Result<(), StoreError> {
        let (value, number, error) = match &assessment.value {
            AssessmentValue::Feedback { value, number, error } => {
                (value.as_deref(), *number, error.as_deref())
            }
            AssessmentValue::Expectation { value, number } => (Some(value.as_str()), *number, None),
            AssessmentValue::Issue { issue_name } => (issue_name.as_deref(), None, None),
        };
        let metadata: &BTreeMap<String, String> = &assessment.metadata;
        let sql = "INSERT OR REPLACE INTO assessment
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
        self.connection.prepare_cached(sql)?.execute(params![
            trace.0,
            assessment.assessment_id,
            assessment.value.kind(),
            assessment.name,
            assessment.span_id,
            assessment.source_type,
            assessment.source_id,
            assessment.create_time.0,
            assessment.last_update_time.0,
            value,
            number,
            error,
            assessment.rationale,
            serde_json::to_string(metadata).unwrap_or_default(),
            metadata.contains_key(keys::SESSION),
            assessment.overrides,
            assessment.is_valid,
        ])?;
        Ok(())
    }

    /// Says whether an assessment is valid; returns whether it is there.
    pub fn set_assessment_valid(
        &mut self,
        trace: TraceKey,
        assessment_id: &str,
        is_valid: bool,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE assessment SET is_valid = ?3 WHERE trace_key = ?1 AND assessment_id = ?2";
        Ok(self.connection.prepare_cached(sql)?.execute(params![trace.0, assessment_id, is_valid])? > 0)
    }

    /// Deletes an assessment of a trace, if it is there.
    pub fn delete_assessment(&mut self, trace: TraceKey, assessment_id: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM assessment WHERE trace_key = ?1 AND assessment_id = ?2";
        self.connection.prepare_cached(sql)?.execute(params![trace.0, assessment_id])?;
        Ok(())
    }
}
