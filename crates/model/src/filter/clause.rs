//! The grammar that the languages share: tokens become clauses, identifiers are split, values are read.

use std::ops::Range;

use super::error::FilterError;
use super::lexer::{Kind, Token, tokens};
use super::{Like, NumberOp, NumberTest, Regexp, TextTest};

/// Longest filter in bytes; a longer one is a mistake.
const MAX_BYTES: usize = 100_000;

/// Invalid clauses that an error names.
const MAX_SHOWN: usize = 50;

/// An operator as written, in upper case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparator {
    pub(super) text: String,
    pub(super) at: Range<usize>,
}

/// The right-hand side of a clause.
#[derive(Debug, Clone)]
pub(super) enum Operand<'t> {
    /// Of `IS NULL` and `IS NOT NULL`.
    None,
    /// A token that should be a text or a number.
    Token(Token<'t>),
    /// What stands in parentheses.
    List(Vec<Token<'t>>, Range<usize>),
}

/// A clause whose identifier and value are still to be made sense of.
#[derive(Debug, Clone)]
pub(super) struct Clause<'t> {
    pub(super) source: &'t str,
    pub(super) identifier: Token<'t>,
    pub(super) comparator: Comparator,
    pub(super) operand: Operand<'t>,
}

const WORD_COMPARATORS: [&str; 3] = ["LIKE", "ILIKE", "RLIKE"];

/// Begins the message about what is no clause.
const INVALID_CLAUSES: &str = "Invalid clause(s) in filter string: ";

/// Splits a filter of the languages in whose messages MLflow names what is no clause without quotes.
pub(super) fn clauses_named_plainly(source: &str) -> Result<Vec<Clause<'_>>, FilterError> {
    clauses(source).map_err(|error| match error.message.starts_with(INVALID_CLAUSES) {
        true => FilterError::new(format!("{INVALID_CLAUSES}{}", &source[error.at.clone()]), error.at.clone()),
        false => error,
    })
}

/// Splits a filter into clauses.
pub(super) fn clauses(source: &str) -> Result<Vec<Clause<'_>>, FilterError> {
    check_length(source)?;
    clauses_of(source, &tokens(source))
}

/// Groups the tokens of a filter to clauses.
pub(super) fn clauses_of<'t>(source: &'t str, tokens: &[Token<'t>]) -> Result<Vec<Clause<'t>>, FilterError> {
    check_semicolons(source, tokens)?;
    let groups = group_lengths(tokens);
    let mut clauses = Vec::new();
    let mut invalid: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is_word("AND") {
            at += 1;
        } else if let Some((clause, length)) = clause(source, &tokens[at..], &groups[at..]) {
            clauses.push(clause);
            at += length;
        } else if tokens[at].is_mark("(") {
            let length = groups[at].unwrap_or(1);
            invalid.push(tokens[at].at.start..tokens[at + length - 1].at.end);
            at += length;
        } else {
            invalid.push(tokens[at].at.clone());
            at += 1;
        }
    }
    if let (Some(first), Some(last)) = (invalid.first(), invalid.last()) {
        let shown: Vec<String> =
            invalid.iter().take(MAX_SHOWN).map(|at| format!("'{}'", &source[at.clone()])).collect();
        let message = format!("{INVALID_CLAUSES}{}", shown.join(", "));
        return Err(FilterError::new(message, first.start..last.end));
    }
    for clause in &clauses {
        if !matches!(clause.identifier.kind, Kind::Word | Kind::Quoted) {
            let message = format!(
                "Invalid comparison clause. Expected 'Identifier' found '{}'",
                clause.identifier.text
            );
            return Err(FilterError::new(message, clause.identifier.at.clone()));
        }
    }
    Ok(clauses)
}

pub(super) fn check_length(source: &str) -> Result<(), FilterError> {
    if source.len() <= MAX_BYTES {
        return Ok(());
    }
    Err(FilterError::new(format!("The filter is longer than {MAX_BYTES} bytes."), 0..source.len()))
}

