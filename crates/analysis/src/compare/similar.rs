//! How much one span is like another: what the choice between several possible partners goes by.

use super::features::Features;

/// Like enough to be found among siblings in another order.
pub(super) const STRONG: u32 = 450;

/// Returns how alike two rows with the same key are, from 1 to 1,000; 0 if their keys differ.
///
/// The parts: what it was called with (50 %), the shape below it, its service, its status, its OTLP kind and what came out. Squared, so that
/// one good partner is worth more than two bad ones.
pub(super) fn likeness(left: &Features<'_>, l: u32, right: &Features<'_>, r: u32) -> u32 {
    let (l, r) = (l as usize, r as usize);
    if left.key[l] != right.key[r] {
        return 0;
    }
    let (row, other) = (&left.side.table.rows[l], &right.side.table.rows[r]);
    let (print, other_print) = (&left.side.fingerprints[l], &right.side.fingerprints[r]);
    let mut points = 70;
    points += match (print.inputs, other_print.inputs) {
        (None, None) => 300,
        (Some(one), Some(two)) => {
            let share = match (print.inputs_sketch, other_print.inputs_sketch) {
                (Some(one), Some(two)) => shared(one, two),
                _ => 0,
            };
            if one == two { 420 + share * 80 / 100 } else { share * 4 }
        }
        _ => 50,
    };
    points += if left.shape[l] == right.shape[r] {
        120
    } else {
        let union = (left.below[l] | right.below[r]).count_ones();
        (left.below[l] & right.below[r]).count_ones() * 100 / union.max(1)
    };
    points += if left.service[l] == right.service[r] { 110 } else { 0 };
    points += if (row.status == 2) == (other.status == 2) { 100 } else { 0 };
    points += if row.kind == other.kind { 50 } else { 0 };
    points += if print.outputs == other_print.outputs { 50 } else { 0 };
    (points * points / 1_000).max(1)
}

/// Returns how many words two sketches share, as a percentage: chance alone leaves half of the bits equal.
pub(super) fn shared(one: u64, two: u64) -> u32 {
    (32_u32.saturating_sub((one ^ two).count_ones())) * 100 / 32
}

/// Returns how sure it is that two rows with different keys are the same under another name, from 1 to 1,000; 0 if nothing says so.
///
/// Half of their children together, equal inputs, or half of the name.
pub(super) fn renamed(left: &Features<'_>, l: u32, right: &Features<'_>, r: u32) -> u32 {
    let children = |features: &Features<'_>, row: u32| {
        let mut keys: Vec<u64> =
            features.children(Some(row)).map(|child| features.key[child as usize]).collect();
        keys.sort_unstable();
        keys
    };
    let in_common = dice(&children(left, l), &children(right, r));
    if in_common >= 500 {
        return in_common;
    }
    // One that lies somewhere below the other is wrapped, not renamed.
    if left.below[l as usize] & right.bit(r) != 0 || right.below[r as usize] & left.bit(l) != 0 {
        return 0;
    }
    let (print, other) = (&left.side.fingerprints[l as usize], &right.side.fingerprints[r as usize]);
    if print.inputs.is_some() && print.inputs == other.inputs {
        return 700;
    }
    let alike = dice(&bigrams(&print.label), &bigrams(&other.label));
    if alike >= 500 { alike / 2 } else { 0 }
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
