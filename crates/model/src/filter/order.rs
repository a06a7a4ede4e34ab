//! `order_by` items: an identifier and a direction.

use super::clause::{Identifier, identifier};
use super::error::FilterError;
use super::lexer::{Kind, tokens};

/// Which end comes first. What is absent comes last either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first; what is meant if nothing is said.
    Ascending,
    /// Largest first.
    Descending,
}

/// Splits an item.
pub(super) fn item(source: &str) -> Result<(Identifier<'_>, Direction), FilterError> {
    let all = 0..source.len();
    let unreadable = || {
        FilterError::new(format!("Invalid order_by clause '{source}'. Could not be parsed."), 0..source.len())
    };
    let tokens = tokens(source);
    let direction = match tokens.as_slice() {
        [_] => Direction::Ascending,
        [_, word] if word.is_word("ASC") => Direction::Ascending,
        [_, word] if word.is_word("DESC") => Direction::Descending,
        [_, word] if word.kind == Kind::Word => {
            return Err(FilterError::new(
                format!("Invalid ordering key in order_by clause '{source}'."),
                word.at.clone(),
            ));
        }
        _ => return Err(unreadable()),
    };
    let key = &tokens[0];
    if !matches!(key.kind, Kind::Word | Kind::Quoted) {
        return Err(FilterError::new(unreadable().message, all));
    }
    Ok((identifier(key.text, key.at.clone()), direction))
}
