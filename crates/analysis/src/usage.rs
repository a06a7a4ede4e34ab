//! Tokens and cost of a trace: each model call counted once, however its callers repeat it (contract d.6).

use std::collections::HashSet;
use std::hash::Hash;

/// Returns the indexes of the spans that count: those that have a value and no ancestor that has one.
///
/// `spans` are the spans that have a value, each with its ancestors; other spans play no part.
pub fn counted_once<'a, Id: Eq + Hash + 'a>(
    spans: impl Iterator<Item = (&'a Id, &'a [Id])> + Clone,
) -> Vec<usize> {
    let having: HashSet<&Id> = spans.clone().map(|(id, _)| id).collect();
    spans
        .enumerate()
        .filter(|(_, (_, ancestors))| !ancestors.iter().any(|ancestor| having.contains(ancestor)))
        .map(|(index, _)| index)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_counted_span_is_skipped() {
        // agent(1) > call(2) > retry(3); call(4) elsewhere; all but the root have usage.
        let spans: [(u8, Vec<u8>); 3] = [(2, vec![1]), (3, vec![2, 1]), (4, vec![1])];
        let counted = counted_once(spans.iter().map(|(id, ancestors)| (id, ancestors.as_slice())));
        assert_eq!(counted, [0, 2]);
    }
}
