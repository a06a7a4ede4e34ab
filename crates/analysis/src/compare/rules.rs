//! Pins that hold for other traces too: spans at these places are the same.

use model::{RowFlags, SpanTable};

use super::masked::{chain, hash};
use super::{Fingerprint, Pin, Side};

/// Most levels of a place that is remembered.
pub const MAX_RULE_LEVELS: usize = 64;

/// Longest label of a place that is remembered, in bytes.
pub const MAX_RULE_LABEL: usize = 512;

/// Two places of which spans are the same. A place is told by the labels from the root down, so that it holds for traces of that
/// root alone. Neither is that of the baseline: which trace is compared with which plays no part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PinRule {
    one: Vec<String>,
    other: Vec<String>,
}

/// Why what was said of two spans can't be said of other traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRule {
    /// A span above is not there, or above itself: where the span stands isn't known.
    NoRoot,
    /// The place is too deep or its labels too long to be remembered.
    TooLong,
    /// More spans than this one stand there, in one of the traces.
    Repeated,
    /// One trace has spans at both places: which of them is meant can't be told where neither side is known.
    BothPlaces,
}

impl PinRule {
    /// Makes a rule of two places, in either order.
    pub fn new(one: Vec<String>, other: Vec<String>) -> Self {
        if one <= other { Self { one, other } } else { Self { one: other, other: one } }
    }

    /// Says of all traces what a pin says of two.
    ///
    /// # Errors
    ///
    /// The rule would not hold between these two traces themselves.
    pub fn of(pin: Pin, baseline: Side<'_>, candidate: Side<'_>) -> Result<Self, NoRule> {
        let place = |side: Side<'_>, row: u32| {
            let place = place_of(side, row).ok_or(NoRule::NoRoot)?;
            let is_short =
                place.len() <= MAX_RULE_LEVELS && place.iter().all(|label| label.len() <= MAX_RULE_LABEL);
            let owned = || place.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>();
            is_short.then(owned).ok_or(NoRule::TooLong)
        };
        let rule = Self::new(place(baseline, pin.baseline)?, place(candidate, pin.candidate)?);
        let rules = std::slice::from_ref(&rule);
        let (before, after) = (Found::of(baseline, rules)[0], Found::of(candidate, rules)[0]);
        match pinned(before, after, rule.is_one_place()) {
            Some(_) => Ok(rule),
            None if !rule.is_one_place() && (before.has_both() || after.has_both()) => {
                Err(NoRule::BothPlaces)
            }
            None => Err(NoRule::Repeated),
        }
    }

    /// The two places, in an order of their own.
    pub fn places(&self) -> [&[String]; 2] {
        [&self.one, &self.other]
    }

    fn is_one_place(&self) -> bool {
        self.one == self.other
    }
}

/// Returns which spans rules pin, each with the number of its rule, in the order of the rules.
///
/// A rule holds where one side has exactly one span at one of its places and the other side exactly one at the other, and neither
/// has any at both: where a side has both, its own name says which span is which. Swapping the sides mirrors the pins.
pub fn pins_of_rules(baseline: Side<'_>, candidate: Side<'_>, rules: &[PinRule]) -> Vec<(usize, Pin)> {
    if rules.is_empty() {
        return Vec::new();
    }
    let (before, after) = (Found::of(baseline, rules), Found::of(candidate, rules));
    let pin = |(number, rule): (usize, &PinRule)| {
        Some((number, pinned(before[number], after[number], rule.is_one_place())?))
    };
    rules.iter().enumerate().filter_map(pin).collect()
}

fn pinned(before: Found, after: Found, is_one_place: bool) -> Option<Pin> {
    let pin = |baseline: At, candidate: At| match (baseline, candidate) {
        (At::Once(baseline), At::Once(candidate)) => Some(Pin { baseline, candidate, is_rule: true }),
        _ => None,
    };
    if is_one_place {
        return pin(before.one, after.one);
    }
    match (before.other, after.one) {
        (At::Nowhere, At::Nowhere) => pin(before.one, after.other),
        _ if before.one == At::Nowhere && after.other == At::Nowhere => pin(before.other, after.one),
        _ => None,
    }
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Nowhere,
    Once(u32),
    Often,
}

/// What a side has at the places of a rule.
#[derive(Debug, Clone, Copy)]
struct Found {
    one: At,
    other: At,
}

impl Found {
    fn has_both(self) -> bool {
        self.one != At::Nowhere && self.other != At::Nowhere
    }

    /// Looks for the places of each rule, all in one pass.
    fn of(side: Side<'_>, rules: &[PinRule]) -> Vec<Self> {
        let mut wanted: Vec<(u64, At)> = rules
            .iter()
            .flat_map(|rule| [&rule.one, &rule.other])
            .map(|place| (hash_of(place.iter().map(String::as_str)), At::Nowhere))
            .collect();
        wanted.sort_unstable_by_key(|(hash, _)| *hash);
        wanted.dedup_by_key(|(hash, _)| *hash);
        for (row, place) in (0_u32..).zip(hashes(side)) {
            let Some(place) = place else { continue };
            if let Ok(at) = wanted.binary_search_by_key(&place, |(hash, _)| *hash) {
                let found = &mut wanted[at].1;
                *found = if *found == At::Nowhere { At::Once(row) } else { At::Often };
            }
        }
        let at = |place: &[String]| {
            let hash = hash_of(place.iter().map(String::as_str));
            let found = wanted.binary_search_by_key(&hash, |(hash, _)| *hash);
            match found.map_or(At::Nowhere, |at| wanted[at].1) {
                // Two places could have one hash.
                At::Once(row) if place_of(side, row).is_none_or(|found| found != place) => At::Nowhere,
                found => found,
            }
        };
        rules.iter().map(|rule| Self { one: at(&rule.one), other: at(&rule.other) }).collect()
    }
}

/// Returns the labels from the root down to a row; none if the top one is no root.
pub fn place_of<'a>(side: Side<'a>, row: u32) -> Option<Vec<&'a str>> {
    let mut place = Vec::new();
    let mut at = row as usize;
    loop {
        place.push(side.fingerprints[at].label.as_str());
        match usize::try_from(side.table.parent[at]) {
            Ok(parent) => at = parent,
            Err(_) if is_root(side.table, at) => break,
            Err(_) => return None,
        }
    }
    place.reverse();
    Some(place)
}

/// Whether a row without a parent is a root, not a span whose parent is missing.
fn is_root(table: &SpanTable, row: usize) -> bool {
    let flags = table.rows[row].flags;
    !flags.has(RowFlags::ORPHAN) && !flags.has(RowFlags::CYCLE_CUT)
}

/// Returns the hash of the place of each row.
fn hashes(side: Side<'_>) -> Vec<Option<u64>> {
    let mut hashes: Vec<Option<u64>> = Vec::with_capacity(side.fingerprints.len());
    for (row, Fingerprint { label, .. }) in side.fingerprints.iter().enumerate() {
        let above = match usize::try_from(side.table.parent[row]) {
            Ok(parent) => hashes[parent],
            Err(_) => is_root(side.table, row).then_some(ROOT),
        };
        hashes.push(above.map(|above| chain(above, hash(label))));
    }
    hashes
}

const ROOT: u64 = 0x5EED;

fn hash_of<'a>(place: impl Iterator<Item = &'a str>) -> u64 {
    place.fold(ROOT, |above, label| chain(above, hash(label)))
}
