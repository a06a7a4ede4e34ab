//! `traces/calculate-filter-correlation`: how often two filters hold for the same traces.

use axum::Json;
use axum::extract::State;
use ingest::Ingest;
use model::filter::trace::TraceFilter;
use serde_json::{Value, json};

use crate::ApiError;
use crate::request::Message;
use crate::search::{PATIENCE, asks_spans, experiment_ids};
use crate::span_content::span_content;

/// What is added to each count of the smoothed value: half an observation.
const SMOOTHING: f64 = 0.5;

/// Traces by which filters hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    both: usize,
    first: usize,
    second: usize,
    all: usize,
}

/// `POST traces/calculate-filter-correlation`.
pub(crate) async fn calculate(
    State(ingest): State<Ingest>,
    request: Message,
) -> Result<Json<Value>, ApiError> {
    let experiments = request.texts("experiment_ids", "experimentIds")?;
    if experiments.is_empty() {
        return Err(ApiError::missing("experiment_ids"));
    }
    let experiments = experiment_ids(&experiments)?;
    let first = TraceFilter::parse(&request.required("filter_string1", "filterString1")?)?;
    let second = TraceFilter::parse(&request.required("filter_string2", "filterString2")?)?;
    let base = TraceFilter::parse(&request.text("base_filter", "baseFilter")?.unwrap_or_default())?;
    let with_base = |mut filter: TraceFilter| {
        filter.clauses.splice(0..0, base.clauses.iter().cloned());
        filter
    };
    let (first, second) = (with_base(first), with_base(second));
    let counts = ingest
        .store()
        .search_traces(asks_spans(&first) || asks_spans(&second), PATIENCE, move |tx, control| {
            let matching = |filter| -> Result<std::collections::HashSet<_>, ApiError> {
                Ok(tx.matching_traces(&experiments, filter, control, span_content)?.into_iter().collect())
            };
            let (first, second, all) = (matching(&first)?, matching(&second)?, matching(&base)?);
            let both = first.intersection(&second).count();
            Ok::<_, ApiError>(Counts { both, first: first.len(), second: second.len(), all: all.len() })
        })
        .await?;
    let mut answer = json!({
        "filter1_count": counts.first,
        "filter2_count": counts.second,
        "joint_count": counts.both,
        "total_count": counts.all,
    });
    // What is undefined is left out, as in MLflow.
    for (name, added) in [("npmi", 0.0), ("npmi_smoothed", SMOOTHING)] {
        if let Some(value) = npmi(counts, added) {
            answer[name] = json!(value);
        }
    }
    Ok(Json(answer))
}

/// Normalized pointwise mutual information of two filters, in [-1, 1]: ln(p(a,b) / (p(a) p(b))) / -ln p(a,b), with `added` put to
/// each of the four cells of the table. Undefined if a filter never holds.
#[expect(clippy::cast_precision_loss, reason = "counts of traces are far below 2^53")]
fn npmi(counts: Counts, added: f64) -> Option<f64> {
    let Counts { both, first, second, all } = counts;
    if first == 0 || second == 0 {
        return None;
    }
    if both == 0 && added == 0.0 {
        return Some(-1.0);
    }
    if both == all {
        return Some(1.0);
    }
    // A filter's count has two of the four cells.
    let joint = both as f64 + added;
    let (first, second) = (first as f64 + 2.0 * added, second as f64 + 2.0 * added);
    let all = all as f64 + 4.0 * added;
    let information = (joint * all / (first * second)).ln();
    Some((information / -(joint / all).ln()).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_real_server() {
        let counts = Counts { both: 1, first: 1, second: 3, all: 5 };
        // Contract, Appendix 2, recorded.
        assert!((npmi(counts, 0.0).unwrap() - 0.317_393_805_514_014_6).abs() < 1e-12);
        assert!((npmi(counts, SMOOTHING).unwrap() - 0.176_529_319_940_192_3).abs() < 1e-12);
        assert_eq!(npmi(Counts { both: 0, ..counts }, 0.0), Some(-1.0));
        assert_eq!(npmi(Counts { both: 0, first: 0, ..counts }, 0.0), None);
        assert_eq!(npmi(Counts { both: 5, first: 5, second: 5, all: 5 }, 0.0), Some(1.0));
    }
}
