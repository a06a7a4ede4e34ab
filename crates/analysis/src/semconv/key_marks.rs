//! Which keys some attributes can have at all: a bit for a number that most keys do not share, a Bloom filter with one hash.
//!
//! Some hundred keys are asked for of every span that arrives, and hardly any of them is there. The marks of keys that stand in the
//! code are worked out when it is compiled, those of a whole table too.

/// Marks of some keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyMarks([u64; 4]);

impl KeyMarks {
    /// Marks of no key.
    pub(super) const NONE: Self = Self([0; 4]);

    /// Returns the marks with that of one more key.
    #[must_use]
    #[inline]
    pub(super) const fn with(mut self, key: &str) -> Self {
        let (word, bit) = mark(key);
        self.0[word] |= bit;
        self
    }

    /// Returns the marks with those of more keys.
    #[must_use]
    pub(super) const fn with_all(mut self, keys: &[&str]) -> Self {
        let mut at = 0;
        while at < keys.len() {
            self = self.with(keys[at]);
            at += 1;
        }
        self
    }

    /// Whether a key can be among those that are marked.
    #[inline]
    pub(super) const fn may_have(&self, key: &str) -> bool {
        let (word, bit) = mark(key);
        self.0[word] & bit != 0
    }

    /// Whether a key can be among both.
    #[inline]
    pub(super) fn may_meet(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(own, other)| own & other != 0)
    }
}

/// Returns the word of a mark, and its bit: from the length of a key and two of its letters.
#[inline]
const fn mark(key: &str) -> (usize, u64) {
    let bytes = key.as_bytes();
    let Some(last) = bytes.last() else { return (0, 1) };
    let mark = bytes.len() + 37 * bytes[bytes.len() / 2] as usize + 11 * *last as usize;
    (mark / 64 % 4, 1 << (mark % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_may_be_there_and_most_else_cannot() {
        let keys = ["gen_ai.request.model", "session.id", "", "é"];
        let marks = KeyMarks::NONE.with_all(&keys);
        assert!(keys.iter().all(|key| marks.may_have(key)));
        assert!(!KeyMarks::NONE.may_have("") && !marks.may_meet(&KeyMarks::NONE));
        assert!(marks.may_meet(&KeyMarks::NONE.with("session.id")));
        let asked = (0..1_000).map(|n| format!("some.key.{n}"));
        let n_passed = asked.filter(|key| marks.may_have(key)).count();
        assert!(n_passed < 100, "{n_passed}: four of 256 bits are set");
    }
}
