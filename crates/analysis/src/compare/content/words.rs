//! The difference of two texts, word by word.

use std::collections::HashMap;

use super::sequence::diff;

/// Texts beyond this many bytes together are compared line by line.
const MAX_WORDWISE: usize = 512 * 1024;

/// Bytes of one segment that are told; of what is the same the middle is left out, for a reader looks at what differs.
const MAX_SAME: usize = 2_000;
const MAX_CHANGED: usize = 20_000;

/// Segments that are told one by one; the last holds the rest.
const MAX_SEGMENTS: usize = 4_000;

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Whose it is.
    pub kind: SegmentKind,
    /// The text; of a long one the beginning and the end, with `…` between.
    pub text: String,
    /// Characters that were left out there.
    pub n_omitted: usize,
}

/// Whose a [`Segment`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// Of both.
    Same,
    /// Of the baseline alone.
    Removed,
    /// Of the candidate alone.
    Added,
}

/// Returns segments that make up both texts, but for what is omitted.
pub fn word_diff(before: &str, after: &str) -> Vec<Segment> {
    let split: fn(&str) -> Vec<&str> = if before.len() + after.len() > MAX_WORDWISE {
        |text| text.split_inclusive('\n').collect()
    } else {
        words
    };
    let (of_before, of_after) = (split(before), split(after));
    let mut numbers = HashMap::new();
    let mut numbered = |words: &[&'_ str]| -> Vec<u32> {
        let number = |word: &&str| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry((*word).to_owned()).or_insert(next)
        };
        words.iter().map(number).collect()
    };
    let (a, b) = (numbered(&of_before), numbered(&of_after));
    let mut stretches: Vec<(bool, String, String)> = Vec::new();
    for run in diff(&a, &b) {
        let (before, after) = (of_before[run.before].concat(), of_after[run.after].concat());
        match stretches.last_mut() {
            // Blanks between words that differ are no common ground.
            Some((false, one, other)) if !run.is_same || before.trim().is_empty() => {
                one.push_str(&before);
                other.push_str(&after);
            }
            _ => stretches.push((run.is_same, before, after)),
        }
    }
    told(stretches)
}

fn told(stretches: Vec<(bool, String, String)>) -> Vec<Segment> {
    let mut pieces: Vec<(SegmentKind, String)> = Vec::new();
    let mut rest = (String::new(), String::new());
    for (is_same, before, after) in stretches {
        if pieces.len() >= MAX_SEGMENTS {
            rest.0.push_str(&before);
            rest.1.push_str(&after);
        } else if is_same {
            push(&mut pieces, SegmentKind::Same, &before);
        } else {
            push_changed(&mut pieces, &before, &after);
        }
    }
    push_changed(&mut pieces, &rest.0, &rest.1);
    pieces.into_iter().map(|(kind, text)| segment(kind, text)).collect()
}

fn push(pieces: &mut Vec<(SegmentKind, String)>, kind: SegmentKind, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some((last, whole)) if *last == kind => whole.push_str(text),
        _ => pieces.push((kind, text.to_owned())),
    }
}

/// Pushes what was replaced by what, without the blanks that both begin or end with.
fn push_changed(pieces: &mut Vec<(SegmentKind, String)>, before: &str, after: &str) {
    let blank = &before[..before.len() - before.trim_start().len()];
    let head = if after.starts_with(blank) { blank } else { "" };
    let (before, after) = (&before[head.len()..], &after[head.len()..]);
    let blank = &before[before.trim_end().len()..];
    let tail = if after.ends_with(blank) { blank } else { "" };
    let (before, after) = (&before[..before.len() - tail.len()], &after[..after.len() - tail.len()]);
    push(pieces, SegmentKind::Same, head);
    push(pieces, SegmentKind::Removed, before);
    push(pieces, SegmentKind::Added, after);
    push(pieces, SegmentKind::Same, tail);
}

fn segment(kind: SegmentKind, text: String) -> Segment {
    let most = if kind == SegmentKind::Same { MAX_SAME } else { MAX_CHANGED };
    if text.len() <= most {
        return Segment { kind, text, n_omitted: 0 };
    }
    let head = text.floor_char_boundary(most / 2);
    let tail = text.ceil_char_boundary(text.len() - most / 2);
    let n_omitted = text[head..tail].chars().count();
    Segment { kind, text: format!("{}…{}", &text[..head], &text[tail..]), n_omitted }
}

