//! The best alignment of two sequences in order (Needleman and Wunsch's, with gaps that cost nothing).

/// Most cells of the table of one alignment: 2,000 × 2,000 siblings are aligned exactly, longer sequences within a band.
pub(super) const MAX_CELLS: usize = 4_000_000;

/// Least cells on either side of the diagonal that a band has.
const LEAST_BAND: usize = 32;

const PAIR: u8 = 0;
const SKIP_LEFT: u8 = 1;
const SKIP_RIGHT: u8 = 2;

/// Returns the pairs of positions with the highest sum of `score`, in order; 0 forbids a pair.
///
/// Of several best ones, the one that pairs earlier elements, so that what is too much of equal elements is at the end. Visits
/// about `n_cells` of the cells at most, those around the diagonal.
pub(super) fn align(
    n_left: usize,
    n_right: usize,
    n_cells: usize,
    score: impl Fn(usize, usize) -> u32,
) -> Vec<(usize, usize)> {
    if n_left == 0 || n_right == 0 {
        return Vec::new();
    }
    let band = Band::new(n_left, n_right, n_cells);
    let mut steps = vec![SKIP_RIGHT; n_left * band.width];
    // `best` has the best sums from row i on, by column from the start of its band; `below` has those of row i + 1. Filled from the
    // end, so that the way can be read from the start.
    let mut below = vec![0_u32; band.width + 1];
    let mut best = below.clone();
    let mut below_from = band.start(n_left - 1);
    for i in (0..n_left).rev() {
        let from = band.start(i);
        // What lies left of the band below is reached by skipping on the right.
        let at_below = |j: usize| j.max(below_from) - below_from;
        best[band.width] = below[at_below(from + band.width)];
        for offset in (0..band.width).rev() {
            let j = from + offset;
            let points = score(i, j);
            let (left, right) = (below[at_below(j)], best[offset + 1]);
            let paired = if points > 0 { below[at_below(j + 1)] + points } else { 0 };
            let (sum, step) = if points > 0 && paired >= left.max(right) {
                (paired, PAIR)
            } else if left >= right {
                (left, SKIP_LEFT)
            } else {
                (right, SKIP_RIGHT)
            };
            best[offset] = sum;
            steps[i * band.width + offset] = step;
        }
        std::mem::swap(&mut below, &mut best);
        below_from = from;
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < n_left && j < n_right {
        let from = band.start(i);
        let step = if j < from {
            SKIP_RIGHT
        } else if j >= from + band.width {
            SKIP_LEFT
        } else {
            steps[i * band.width + j - from]
        };
        match step {
            PAIR => {
                pairs.push((i, j));
                (i, j) = (i + 1, j + 1);
            }
            SKIP_LEFT => i += 1,
            _ => j += 1,
        }
    }
    pairs
}

/// The cells around the diagonal that are visited: of each row as many.
struct Band {
    n_left: usize,
    n_right: usize,
    width: usize,
}

impl Band {
    fn new(n_left: usize, n_right: usize, n_cells: usize) -> Self {
        // From one row to the next the diagonal must not leave the band.
        let step = n_right.div_ceil(n_left);
        let half = (n_cells / n_left / 2).max(LEAST_BAND + step);
        let width = if n_left.saturating_mul(n_right) <= n_cells { n_right } else { n_right.min(half * 2) };
        Self { n_left, n_right, width }
    }

    /// Returns the first column of a row; never less than that of the row before.
    fn start(&self, i: usize) -> usize {
        let middle = i * self.n_right / self.n_left;
        middle.saturating_sub(self.width / 2).min(self.n_right - self.width)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters(one: &str, two: &str, n_cells: usize) -> Vec<(usize, usize)> {
        let (one, two) = (one.as_bytes(), two.as_bytes());
        align(one.len(), two.len(), n_cells, |i, j| u32::from(one[i] == two[j]))
    }

    #[test]
    fn the_longest_common_subsequence_is_found() {
        assert_eq!(letters("abcd", "bxd", MAX_CELLS), [(1, 0), (3, 2)]);
        assert_eq!(letters("abc", "xyz", MAX_CELLS), []);
        assert_eq!(letters("", "xyz", MAX_CELLS), []);
    }

    #[test]
    fn what_is_too_much_of_equal_elements_is_at_the_end() {
        assert_eq!(letters("aaa", "aaaaa", MAX_CELLS), [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(letters("aaaaa", "aa", MAX_CELLS), [(0, 0), (1, 1)]);
    }

    #[test]
    fn a_band_finds_what_lies_near_the_diagonal() {
        // 3,000 different elements, of which every hundredth is missing on the other side: never 32 off the diagonal.
        let one: Vec<usize> = (0..3_000).collect();
        let two: Vec<usize> = one.iter().copied().filter(|n| n % 100 != 50).collect();
        let pairs = align(one.len(), two.len(), 1, |i, j| u32::from(one[i] == two[j]));
        assert_eq!(pairs.len(), two.len());
    }

    proptest! {
        #[test]
        fn a_band_gives_pairs_in_order(n_left in 1..200_usize, n_right in 1..200_usize, n_cells in 1..20_000_usize) {
            let pairs = align(n_left, n_right, n_cells, |i, j| u32::from(i % 3 == j % 3));
            prop_assert!(pairs.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
            prop_assert!(pairs.iter().all(|&(i, j)| i < n_left && j < n_right && i % 3 == j % 3));
        }
    }
}
