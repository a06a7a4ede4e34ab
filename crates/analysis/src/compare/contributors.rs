//! What a difference between two traces is made of: the pieces of both sides by label, which sum exactly to it.

use std::collections::HashMap;

/// What the two sides have of one quantity in one row of the merged tree.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Pieces of one label are told together.
    pub label: &'a str,
    /// Row of the merged tree; absent for what belongs to no span.
    pub row: Option<u32>,
    /// What the baseline has; absent if it has no such span.
    pub baseline: Option<i64>,
    /// What the candidate has; absent if it has no such span.
    pub candidate: Option<i64>,
}

/// The pieces of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributor {
    /// The label.
    pub label: String,
    /// What the baseline has.
    pub baseline: i64,
    /// What the candidate has.
    pub candidate: i64,
    /// Spans of the baseline.
    pub n_baseline: u64,
    /// Spans of the candidate.
    pub n_candidate: u64,
    /// The row that differs most, of equal ones the first; absent for what belongs to no span.
    pub row: Option<u32>,
}

impl Contributor {
    /// Returns candidate minus baseline.
    pub fn delta(&self) -> i64 {
        self.candidate.saturating_sub(self.baseline)
    }
}

/// Adds up pieces by label. The largest difference comes first, of equal ones by label; labels that differ by nothing are left
/// out, which leaves the sum as it is.
pub fn contributors<'a>(pieces: impl IntoIterator<Item = Piece<'a>>) -> Vec<Contributor> {
    let mut by_label: HashMap<(&str, bool), (Contributor, u64)> = HashMap::new();
    for piece in pieces {
        let Piece { label, row, baseline, candidate } = piece;
        let empty = || Contributor {
            label: label.to_owned(),
            baseline: 0,
            candidate: 0,
            n_baseline: 0,
            n_candidate: 0,
            row,
        };
        let difference = candidate.unwrap_or(0).abs_diff(baseline.unwrap_or(0));
        // A span may be called as the piece that belongs to none.
        let (sum, largest) = by_label.entry((label, row.is_some())).or_insert_with(|| (empty(), difference));
        sum.baseline = sum.baseline.saturating_add(baseline.unwrap_or(0));
        sum.candidate = sum.candidate.saturating_add(candidate.unwrap_or(0));
        sum.n_baseline += u64::from(baseline.is_some());
        sum.n_candidate += u64::from(candidate.is_some());
        if difference > *largest {
            (sum.row, *largest) = (row, difference);
        }
    }
    let mut sums: Vec<Contributor> =
        by_label.into_values().map(|(sum, _)| sum).filter(|sum| sum.delta() != 0).collect();
    sums.sort_unstable_by(|a, b| {
        let size = |sum: &Contributor| sum.delta().unsigned_abs();
        size(b).cmp(&size(a)).then_with(|| a.label.cmp(&b.label)).then(a.row.cmp(&b.row))
    });
    sums
}

/// Returns which part of a whole a difference is; nothing if there is no whole.
pub fn share(delta: i64, whole: i64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a share is shown in per cent")]
    (whole != 0).then(|| delta as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn piece(label: &str, row: u32, baseline: Option<i64>, candidate: Option<i64>) -> Piece<'_> {
        Piece { label, row: Some(row), baseline, candidate }
    }

    #[test]
    fn pieces_of_one_label_are_one_contributor() {
        let pieces = [
            piece("rerank", 0, Some(100), Some(3200)),
            piece("search", 1, Some(50), Some(60)),
            piece("search", 2, None, Some(1600)),
            piece("embed", 3, Some(700), Some(200)),
            piece("plan", 4, Some(5), Some(5)),
            Piece { label: "other", row: None, baseline: Some(1), candidate: Some(3) },
            piece("other", 5, Some(3), Some(1)),
        ];
        let got: Vec<_> = contributors(pieces)
            .into_iter()
            .map(|sum| (sum.label.clone(), sum.delta(), sum.n_baseline, sum.n_candidate, sum.row))
            .collect();
        let expected = [
            ("rerank", 3100, 1, 1, Some(0)),
            ("search", 1610, 1, 2, Some(2)),
            ("embed", -500, 1, 1, Some(3)),
            ("other", 2, 1, 1, None),
            ("other", -2, 1, 1, Some(5)),
        ];
        assert_eq!(got, expected.map(|(label, delta, b, c, row)| (label.to_owned(), delta, b, c, row)));
    }

    proptest! {
        #[test]
        fn they_sum_exactly_and_swapping_negates(
            raw in prop::collection::vec(("[ab]", prop::option::of(0..1000_i64), prop::option::of(0..1000_i64)), 0..30)
        ) {
            let pieces = |swap: bool| {
                let numbered = (0_u32..).zip(&raw);
                contributors(numbered.map(move |(row, (label, a, b))| {
                    let (baseline, candidate) = if swap { (*b, *a) } else { (*a, *b) };
                    Piece { label, row: Some(row), baseline, candidate }
                }))
            };
            let whole: i64 = raw.iter().map(|(_, a, b)| b.unwrap_or(0) - a.unwrap_or(0)).sum();
            prop_assert_eq!(pieces(false).iter().map(Contributor::delta).sum::<i64>(), whole);
            let negated: Vec<(String, i64)> =
                pieces(true).iter().map(|sum| (sum.label.clone(), -sum.delta())).collect();
            let plain: Vec<(String, i64)> =
                pieces(false).iter().map(|sum| (sum.label.clone(), sum.delta())).collect();
            prop_assert_eq!(negated, plain);
        }
    }
}
