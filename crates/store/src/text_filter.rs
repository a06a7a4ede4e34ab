//! A skip filter over the text of a block: which strings of three bytes may be in which of its spans.
//!
//! Spans of one name make a *group*, for their text is alike and unlike that of others: a text is looked for in one group at a time,
//! which tells far more than whether all its strings are somewhere in the block (docs/adr/0013). Each span has half a byte that says
//! its group, so that a span keeps it whatever becomes of its name.
//!
//! A Bloom filter of two hashes and seven to ten bits for each string in each group: about one in twenty says yes without cause, and a
//! text of five letters asks three times. Text is folded first, so that case does not matter.

use std::collections::HashMap;
use std::io::Write as _;

use proto::stored_span::Text;

/// Bits for each string in each group at least; what is left of a page makes them more.
const BITS_EACH: usize = 7;

/// Groups of a block at most: what fits half a byte.
const MAX_GROUPS: usize = 16;

/// How much more than a filter of the whole block one by groups may have. A string that all groups have is in it as often as there
/// are groups; where most are so, groups are joined.
const MAX_FACTOR: u32 = 2;

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

/// The filter of a block, as it is stored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StoredFilter {
    /// The group of each span by position, two to a byte, behind the number of groups; absent if there is but one.
    pub(crate) groups: Option<Vec<u8>>,
    pub(crate) bits: Vec<u8>,
}

impl StoredFilter {
    pub(crate) fn read(&self) -> Filter<'_> {
        Filter::new(self.groups.as_deref(), &self.bits)
    }

    /// Returns how many bytes it takes.
    pub(crate) fn n_bytes(&self) -> usize {
        self.groups.as_ref().map_or(0, Vec::len) + self.bits.len()
    }
}

/// Collects the text of a block.
pub(crate) struct Builder {
    /// By hash of a string: a bit for each group that has it.
    masks: Vec<u16>,
    /// Those with a bit.
    hashes: Vec<u32>,
    names: HashMap<Vec<u8>, u8>,
    /// Of each span so far.
    groups: Vec<u8>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self { masks: vec![0; 1 << HASH_BITS], hashes: Vec::new(), names: HashMap::new(), groups: Vec::new() }
    }

    /// Goes on to the next span of the block, of this name.
    pub(crate) fn begin_span(&mut self, name: &[u8]) {
        let group = if let Some(group) = self.names.get(name) {
            *group
        } else {
            // Below 16.
            let group = u8::try_from(self.names.len() % MAX_GROUPS).unwrap_or(0);
            self.names.insert(name.to_vec(), group);
            group
        };
        self.groups.push(group);
    }

    /// Adds a folded text of the span.
    pub(crate) fn add(&mut self, folded: &[u8]) {
        let bit = 1 << self.groups.last().copied().unwrap_or(0);
        for hash in hashes(folded) {
            let mask = &mut self.masks[hash as usize];
            if *mask == 0 {
                self.hashes.push(hash);
            }
            *mask |= bit;
        }
    }

    /// Returns the filter of what was added and begins anew.
    pub(crate) fn finish(&mut self) -> StoredFilter {
        let n_groups = self.n_groups();
        let groups = (n_groups > 1).then(|| pack_groups(&self.groups, n_groups));
        let n_strings: u32 = self.hashes.iter().map(|hash| self.joined(*hash, n_groups).count_ones()).sum();
        let mut bits = vec![0; n_bytes(n_strings as usize, groups.as_ref().map_or(0, Vec::len))];
        for hash in &self.hashes {
            for group in ones(self.joined(*hash, n_groups)) {
                for bit in places(in_group(*hash, group), bits.len()) {
                    bits[bit >> 3] |= 1 << (bit & 7);
                }
            }
        }
        for hash in self.hashes.drain(..) {
            self.masks[hash as usize] = 0;
        }
        self.names.clear();
        self.groups.clear();
        StoredFilter { groups, bits }
    }

    /// Returns how many groups the filter has room for: a power of two.
    fn n_groups(&self) -> usize {
        let n_distinct = u32::try_from(self.hashes.len()).unwrap_or(u32::MAX);
        let mut n_groups = self.names.len().clamp(1, MAX_GROUPS).next_power_of_two();
        while n_groups > 1 {
            let n_strings: u32 =
                self.hashes.iter().map(|hash| self.joined(*hash, n_groups).count_ones()).sum();
            if n_strings <= n_distinct.saturating_mul(MAX_FACTOR) {
                break;
            }
            n_groups /= 2;
        }
        n_groups
    }

    /// Returns the groups of a string when there are only so many, a power of two: as [`pack_groups`] joins them.
    fn joined(&self, hash: u32, n_groups: usize) -> u16 {
        let mut mask = self.masks[hash as usize];
        let mut n_bits = MAX_GROUPS;
        while n_bits > n_groups {
            n_bits /= 2;
            mask = (mask | mask >> n_bits) & ((1 << n_bits) - 1);
        }
        mask
    }
}

