//! The blocks that a search visits, that with the newest span first.
//!
//! Most blocks have a segment. Those whose spans changed since they were packed have none until they are merged again: their rows
//! are read instead. So are those of a search in a few traces alone.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{OptionalExtension as _, Row};

use super::SearchEnd;
use super::predicate::Predicate;
use crate::segment::{SegmentRow, Unpack};
use crate::text_filter::{Filter, StoredFilter};
use crate::{ReadTx, StoreError};

/// Up to this many traces are read by their rows rather than found among the rows of all blocks.
const MAX_TRACES_BY_ROW: usize = 256;

/// A block to visit.
pub(crate) struct Block<'a> {
    pub(crate) block_id: i64,
    /// Which text may be in it, if that is known.
    pub(crate) filter: Option<Filter<'a>>,
    pub(crate) rows: Rows<'a>,
}

pub(crate) enum Rows<'a> {
    Packed {
        columns: &'a [u8],
        min_start: i64,
    },
    /// With their positions.
    Read(&'a [(i64, SegmentRow)]),
}

impl Rows<'_> {
    pub(crate) fn for_each(&self, mut visit: impl FnMut(i64, &SegmentRow)) -> Result<(), StoreError> {
        match self {
            Self::Packed { columns, min_start } => {
                for (row, position) in Unpack::new(columns, *min_start).zip(0..) {
                    if let Some(row) = row? {
                        visit(position, &row);
                    }
                }
            }
            Self::Read(rows) => rows.iter().for_each(|(position, row)| visit(*position, row)),
        }
        Ok(())
    }
}

/// Rows of a block that were read one by one.
struct ReadBlock {
    block_id: i64,
    newest: i64,
    rows: Vec<(i64, SegmentRow)>,
}

pub(crate) struct Sources<'t> {
    tx: &'t ReadTx<'t>,
    /// The oldest first, to be taken from the end.
    read: Vec<ReadBlock>,
    /// First and last start that segments are visited for; none if the read blocks are all there is.
    packed: Option<(i64, i64)>,
}

impl<'t> Sources<'t> {
    pub(crate) fn new(tx: &'t ReadTx<'t>, predicate: &Predicate) -> Result<Self, StoreError> {
        if let Some(traces) = predicate.traces.as_ref().filter(|traces| traces.len() <= MAX_TRACES_BY_ROW) {
            let read = tx.rows_by_block(traces, None, predicate)?;
            return Ok(Self { tx, read, packed: None });
        }
        let (blocks, traces) = tx.unpacked_blocks()?;
        let read = tx.rows_by_block(&traces, Some(&blocks), predicate)?;
        Ok(Self { tx, read, packed: Some(predicate.starts) })
    }

