//! The language of the query bar: that of `traces/search`, with plain text, the columns of the list as keys, and units.
//!
//! What has no comparison in it is searched for as it is, in the text of spans; a trace id finds its trace. Parts joined by `AND`
//! may be either. Keys that MLflow lacks: see [`KEYS`]; `duration > 1.5s` knows `us`, `ms`, `s`, `m` and `h`; `=` asks a span
//! attribute for exactly this value.

use std::ops::Range;

use super::clause::{Clause, Operand, check_length, clauses_of, identifier, unquoted_key};
use super::error::{FilterError, set_of};
use super::lexer::{Kind, Token, tokens};
use super::order::{Direction, item};
use super::trace::{
    NumberField, SpanField, TextField, TraceClause, TraceFilter, TraceOrder, TraceOrderKey, label,
};
use super::{Like, NumberTest, Regexp, TextTest, evaluate};
use crate::TraceId;

/// Keys that stand for columns of the list, beyond those of MLflow.
pub const KEYS: [&str; 9] =
    ["cost", "duration", "errors", "service", "session", "source", "spans", "tokens", "user"];

/// Words of `source`.
pub const SOURCES: [&str; 2] = ["mlflow", "opentelemetry"];

/// Milliseconds of each unit of time; without one a number means milliseconds.
const UNITS: [(&str, f64); 6] =
    [("ns", 1e-6), ("us", 1e-3), ("ms", 1.0), ("s", 1e3), ("m", 60e3), ("h", 3_600e3)];

const TEXT_COMPARATORS: [&str; 7] = ["!=", "=", "ILIKE", "IN", "LIKE", "NOT IN", "RLIKE"];
const NUMBER_COMPARATORS: [&str; 6] = ["!=", "<", "<=", "=", ">", ">="];

impl TraceFilter {
    /// Parses what was typed into the query bar; nothing holds for every trace.
    ///
    /// # Errors
    ///
    /// It has comparisons, and is no filter of this language.
    pub fn parse_query(source: &str) -> Result<Self, FilterError> {
        check_length(source)?;
        let mut filter = Self::default();
        // A text stays one clause of spaces for the grammar, so that places in the rest stay true.
        let mut rest = source.to_owned();
        for part in parts(source) {
            if let Part::Text(at) = part {
                filter.clauses.push(text_clause(&source[at.clone()]));
                rest.replace_range(at.clone(), &" ".repeat(at.len()));
            }
        }
        for parsed in &clauses_of(&rest, &with_units(&rest, tokens(&rest)))? {
            query_clause(parsed, &mut filter.clauses)?;
        }
        Ok(filter)
    }

    /// Whether it asks about spans, which may take long.
    pub fn asks_spans(&self) -> bool {
        self.clauses.iter().any(|clause| matches!(clause, TraceClause::Span(..) | TraceClause::SpanText(_)))
    }
}

impl TraceOrder {
    /// Parses the one item that the list is sorted by.
    ///
    /// # Errors
    ///
    /// It is none of this language.
    pub fn parse_query(source: &str) -> Result<Self, FilterError> {
        let (identifier, direction): (_, Direction) = item(source)?;
        let number = if identifier.entity.is_none() { number_field(identifier.key) } else { None };
        let key = match (identifier.entity, identifier.key) {
            (None, "session") => Some(TraceOrderKey::Text(TextField::Session)),
            (None, "user") => Some(TraceOrderKey::Text(TextField::User)),
            _ => number.map(TraceOrderKey::Number),
        };
        match key {
            Some(key) => Ok(Self { key, direction }),
            None => Self::parse(&[source.to_owned()])?
                .pop()
                .ok_or_else(|| FilterError::new("An order has a key.", 0..source.len())),
        }
    }
}

/// A part of a query between two `AND`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Text to search for.
    Text(Range<usize>),
    /// One comparison, or what is to become one.
    Comparison(Range<usize>),
}