fn check_semicolons(source: &str, tokens: &[Token<'_>]) -> Result<(), FilterError> {
    match tokens.iter().position(|token| token.is_mark(";")) {
        Some(index) if index + 1 < tokens.len() => {
            let message = format!(
                "Search filter contained multiple expression {}. Provide AND-ed expression list.",
                super::error::python_text(source)
            );
            Err(FilterError::new(message, tokens[index].at.clone()))
        }
        _ => Ok(()),
    }
}

/// Returns for each token that opens a group in parentheses how many tokens the group has, if it is closed.
fn group_lengths(tokens: &[Token<'_>]) -> Vec<Option<usize>> {
    let mut lengths = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.is_mark("(") {
            open.push(index);
        } else if token.is_mark(")")
            && let Some(start) = open.pop()
        {
            lengths[start] = Some(index + 1 - start);
        }
    }
    lengths
}

/// Reads a clause from the beginning of some tokens; returns how many it has.
fn clause<'t>(
    source: &'t str,
    tokens: &[Token<'t>],
    groups: &[Option<usize>],
) -> Option<(Clause<'t>, usize)> {
    let (identifier, rest) = tokens.split_first()?;
    let is_left = matches!(identifier.kind, Kind::Word | Kind::Quoted | Kind::Expression | Kind::Single);
    // MLflow's tokenizer takes this bare word for the name of a type.
    if !is_left || identifier.is_word("text") {
        return None;
    }
    let made = |comparator: String, comparators: &[Token<'t>], operand: Operand<'t>, length: usize| {
        let at = comparators[0].at.start..comparators[comparators.len() - 1].at.end;
        let comparator = Comparator { text: comparator, at };
        Some((Clause { source, identifier: identifier.clone(), comparator, operand }, length))
    };
    let first = rest.first()?;
    let is = |index: usize, word: &str| rest.get(index).is_some_and(|token| token.is_word(word));
    if first.is_word("IS") {
        if is(1, "NULL") {
            return made("IS NULL".to_owned(), &rest[..2], Operand::None, 3);
        }
        let is_not_null = is(1, "NOT") && is(2, "NULL");
        return is_not_null.then(|| made("IS NOT NULL".to_owned(), &rest[..3], Operand::None, 4)).flatten();
    }
    let n_words =
        if first.is_word("IN") { Some(1) } else { (first.is_word("NOT") && is(1, "IN")).then_some(2) };
    if let Some(n_words) = n_words {
        let group =
            rest.get(n_words..).filter(|group| group.first().is_some_and(|token| token.is_mark("(")))?;
        let length = groups[1 + n_words]?;
        let at = group[0].at.start..group[length - 1].at.end;
        let operand = Operand::List(group[1..length - 1].to_vec(), at);
        let comparator = if n_words == 1 { "IN" } else { "NOT IN" };
        return made(comparator.to_owned(), &rest[..n_words], operand, 1 + n_words + length);
    }
    let comparator = match first.kind {
        Kind::Operator => first.text.to_owned(),
        _ => WORD_COMPARATORS.into_iter().find(|word| first.is_word(word))?.to_owned(),
    };
    let value = rest.get(1)?;
    if value.is_mark("(") {
        let length = groups[2]?;
        let at = value.at.start..rest[length].at.end;
        return made(comparator, &rest[..1], Operand::List(rest[2..length].to_vec(), at), 2 + length);
    }
    let is_value = value.kind != Kind::Mark && value.kind != Kind::Operator && !value.is_word("AND");
    is_value.then(|| made(comparator, &rest[..1], Operand::Token(value.clone()), 3)).flatten()
}

/// An identifier, split at its first dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identifier<'t> {
    /// What stands before the dot, without backticks; absent without a dot.
    pub(super) entity: Option<&'t str>,
    /// The rest, without quotes.
    pub(super) key: &'t str,
    pub(super) at: Range<usize>,
}

/// Splits an identifier.
pub(super) fn identifier(text: &str, at: Range<usize>) -> Identifier<'_> {
    match text.split_once('.') {
        None => Identifier { entity: None, key: unquoted_key(text), at },
        Some((entity, key)) => {
            Identifier { entity: Some(without(entity, '`').unwrap_or(entity)), key: unquoted_key(key), at }
        }
    }
}

