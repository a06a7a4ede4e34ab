//! Tags of a stored trace: set and deleted by users.

use model::{TraceName, keys};

use crate::assessments::find;
use crate::labels::{IMMUTABLE_TAGS, MAX_TAG_VALUE_CHARS, MAX_TRACE_NAME_CHARS, cut};
use crate::names::{check_key, too_long};
use crate::{Change, Ingest, IngestError};

fn check_mutable(key: &str, what: &str) -> Result<(), IngestError> {
    if IMMUTABLE_TAGS.contains(&key) {
        return Err(IngestError::Invalid(format!(
            "Tag '{key}' is immutable and cannot be {what} on a trace."
        )));
    }
    Ok(())
}

impl Ingest {
    /// Sets a tag of a trace; a long value is cut.
    ///
    /// # Errors
    ///
    /// The key is none that users may set, or the trace does not exist.
    pub async fn set_trace_tag(
        &self,
        name: TraceName,
        key: String,
        value: String,
    ) -> Result<(), IngestError> {
        check_mutable(&key, "set")?;
        check_key(&key)?;
        if key == keys::TRACE_NAME && value.chars().count() > MAX_TRACE_NAME_CHARS {
            return Err(too_long("Trace name", MAX_TRACE_NAME_CHARS));
        }
        let change = self
            .store
            .write(value.len(), move |tx| {
                let (trace, mut info) = find(tx, &name)?;
                if key == keys::TRACE_NAME {
                    info.name = Some(value);
                    tx.update_trace(trace, &info)?;
                } else {
                    tx.put_trace_tag(trace, &key, cut(&value, MAX_TAG_VALUE_CHARS))?;
                }
                Ok::<_, IngestError>(Change::Trace(name.trace_id, info.experiment_id))
            })
            .await?;
        self.announce([change]);
        Ok(())
    }

    /// Deletes a tag of a trace.
    ///
    /// # Errors
    ///
    /// Users may not delete it, or there is no such tag.
    pub async fn delete_trace_tag(&self, name: TraceName, key: String) -> Result<(), IngestError> {
        check_mutable(&key, "deleted")?;
        let change = self
            .store
            .write(0, move |tx| {
                let missing = || {
                    let message = format!("No trace tag with key '{key}' for trace with ID '{name}'");
                    IngestError::NotFound(message)
                };
                let (trace, mut info) = tx.named_trace(&name)?.ok_or_else(missing)?;
                if key == keys::TRACE_NAME {
                    info.name.take().ok_or_else(missing)?;
                    tx.update_trace(trace, &info)?;
                } else if !tx.delete_trace_tag(trace, &key)? {
                    return Err(missing());
                }
                Ok(Change::Trace(name.trace_id, info.experiment_id))
            })
            .await?;
        self.announce([change]);
        Ok(())
    }
}