/// Splits a query at its `AND`s; one without any comparison is one text, whatever words it has.
pub(super) fn parts(source: &str) -> Vec<Part> {
    let tokens = tokens(source);
    let range = |tokens: &[Token<'_>]| match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => Some(first.at.start..last.at.end),
        _ => None,
    };
    if !has_comparison(&tokens) {
        return range(&tokens).map(Part::Text).into_iter().collect();
    }
    let split = tokens.split(|token| token.is_word("AND"));
    let part = |part: &[Token<'_>]| {
        let at = range(part)?;
        Some(if has_comparison(part) { Part::Comparison(at) } else { Part::Text(at) })
    };
    split.filter_map(part).collect()
}

/// Words such as `is` and `like` are comparisons only before what they compare with, for they are in any text.
fn has_comparison(tokens: &[Token<'_>]) -> bool {
    tokens.iter().enumerate().any(|(index, token)| {
        let next = tokens.get(index + 1);
        let next_is = |word: &str| next.is_some_and(|next| next.is_word(word));
        match token.kind {
            Kind::Operator => is_operator(token.text),
            _ if index == 0 => false,
            _ if token.is_word("IS") => next_is("NULL") || next_is("NOT"),
            _ if token.is_word("IN") => next.is_some_and(|next| next.is_mark("(")),
            _ if ["LIKE", "ILIKE", "RLIKE"].iter().any(|word| token.is_word(word)) => {
                // A quote that is not closed was meant as one.
                next.is_some_and(|next| {
                    matches!(next.kind, Kind::Single | Kind::Quoted)
                        || next.is_mark("'")
                        || next.is_mark("\"")
                })
            }
            _ => false,
        }
    })
}

/// Makes one token of a number and the unit that touches it.
fn with_units<'t>(source: &'t str, tokens: Vec<Token<'t>>) -> Vec<Token<'t>> {
    let mut merged: Vec<Token<'t>> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match merged.last_mut() {
            Some(number)
                if number.kind == Kind::Number
                    && token.kind == Kind::Word
                    && number.at.end == token.at.start =>
            {
                number.at.end = token.at.end;
                number.text = &source[number.at.clone()];
            }
            _ => merged.push(token),
        }
    }
    merged
}

pub(super) fn is_operator(text: &str) -> bool {
    matches!(text, "=" | "!=" | "<" | "<=" | ">" | ">=" | "==" | "<>")
}

fn text_clause(text: &str) -> TraceClause {
    let text = unquoted_key(text.trim());
    match TraceId::parse_any(&text.to_ascii_lowercase()) {
        Ok(id) => {
            TraceClause::Text(TextField::RequestId, super::FieldTest::Text(TextTest::Eq(id.to_mlflow())))
        }
        Err(_) => TraceClause::SpanText(text.to_owned()),
    }
}

fn number_field(key: &str) -> Option<NumberField> {
    Some(match key {
        "duration" => NumberField::DurationMs,
        "tokens" => NumberField::Tokens,
        "cost" => NumberField::CostUsd,
        "spans" => NumberField::Spans,
        "errors" => NumberField::Errors,
        _ => return None,
    })
}

fn query_clause(clause: &Clause<'_>, found: &mut Vec<TraceClause>) -> Result<(), FilterError> {
    let identifier = identifier(clause.identifier.text, clause.identifier.at.clone());
    let clause_found = match (identifier.entity, identifier.key) {
        (None, "service") => TraceClause::Service(texts(clause)?),
        (None, "source") => TraceClause::Source(source(clause)?),
        (None, "session") => label(clause, "session", TextField::Session)?,
        (None, "user") => label(clause, "user", TextField::User)?,
        (None, key) if number_field(key).is_some() => number(clause, key)?,
        (Some("span"), key) if key.starts_with("attributes.") && clause.comparator.text == "=" => {
            return attribute_is(clause, &key["attributes.".len()..], found);
        }
        _ => super::trace::clause(clause)?,
    };
    found.push(clause_found);
    Ok(())
}

