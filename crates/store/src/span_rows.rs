//! The narrow rows of a trace, read in one pass: each text is looked up and compared once, not once for each row.

use std::collections::HashMap;

use model::{DurationNanos, RowFlags, SpanRow, StringTable, UnixNanos};
use rusqlite::OptionalExtension as _;

use crate::span::{id_of, source_of};
use crate::{ReadTx, StoreError, TraceKey};

/// Texts by the key of their row in one table, as numbers of the string table that is filled on the way.
struct Texts<'a> {
    tx: &'a ReadTx<'a>,
    sql: &'static str,
    /// Neighbours tend to have the same.
    last: Option<(i64, u32)>,
    known: HashMap<i64, u32>,
}

impl<'a> Texts<'a> {
    fn new(tx: &'a ReadTx<'a>, sql: &'static str) -> Self {
        Self { tx, sql, last: None, known: HashMap::new() }
    }

    fn number(&mut self, key: i64, strings: &mut StringTable) -> Result<u32, StoreError> {
        if let Some((last, number)) = self.last
            && last == key
        {
            return Ok(number);
        }
        let number = match self.known.get(&key) {
            Some(&number) => number,
            None => {
                let find = |row: &rusqlite::Row<'_>| Ok(strings.intern(row.get_ref(0)?.as_str()?));
                let found = self.tx.connection.prepare_cached(self.sql)?.query_row([key], find).optional()?;
                let number = found
                    .ok_or_else(|| StoreError::Failed("a row names a text that is not there".to_owned()))?;
                self.known.insert(key, number);
                number
            }
        };
        self.last = Some((key, number));
        Ok(number)
    }
}

impl ReadTx<'_> {
    /// Returns the narrow rows of a trace in no particular order, and their strings. Decodes no body.
    pub fn span_rows(&self, trace: TraceKey) -> Result<(Vec<SpanRow>, StringTable), StoreError> {
        let mut strings = StringTable::default();
        let usage = self.span_usage(trace)?;
        let text = "SELECT text FROM string WHERE string_id = ?1";
        let mut names = Texts::new(self, text);
        let mut types = Texts::new(self, text);
        let mut services = Texts::new(self, "SELECT service_name FROM resource WHERE resource_id = ?1");
        let mut scopes = Texts::new(self, "SELECT name FROM scope WHERE scope_id = ?1");
        let mut statement = self.connection.prepare_cached(include_str!("sql/span_rows.sql"))?;
        let mut rows = statement.query([trace.0])?;
        let mut spans = Vec::new();
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            let mut flags = RowFlags(row.get(6)?);
            if row.get(9)? {
                flags.set(RowFlags::BOTH_EXPORTERS);
            }
            let usage = if usage.is_empty() { None } else { usage.get(&key) };
            spans.push(SpanRow {
                span_id: id_of(key),
                parent_span_id: row.get::<_, Option<i64>>(1)?.map(id_of),
                name: names.number(row.get(2)?, &mut strings)?,
                service: services.number(row.get(10)?, &mut strings)?,
                span_type: types.number(row.get(11)?, &mut strings)?,
                scope: scopes.number(row.get(12)?, &mut strings)?,
                kind: row.get(3)?,
                status: row.get(4)?,
                source: source_of(row.get(5)?),
                flags,
                start: UnixNanos(row.get(7)?),
                duration: DurationNanos(row.get(8)?),
                input_tokens: usage.and_then(|usage| usage.tokens.input),
                output_tokens: usage.and_then(|usage| usage.tokens.output),
                cost_pico_usd: usage.and_then(|usage| usage.cost.total),
            });
        }
        Ok((spans, strings))
    }
}
