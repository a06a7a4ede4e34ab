//! What an editor of queries needs to know: which part of the text is what, what may stand at the caret, how to mend an error.

use std::ops::Range;

use super::clause::identifier;
use super::error::FilterError;
use super::lexer::{Kind, Token, tokens};
use super::query::{self, Part, is_operator, parts};
use super::trace::{ATTRIBUTES, TraceFilter};

/// What a part of a query is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// The left-hand side of a comparison.
    Key,
    /// `=`, `LIKE`, `IS NULL` …
    Operator,
    /// A text to compare with.
    Text,
    /// A number to compare with, with its unit.
    Number,
    /// `AND`.
    And,
    /// Text to search for as it is.
    Plain,
    /// Anything else.
    Other,
}

/// What may stand at the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A key, or text to search for.
    Key,
    /// An operator after this key.
    Operator(String),
    /// A value of this key; whether it goes into a list.
    Value(String, bool),
    /// `AND`.
    And,
}

/// A place for a completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What may stand there.
    pub expected: Expected,
    /// What it replaces: the bytes of the word at the caret, up to the end of that word.
    pub replaces: Range<usize>,
    /// That word up to the caret, without quotes.
    pub prefix: String,
}

/// What an editor shows of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its parts in order.
    pub parts: Vec<(PartKind, Range<usize>)>,
    /// Why it is refused.
    pub error: Option<FilterError>,
    /// How to mend that.
    pub hint: Option<String>,
}

/// Reads a query.
pub fn read(source: &str) -> Reading {
    let mut found = Vec::new();
    for part in parts(source) {
        match part {
            Part::Text(at) => found.push((PartKind::Plain, at)),
            Part::Comparison(at) => {
                let inside = tokens(&source[at.clone()]);
                found.extend(inside.iter().enumerate().map(|(index, token)| {
                    (kind_of(&inside, index), at.start + token.at.start..at.start + token.at.end)
                }));
            }
        }
    }
    let ands = found.len();
    if ands > 0 {
        let is_free = |token: &Token<'_>| {
            !found.iter().any(|(_, at)| at.start < token.at.end && token.at.start < at.end)
        };
        let joins: Vec<_> =
            tokens(source).into_iter().filter(|token| token.is_word("AND") && is_free(token)).collect();
        found.extend(joins.into_iter().map(|token| (PartKind::And, token.at)));
        found.sort_by_key(|(_, at)| at.start);
    }
    let error = TraceFilter::parse_query(source).err();
    let hint = error.as_ref().and_then(|error| hint(source, error));
    Reading { parts: found, error, hint }
}

