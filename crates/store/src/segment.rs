//! Table `segment`: what searches compare of the spans of a block, packed row after row.
//!
//! Scanning packed rows takes about ten nanoseconds each, whatever is asked for, where an index serves one question and costs
//! thirty bytes of every span. A row: one byte of kind, status, source and whether the trace is that of the row before; the trace
//! if it is not; name, type, resource, start and duration as varints; eight bytes of the span's id.

use rusqlite::{Connection, params};

use crate::{ReadTx, StoreError};

/// What a search compares of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentRow {
    pub(crate) trace: i64,
    pub(crate) span_key: i64,
    pub(crate) name: i64,
    pub(crate) span_type: i64,
    pub(crate) resource: i64,
    pub(crate) kind: u8,
    pub(crate) status: u8,
    pub(crate) source: u8,
    pub(crate) start: i64,
    pub(crate) duration: i64,
}

/// First byte of a position whose body is dead: no kind is 7.
const DEAD: u8 = 7;
const SAME_TRACE: u8 = 1 << 7;

/// Packs rows by position; none where the body is dead.
pub(crate) fn pack(rows: &[Option<SegmentRow>], min_start: i64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.len() * 24);
    let mut trace = None;
    for row in rows {
        let Some(row) = row else {
            bytes.push(DEAD);
            continue;
        };
        let is_same = trace == Some(row.trace);
        trace = Some(row.trace);
        bytes.push(
            (row.kind & 7)
                | (row.status & 3) << 3
                | (row.source & 3) << 5
                | if is_same { SAME_TRACE } else { 0 },
        );
        if !is_same {
            put_varint(&mut bytes, row.trace);
        }
        put_varint(&mut bytes, row.name);
        put_varint(&mut bytes, row.span_type);
        put_varint(&mut bytes, row.resource);
        put_varint(&mut bytes, row.start.wrapping_sub(min_start));
        put_varint(&mut bytes, row.duration);
        bytes.extend_from_slice(&row.span_key.to_le_bytes());
    }
    bytes
}

/// Reads packed rows in order of positions.
pub(crate) struct Unpack<'a> {
    rest: &'a [u8],
    min_start: i64,
    trace: i64,
}

impl<'a> Unpack<'a> {
    pub(crate) fn new(bytes: &'a [u8], min_start: i64) -> Self {
        Self { rest: bytes, min_start, trace: 0 }
    }

    fn row(&mut self, first: u8) -> Option<SegmentRow> {
        if first & SAME_TRACE == 0 {
            self.trace = take_varint(&mut self.rest)?;
        }
        let mut varint = || take_varint(&mut self.rest);
        let (name, span_type, resource) = (varint()?, varint()?, varint()?);
        let (start, duration) = (self.min_start.wrapping_add(varint()?), varint()?);
        let (span_key, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(SegmentRow {
            trace: self.trace,
            span_key: i64::from_le_bytes(*span_key),
            name,
            span_type,
            resource,
            kind: first & 7,
            status: first >> 3 & 3,
            source: first >> 5 & 3,
            start,
            duration,
        })
    }
}

impl Iterator for Unpack<'_> {
    type Item = Result<Option<SegmentRow>, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        if first == DEAD {
            return Some(Ok(None));
        }
        let row = self.row(first);
        if row.is_none() {
            self.rest = &[];
        }
        Some(row.map(Some).ok_or_else(|| StoreError::Failed("a segment cannot be read".to_owned())))
    }
}

fn put_varint(bytes: &mut Vec<u8>, number: i64) {
    let mut number = number.cast_unsigned();
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take_varint(rest: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number.cast_signed());
        }
    }
    None
}

/// Packs the rows of a block's spans by position, and stores them.
pub(crate) fn put(
    connection: &Connection,
    block: i64,
    rows: &[Option<SegmentRow>],
) -> Result<(), StoreError> {
    let starts = || rows.iter().flatten().map(|row| row.start);
    let (Some(min_start), Some(max_start)) = (starts().min(), starts().max()) else { return Ok(()) };
    let sql = "INSERT INTO segment (block_id, min_start, max_start, columns) VALUES (?1, ?2, ?3, ?4)";
    let columns = pack(rows, min_start);
    connection.prepare_cached(sql)?.execute(params![block, min_start, max_start, columns])?;
    Ok(())
}

impl ReadTx<'_> {
    /// Returns what a segment says of a span, from its row.
    pub(crate) fn segment_row(&self, trace: i64, span_key: i64) -> Result<SegmentRow, StoreError> {
        let sql = "SELECT name, span_type, kind, status, source, start_time, duration,
                          coalesce(otel_resource, mlflow_resource)
                   FROM span WHERE trace_key = ?1 AND span_id = ?2";
        Ok(self.connection.prepare_cached(sql)?.query_row([trace, span_key], |row| {
            Ok(SegmentRow {
                trace,
                span_key,
                name: row.get(0)?,
                span_type: row.get(1)?,
                kind: row.get(2)?,
                status: row.get(3)?,
                source: row.get(4)?,
                start: row.get(5)?,
                duration: row.get(6)?,
                resource: row.get(7)?,
            })
        })?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row() -> impl Strategy<Value = Option<SegmentRow>> {
        let ids = (0..3_i64, any::<i64>(), any::<u32>(), any::<u8>(), any::<u32>());
        let row = (ids, 0..=5_u8, 0..=2_u8, 0..=2_u8, any::<i64>(), 0..=i64::MAX).prop_map(
            |((trace, span_key, name, span_type, resource), kind, status, source, start, duration)| {
                SegmentRow {
                    trace,
                    span_key,
                    name: name.into(),
                    span_type: span_type.into(),
                    resource: resource.into(),
                    kind,
                    status,
                    source,
                    start,
                    duration,
                }
            },
        );
        proptest::option::weighted(0.9, row)
    }

    proptest! {
        #[test]
        fn packed_rows_are_the_rows(rows in proptest::collection::vec(row(), 0..40)) {
            let min_start = rows.iter().flatten().map(|row| row.start).min().unwrap_or(0);
            let packed = pack(&rows, min_start);
            let unpacked: Vec<_> = Unpack::new(&packed, min_start).collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(unpacked, rows);
        }

        #[test]
        fn damaged_rows_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            Unpack::new(&bytes, 0).for_each(drop);
        }
    }
}
