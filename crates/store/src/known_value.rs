//! Keys and values that the newest traces of some experiments have: what a query can be completed with.

use std::collections::HashMap;

use model::filter::trace::AssessmentKind;
use model::{AnyValue, ExperimentId, TraceId};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use crate::{ReadTx, StoreError, TraceKey};

/// Newest traces that are looked at.
pub const MAX_TRACES: usize = 2_000;
/// Rows of spans that are looked at.
const MAX_SPANS: usize = 20_000;
/// Spans whose bodies are read for the keys of attributes.
const MAX_BODIES: usize = 300;
/// A trace with more spans is passed over when bodies are read.
const MAX_SPANS_OF_TRACE: u64 = 100;
/// Longest value in characters that anybody would want offered.
const MAX_CHARS: usize = 200;

/// Where values are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownField {
    /// Names of traces, as MLflow knows them.
    Name,
    /// Sessions.
    Session,
    /// Users.
    User,
    /// Services.
    Service,
    /// Keys of tags.
    TagKey,
    /// Values of a tag.
    Tag(String),
    /// Keys of metadata.
    MetadataKey,
    /// Values of an entry of the metadata.
    Metadata(String),
    /// Names of spans.
    SpanName,
    /// Types of spans.
    SpanType,
    /// Names of assessments.
    AssessmentName(AssessmentKind),
    /// Values of assessments of a name, as JSON texts.
    Assessment(AssessmentKind, String),
    /// Keys of attributes of spans.
    AttributeKey,
    /// Values of an attribute of spans.
    Attribute(String),
}

/// A value and in how many of the traces or spans looked at it is.
pub type KnownValue = (String, u64);

impl ReadTx<'_> {
    /// Returns the most frequent values that have a text in them, case aside.
    pub fn known_values(
        &self,
        experiments: &[ExperimentId],
        field: &KnownField,
        part: &str,
        limit: usize,
    ) -> Result<Vec<KnownValue>, StoreError> {
        if let KnownField::AttributeKey | KnownField::Attribute(_) = field {
            return self.attribute_values(experiments, field, part, limit);
        }
        let (values, key): (&str, Option<&str>) = match field {
            KnownField::Name => ("SELECT name AS value FROM recent", None),
            KnownField::Session => ("SELECT session AS value FROM recent", None),
            KnownField::User => ("SELECT user AS value FROM recent", None),
            KnownField::Service => ("SELECT service.value FROM recent, json_each(recent.services) AS service", None),
            KnownField::TagKey => ("SELECT key AS value FROM recent JOIN trace_tag USING (trace_key)", None),
            KnownField::Tag(key) => {
                ("SELECT value FROM recent JOIN trace_tag USING (trace_key) WHERE key = ?", Some(key))
            }
            KnownField::MetadataKey => {
                ("SELECT key AS value FROM recent JOIN trace_metadata USING (trace_key)", None)
            }
            KnownField::Metadata(key) => {
                ("SELECT value FROM recent JOIN trace_metadata USING (trace_key) WHERE key = ?", Some(key))
            }
            KnownField::SpanName => (
                "SELECT string.text AS value FROM (SELECT span.name AS id FROM recent JOIN span USING (trace_key) LIMIT ?)
                 JOIN string ON string_id = id",
                None,
            ),
            KnownField::SpanType => (
                "SELECT string.text AS value FROM (SELECT span_type AS id FROM recent JOIN span USING (trace_key) LIMIT ?)
                 JOIN string ON string_id = id",
                None,
            ),
            KnownField::AssessmentName(_) => (
                "SELECT assessment.name AS value FROM recent JOIN assessment USING (trace_key)
                 WHERE assessment.is_valid AND assessment.kind = ?",
                None,
            ),
            KnownField::Assessment(..) | KnownField::AttributeKey | KnownField::Attribute(_) => (
                "SELECT value FROM recent JOIN assessment USING (trace_key)
                 WHERE assessment.is_valid AND assessment.kind = ? AND assessment.name = ?",
                None,
            ),
        };
        let marks = vec!["?"; experiments.len()].join(", ");
        let sql = format!(
            "WITH recent AS (SELECT trace_key, name, session, user, services FROM trace
                             WHERE experiment_id IN ({marks}) ORDER BY request_time DESC LIMIT {MAX_TRACES})
             SELECT value, count(*) AS n FROM ({values})
             WHERE value IS NOT NULL AND value != '' AND length(value) <= {MAX_CHARS} AND instr(lower(value), lower(?)) > 0
             GROUP BY value ORDER BY n DESC, value LIMIT ?"
        );
        let mut parameters: Vec<Value> = experiments.iter().map(|id| Value::from(id.0)).collect();
        parameters.extend(key.map(|key| Value::from(key.to_owned())));
        match field {
            KnownField::SpanName | KnownField::SpanType => parameters.push(number(MAX_SPANS)),
            KnownField::AssessmentName(kind) => parameters.push(kind.as_str().to_owned().into()),
            KnownField::Assessment(kind, name) => {
                parameters.extend([kind.as_str().to_owned().into(), name.clone().into()]);
            }
            _ => {}
        }
        parameters.extend([part.to_owned().into(), number(limit)]);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let pair = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let pairs = statement.query_map(params_from_iter(parameters), pair)?;
        Ok(pairs.collect::<rusqlite::Result<_>>()?)
    }

    /// Attributes are in bodies: only those of a few hundred spans are read.
    fn attribute_values(
        &self,
        experiments: &[ExperimentId],
        field: &KnownField,
        part: &str,
        limit: usize,
    ) -> Result<Vec<KnownValue>, StoreError> {
        let marks = vec!["?"; experiments.len()].join(", ");
        let sql = format!(
            "SELECT trace_key, trace_id, n_spans FROM trace WHERE experiment_id IN ({marks}) AND n_spans BETWEEN 1 AND {MAX_SPANS_OF_TRACE}
             ORDER BY request_time DESC LIMIT {MAX_BODIES}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(experiments.iter().map(|id| id.0)))?;
        let part = part.to_lowercase();
        let mut counts: HashMap<String, u64> = HashMap::new();
        let mut n_read = 0;
        while let Some(row) = rows.next()? {
            if n_read >= MAX_BODIES {
                break;
            }
            let (key, trace_id) = (TraceKey(row.get(0)?), TraceId(row.get(1)?));
            for copies in self.all_span_copies(key, trace_id)? {
                n_read += 1;
                for attribute in copies.iter().flat_map(|copy| &copy.span.attributes) {
                    let value = match field {
                        KnownField::Attribute(key) if attribute.key == *key => text_of(&attribute.value),
                        KnownField::Attribute(_) => None,
                        _ => Some(attribute.key.clone()),
                    };
                    let value = value.filter(|value| {
                        !value.is_empty()
                            && value.chars().nth(MAX_CHARS).is_none()
                            && value.to_lowercase().contains(&part)
                    });
                    if let Some(value) = value {
                        *counts.entry(value).or_default() += 1;
                    }
                }
            }
        }
        let mut values: Vec<KnownValue> = counts.into_iter().collect();
        values.sort_by(|(left, n_left), (right, n_right)| n_right.cmp(n_left).then(left.cmp(right)));
        values.truncate(limit);
        Ok(values)
    }
}

