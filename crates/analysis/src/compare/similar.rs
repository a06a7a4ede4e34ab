//! How much one span is like another: what the choice between several possible partners goes by.

use super::features::Features;
use super::masked::mixed;

/// Like enough to be found among siblings in another order.
pub(super) const STRONG: u32 = 450;

/// What likeness looks at of a row, side by side in memory: millions of pairs are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traits {
    pub(super) key: u64,
    service: u64,
    shape: u64,
    below: u64,
    inputs: Option<u64>,
    sketch: u64,
    outputs: u64,
    /// A set of 64 bits of the pairs of letters of the label.
    letters: u64,
    is_error: bool,
    kind: u8,
}

impl Traits {
    pub(super) fn of(features: &Features<'_>, row: u32) -> Self {
        let at = row as usize;
        let (row, print) = (&features.side.table.rows[at], &features.side.fingerprints[at]);
        let mut letters = 0;
        for pair in print.label.as_bytes().windows(2) {
            let pair = u64::from(pair[0].to_ascii_lowercase()) << 8 | u64::from(pair[1].to_ascii_lowercase());
            letters |= 1 << (mixed(pair) >> 58);
        }
        Self {
            key: features.key[at],
            service: features.service[at],
            shape: features.shape[at],
            below: features.below[at],
            inputs: print.inputs,
            sketch: print.inputs_sketch.unwrap_or(0),
            outputs: print.outputs.unwrap_or(0),
            letters,
            is_error: row.status == 2,
            kind: row.kind,
        }
    }
}

/// Returns how alike two rows with the same key are, from 1 to 1,000; 0 if their keys differ.
///
/// The parts: what it was called with (50 %), the shape below it, its service, its status, its OTLP kind and what came out. Squared, so
/// that one good partner is worth more than two bad ones.
#[inline]
pub(super) fn likeness(one: &Traits, two: &Traits) -> u32 {
    if one.key != two.key {
        return 0;
    }
    let mut points = 70;
    points += match (one.inputs, two.inputs) {
        (None, None) => 300,
        (Some(inputs), Some(others)) => {
            let share = shared(one.sketch, two.sketch);
            if inputs == others { 420 + share * 80 / 100 } else { share * 4 }
        }
        _ => 50,
    };
    points += if one.shape == two.shape {
        120
    } else {
        let union = (one.below | two.below).count_ones();
        (one.below & two.below).count_ones() * 100 / union.max(1)
    };
    points += 110 * u32::from(one.service == two.service);
    points += 100 * u32::from(one.is_error == two.is_error);
    points += 50 * u32::from(one.kind == two.kind);
    points += 50 * u32::from(one.outputs == two.outputs);
    (points * points / 1_000).max(1)
}

/// Returns how many words two sketches share, as a percentage: chance alone leaves half of the bits equal.
#[inline]
pub(super) fn shared(one: u64, two: u64) -> u32 {
    (32_u32.saturating_sub((one ^ two).count_ones())) * 100 / 32
}

/// Returns how sure it is that two rows with different keys are the same under another name, from 1 to 1,000; 0 if nothing says so.
///
/// More than half of their children together, equal inputs, or half of the name; none of it if either is known under its name.
pub(super) fn renamed(left: &Features<'_>, l: u32, right: &Features<'_>, r: u32) -> u32 {
    if is_known(left, l, right, r) {
        return 0;
    }
    let children = |features: &Features<'_>, row: u32| {
        let mut keys: Vec<u64> =
            features.children(Some(row)).map(|child| features.key[child as usize]).collect();
        keys.sort_unstable();
        keys
    };
    let in_common = dice(&children(left, l), &children(right, r));
    if in_common > 500 {
        return in_common;
    }
    // One that lies somewhere below the other is wrapped, not renamed.
    if left.below[l as usize] & right.bit(r) != 0 || right.below[r as usize] & left.bit(l) != 0 {
        return 0;
    }
    let (print, other) = (&left.side.fingerprints[l as usize], &right.side.fingerprints[r as usize]);
    let are_own = left.has_own_inputs[l as usize] && right.has_own_inputs[r as usize];
    if are_own && print.inputs == other.inputs {
        return 700;
    }
    // Most names have hardly a letter in common.
    let (letters, others) = (left.traits[l as usize].letters, right.traits[r as usize].letters);
    if (letters & others).count_ones() * 5 < letters.count_ones() + others.count_ones() {
        return 0;
    }
    let alike = dice(&bigrams(&print.label), &bigrams(&other.label));
    if alike >= 500 { alike / 2 } else { 0 }
}

/// Whether one of two rows with different keys is on the other side under its own name, called with the same: a repetition of that, and
/// no new name of anything else.
pub(super) fn is_known(left: &Features<'_>, l: u32, right: &Features<'_>, r: u32) -> bool {
    left.key[l as usize] != right.key[r as usize] && (left.has_call(right, r) || right.has_call(left, l))
}

fn bigrams(text: &str) -> Vec<u64> {
    let lower = text.to_lowercase();
    let chars: Vec<char> = lower.chars().filter(|char| char.is_alphanumeric()).collect();
    let mut pairs: Vec<u64> =
        chars.windows(2).map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1])).collect();
    pairs.sort_unstable();
    pairs
}

/// Returns twice what two sorted lists have in common over their lengths, in thousandths (Dice's coefficient).
fn dice(one: &[u64], two: &[u64]) -> u32 {
    let (mut i, mut j, mut in_common) = (0, 0, 0_u64);
    while i < one.len() && j < two.len() {
        match one[i].cmp(&two[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                (i, j, in_common) = (i + 1, j + 1, in_common + 1);
            }
        }
    }
    let n_both = (one.len() + two.len()) as u64;
    u32::try_from(in_common * 2_000 / n_both.max(1)).unwrap_or(1_000)
}
