//! SQL functions for the patterns of filters, so that SQL and the naive evaluator share one implementation.

use model::filter::{Like, Regexp};
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

/// Adds `text_like(pattern, ignores_case, text)` and `text_regexp(pattern, text)` to a connection; both are NULL for no text.
pub(crate) fn add_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("text_like", 3, flags, |context| {
        let ignores_case: bool = context.get(1)?;
        let pattern = context.get_or_create_aux(0, |value| {
            Ok::<_, rusqlite::types::FromSqlError>(Like::new(value.as_str()?, ignores_case))
        })?;
        with_text(context, 2, |text| pattern.matches(text))
    })?;
    connection.create_scalar_function("text_regexp", 2, flags, |context| {
        let pattern = context.get_or_create_aux(0, |value| {
            let pattern = value.as_str()?;
            Regexp::new(pattern, 0..pattern.len())
                .map_err(|error| Box::new(error) as Box<dyn std::error::Error + Send + Sync>)
        })?;
        with_text(context, 1, |text| pattern.matches(text))
    })
}

fn with_text(
    context: &Context<'_>,
    index: usize,
    test: impl FnOnce(&str) -> bool,
) -> rusqlite::Result<Option<bool>> {
    let value = context.get_raw(index);
    let text = value.as_str_or_null().map_err(|error| rusqlite::Error::UserFunctionError(Box::new(error)))?;
    Ok(text.map(test))
}