fn number(clause: &Clause<'_>, key: &str) -> Result<TraceClause, FilterError> {
    let Some(field) = number_field(key) else { return super::trace::clause(clause) };
    let op = clause.number_op().ok_or_else(|| wrong_comparator(clause, &NUMBER_COMPARATORS))?;
    let value = match &clause.operand {
        Operand::Token(token) => quantity(token.text, field == NumberField::DurationMs),
        _ => None,
    };
    let value = value.ok_or_else(|| {
        let example = if field == NumberField::DurationMs { ", such as 250ms or 1.5s" } else { "" };
        clause
            .value_error(format!("Expected a number for '{key}'{example}. Got value {}", clause.value_text()))
    })?;
    Ok(TraceClause::Number(field, NumberTest { op, value }))
}

/// Reads a number, with a unit if it is a time; in quotes or not.
fn quantity(text: &str, is_time: bool) -> Option<f64> {
    let text = unquoted_key(text).trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text[digits.len()..].to_ascii_lowercase();
    let factor = match (unit.as_str(), is_time) {
        ("", _) => 1.0,
        (unit, true) => UNITS.iter().find(|(name, _)| *name == unit)?.1,
        (_, false) => return None,
    };
    digits.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number * factor)
}

fn texts(clause: &Clause<'_>) -> Result<TextTest, FilterError> {
    let test = if clause.is_null_test() {
        None
    } else if let Some(list) = clause.list()? {
        clause.list_test(list)
    } else if let Some(text) = clause.quoted_text()? {
        clause.text_test(text)?
    } else {
        return Err(clause.value_error(format!(
            "Expected a quoted string value for {} (e.g. 'my-value'). Got value {}",
            clause.identifier.text,
            clause.value_text()
        )));
    };
    test.ok_or_else(|| wrong_comparator(clause, &TEXT_COMPARATORS))
}

fn source(clause: &Clause<'_>) -> Result<TextTest, FilterError> {
    let test = texts(clause)?;
    let named: &[String] = match &test {
        TextTest::Eq(name) | TextTest::NotEq(name) => std::slice::from_ref(name),
        TextTest::In(names) | TextTest::NotIn(names) => names,
        TextTest::Like(_) | TextTest::Regexp(_) => &[],
    };
    match named.iter().find(|name| !SOURCES.contains(&name.as_str())) {
        None => Ok(test),
        Some(name) => {
            let message = format!("Invalid source '{name}'. Valid values are {}", set_of(&SOURCES));
            Err(clause.value_error(message))
        }
    }
}

/// The value of an attribute stands as JSON text in the JSON text of its span. The pattern that comes first finds candidates quickly,
/// by its words.
fn attribute_is(clause: &Clause<'_>, key: &str, found: &mut Vec<TraceClause>) -> Result<(), FilterError> {
    let text = match clause.number() {
        Some(_) => clause.value_text(),
        None => clause.quoted_text()?.ok_or_else(|| {
            clause.value_error(format!(
                "Expected a quoted string value for span (e.g. 'my-value'). Got value {}",
                clause.value_text()
            ))
        })?,
    };
    let escaped = |text: &str| {
        let json = evaluate::json_text(text);
        json[1..json.len() - 1].to_owned()
    };
    let key = escaped(unquoted_key(key));
    let (once, twice) = (escaped(text), escaped(&escaped(text)));
    let pattern = Like::new(&format!("%\"{key}\": \"%{twice}%"), false);
    let exact = format!(
        "\"{}\": \"(?:\\\\\"{}\\\\\"|{})\"",
        regex::escape(&key),
        regex::escape(&twice),
        regex::escape(&once)
    );
    found.push(TraceClause::Span(SpanField::Content, TextTest::Like(pattern)));
    let exact = Regexp::new(&exact, clause.value_at())?;
    found.push(TraceClause::Span(SpanField::Content, TextTest::Regexp(exact)));
    Ok(())
}

