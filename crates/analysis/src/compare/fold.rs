//! Finds siblings that repeat, so that one more iteration reads as one and not as many added spans.
//!
//! Works on the merged siblings, in which both sides are aligned already. An agent's loop is a model call and what follows up to the
//! next call of the same name, whichever tools that is. Anything else has to repeat name by name.
//!
//! Merged siblings have two orders, with the baseline's or the candidate's tree as the frame, of which the latter is shown. Both are
//! looked through, in an order that swapping the sides does not change, and what is folded stands together on either side.

use std::ops::Range;

use super::GroupKind;

/// Most siblings of one iteration that repeats name by name.
const MAX_PERIOD: usize = 8;

/// How often what repeats in one order alone is looked at again in parts.
const MAX_SPLITS: usize = 16;

/// A merged sibling as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sibling {
    /// What it does.
    pub(super) key: u64,
    /// Whether it calls a model.
    pub(super) is_model_call: bool,
    /// On the baseline, and on the candidate.
    pub(super) sides: [Option<Seen>; 2],
}

/// A sibling on one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) is_error: bool,
    pub(super) inputs: Option<u64>,
}

/// Siblings that repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repeat {
    pub(super) kind: GroupKind,
    /// The first sibling, and the one after the last.
    pub(super) range: Range<usize>,
    /// Where an iteration begins.
    unit: Unit,
    /// How many iterations baseline and candidate have.
    pub(super) counts: [u32; 2],
}

/// Where an iteration begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// With each sibling of this key.
    Call(u64),
    /// With every so many siblings.
    Period(usize),
}

impl Repeat {
    /// Returns the iteration of each of the siblings of the range, in the order in which they are shown.
    pub(super) fn iterations(&self, siblings: impl Iterator<Item = Sibling>) -> Vec<u32> {
        let mut n_calls = 0_u32;
        let iteration = |(at, sibling): (usize, Sibling)| match self.unit {
            Unit::Period(period) => u32::try_from(at / period).unwrap_or(u32::MAX),
            Unit::Call(key) => {
                n_calls += u32::from(sibling.key == key);
                n_calls.saturating_sub(1)
            }
        };
        siblings.enumerate().map(iteration).collect()
    }
}

/// Merged siblings in both of their orders.
pub(super) struct Orders<'a> {
    /// In the order that is looked through first.
    pub(super) siblings: &'a [Sibling],
    /// The other order: places in `siblings`.
    pub(super) other: &'a [usize],
    /// Of each sibling, which one it is on the baseline and on the candidate, from 0; absent where it is not.
    pub(super) places: &'a [[Option<usize>; 2]],
}

/// Returns what repeats with its members, of which none is in two: what is found in the first order, then in the other one. O(n log n).
pub(super) fn repeats_in_both(orders: &Orders<'_>) -> Vec<(Repeat, Vec<usize>)> {
    let Orders { siblings, other, places } = orders;
    if siblings.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut is_taken = vec![false; siblings.len()];
    let first: Vec<usize> = (0..siblings.len()).collect();
    let is_one_order = first == **other;
    for order in [first.as_slice(), other].into_iter().take(if is_one_order { 1 } else { 2 }) {
        let in_order: Vec<Sibling> = order.iter().map(|&at| siblings[at]).collect();
        let whole = 0..order.len();
        let mut waiting = vec![whole];
        let mut n_splits = 0;
        while let Some(range) = waiting.pop() {
            for repeat in repeats(&in_order[range.clone()]) {
                let range = range.start + repeat.range.start..range.start + repeat.range.end;
                let members = &order[range.clone()];
                let together = together(places, members);
                if members.iter().any(|&at| is_taken[at]) {
                    continue;
                }
                if together.len() == 1 {
                    members.iter().for_each(|&at| is_taken[at] = true);
                    found.push((repeat, members.to_vec()));
                } else if n_splits < MAX_SPLITS {
                    n_splits += 1;
                    let moved = |run: Range<usize>| range.start + run.start..range.start + run.end;
                    waiting.extend(together.into_iter().map(moved));
                }
            }
        }
    }
    found
}

/// Splits siblings into runs that stand together on either side.
fn together(places: &[[Option<usize>; 2]], members: &[usize]) -> Vec<Range<usize>> {
    // Of each member, which cluster of neighbours it is in on each side.
    let mut clusters = vec![[None; 2]; members.len()];
    for side in 0..2 {
        let mut sorted: Vec<(usize, usize)> =
            members.iter().enumerate().filter_map(|(nth, &at)| Some((places[at][side]?, nth))).collect();
        sorted.sort_unstable();
        let mut cluster = 0;
        for (place, &(at, nth)) in sorted.iter().enumerate() {
            cluster += usize::from(place > 0 && sorted[place - 1].0 + 1 != at);
            clusters[nth][side] = Some(cluster);
        }
    }
    let mut runs = Vec::new();
    let (mut start, mut current) = (0, [None; 2]);
    for (nth, own) in clusters.iter().enumerate() {
        let is_apart =
            |side: usize| own[side].is_some() && current[side].is_some() && own[side] != current[side];
        if is_apart(0) || is_apart(1) {
            runs.push(start..nth);
            (start, current) = (nth, *own);
        } else {
            current = [own[0].or(current[0]), own[1].or(current[1])];
        }
    }
    runs.push(start..members.len());
    runs
}