/// Packs the groups of spans, joined to so many, a power of two.
fn pack_groups(groups: &[u8], n_groups: usize) -> Vec<u8> {
    // At most 16.
    let n_groups = u8::try_from(n_groups).unwrap_or(1);
    let joined = |group: &u8| group & (n_groups - 1);
    let pairs = groups.chunks(2).map(|pair| joined(&pair[0]) | pair.get(1).map_or(0, joined) << 4);
    std::iter::once(n_groups).chain(pairs).collect()
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
}

/// The filter of a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'a> {
    groups: Option<&'a [u8]>,
    bits: &'a [u8],
}

impl<'a> Filter<'a> {
    /// Reads what is stored. Filters from before there were groups have none.
    pub(crate) fn new(groups: Option<&'a [u8]>, bits: &'a [u8]) -> Self {
        Self { groups, bits }
    }

    /// Returns the spans that may have all of some texts.
    pub(crate) fn candidates<'q>(self, queries: impl Iterator<Item = &'q Query>) -> Candidates<'a> {
        let n_groups = self.groups.and_then(|groups| groups.first()).map_or(1, |n_groups| *n_groups);
        let mut mask = u16::MAX.checked_shr(16 - u32::from(n_groups).clamp(1, 16)).unwrap_or(u16::MAX);
        for query in queries {
            for group in ones(mask) {
                let has = |hash: &u32| {
                    let places = places(in_group(*hash, group), self.bits.len());
                    places
                        .iter()
                        .all(|bit| self.bits.get(bit >> 3).is_none_or(|byte| byte & 1 << (bit & 7) != 0))
                };
                if !query.hashes.iter().all(has) {
                    mask &= !(1 << group);
                }
            }
        }
        Candidates { groups: self.groups, mask }
    }
}

/// Spans of a block that may have a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidates<'a> {
    groups: Option<&'a [u8]>,
    /// A bit for each group whose spans may have it.
    mask: u16,
}

impl Candidates<'_> {
    /// All spans, of a block without a filter.
    pub(crate) const ALL: Candidates<'static> = Candidates { groups: None, mask: 1 };

    /// Whether no span may have it.
    pub(crate) fn is_empty(&self) -> bool {
        self.mask == 0
    }

    /// Whether the span at a position may have it.
    pub(crate) fn has(&self, position: i64) -> bool {
        let Some(groups) = self.groups else { return self.mask != 0 };
        let packed = usize::try_from(position).ok().and_then(|position| groups.get(1 + position / 2));
        // A position that the filter does not know is looked at.
        packed.is_none_or(|packed| self.mask & 1 << (packed >> (4 * (position & 1)) & 15) != 0)
    }
}

/// Returns a size that wastes little of a page: as many rows of it, with so many bytes beside it, as a page has room for fill the page.
fn n_bytes(n_strings: usize, beside: usize) -> usize {
    let row = ROW_BYTES + beside;
    let wanted = (n_strings * BITS_EACH).div_ceil(8).max(1);
    let n_rows = (PAGE_BYTES / (wanted + row)).min(16);
    PAGE_BYTES.checked_div(n_rows).map_or(wanted, |share| share - row)
}

/// Returns the numbers of the bits that are set.
fn ones(mut mask: u16) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lowest = (mask != 0).then(|| mask.trailing_zeros());
        mask &= mask.wrapping_sub(1);
        lowest
    })
}