fn without(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// Takes the quotes off a key: single or double ones, then backticks.
pub(super) fn unquoted_key(key: &str) -> &str {
    let key = unquoted(key).unwrap_or(key);
    without(key, '`').unwrap_or(key)
}

/// Takes the quotes off a value. A quote inside it stays as it was written, as in MLflow.
fn unquoted(text: &str) -> Option<&str> {
    without(text, '\'').or_else(|| without(text, '"'))
}

impl<'t> Clause<'t> {
    /// Returns where all of it stands.
    pub(super) fn value_at(&self) -> Range<usize> {
        match &self.operand {
            Operand::None => self.comparator.at.clone(),
            Operand::Token(token) => token.at.clone(),
            Operand::List(_, at) => at.clone(),
        }
    }

    /// Returns the right-hand side as written.
    pub(super) fn value_text(&self) -> &'t str {
        &self.source[self.value_at()]
    }

    pub(super) fn value_error(&self, message: impl Into<String>) -> FilterError {
        FilterError::new(message, self.value_at())
    }

    pub(super) fn comparator_error(&self, message: impl Into<String>) -> FilterError {
        FilterError::new(message, self.comparator.at.clone())
    }

    pub(super) fn is_null_test(&self) -> bool {
        matches!(self.operand, Operand::None)
    }

    /// Returns the value if it is a number.
    pub(super) fn number(&self) -> Option<f64> {
        match &self.operand {
            Operand::Token(token) if token.kind == Kind::Number => token.text.parse().ok(),
            _ => None,
        }
    }

    /// Returns the value if it is a quoted text; an unquoted word is an error of its own.
    pub(super) fn quoted_text(&self) -> Result<Option<&'t str>, FilterError> {
        match &self.operand {
            Operand::Token(token) => match token.kind {
                Kind::Single | Kind::Quoted | Kind::Word | Kind::Expression => {
                    unquoted(token.text).map(Some).ok_or_else(|| {
                        self.value_error(format!(
                            "Parameter value is either not quoted or unidentified quote types used for string value {}. \
                             Use either single or double quotes.",
                            token.text
                        ))
                    })
                }
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// Returns the value if it is a list of quoted texts.
    pub(super) fn list(&self) -> Result<Option<Vec<String>>, FilterError> {
        let Operand::List(tokens, _) = &self.operand else { return Ok(None) };
        if tokens.is_empty() {
            let message = "While parsing a list in the query, expected a non-empty list of string values, but got empty list";
            return Err(self.value_error(message));
        }
        let mut texts = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            if index % 2 == 1 {
                if !token.is_mark(",") {
                    let message = "While parsing a list in the query, expected a non-empty list of string values, but got \
                                   ill-formed list.";
                    return Err(self.value_error(message));
                }
                continue;
            }
            match (token.kind, unquoted(token.text)) {
                (Kind::Single | Kind::Quoted, Some(text)) => texts.push(text.to_owned()),
                _ => {
                    return Err(self.value_error(format!(
                        "While parsing a list in the query, expected string value, punctuation, or whitespace, but got \
                         different type in list: {}",
                        self.value_text()
                    )));
                }
            }
        }
        Ok(Some(texts))
    }

    /// Returns the comparison as one of numbers.
    pub(super) fn number_op(&self) -> Option<NumberOp> {
        [
            NumberOp::Eq,
            NumberOp::NotEq,
            NumberOp::Greater,
            NumberOp::GreaterEq,
            NumberOp::Less,
            NumberOp::LessEq,
        ]
        .into_iter()
        .find(|op| op.as_str() == self.comparator.text)
    }

    pub(super) fn number_test(&self, value: f64) -> Option<NumberTest> {
        self.number_op().map(|op| NumberTest { op, value })
    }

    /// Returns the comparison with a text, if it is one of texts.
    pub(super) fn text_test(&self, text: &str) -> Result<Option<TextTest>, FilterError> {
        Ok(Some(match self.comparator.text.as_str() {
            "=" => TextTest::Eq(text.to_owned()),
            "!=" => TextTest::NotEq(text.to_owned()),
            "LIKE" => TextTest::Like(Like::new(text, false)),
            "ILIKE" => TextTest::Like(Like::new(text, true)),
            "RLIKE" => TextTest::Regexp(Regexp::new(text, self.value_at())?),
            _ => return Ok(None),
        }))
    }

    /// Returns the comparison with a list.
    pub(super) fn list_test(&self, list: Vec<String>) -> Option<TextTest> {
        match self.comparator.text.as_str() {
            "IN" => Some(TextTest::In(list)),
            "NOT IN" => Some(TextTest::NotIn(list)),
            _ => None,
        }
    }
}