fn kind_of(tokens: &[Token<'_>], index: usize) -> PartKind {
    let token = &tokens[index];
    let is_word = |words: &[&str]| words.iter().any(|word| token.is_word(word));
    match token.kind {
        Kind::Operator if is_operator(token.text) => PartKind::Operator,
        Kind::Word if index == 0 => PartKind::Key,
        Kind::Word if is_word(&["LIKE", "ILIKE", "RLIKE", "IN", "NOT", "IS", "NULL"]) => PartKind::Operator,
        Kind::Quoted | Kind::Expression if index == 0 => PartKind::Key,
        Kind::Single | Kind::Quoted => PartKind::Text,
        Kind::Number => PartKind::Number,
        // A unit, which touches its number.
        Kind::Word
            if index > 0
                && tokens[index - 1].kind == Kind::Number
                && tokens[index - 1].at.end == token.at.start =>
        {
            PartKind::Number
        }
        _ => PartKind::Other,
    }
}

/// Returns what may stand at a byte of a query.
pub fn completion_at(source: &str, caret: usize) -> Completion {
    let caret = floor_boundary(source, caret.min(source.len()));
    let word = word_at(source, caret);
    let before = tokens(&source[..word.start]);
    // Only what follows the last AND counts.
    let part = before.rsplit(|token| token.is_word("AND")).next().unwrap_or_default();
    let prefix = source[word.start..caret].trim_start_matches(['\'', '"']).to_owned();
    let expected = expected_after(part);
    Completion { expected, replaces: word, prefix }
}

fn expected_after(part: &[Token<'_>]) -> Expected {
    let Some((key, rest)) = part.split_first() else { return Expected::Key };
    let key_text = key.text.to_owned();
    match rest {
        [] => Expected::Operator(key_text),
        [operator] if operator.kind == Kind::Operator => Expected::Value(key_text, false),
        [word] if ["LIKE", "ILIKE", "RLIKE"].iter().any(|like| word.is_word(like)) => {
            Expected::Value(key_text, false)
        }
        [word] if word.is_word("NOT") || word.is_word("IS") => Expected::Operator(key_text),
        [.., last]
            if (last.is_mark("(") || last.is_mark(",")) && rest.iter().any(|token| token.is_word("IN")) =>
        {
            Expected::Value(key_text, true)
        }
        [word] if word.kind == Kind::Word => Expected::Operator(key_text),
        _ => Expected::And,
    }
}

/// Returns the word that the caret touches: back to a blank, parenthesis or operator, or to the quote that is open there.
fn word_at(source: &str, caret: usize) -> Range<usize> {
    if let Some(open) = open_quote(&source[..caret]) {
        let quote = &source[open..=open];
        let rest = &source[caret..];
        // The text ends at its closing quote; without one it ends at the caret.
        let end = rest.find(quote).map_or(caret, |at| caret + at + 1);
        return open..end;
    }
    let is_edge = |c: char| c.is_whitespace() || "(),=<>!".contains(c);
    let start = source[..caret]
        .rfind(is_edge)
        .map_or(0, |at| at + source[at..].chars().next().map_or(1, char::len_utf8));
    let end = source[caret..].find(is_edge).map_or(source.len(), |at| caret + at);
    start..end
}

/// Returns where a quote is opened that is not closed.
fn open_quote(text: &str) -> Option<usize> {
    let mut open: Option<(usize, char)> = None;
    for (at, character) in text.char_indices() {
        match open {
            Some((_, quote)) if character == quote => open = None,
            None if matches!(character, '\'' | '"') => {
                // An apostrophe within a word opens nothing.
                let before = text[..at].chars().next_back();
                if !before.is_some_and(char::is_alphanumeric) {
                    open = Some((at, character));
                }
            }
            _ => {}
        }
    }
    open.map(|(at, _)| at)
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Says how to mend a query, if the place of the error tells.
fn hint(source: &str, error: &FilterError) -> Option<String> {
    let part = source.get(error.at.clone())?;
    let message = error.message.as_str();
    if message.starts_with("Invalid attribute key") || message.starts_with("Invalid entity type") {
        let name = identifier(part, error.at.clone());
        let known = ATTRIBUTES.iter().chain(&query::KEYS).chain(&[
            "tags.",
            "metadata.",
            "span.",
            "feedback.",
            "expectation.",
        ]);
        let near = nearest(name.entity.unwrap_or(name.key), known.copied());
        return Some(match near {
            Some(near) => format!("Did you mean {near}?"),
            None => "Tags are tags.<key>, facts from the client metadata.<key>; in quotes it is text to search for.".to_owned(),
        });
    }
    if message.starts_with("Invalid span attribute") {
        return Some("A span has name, type, status, content and attributes.<key>.".to_owned());
    }
    if message.starts_with("Invalid comparator")
        || message.contains(" comparator '")
        || message.starts_with("Comparator")
    {
        return Some("Take one of those, or put the whole in quotes to search for it as text.".to_owned());
    }
    if message.starts_with("Parameter value is either not quoted") || message.starts_with("Expected a quoted")
    {
        return Some(format!("Put it in quotes: '{}'", part.trim_matches(['\'', '"'])));
    }
    if message.starts_with("Invalid clause") {
        return Some(if source[..error.at.end].contains(['\'', '"']) && open_quote(source).is_some() {
            "A quote is not closed.".to_owned()
        } else {
            "A comparison is a key, an operator and a value, such as status = 'ERROR'; several are joined by AND. Text goes in quotes if it has operators.".to_owned()
        });
    }
    None
}

/// Returns the known word that differs in at most two letters.
fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_ascii_lowercase();
    known
        .map(|candidate| (distance(&word, candidate.trim_end_matches('.')), candidate))
        .filter(|(distance, candidate)| *distance <= 2 && *distance < candidate.len() / 2 + 1)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance; words beyond 32 bytes are far from all keys.
fn distance(left: &str, right: &str) -> usize {
    if left.len() > 32 {
        return left.len();
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let cost = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the caret; what is replaced is returned with what is expected.
    fn check(marked: &str, expected: &Expected, replaced: &str) {
        let caret = marked.find('|').expect("a caret");
        let source = marked.replacen('|', "", 1);
        let found = completion_at(&source, caret);
        assert_eq!(found.expected, *expected, "{marked}");
        assert_eq!(&source[found.replaces], replaced, "{marked}");
    }

    #[test]
    fn the_caret_tells_what_may_stand_there() {
        let operator = |key: &str| Expected::Operator(key.to_owned());
        let value = |key: &str| Expected::Value(key.to_owned(), false);
        check("|", &Expected::Key, "");
        check("sta|", &Expected::Key, "sta");
        check("sta|tus", &Expected::Key, "status");
        check("status |", &operator("status"), "");
        check("status L|", &operator("status"), "L");
        check("status =|", &value("status"), "");
        check("status = |", &value("status"), "");
        check("status = 'ER|", &value("status"), "'ER");
        check("status = 'ER|ROR' AND x", &value("status"), "'ERROR'");
        check("status = 'two words|'", &value("status"), "'two words'");
        check("span.name LIKE '|", &value("span.name"), "'");
        check("status IN (|", &Expected::Value("status".to_owned(), true), "");
        check("status IN ('OK', |", &Expected::Value("status".to_owned(), true), "");
        check("status = 'OK' |", &Expected::And, "");
        check("status = 'OK' A|", &Expected::And, "A");
        check("status = 'OK' AND |", &Expected::Key, "");
        check("status = 'OK' AND du|", &Expected::Key, "du");
        check("tags.`a b` |", &operator("tags.`a b`"), "");
        check("ärger AND st|", &Expected::Key, "st");
    }

    #[test]
    fn parts_have_kinds() {
        let source = "card AND duration >= 1.5s AND status IN ('OK')";
        let kinds: Vec<_> = read(source).parts.into_iter().map(|(kind, at)| (kind, &source[at])).collect();
        assert_eq!(
            kinds,
            [
                (PartKind::Plain, "card"),
                (PartKind::And, "AND"),
                (PartKind::Key, "duration"),
                (PartKind::Operator, ">="),
                (PartKind::Number, "1.5"),
                (PartKind::Number, "s"),
                (PartKind::And, "AND"),
                (PartKind::Key, "status"),
                (PartKind::Operator, "IN"),
                (PartKind::Other, "("),
                (PartKind::Text, "'OK'"),
                (PartKind::Other, ")"),
            ]
        );
    }

    #[test]
    fn errors_come_with_what_to_do() {
        for (source, at, hint) in [
            ("staus = 'OK'", "staus", "Did you mean status?"),
            ("duraton > 2s", "duraton", "Did you mean duration?"),
            ("tgas.k = 'v'", "tgas.k", "Did you mean tags.?"),
            ("status = OK", "OK", "Put it in quotes: 'OK'"),
            ("status = 'OK", "status", "A quote is not closed."),
            ("span.name LIKE 'a", "span.name", "A quote is not closed."),
            ("name ILIKE \"a", "name", "A quote is not closed."),
        ] {
            let reading = read(source);
            let error = reading.error.expect(source);
            assert!(source[error.at.clone()].starts_with(at), "{source}: {error:?}");
            assert_eq!(reading.hint.as_deref(), Some(hint), "{source}");
        }
        assert_eq!(read("payment failed").error, None);
    }

    #[test]
    fn any_text_can_be_read_anywhere() {
        for source in
            ["'", "\"", "ä'ö", "((((", "a = ", "AND AND", "= = =", "\u{1F600}'", "''''", "x IN (", "IS"]
        {
            let _ = read(source);
            for caret in 0..=source.len() + 1 {
                let found = completion_at(source, caret);
                assert!(source.get(found.replaces).is_some(), "{source} at {caret}");
            }
        }
    }
}
