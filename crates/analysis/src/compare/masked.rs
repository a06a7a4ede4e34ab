//! Hashes of content that do not see ids and times, and a sketch by which similar content is found.

use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::fast::FixedState;
use model::{AnyValue, Attribute};
use serde_json::Value;

use super::label::{is_id, is_of_word, mask};
use crate::plain::decoded;

/// Seeds are fixed: hashes of two traces are compared.
const STATE: FixedState = FixedState::with_seed(0x7C0A_11E5);

/// Hashes a text as it is.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = STATE.build_hasher();
    hasher.write(text.as_bytes());
    mixed(hasher.finish())
}

/// Hashes two numbers in order.
pub(super) fn chain(first: u64, second: u64) -> u64 {
    mixed(first.rotate_left(23) ^ second.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Spreads every bit over all bits (the finaliser of SplitMix64).
pub(super) fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// Two hashes of the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Digest {
    /// Sees all but ids and times.
    pub(super) exact: u64,
    /// Sees no number either.
    pub(super) template: u64,
}

impl Digest {
    fn of(bits: u64) -> Self {
        Self { exact: bits, template: bits }
    }

    fn then(self, next: Self) -> Self {
        Self { exact: chain(self.exact, next.exact), template: chain(self.template, next.template) }
    }

    /// Adds a part whose place does not matter.
    pub(super) fn with(self, part: Self) -> Self {
        Self {
            exact: self.exact.wrapping_add(mixed(part.exact)),
            template: self.template.wrapping_add(mixed(part.template)),
        }
    }
}

/// Counts of the words that were seen, as [Charikar's SimHash](https://doi.org/10.1145/509907.509965): texts with many words in
/// common have sketches with many bits in common.
#[derive(Debug, Clone)]
pub(super) struct Sketch {
    /// How many words had each bit, up to the last flush.
    votes: [u32; 64],
    /// The same since then, eight counters of a byte in each number: adding a word takes eight additions.
    lanes: [u64; 8],
    n_in_lanes: u8,
    n_words: u32,
}

impl Default for Sketch {
    fn default() -> Self {
        Self { votes: [0; 64], lanes: [0; 8], n_in_lanes: 0, n_words: 0 }
    }
}

impl Sketch {
    fn add(&mut self, word: u64) {
        const EACH_BYTE: u64 = 0x0101_0101_0101_0101;
        for (lane, byte) in self.lanes.iter_mut().zip(word.to_le_bytes()) {
            // One bit of the byte for each byte of the number, then 0 or 1 from it.
            let bits = u64::from(byte).wrapping_mul(EACH_BYTE) & 0x8040_2010_0804_0201;
            *lane += ((bits + 0x7F * EACH_BYTE) >> 7) & EACH_BYTE;
        }
        self.n_words = self.n_words.saturating_add(1);
        self.n_in_lanes += 1;
        if self.n_in_lanes == u8::MAX {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let counts = self.lanes.iter().flat_map(|lane| lane.to_le_bytes());
        for (votes, count) in self.votes.iter_mut().zip(counts) {
            *votes += u32::from(count);
        }
        (self.lanes, self.n_in_lanes) = ([0; 8], 0);
    }

    /// Returns the sketch: the bits that most words have; nothing if no word was seen.
    pub(super) fn finish(mut self) -> Option<u64> {
        self.flush();
        let bits = self.votes.iter().enumerate().filter(|(_, votes)| **votes * 2 > self.n_words);
        (self.n_words > 0).then(|| bits.fold(0, |bits, (bit, _)| bits | 1 << bit))
    }
}

/// Digests an attribute; its words go into the sketch.
pub(super) fn attribute(attribute: &Attribute, sketch: &mut Sketch) -> Digest {
    Digest::of(hash(&attribute.key)).then(any_value(&attribute.value, sketch))
}

/// Digests a value. A text that holds JSON reads like the value itself, as one exporter sends text for what another types.
pub(super) fn any_value(value: &AnyValue, sketch: &mut Sketch) -> Digest {
    match value {
        AnyValue::String(text) if !text.starts_with(['{', '[', '"', ' ', '\n']) => self::text(text, sketch),
        AnyValue::String(_) | AnyValue::Array(_) | AnyValue::KvList(_) => json(&decoded(value), sketch),
        AnyValue::Empty => Digest::of(0),
        AnyValue::Bool(truth) => flag(*truth, sketch),
        AnyValue::Int(int) => number(int.cast_unsigned(), sketch),
        AnyValue::Double(double) => number(double.to_bits(), sketch),
        AnyValue::Bytes(bytes) => {
            let mut hasher = STATE.build_hasher();
            hasher.write(bytes);
            let bits = mixed(hasher.finish());
            sketch.add(bits);
            Digest::of(bits)
        }
    }
}

fn flag(truth: bool, sketch: &mut Sketch) -> Digest {
    let bits = hash(if truth { "true" } else { "false" });
    sketch.add(bits);
    Digest::of(bits)
}

fn number(bits: u64, sketch: &mut Sketch) -> Digest {
    let bits = mixed(bits ^ 0x4E55_4D42);
    sketch.add(bits);
    Digest { exact: bits, template: 1 }
}

/// Digests JSON; the order of the members of an object does not matter.
pub(super) fn json(value: &Value, sketch: &mut Sketch) -> Digest {
    match value {
        Value::Null => Digest::of(0),
        Value::Bool(truth) => flag(*truth, sketch),
        Value::Number(value) => match value.as_i64() {
            Some(int) => number(int.cast_unsigned(), sketch),
            None => number(value.as_f64().unwrap_or(f64::NAN).to_bits(), sketch),
        },
        Value::String(text) => self::text(text, sketch),
        Value::Array(items) => {
            items.iter().fold(Digest::of(2), |digest, item| digest.then(json(item, sketch)))
        }
        Value::Object(members) => members.iter().fold(Digest::of(3), |digest, (key, value)| {
            digest.with(Digest::of(hash(key)).then(json(value, sketch)))
        }),
    }
}

/// Stands for an id or an instant.
const MASKED: u64 = 5;

/// Digests a text word by word.
pub(super) fn text(text: &str, sketch: &mut Sketch) -> Digest {
    let mut digest = Digest::of(4);
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(length) = instant(rest.as_bytes()).or_else(|| loopback(rest)) {
            digest = digest.then(Digest::of(MASKED));
            rest = &rest[length..];
            continue;
        }
        let (word, after) = rest.split_at(rest.find(|char| !is_of_word(char)).unwrap_or(rest.len()));
        if !word.is_empty() {
            let bits = hash(word);
            // Ids take part in the sketch: those that stay from run to run lead to the true partner, others are noise.
            sketch.add(bits);
            digest = digest.then(self::word(word, bits));
        }
        let (between, after) = after.split_at(after.find(is_of_word).unwrap_or(after.len()));
        if !between.is_empty() {
            digest = digest.then(Digest::of(hash(between)));
        }
        rest = after;
    }
    digest
}

fn word(word: &str, bits: u64) -> Digest {
    if !word.bytes().any(|byte| byte.is_ascii_digit()) {
        return Digest::of(bits);
    }
    if is_id(word) {
        return Digest::of(MASKED);
    }
    let parts = word.split(['-', '_']);
    let template =
        parts.fold(0, |template, part| chain(template, mask(part).map_or_else(|| hash(part), hash)));
    Digest { exact: bits, template }
}

/// Returns the length of the date, the time of day or both that a text begins with.
fn instant(bytes: &[u8]) -> Option<usize> {
    if !bytes.first()?.is_ascii_digit() {
        return None;
    }
    let date = if matches(bytes, b"dddd-dd-dd") { 10 } else { 0 };
    let gap = usize::from(date > 0 && matches!(bytes.get(date), Some(b'T' | b' ')));
    let clock = &bytes[date + gap..];
    if !matches(clock, b"dd:dd") {
        let is_whole = !bytes.get(date).is_some_and(u8::is_ascii_alphanumeric);
        return (date > 0 && is_whole).then_some(date);
    }
    let mut length = 5;
    if matches(&clock[length..], b":dd") {
        length += 3;
        if matches!(clock.get(length), Some(b'.' | b',')) {
            length += 1 + clock[length + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        }
    } else if date == 0 {
        // `10:15` may be a ratio or a verse.
        return None;
    }
    let zone = &clock[length..];
    length += if zone.first() == Some(&b'Z') {
        1
    } else if matches(zone, b"+dd:dd") || matches(zone, b"-dd:dd") {
        6
    } else {
        0
    };
    Some(date + gap + length)
}

/// Returns the length of the address of this machine with its port that a text begins with: a program that is started anew gets another
/// port.
fn loopback(text: &str) -> Option<usize> {
    let host = ["127.0.0.1:", "localhost:", "0.0.0.0:"].into_iter().find(|host| text.starts_with(host))?;
    let n_digits = text[host.len()..].bytes().take_while(u8::is_ascii_digit).count();
    (2..=5).contains(&n_digits).then_some(host.len() + n_digits)
}

/// Whether a text begins as a pattern says, in which `d` is a digit.
fn matches(bytes: &[u8], pattern: &[u8]) -> bool {
    let fits =
        |(byte, pattern): (&u8, &u8)| if *pattern == b'd' { byte.is_ascii_digit() } else { byte == pattern };
    bytes.len() >= pattern.len() && bytes.iter().zip(pattern).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(value: &str) -> Digest {
        text(value, &mut Sketch::default())
    }

    fn sketch(value: &str) -> u64 {
        let mut sketch = Sketch::default();
        text(value, &mut sketch);
        sketch.finish().unwrap()
    }

    #[test]
    fn ids_and_times_are_not_seen_and_numbers_are() {
        for (first, second) in [
            ("It is 2026-11-23T10:15:02.120Z.", "It is 2025-01-02T00:00:00+01:00."),
            ("It is 2026-11-23 10:15.", "It is 2026-11-24 11:16."),
            ("Today: 2026-11-23", "Today: 2026-11-24"),
            ("at 10:15:02 sharp", "at 23:59:59.999 sharp"),
            ("http://127.0.0.1:40112/v1", "http://127.0.0.1:51230/v1"),
            ("localhost:40112", "localhost:51230"),
            ("call_9yGhTq2Zb7Kx done", "call_7aBcDe1Fg2Hi done"),
            ("trace 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "trace 00000000-4f89-11d3-9a0c-0305e82c3301"),
        ] {
            assert_eq!(digest(first).exact, digest(second).exact, "{first}");
        }
        for (first, second) in [
            ("order 4711", "order 4712"),
            ("at 10:15", "at 10:16"),
            ("stage.example:8080", "stage.example:8081"),
            ("localhost:8080/a", "localhost:8081/b"),
            ("Be brief.", "Be brief!"),
            ("a b", "a  b"),
            ("", "x"),
        ] {
            assert_ne!(digest(first).exact, digest(second).exact, "{first}");
        }
        assert_eq!(digest("order 4711, step-3").template, digest("order 5, step-4").template);
        assert_ne!(digest("order 4711").template, digest("parcel 4711").template);
    }

    #[test]
    fn typed_values_and_json_texts_read_alike() {
        let typed = AnyValue::KvList(vec![
            Attribute::new("q", AnyValue::String("cats".to_owned())),
            Attribute::new("n", AnyValue::Int(3)),
        ]);
        let spelled = AnyValue::String("{ \"n\": 3, \"q\": \"cats\" }".to_owned());
        let digests = [typed, spelled].map(|value| any_value(&value, &mut Sketch::default()));
        assert_eq!(digests[0], digests[1]);
        let ordered = ["[1, 2]", "[2, 1]"]
            .map(|text| any_value(&AnyValue::String(text.to_owned()), &mut Sketch::default()));
        assert_ne!(ordered[0], ordered[1]);
    }

    #[test]
    fn similar_texts_have_similar_sketches() {
        let one = "where is my order with the two green lamps that I bought in Porto last week";
        let alike = "where is my order with the two blue lamps that I bought in Porto last week";
        let other = "SELECT id, name FROM customers WHERE region = $1 ORDER BY name LIMIT 100 OFFSET 20";
        let distance = |first: &str, second: &str| (sketch(first) ^ sketch(second)).count_ones();
        assert_eq!(distance(one, one), 0);
        assert!(distance(one, alike) < 16, "{}", distance(one, alike));
        assert!(distance(one, other) > 16, "{}", distance(one, other));
    }
}