fn wrong_comparator(clause: &Clause<'_>, valid: &[&str]) -> FilterError {
    clause.comparator_error(format!(
        "Invalid comparator '{}' not one of '{}'",
        clause.comparator.text,
        set_of(valid)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{FieldTest, NumberOp};

    fn parsed(source: &str) -> Vec<TraceClause> {
        TraceFilter::parse_query(source).unwrap_or_else(|error| panic!("{source}: {error}")).clauses
    }

    fn text(text: &str) -> TraceClause {
        TraceClause::SpanText(text.to_owned())
    }

    #[test]
    fn what_has_no_comparison_is_text() {
        for source in ["payment failed", "  payment failed ", "\"payment failed\"", "'payment failed'"] {
            assert_eq!(parsed(source), [text("payment failed")], "{source}");
        }
        // Words of the grammar are in any text.
        for source in ["what is the policy", "salt and pepper", "it looks like rain", "don't", "wow!"] {
            assert_eq!(parsed(source), [text(source)], "{source}");
        }
        assert_eq!(parsed(""), []);
        assert_eq!(parsed("'duration > 2'"), [text("duration > 2")]);
    }

    #[test]
    fn a_trace_id_finds_its_trace_in_either_form() {
        let hex = "0af7651916cd43dd8448eb211c80319c";
        let wanted =
            TraceClause::Text(TextField::RequestId, FieldTest::Text(TextTest::Eq(format!("tr-{hex}"))));
        for source in [hex.to_owned(), hex.to_ascii_uppercase(), format!("tr-{hex}")] {
            assert_eq!(parsed(&source), std::slice::from_ref(&wanted), "{source}");
        }
    }

    #[test]
    fn text_and_comparisons_may_be_joined() {
        let found = parsed("card refused AND status = 'ERROR' AND duration > 1.5s");
        assert_eq!(found[0], text("card refused"));
        assert_eq!(found.len(), 3);
        assert_eq!(parsed("status = 'ERROR' AND card refused").len(), 2);
    }

    #[test]
    fn times_have_units() {
        for (source, millis) in [
            ("duration > 2", 2.0),
            ("duration > 2ms", 2.0),
            ("duration > 1.5s", 1500.0),
            ("duration > 250us", 0.25),
            ("duration > 2m", 120_000.0),
            ("duration > '1h'", 3_600_000.0),
        ] {
            let test = NumberTest { op: NumberOp::Greater, value: millis };
            assert_eq!(parsed(source), [TraceClause::Number(NumberField::DurationMs, test)], "{source}");
        }
    }

    #[test]
    fn errors_stand_where_they_are() {
        for (source, part) in [
            ("payment AND staus = 'OK'", "staus"),
            ("payment AND duration > 2days", "2days"),
            ("duration LIKE 's'", "LIKE"),
            ("tokens > 5s", "5s"),
            ("status = OK", "OK"),
            ("source = 'jaeger'", "'jaeger'"),
            ("service > 'a'", ">"),
        ] {
            let error = TraceFilter::parse_query(source).expect_err(source);
            assert_eq!(&source[error.at.clone()], part, "{source}: {error}");
        }
    }

    #[test]
    fn an_attribute_is_compared_whole() {
        let TraceClause::Span(SpanField::Content, TextTest::Regexp(exact)) =
            &parsed("span.attributes.`a.b` = 'say \"x\"'")[1]
        else {
            panic!("the second test is exact");
        };
        // MLflow stores the JSON text of a value within the JSON text of its span.
        assert!(exact.matches(r#"{"a.b": "\"say \\\"x\\\"\"", "c": "1"}"#));
        assert!(!exact.matches(r#"{"a.b": "\"say \\\"x\\\" now\""}"#));
        let TraceClause::Span(SpanField::Content, TextTest::Regexp(exact)) =
            &parsed("span.attributes.n = 4")[1]
        else {
            panic!("the second test is exact");
        };
        assert!(exact.matches(r#"{"n": "4"}"#) && !exact.matches(r#"{"n": "42"}"#));
    }

    #[test]
    fn the_list_is_sorted_by_its_columns() {
        let order = |source: &str| TraceOrder::parse_query(source).map(|order| (order.key, order.direction));
        let number = TraceOrderKey::Number;
        assert_eq!(order("duration DESC"), Ok((number(NumberField::DurationMs), Direction::Descending)));
        assert_eq!(order("timestamp"), Ok((number(NumberField::TimestampMs), Direction::Ascending)));
        assert_eq!(order("session"), Ok((TraceOrderKey::Text(TextField::Session), Direction::Ascending)));
        assert!(order("services").is_err() && order("duration UP").is_err() && order("").is_err());
    }
}