/// Returns what repeats, in order. O(n log n).
fn repeats(siblings: &[Sibling]) -> Vec<Repeat> {
    if siblings.len() < 2 {
        return Vec::new();
    }
    let Some(agent) = agent_loop(siblings) else { return named_repeats(siblings, 0..siblings.len()) };
    let mut repeats = named_repeats(siblings, 0..agent.range.start);
    let until = agent.range.end;
    repeats.push(agent);
    repeats.extend(named_repeats(siblings, until..siblings.len()));
    repeats
}

/// Three times, or more often on one side than on the other.
fn is_worth_a_fold([baseline, candidate]: [u32; 2]) -> bool {
    let (less, more) = (baseline.min(candidate), baseline.max(candidate));
    more >= 3 || (less == 1 && more == 2)
}

/// Finds the model call that is made most often, and what it leads to.
fn agent_loop(siblings: &[Sibling]) -> Option<Repeat> {
    let calls = || (0..siblings.len()).filter(|at| siblings[*at].is_model_call);
    let mut keys: Vec<u64> = calls().map(|at| siblings[at].key).collect();
    keys.sort_unstable();
    let most = keys.chunk_by(|one, two| one == two).map(<[u64]>::len).max().filter(|most| *most > 1)?;
    let counts = keys.chunk_by(|one, two| one == two).filter(|same| same.len() == most);
    let often: Vec<u64> = counts.map(|same| same[0]).collect();
    let key = calls().map(|at| siblings[at].key).find(|key| often.binary_search(key).is_ok())?;
    let leaders: Vec<usize> = calls().filter(|at| siblings[*at].key == key).collect();
    if leaders.windows(2).any(|pair| overlap(&siblings[pair[0]], &siblings[pair[1]])) {
        return None;
    }
    let (first, last) = (*leaders.first()?, *leaders.last()?);
    // What follows the last call belongs to the loop if it has followed an earlier one.
    let mut within: Vec<u64> = siblings[first..last].iter().map(|sibling| sibling.key).collect();
    within.sort_unstable();
    let n_more =
        siblings[last + 1..].iter().take_while(|sibling| within.binary_search(&sibling.key).is_ok()).count();
    let range = first..last + 1 + n_more;
    let counts = counts_of(leaders.iter().map(|at| &siblings[*at]));
    is_worth_a_fold(counts).then_some(Repeat { kind: GroupKind::Loop, range, unit: Unit::Call(key), counts })
}

fn named_repeats(siblings: &[Sibling], within: Range<usize>) -> Vec<Repeat> {
    let mut repeats = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let rest = &siblings[at..within.end];
        let longest = (1..=MAX_PERIOD.min(rest.len() / 2))
            .filter_map(|period| Some((named_repeat(rest, period)?, period)))
            .max_by_key(|(repeat, period)| {
                (is_worth_a_fold(repeat.counts), repeat.range.len(), std::cmp::Reverse(*period))
            });
        let Some((mut repeat, _)) = longest else {
            at += 1;
            continue;
        };
        repeat.range = at..at + repeat.range.end;
        at = repeat.range.end;
        // What is not worth a fold as a whole is not folded in part.
        if is_worth_a_fold(repeat.counts) {
            repeats.push(repeat);
        }
    }
    repeats
}

/// Returns how the first siblings repeat every `period` ones.
fn named_repeat(siblings: &[Sibling], period: usize) -> Option<Repeat> {
    let n_equal = siblings[period..].iter().zip(siblings).take_while(|(one, two)| one.key == two.key).count();
    if n_equal < period {
        return None;
    }
    // The last round may be cut short.
    let siblings = &siblings[..period + n_equal];
    // A side may have an iteration in part: as often as it has any of the parts.
    let counts = (0..period)
        .map(|part| counts_of(siblings[part..].iter().step_by(period)))
        .fold([0, 0], |most, counts| [most[0].max(counts[0]), most[1].max(counts[1])]);
    let is_fan_out = || siblings.iter().zip(&siblings[period..]).any(|(one, two)| overlap(one, two));
    let kind = if is_fan_out() {
        GroupKind::FanOut
    } else if period == 1 && is_retry(siblings) {
        GroupKind::Retry
    } else {
        GroupKind::Loop
    };
    Some(Repeat { kind, range: 0..siblings.len(), unit: Unit::Period(period), counts })
}

/// Returns how often each side has those of the siblings that are asked for.
fn counts_of<'a>(siblings: impl Iterator<Item = &'a Sibling>) -> [u32; 2] {
    siblings.fold([0, 0], |[baseline, candidate], sibling| {
        let has = |side: usize| u32::from(sibling.sides[side].is_some());
        [baseline + has(0), candidate + has(1)]
    })
}

