//! Numbers by group, and what is told of each: counts, sums, averages, extremes and percentiles.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::spec;
use crate::ApiError;
use crate::request::{Message, wrong_type};

/// How numbers are aggregated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Count,
    Sum,
    Avg,
    Percentile,
    Min,
    Max,
}

impl Kind {
    /// In the order of their numbers.
    pub(super) const ALL: [Self; 6] =
        [Self::Count, Self::Sum, Self::Avg, Self::Percentile, Self::Min, Self::Max];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Count => "COUNT",
            Self::Sum => "SUM",
            Self::Avg => "AVG",
            Self::Percentile => "PERCENTILE",
            Self::Min => "MIN",
            Self::Max => "MAX",
        }
    }
}

/// One thing to tell of each group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Aggregation {
    pub(super) kind: Kind,
    /// Of 100; of percentiles only.
    percentile: f64,
}

impl Aggregation {
    /// Returns the key of its value, as Python writes the number.
    fn key(self) -> String {
        match self.kind {
            Kind::Percentile => format!("P{:?}", self.percentile),
            kind => kind.name().to_owned(),
        }
    }
}

/// Reads what is to be told.
pub(super) fn aggregations(request: &Message) -> Result<Vec<Aggregation>, ApiError> {
    let given = request.field("aggregations", "aggregations")?.ok_or(ApiError::missing("aggregations"))?;
    let items = given.as_array().ok_or_else(|| wrong_type("aggregations", given))?;
    if items.is_empty() {
        return Err(ApiError::missing("aggregations"));
    }
    items
        .iter()
        .map(|item| {
            let object = item.as_object().ok_or_else(|| wrong_type("aggregations", given))?;
            let item = Message::of(object.clone());
            let kind = spec::kind(item.field("aggregation_type", "aggregationType")?)?;
            let percentile = item.field("percentile_value", "percentileValue")?;
            let percentile = match (kind, percentile) {
                (Kind::Percentile, None) => {
                    return Err(ApiError::invalid("Percentile value is required for PERCENTILE aggregation"));
                }
                (Kind::Percentile, Some(value)) => {
                    let number = value.as_f64().ok_or_else(|| wrong_type("percentile_value", value))?;
                    if !(0.0..=100.0).contains(&number) {
                        return Err(ApiError::invalid(format!(
                            "Percentile value must be between 0 and 100, got {number:?}"
                        )));
                    }
                    number
                }
                (_, Some(_)) => {
                    return Err(ApiError::invalid(format!(
                        "Percentile value is only allowed for PERCENTILE aggregation type, got {}",
                        kind.name()
                    )));
                }
                (_, None) => 0.0,
            };
            Ok(Aggregation { kind, percentile })
        })
        .collect()
}

/// Start of the bucket of time, and the dimensions.
type Key = (Option<i64>, Vec<String>);

#[derive(Default)]
struct Group {
    n: u64,
    sum: f64,
    min: f64,
    max: f64,
    /// All numbers, if a percentile is asked for.
    numbers: Vec<f64>,
    seen: HashSet<String>,
}

/// Groups by their key, in the order of MLflow's answer.
pub(super) struct Groups<'a> {
    aggregations: &'a [Aggregation],
    keeps_numbers: bool,
    groups: BTreeMap<Key, Group>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(aggregations: &'a [Aggregation]) -> Self {
        let keeps_numbers = aggregations.iter().any(|one| one.kind == Kind::Percentile);
        Self { aggregations, keeps_numbers, groups: BTreeMap::new() }
    }

    /// Adds a number; of those with the same text, if one is given, a group takes the first alone.
    pub(super) fn add(
        &mut self,
        bucket: Option<i64>,
        dimensions: Vec<String>,
        number: f64,
        distinct: Option<&str>,
    ) {
        let group = self.groups.entry((bucket, dimensions)).or_default();
        if distinct.is_some_and(|text| !group.seen.insert(text.to_owned())) {
            return;
        }
        if group.n == 0 {
            (group.min, group.max) = (number, number);
        }
        group.n += 1;
        group.sum += number;
        group.min = group.min.min(number);
        group.max = group.max.max(number);
        if self.keeps_numbers {
            group.numbers.push(number);
        }
    }

    /// Adds the group of everything, if there is none.
    pub(super) fn add_none(&mut self) {
        self.groups.entry((None, Vec::new())).or_default();
    }

    /// Returns bucket, dimensions and values of each group.
    pub(super) fn finish(self) -> impl Iterator<Item = (Option<i64>, Vec<String>, Map<String, Value>)> {
        let aggregations = self.aggregations;
        self.groups.into_iter().map(move |((bucket, dimensions), mut group)| {
            group.numbers.sort_by(f64::total_cmp);
            let values = aggregations.iter().filter_map(|one| Some((one.key(), json!(group.value(*one)?))));
            (bucket, dimensions, values.collect())
        })
    }
}

impl Group {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
    fn value(&self, aggregation: Aggregation) -> Option<f64> {
        if self.n == 0 {
            return (aggregation.kind == Kind::Count).then_some(0.0);
        }
        match aggregation.kind {
            Kind::Count => Some(self.n as f64),
            Kind::Sum => Some(self.sum),
            Kind::Avg => Some(self.sum / self.n as f64),
            Kind::Min => Some(self.min),
            Kind::Max => Some(self.max),
            Kind::Percentile => percentile(&self.numbers, aggregation.percentile),
        }
    }
}

/// Returns a percentile of sorted numbers, between neighbours by linear interpolation.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of rows are far below 2^53, and the rank lies among them"
)]
fn percentile(sorted: &[f64], percentile: f64) -> Option<f64> {
    let rank = percentile / 100.0 * sorted.len().checked_sub(1)? as f64;
    let (below, part) = (rank.floor() as usize, rank.fract());
    let low = *sorted.get(below)?;
    Some(sorted.get(below + 1).map_or(low, |high| low + (high - low) * part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_neighbours() {
        // Definition 7 of Hyndman and Fan, as numpy's default: rank q (n - 1).
        let numbers = [10.0, 20.0, 40.0];
        for (at, expected) in [(0.0, 10.0), (25.0, 15.0), (50.0, 20.0), (90.0, 36.0), (100.0, 40.0)] {
            let found = percentile(&numbers, at).unwrap();
            assert!((found - expected).abs() < 1e-9, "{at}: {found}");
        }
        assert_eq!(percentile(&[], 50.0), None);
        let key = |percentile| Aggregation { kind: Kind::Percentile, percentile }.key();
        assert_eq!((key(90.0), key(99.9)), ("P90.0".to_owned(), "P99.9".to_owned()));
    }
}
