//! A skip filter over the text of a block: which strings of three bytes may be in it.
//!
//! A Bloom filter of two hashes and eight bits for each distinct string: one in twenty says yes without cause, and a text of five
//! letters asks three times. Text is folded first, so that case does not matter.

use std::io::Write as _;

use proto::stored_span::Text;

/// Bits for each distinct string of three bytes.
const BITS_EACH: usize = 8;

/// Strings are told apart by this many bits of their hash: two of the few thousand in a block rarely share them.
const HASH_BITS: u32 = 20;

/// What a page of the database has room for, less what its header takes.
const PAGE_BYTES: usize = 8184;

/// What a row takes in its page beside the filter.
const ROW_BYTES: usize = 20;

/// Folds text for comparison: every character to lower case by itself, whatever stands beside it.
pub(crate) fn fold(text: &str, folded: &mut Vec<u8>) {
    folded.clear();
    if text.is_ascii() {
        folded.extend_from_slice(text.as_bytes());
        folded.make_ascii_lowercase();
        return;
    }
    let mut buffer = [0; 4];
    for character in text.chars().flat_map(char::to_lowercase) {
        folded.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    }
}

/// Folds a value of a span as it reads; a text that is kept apart folds to nothing.
pub(crate) fn fold_value(value: Text<'_>, folded: &mut Vec<u8>) {
    folded.clear();
    // Writing to memory does not fail.
    let _ = match value {
        Text::Inline(text) => {
            fold(text, folded);
            Ok(())
        }
        Text::Int(number) => write!(folded, "{number}"),
        Text::Double(number) => write!(folded, "{number}"),
        Text::Bool(truth) => write!(folded, "{truth}"),
        Text::Large(_) => Ok(()),
    };
    folded.make_ascii_lowercase();
}

/// Collects the text of a block.
pub(crate) struct Builder {
    seen: Vec<u64>,
    hashes: Vec<u32>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self { seen: vec![0; 1 << (HASH_BITS - 6)], hashes: Vec::new() }
    }

    /// Adds a folded text.
    pub(crate) fn add(&mut self, folded: &[u8]) {
        for hash in hashes(folded) {
            let (word, bit) = (&mut self.seen[(hash >> 6) as usize], 1 << (hash & 63));
            if *word & bit == 0 {
                *word |= bit;
                self.hashes.push(hash);
            }
        }
    }

    /// Returns the filter of what was added and begins anew.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        let mut bits = vec![0; n_bytes(self.hashes.len())];
        for hash in self.hashes.drain(..) {
            self.seen[(hash >> 6) as usize] = 0;
            for bit in places(hash, bits.len()) {
                bits[bit >> 3] |= 1 << (bit & 7);
            }
        }
        bits
    }
}

/// What a text asks of filters.
pub(crate) struct Query {
    hashes: Vec<u32>,
}

impl Query {
    /// Asks for a folded text; nothing can be asked for one shorter than three bytes.
    pub(crate) fn new(folded: &[u8]) -> Self {
        let mut hashes: Vec<u32> = hashes(folded).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self { hashes }
    }

    /// Whether the text may be in the block of a filter.
    pub(crate) fn may_match(&self, bits: &[u8]) -> bool {
        self.hashes
            .iter()
            .all(|hash| places(*hash, bits.len()).iter().all(|bit| bits[bit >> 3] & 1 << (bit & 7) != 0))
    }
}

/// Returns a size that wastes little of a page: as many rows of it as a page has room for fill the page.
fn n_bytes(n_strings: usize) -> usize {
    let wanted = (n_strings * BITS_EACH).div_ceil(8).max(1);
    let n_rows = (PAGE_BYTES / (wanted + ROW_BYTES)).min(16);
    PAGE_BYTES.checked_div(n_rows).map_or(wanted, |share| share - ROW_BYTES)
}

fn hashes(folded: &[u8]) -> impl Iterator<Item = u32> {
    folded.windows(3).map(|three| {
        let number = u32::from(three[0]) | u32::from(three[1]) << 8 | u32::from(three[2]) << 16;
        number.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)
    })
}

/// Returns the two bits of a hash in a filter of this size.
fn places(hash: u32, n_bytes: usize) -> [usize; 2] {
    let again = hash.wrapping_mul(0x85EB_CA6B) >> (32 - HASH_BITS);
    // Scales the hash to the number of bits, which needs no division.
    [hash, again].map(|hash| (hash as usize * n_bytes * 8) >> HASH_BITS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<u8> {
        let mut folded = Vec::new();
        fold(text, &mut folded);
        folded
    }

    proptest! {
        #[test]
        fn every_part_of_a_text_may_match(texts in proptest::collection::vec(".{0,40}", 0..20), from in 0..40_usize, n in 0..20_usize) {
            let mut builder = Builder::new();
            texts.iter().for_each(|text| builder.add(&folded(text)));
            let bits = builder.finish();
            for text in &texts {
                let part: String = text.chars().skip(from).take(n).collect();
                prop_assert!(Query::new(&folded(&part)).may_match(&bits));
            }
            prop_assert_eq!(builder.finish(), vec![0; n_bytes(0)], "it begins anew");
        }
    }

    #[test]
    fn case_does_not_matter_and_a_character_folds_alike_wherever_it_stands() {
        assert_eq!(folded("GRÜẞE"), folded("grüße"));
        // A final sigma is lower-cased by itself, so that a part of a word folds as in the word.
        assert!(folded("ΟΔΟΣ").starts_with(&folded("ΟΔΟ")));
        assert_eq!(folded("ΟΔΟΣ"), folded("ΟΔΟΣΟ")[..8]);
    }

    #[test]
    fn few_absent_texts_may_match() {
        let mut builder = Builder::new();
        let word = |number: u32| format!("{:08x}", number.wrapping_mul(0x9E37_79B9) ^ 0x5bd1_e995);
        for number in 0..300 {
            builder.add(word(number).as_bytes());
        }
        let bits = builder.finish();
        let n_wrong =
            (1_000..2_000).filter(|number| Query::new(word(*number).as_bytes()).may_match(&bits)).count();
        // 300 words have up to 1,800 of the 4,096 strings of three hex digits, so six of them are there by chance in fewer than
        // one in a hundred; the filter adds to that what one in twenty for each absent string allows.
        assert!(n_wrong < 30, "{n_wrong}");
    }

    #[test]
    fn a_page_is_filled_by_whole_filters() {
        for n_strings in [0, 10, 500, 1_000, 3_000, 5_000, 8_000] {
            let size = n_bytes(n_strings) + ROW_BYTES;
            assert!(size <= PAGE_BYTES && PAGE_BYTES % size < 32, "{size}");
        }
        assert_eq!(n_bytes(20_000), 20_000);
    }
}