fn text_of(value: &AnyValue) -> Option<String> {
    match value {
        AnyValue::String(text) => Some(text.clone()),
        AnyValue::Int(number) => Some(number.to_string()),
        AnyValue::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn number(n: usize) -> Value {
    Value::from(i64::try_from(n).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use model::{Attribute, Exporter, Span, SpanGroup};
    use testkit::{span_id, trace_id};

    use super::*;
    use crate::fixture::{Bench, new_trace, put, run};

    #[test]
    fn the_most_frequent_values_of_the_experiment_come_first() {
        run(async {
            let bench = Bench::new();
            bench
                .store
                .write(0, |tx| {
                    for (index, (user, color, experiment)) in
                        [("ada", "red", 0), ("bob", "blue", 0), ("bob", "red", 0), ("eve", "green", 1)]
                            .into_iter()
                            .enumerate()
                    {
                        let id = trace_id(u8::try_from(index).expect("few") + 1);
                        let mut span = Span::new(id, span_id(1), format!("paint {color}"));
                        span.attributes.push(Attribute::new("color", AnyValue::String(color.to_owned())));
                        put(
                            tx,
                            Exporter::OpenTelemetry,
                            SpanGroup { spans: vec![span], ..SpanGroup::default() },
                        )?;
                        let (key, mut info) = match tx.trace(id)? {
                            Some(found) => found,
                            None => {
                                let key = tx.new_trace_key()?;
                                tx.insert_trace(key, &new_trace(id))?;
                                (key, new_trace(id))
                            }
                        };
                        info.experiment_id = ExperimentId(experiment);
                        info.user = Some(user.to_owned());
                        info.summary.n_spans = 1;
                        info.summary.services = vec![format!("{user}-api")];
                        tx.update_trace(key, &info)?;
                        tx.put_trace_tag(key, "color", color)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await
                .unwrap();
            let known = async |field: KnownField, part: &'static str, limit: usize| {
                let read =
                    bench.store.read(move |tx| tx.known_values(&[ExperimentId(0)], &field, part, limit));
                read.await.unwrap().into_iter().map(|(value, n)| format!("{value} {n}")).collect::<Vec<_>>()
            };
            assert_eq!(known(KnownField::User, "", 9).await, ["bob 2", "ada 1"]);
            assert_eq!(known(KnownField::User, "", 1).await, ["bob 2"], "the limit holds");
            assert_eq!(known(KnownField::User, "DA", 9).await, ["ada 1"], "a part finds it, case aside");
            assert_eq!(known(KnownField::Service, "", 9).await, ["bob-api 2", "ada-api 1"]);
            assert_eq!(known(KnownField::TagKey, "", 9).await, ["color 3"]);
            assert_eq!(known(KnownField::Tag("color".to_owned()), "", 9).await, ["red 2", "blue 1"]);
            assert_eq!(known(KnownField::SpanName, "blue", 9).await, ["paint blue 1"]);
            assert_eq!(known(KnownField::AttributeKey, "", 9).await, ["color 3"]);
            assert_eq!(known(KnownField::Attribute("color".to_owned()), "", 9).await, ["red 2", "blue 1"]);
            assert_eq!(known(KnownField::Session, "", 9).await, Vec::<String>::new());
        });
    }
}
