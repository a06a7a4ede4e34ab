//! The language of `experiments/search`.

use super::clause::{Clause, Identifier, clauses_named_plainly, identifier};
use super::error::{FilterError, set_of};
use super::order::{Direction, item};
use super::{FieldTest, NumberTest, TextTest};
use crate::ExperimentId;

/// A filter over experiments: all clauses hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExperimentFilter {
    /// The clauses, in the order written.
    pub clauses: Vec<ExperimentClause>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum ExperimentClause {
    /// About the name.
    Name(TextTest),
    /// It is, or is not, one of these.
    Ids(Vec<ExperimentId>, bool),
    /// When it was made, in milliseconds since the Unix epoch.
    CreationTime(NumberTest),
    /// When it was last changed, in milliseconds since the Unix epoch.
    LastUpdateTime(NumberTest),
    /// About a tag.
    Tag(String, FieldTest),
}

/// What experiments are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExperimentOrder {
    /// The key.
    pub key: ExperimentOrderKey,
    /// Which end comes first.
    pub direction: Direction,
}

/// Keys of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExperimentOrderKey {
    /// The name.
    Name,
    /// The id.
    Id,
    /// When it was made.
    CreationTime,
    /// When it was last changed.
    LastUpdateTime,
}

const ATTRIBUTES: [&str; 4] = ["creation_time", "experiment_id", "last_update_time", "name"];

impl ExperimentFilter {
    /// Parses a filter; an empty one holds for every experiment.
    ///
    /// # Errors
    ///
    /// The text is no filter of this language.
    pub fn parse(source: &str) -> Result<Self, FilterError> {
        let clauses = clauses_named_plainly(source)?.iter().map(clause).collect::<Result<_, _>>()?;
        Ok(Self { clauses })
    }
}

impl ExperimentOrder {
    /// Parses the items of an order.
    ///
    /// # Errors
    ///
    /// An item is none of this language; positions are within their item.
    pub fn parse(items: &[String]) -> Result<Vec<Self>, FilterError> {
        items.iter().map(|item| order(item)).collect()
    }
}

/// Whether an identifier is that of a tag, else of an attribute.
fn is_tag(identifier: &Identifier<'_>) -> Result<bool, FilterError> {
    match identifier.entity {
        Some("tag" | "tags") => Ok(true),
        None | Some("attribute" | "attributes") => {
            if ATTRIBUTES.contains(&identifier.key) {
                return Ok(false);
            }
            let message = format!(
                "Invalid attribute key '{}' specified. Valid keys are '{}'",
                identifier.key,
                set_of(&ATTRIBUTES)
            );
            Err(FilterError::new(message, identifier.at.clone()))
        }
        Some(other) => {
            let message = format!(
                "Invalid entity type '{other}'. Valid entity types are ('attribute', 'attributes', 'tag', 'tags')"
            );
            Err(FilterError::new(message, identifier.at.clone()))
        }
    }
}

fn clause(clause: &Clause<'_>) -> Result<ExperimentClause, FilterError> {
    let identifier = identifier(clause.identifier.text, clause.identifier.at.clone());
    if is_tag(&identifier)? {
        return tag(clause, identifier.key);
    }
    if clause.is_null_test() {
        return Err(clause.comparator_error(format!(
            "IS NULL / IS NOT NULL is only supported for tags, not for attribute '{}'",
            identifier.key
        )));
    }
    match identifier.key {
        "creation_time" => number(clause, "creation_time").map(ExperimentClause::CreationTime),
        "last_update_time" => number(clause, "last_update_time").map(ExperimentClause::LastUpdateTime),
        "experiment_id" => ids(clause),
        _ => {
            if clause.list()?.is_some() {
                return Err(clause.value_error(
                    "Only ['experiment_id'] attributes support comparison with a list of quoted string values.",
                ));
            }
            let text = quoted(clause)?;
            let test = clause.text_test(text)?.filter(|test| !matches!(test, TextTest::Regexp(_)));
            test.map(ExperimentClause::Name).ok_or_else(|| invalid_comparator(clause))
        }
    }
}

fn quoted<'t>(clause: &Clause<'t>) -> Result<&'t str, FilterError> {
    clause.quoted_text()?.ok_or_else(|| {
        clause.value_error(format!(
            "Expected a quoted string value for attributes. Got value {}",
            clause.value_text()
        ))
    })
}

fn number(clause: &Clause<'_>, key: &str) -> Result<NumberTest, FilterError> {
    let Some(value) = clause.number() else {
        return Err(clause.value_error(format!(
            "Expected numeric value type for numeric attribute: {key}. Found {}",
            clause.value_text()
        )));
    };
    if clause.value_text().contains(['.', 'e', 'E']) {
        return Err(clause
            .value_error(format!("Invalid value for numeric attribute '{key}': '{}'", clause.value_text())));
    }
    clause.number_test(value).ok_or_else(|| invalid_comparator(clause))
}

/// MLflow names the comparators of texts for numbers too.
fn invalid_comparator(clause: &Clause<'_>) -> FilterError {
    let valid = set_of(&["!=", "=", "ILIKE", "IN", "LIKE", "NOT IN"]);
    clause.comparator_error(format!("Invalid comparator '{}' not one of '{valid}'", clause.comparator.text))
}

fn ids(clause: &Clause<'_>) -> Result<ExperimentClause, FilterError> {
    let parse =
        |text: &str| text.parse::<ExperimentId>().map_err(|error| clause.value_error(error.to_string()));
    let refused = || {
        clause.comparator_error(format!("Invalid comparator for experiment_id: {}", clause.comparator.text))
    };
    let (texts, is_in) = match (clause.comparator.text.as_str(), clause.list()?) {
        ("IN", Some(list)) => (list, true),
        ("NOT IN", Some(list)) => (list, false),
        (_, Some(_)) => return Err(refused()),
        ("=", None) => (vec![quoted(clause)?.to_owned()], true),
        ("!=", None) => (vec![quoted(clause)?.to_owned()], false),
        (_, None) => return Err(refused()),
    };
    let ids = texts.iter().map(|text| parse(text)).collect::<Result<_, _>>()?;
    Ok(ExperimentClause::Ids(ids, is_in))
}

fn tag(clause: &Clause<'_>, key: &str) -> Result<ExperimentClause, FilterError> {
    let test = match clause.comparator.text.as_str() {
        "IS NULL" => FieldTest::IsNull,
        "IS NOT NULL" => FieldTest::IsNotNull,
        _ => {
            let text = clause.quoted_text()?.ok_or_else(|| {
                clause.value_error(format!(
                    "Expected a quoted string value for tag (e.g. 'my-value'). Got value {}",
                    clause.value_text()
                ))
            })?;
            let test = clause.text_test(text)?.filter(|test| !matches!(test, TextTest::Regexp(_)));
            FieldTest::Text(test.ok_or_else(|| {
                clause.comparator_error(format!("Invalid comparator for tag: {}", clause.comparator.text))
            })?)
        }
    };
    Ok(ExperimentClause::Tag(key.to_owned(), test))
}

fn order(source: &str) -> Result<ExperimentOrder, FilterError> {
    let (identifier, direction) = item(source)?;
    if is_tag(&identifier)? {
        return Err(FilterError::new("Invalid order_by entity: tag", identifier.at));
    }
    let key = match identifier.key {
        "creation_time" => ExperimentOrderKey::CreationTime,
        "last_update_time" => ExperimentOrderKey::LastUpdateTime,
        "experiment_id" => ExperimentOrderKey::Id,
        _ => ExperimentOrderKey::Name,
    };
    Ok(ExperimentOrder { key, direction })
}