/// Returns the hash of a string in a group; in the first one it is that of the string.
fn in_group(hash: u32, group: u32) -> u32 {
    hash ^ group.wrapping_mul(0xC2B2_AE35) >> (32 - HASH_BITS)
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
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<u8> {
        let mut folded = Vec::new();
        fold(text, &mut folded);
        folded
    }

    fn candidates<'a>(filter: &'a StoredFilter, text: &str) -> Candidates<'a> {
        filter.read().candidates([Query::new(&folded(text))].iter())
    }

    /// Builds the filter of spans, each with a name and a text.
    fn filter_of<'a>(spans: impl IntoIterator<Item = (&'a str, &'a str)>) -> StoredFilter {
        let mut builder = Builder::new();
        for (name, text) in spans {
            builder.begin_span(name.as_bytes());
            builder.add(&folded(text));
        }
        builder.finish()
    }

    proptest! {
        #[test]
        fn every_part_of_a_text_may_be_where_it_is(
            spans in vec((0..40_u8, ".{0,40}"), 0..60),
            from in 0..40_usize,
            n in 0..20_usize,
        ) {
            let mut builder = Builder::new();
            for (name, text) in &spans {
                builder.begin_span(&[*name]);
                builder.add(&folded(text));
            }
            let filter = builder.finish();
            for ((_, text), position) in spans.iter().zip(0..) {
                let part: String = text.chars().skip(from).take(n).collect();
                prop_assert!(candidates(&filter, &part).has(position));
                prop_assert!(candidates(&filter, text).has(position));
            }
            let anew = StoredFilter { groups: None, bits: vec![0; n_bytes(0, 0)] };
            prop_assert_eq!(builder.finish(), anew, "it begins anew");
        }

        #[test]
        fn damaged_filters_never_panic(groups in vec(any::<u8>(), 0..10), bits in vec(any::<u8>(), 1..50), position in any::<i64>()) {
            let query = [Query::new(b"some text")];
            let candidates = Filter::new(Some(&groups), &bits).candidates(query.iter());
            candidates.has(position);
        }
    }

    #[test]
    fn a_text_is_looked_for_in_the_spans_of_each_name_by_themselves() {
        let filter = filter_of([
            ("chat", "the terrace was warm"),
            ("rerank", "kb/warm/1"),
            ("chat", "kb or not"),
            ("rerank", "kb/cold/2"),
        ]);
        let places =
            |text| (0..4).filter(|position| candidates(&filter, text).has(*position)).collect::<Vec<_>>();
        // Both words are in the block, and every string of three letters of `kb/terr` but one is in it.
        assert_eq!(places("warm"), [0, 1, 2, 3]);
        assert_eq!(places("kb/warm"), [1, 3]);
        assert_eq!(places("terrace"), [0, 2]);
        assert_eq!(places("kb/terrace"), [0; 0]);
        assert!(candidates(&filter, "kb/terrace").is_empty());
        assert_eq!(places("kb"), [0, 1, 2, 3], "two letters cannot be asked for");
    }

    #[test]
    fn groups_that_are_alike_are_joined_so_that_the_filter_stays_small() {
        let texts: Vec<String> =
            (0..20_u32).map(|n| format!("{:08x}", n.wrapping_mul(0x9E37_79B9))).collect();
        let same = texts.concat();
        let names: Vec<String> = (0..20).map(|n| format!("name {n}")).collect();
        let alike = filter_of(names.iter().map(|name| (name.as_str(), same.as_str())));
        let whole = filter_of([("name", same.as_str())]);
        assert_eq!(alike.groups.as_ref().unwrap()[0], 2, "two are as much as it may have");
        assert!(alike.bits.len() <= 2 * whole.bits.len());
        let unlike = filter_of(names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())));
        assert_eq!(unlike.groups.unwrap()[0], 16);
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
        let word = |number: u32| format!("{:08x}", number.wrapping_mul(0x9E37_79B9) ^ 0x5bd1_e995);
        let words: Vec<String> = (0..300).map(word).collect();
        for n_names in [1, 4] {
            let names: Vec<String> = (0..n_names).map(|name| name.to_string()).collect();
            let filter = filter_of(
                words.iter().zip(names.iter().cycle()).map(|(word, name)| (name.as_str(), word.as_str())),
            );
            let n_wrong =
                (1_000..2_000).filter(|number| !candidates(&filter, &word(*number)).is_empty()).count();
            // 300 words have up to 1,800 of the 4,096 strings of three hex digits, so six of them are there by chance in fewer than
            // one in a hundred; the filter adds to that what one in twenty for each absent string allows. Of four groups each has
            // fewer strings, and each may be wrong.
            assert!(n_wrong < 30, "{n_wrong} of {n_names}");
        }
    }

    #[test]
    fn a_page_is_filled_by_whole_filters() {
        for (n_strings, beside) in
            [0, 10, 500, 1_000, 3_000, 5_000, 8_000].into_iter().zip([0, 31, 0, 31, 0, 100, 0])
        {
            let size = n_bytes(n_strings, beside) + beside + ROW_BYTES;
            assert!(size <= PAGE_BYTES && PAGE_BYTES % size < 32, "{size}");
        }
        assert_eq!(n_bytes(20_000, 31), 17_500);
    }
}