    /// Calls `visit` with each block and the start of its newest span, until it says how the search ended.
    pub(crate) fn visit(
        mut self,
        with_filters: bool,
        mut visit: impl FnMut(i64, Block<'_>) -> Result<Option<SearchEnd>, StoreError>,
    ) -> Result<Option<SearchEnd>, StoreError> {
        let sql = if with_filters {
            "SELECT segment.block_id, min_start, max_start, columns, groups, bits
             FROM segment LEFT JOIN block_filter ON block_filter.block_id = segment.block_id
             WHERE max_start >= ?1 AND min_start <= ?2 ORDER BY max_start DESC"
        } else {
            "SELECT block_id, min_start, max_start, columns, NULL, NULL FROM segment
             WHERE max_start >= ?1 AND min_start <= ?2 ORDER BY max_start DESC"
        };
        // Without segments a range that holds none.
        let (first, last) = self.packed.unwrap_or((i64::MAX, i64::MIN));
        let mut statement = self.tx.connection.prepare_cached(sql)?;
        let mut rows = statement.query([first, last])?;
        loop {
            let row = rows.next()?;
            let newest: Option<i64> = row.map(|row| row.get(2)).transpose()?;
            while let Some(block) =
                self.read.pop_if(|block| newest.is_none_or(|newest| block.newest >= newest))
            {
                let filter = if with_filters { self.tx.block_filter(block.block_id)? } else { None };
                let read = Block {
                    block_id: block.block_id,
                    filter: filter.as_ref().map(StoredFilter::read),
                    rows: Rows::Read(&block.rows),
                };
                if let Some(end) = visit(block.newest, read)? {
                    return Ok(Some(end));
                }
            }
            let (Some(row), Some(newest)) = (row, newest) else { return Ok(None) };
            let blob = |column| row.get_ref(column)?.as_blob_or_null().map_err(rusqlite::Error::from);
            let groups = blob(4)?;
            let block = Block {
                block_id: row.get(0)?,
                filter: blob(5)?.map(|bits| Filter::new(groups, bits)),
                rows: Rows::Packed {
                    columns: row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?,
                    min_start: row.get(1)?,
                },
            };
            if let Some(end) = visit(newest, block)? {
                return Ok(Some(end));
            }
        }
    }
}

impl ReadTx<'_> {
    fn block_filter(&self, block: i64) -> Result<Option<StoredFilter>, StoreError> {
        let sql = "SELECT groups, bits FROM block_filter WHERE block_id = ?1";
        let read = |row: &Row<'_>| Ok(StoredFilter { groups: row.get(0)?, bits: row.get(1)? });
        Ok(self.connection.prepare_cached(sql)?.query_row([block], read).optional()?)
    }

    /// Returns the blocks without a segment, and the traces with spans in them.
    fn unpacked_blocks(&self) -> Result<(HashSet<i64>, HashSet<i64>), StoreError> {
        let sql = "SELECT block_id, trace_key FROM unpacked_block JOIN block_trace USING (block_id)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let pairs = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(pairs.collect::<rusqlite::Result<Vec<(i64, i64)>>>()?.into_iter().unzip())
    }

    /// Returns the matching rows of some traces by block, of all blocks or some; the block with the newest row last.
    fn rows_by_block(
        &self,
        traces: &HashSet<i64>,
        blocks: Option<&HashSet<i64>>,
        predicate: &Predicate,
    ) -> Result<Vec<ReadBlock>, StoreError> {
        let sql = "SELECT span_id, name, span_type, kind, status, source, start_time, duration,
                          coalesce(otel_resource, mlflow_resource),
                          otel_block, otel_position, mlflow_block, mlflow_position
                   FROM span WHERE trace_key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut by_block: BTreeMap<i64, Vec<(i64, SegmentRow)>> = BTreeMap::new();
        for trace in traces {
            let mut rows = statement.query([trace])?;
            while let Some(row) = rows.next()? {
                let segment_row = SegmentRow {
                    trace: *trace,
                    span_key: row.get(0)?,
                    name: row.get(1)?,
                    span_type: row.get(2)?,
                    kind: row.get(3)?,
                    status: row.get(4)?,
                    source: row.get(5)?,
                    start: row.get(6)?,
                    duration: row.get(7)?,
                    resource: row.get(8)?,
                };
                if !predicate.matches(&segment_row) {
                    continue;
                }
                for column in [9, 11] {
                    let block: Option<i64> = row.get(column)?;
                    if let Some(block) =
                        block.filter(|block| blocks.is_none_or(|blocks| blocks.contains(block)))
                    {
                        by_block.entry(block).or_default().push((row.get(column + 1)?, segment_row));
                    }
                }
            }
        }
        let newest =
            |rows: &[(i64, SegmentRow)]| rows.iter().map(|(_, row)| row.start).max().unwrap_or(i64::MIN);
        let mut read: Vec<ReadBlock> = by_block
            .into_iter()
            .map(|(block_id, rows)| ReadBlock { block_id, newest: newest(&rows), rows })
            .collect();
        read.sort_by_key(|block| block.newest);
        Ok(read)
    }
}