fn overlap(one: &Sibling, two: &Sibling) -> bool {
    let pairs = one.sides.iter().zip(&two.sides);
    pairs
        .filter_map(|(one, two)| one.as_ref().zip(two.as_ref()))
        .any(|(one, two)| one.start < two.end && two.start < one.end)
}

/// Whether all were called with the same, and on each side all but the last failed.
fn is_retry(siblings: &[Sibling]) -> bool {
    let seen = || siblings.iter().flat_map(|sibling| sibling.sides.iter().flatten());
    let inputs = seen().next().and_then(|seen| seen.inputs);
    let has_failed = |side: usize| {
        let mut of_side = siblings.iter().filter_map(|sibling| sibling.sides[side]).rev();
        of_side.next();
        of_side.all(|seen| seen.is_error)
    };
    seen().all(|seen| seen.inputs == inputs) && has_failed(0) && has_failed(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One letter for each sibling on both sides: capitals are model calls; `+` behind a letter: only the candidate has it.
    fn drawn(text: &str) -> Vec<Sibling> {
        let bytes = text.as_bytes();
        let letters = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_alphabetic());
        let sibling = |(place, at): (i64, usize)| {
            let seen = Some(Seen { start: place, end: place + 1, is_error: false, inputs: None });
            Sibling {
                key: u64::from(bytes[at]),
                is_model_call: bytes[at].is_ascii_uppercase(),
                sides: [if bytes.get(at + 1) == Some(&b'+') { None } else { seen }, seen],
            }
        };
        (0..).zip(letters).map(sibling).collect()
    }

    fn found(text: &str) -> Vec<(usize, usize, [u32; 2])> {
        repeats(&drawn(text))
            .into_iter()
            .map(|repeat| (repeat.range.start, repeat.range.end, repeat.counts))
            .collect()
    }

    #[test]
    fn what_repeats_is_found() {
        assert_eq!(found("xaaay"), [(1, 4, [3, 3])]);
        assert_eq!(found("aa"), []);
        assert_eq!(found("aa+"), [(0, 2, [1, 2])]);
        // Wholly new: twice is not worth a fold, three times is.
        assert_eq!(found("xa+a+"), []);
        assert_eq!(found("xa+a+a+"), [(1, 4, [0, 3])]);
        assert_eq!(found("abababc"), [(0, 6, [3, 3])]);
        assert_eq!(found("abab+a+c"), [(0, 5, [2, 3])]);
        assert_eq!(found("abcab"), []);
        assert_eq!(found("aaabbb"), [(0, 3, [3, 3]), (3, 6, [3, 3])]);
    }

    #[test]
    fn what_is_folded_stands_together_on_either_side() {
        // Both sides have all siblings; `other` says in which order the baseline has them.
        let found = |text: &str, other: &[usize]| -> Vec<Vec<usize>> {
            let siblings = drawn(text);
            let place = |at: usize| other.iter().position(|other| *other == at);
            let places: Vec<[Option<usize>; 2]> =
                (0..siblings.len()).map(|at| [place(at), Some(at)]).collect();
            let repeats = repeats_in_both(&Orders { siblings: &siblings, other, places: &places });
            repeats.into_iter().map(|(_, members)| members).collect()
        };
        assert_eq!(found("aaaay", &[0, 1, 2, 3, 4]), [[0, 1, 2, 3]]);
        assert_eq!(found("aaaay", &[4, 3, 2, 1, 0]), [[0, 1, 2, 3]]);
        // The baseline has `y` between the third and the fourth: three are left. Between the second and the third: nothing is.
        assert_eq!(found("aaaay", &[0, 1, 2, 4, 3]), [[0, 1, 2]]);
        assert!(found("aaaay", &[0, 1, 4, 2, 3]).is_empty());
    }

    #[test]
    fn what_one_side_alone_has_does_not_part_what_the_other_has() {
        // `y` is the baseline's alone, and stands before the only `a` that it has; two more are the candidate's.
        let siblings = drawn("aya+a+");
        let order: Vec<Sibling> = [1, 2, 3, 0].map(|at| siblings[at]).to_vec();
        let mut siblings = order;
        siblings[0].sides[1] = None;
        let places = [[Some(0), None], [None, Some(0)], [None, Some(1)], [Some(1), Some(2)]];
        for other in [[0, 1, 2, 3], [1, 2, 0, 3]] {
            let repeats = repeats_in_both(&Orders { siblings: &siblings, other: &other, places: &places });
            let members: Vec<&[usize]> = repeats.iter().map(|(_, members)| members.as_slice()).collect();
            assert_eq!(members, [[1, 2, 3]]);
        }
    }

    #[test]
    fn an_agents_loop_begins_with_each_model_call() {
        // Its tools differ; `z` has never followed a call before, so that it comes after the loop.
        assert_eq!(found("xMaMbMcMz"), [(1, 8, [4, 4])]);
        // Two calls that plan and answer are no loop, but one more would be.
        assert_eq!(found("MabM"), []);
        assert_eq!(found("MabMc+M+"), [(0, 6, [2, 3])]);
    }
}
