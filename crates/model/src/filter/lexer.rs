//! Splits a filter into tokens.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or an identifier with its dots and quoted keys.
    Word,
    /// A word with an arithmetic sign in it, such as `tags.a-b`: meant as an identifier, but it would need quotes.
    Expression,
    /// A text in single quotes.
    Single,
    /// A text in double quotes or backticks: a key, or on the right-hand side a value.
    Quoted,
    /// A number, with its sign.
    Number,
    /// `=`, `!=`, `<` and so on.
    Operator,
    /// One of `(`, `)` and `,`, or any other character.
    Mark,
}

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) at: Range<usize>,
}

impl Token<'_> {
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }
}

fn begins_word(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn is_in_word(character: char) -> bool {
    character.is_alphanumeric() || "_$#@:".contains(character)
}

/// Splits a text into tokens; every text has some.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let is_value = tokens.last().is_some_and(|token| token.kind == Kind::Operator);
        let (kind, length) = match first {
            '\'' => quoted(rest, '\'').map_or((Kind::Mark, 1), |length| (Kind::Single, length)),
            '"' | '`' => word(rest),
            '=' | '<' | '>' | '!' | '~' => {
                let length = rest.find(|c: char| !"=<>!~".contains(c)).unwrap_or(rest.len());
                (Kind::Operator, length)
            }
            '0'..='9' => number(rest),
            '-' | '+' if is_value && rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                let (kind, length) = number(&rest[1..]);
                (kind, length + 1)
            }
            _ if begins_word(first) => word(rest),
            _ => (Kind::Mark, first.len_utf8()),
        };
        tokens.push(Token { kind, text: &rest[..length], at: at..at + length });
        at += length;
    }
    tokens
}

/// Returns the length of a quoted text with its quotes, if it is closed. A doubled or escaped quote does not close it.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        if character == quote && next != Some(quote) {
            return Some(at + 1);
        }
        if next == Some(quote) && (character == quote || character == '\\') {
            characters.next();
        }
    }
    None
}

/// Returns an identifier: words and quoted keys, joined by dots.
fn word(text: &str) -> (Kind, usize) {
    let mut length = 0;
    let mut is_expression = false;
    let mut is_quoted_alone = true;
    loop {
        let rest = &text[length..];
        match rest.chars().next() {
            Some(quote @ ('"' | '`')) => match quoted(rest, quote) {
                Some(n) => length += n,
                None if length == 0 => return (Kind::Mark, 1),
                None => break,
            },
            _ => {
                is_quoted_alone = false;
                length += rest.find(|c| !is_in_word(c)).unwrap_or(rest.len());
            }
        }
        let rest = &text[length..];
        let mut next = rest.chars();
        match (next.next(), next.next()) {
            (Some('.'), _) => {
                is_quoted_alone = false;
                length += 1;
            }
            (Some('-' | '+' | '/' | '*' | '%'), Some(after)) if is_in_word(after) => {
                is_expression = true;
                length += 1;
            }
            _ => break,
        }
    }
    let kind = match (is_expression, is_quoted_alone) {
        (true, _) => Kind::Expression,
        (false, true) => Kind::Quoted,
        (false, false) => Kind::Word,
    };
    (kind, length)
}

/// Returns a number: digits, a fraction, an exponent.
fn number(text: &str) -> (Kind, usize) {
    let digits = |from: usize| {
        let rest = &text[from..];
        rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let mut length = digits(0);
    if text[length..].starts_with('.') {
        length += 1 + digits(length + 1);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['-', '+']));
        let n_digits = digits(length + 1 + sign);
        if n_digits > 0 {
            length += 1 + sign + n_digits;
        }
    }
    (Kind::Number, length)
}