/// Splits a text into words, blanks between them, and single signs.
fn words(text: &str) -> Vec<&str> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Word,
        Blank,
        Sign,
    }
    let class = |char: char| match char {
        char if char.is_alphanumeric() || char == '_' => Class::Word,
        char if char.is_whitespace() => Class::Blank,
        _ => Class::Sign,
    };
    let mut words = Vec::new();
    let (mut start, mut last) = (0, None);
    for (at, char) in text.char_indices() {
        let class = class(char);
        if at > start && (last != Some(class) || class == Class::Sign) {
            words.push(&text[start..at]);
            start = at;
        }
        last = Some(class);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// Returns how many of their words two texts share, from 0 to 1: the Dice coefficient of the words with their counts.
pub(super) fn similarity(before: &str, after: &str) -> f64 {
    /// Enough to tell messages apart.
    const MAX_BYTES: usize = 20_000;
    let counted = |text: &str| {
        let text = &text[..text.floor_char_boundary(MAX_BYTES)];
        let mut counts: HashMap<String, i64> = HashMap::new();
        for word in words(text).into_iter().filter(|word| !word.trim().is_empty()) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
        counts
    };
    let (a, b) = (counted(before), counted(after));
    let sum = |counts: &HashMap<String, i64>| counts.values().sum::<i64>();
    let shared: i64 = a.iter().map(|(word, n)| (*n).min(b.get(word).copied().unwrap_or(0))).sum();
    let all = sum(&a) + sum(&b);
    #[expect(clippy::cast_precision_loss, reason = "counts of words in 20 kB")]
    if all == 0 { 1.0 } else { 2.0 * shared as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(before: &str, after: &str) -> String {
        let told = word_diff(before, after).into_iter().map(|segment| match segment.kind {
            SegmentKind::Same => segment.text,
            SegmentKind::Removed => format!("[-{}-]", segment.text),
            SegmentKind::Added => format!("[+{}+]", segment.text),
        });
        told.collect()
    }

    #[test]
    fn words_are_compared_whole() {
        assert_eq!(told("Be brief.", "Be brief."), "Be brief.");
        assert_eq!(told("Be brief.", "Be very brief!"), "Be [+very +]brief[-.-][+!+]");
        assert_eq!(told("order 4711 is late", "order 4712 is late"), "order [-4711-][+4712+] is late");
        assert_eq!(told("", "new"), "[+new+]");
        assert_eq!(told("größer als", "kleiner als"), "[-größer-][+kleiner+] als");
    }

    #[test]
    fn blanks_between_words_that_differ_do_not_cut_them_apart() {
        assert_eq!(told("the quick red fox", "the slow green fox"), "the [-quick red-][+slow green+] fox");
    }

    #[test]
    fn long_texts_are_told_in_part() {
        let long = "same ".repeat(10_000);
        let segments = word_diff(&format!("{long}a"), &format!("{long}b"));
        assert_eq!(segments.len(), 3);
        assert_eq!(
            segments[0].text.chars().count() + segments[0].n_omitted,
            50_000 + 1,
            "and the sign of it"
        );
        let bytes: usize = segments.iter().map(|segment| segment.text.len()).sum();
        assert!(bytes < 3_000, "{bytes}");
        // A megabyte is compared line by line.
        let lines = "one line of many that are alike\n".repeat(40_000);
        let changed = lines.replacen("one line", "another line", 1);
        assert_eq!(word_diff(&lines, &changed).iter().filter(|one| one.kind != SegmentKind::Same).count(), 2);
    }

    #[test]
    fn similar_texts_share_their_words() {
        assert!((similarity("", "") - 1.0).abs() < 1e-9);
        assert!((similarity("a b c d", "a b c e") - 0.75).abs() < 1e-9);
        assert!(similarity("where is my order", "SELECT * FROM t") < 0.1);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_put_together_again(before in "[ab \n.]{0,40}", after in "[ab \n.]{0,40}") {
            let segments = word_diff(&before, &after);
            let side = |not: SegmentKind| {
                let own = segments.iter().filter(|segment| segment.kind != not);
                own.map(|segment| segment.text.as_str()).collect::<String>()
            };
            prop_assert_eq!(side(SegmentKind::Added), before.clone());
            prop_assert_eq!(side(SegmentKind::Removed), after.clone());
        }
    }
}
