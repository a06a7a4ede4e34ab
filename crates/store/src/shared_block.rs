//! A block that the small requests of one commit share.
//!
//! A block of its own costs each request of a few spans a row in three tables and a compression that hardly pays. So journaled
//! requests leave their bodies here, and the writer compresses and stores them together: at the latest before the commit.
//!
//! What is undone, one job or some together, takes its bodies along ([`SharedBlock::begin_job`], [`SharedBlock::undo_job`]). Within
//! it no bodies are stored but its own: its savepoint would undo those of others too.

use proto::blob::SpanBodies;
use rusqlite::{Connection, params};

use crate::StoreError;
use crate::compression::compress_block;
use crate::segment::{self, SegmentRow};

/// Bytes of bodies from which on the next job begins another block.
const FULL_BYTES: usize = 64 * 1024;

/// Bodies of spans that have their places and are not stored yet.
#[derive(Default)]
pub(crate) struct SharedBlock {
    open: Option<Open>,
    /// What there was when that began which is undone together.
    n_before: usize,
}

struct Open {
    block: i64,
    bodies: SpanBodies,
    rows: Vec<Option<SegmentRow>>,
}

impl SharedBlock {
    /// Adds the bodies of a job; returns their block and the position of the first.
    pub(crate) fn add(
        &mut self,
        connection: &Connection,
        bodies: &SpanBodies,
    ) -> Result<(i64, usize), StoreError> {
        let open = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(Open::begin(connection)?),
        };
        let first = open.bodies.n_spans();
        open.bodies.append(bodies);
        open.rows.resize(open.bodies.n_spans(), None);
        Ok((open.block, first))
    }

    /// Says what searches compare of spans, from the first position that [`SharedBlock::add`] returned.
    pub(crate) fn put_rows(&mut self, first: usize, rows: &[Option<SegmentRow>]) {
        if let Some(places) = self.open.as_mut().and_then(|open| open.rows.get_mut(first..first + rows.len()))
        {
            places.copy_from_slice(rows);
        }
    }

    /// Returns the bytes of a block that is still open, as they would be stored before compression.
    pub(crate) fn bytes(&self, block: i64) -> Option<Vec<u8>> {
        let open = self.open.as_ref().filter(|open| open.block == block)?;
        Some(open.bodies.to_block())
    }

    /// Remembers what there is before a job, or before some that are undone together.
    pub(crate) fn begin_job(&mut self) {
        self.n_before = self.open.as_ref().map_or(0, |open| open.bodies.n_spans());
    }

    /// Forgets what was added since, whose writes are undone.
    pub(crate) fn undo_job(&mut self) {
        let n_before = self.n_before;
        // The row of a block that the job began is undone with it.
        self.open.take_if(|_| n_before == 0);
        if let Some(open) = &mut self.open {
            open.bodies.truncate(n_before);
            open.rows.truncate(n_before);
        }
    }

    /// Forgets everything: the transaction is undone.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Stores the block if it is full. Call it between jobs; among some that are undone together, only if nothing was there before.
    pub(crate) fn store_if_full(&mut self, connection: &Connection) -> Result<(), StoreError> {
        match self.open.take_if(|open| open.bodies.n_bytes() >= FULL_BYTES) {
            Some(full) => full.store(connection),
            None => Ok(()),
        }
    }

    /// Stores the block if there is one. Call it between jobs.
    pub(crate) fn store(&mut self, connection: &Connection) -> Result<(), StoreError> {
        self.open.take().map_or(Ok(()), |open| open.store(connection))
    }
}

impl Open {
    /// Takes an id, and a row so that whatever refers to the block meanwhile finds one.
    fn begin(connection: &Connection) -> Result<Self, StoreError> {
        let sql = "INSERT INTO block (n_bytes, n_spans, body) VALUES (0, 0, x'')";
        connection.prepare_cached(sql)?.execute([])?;
        let block = connection.last_insert_rowid();
        Ok(Self { block, bodies: SpanBodies::default(), rows: Vec::new() })
    }

    fn store(self, connection: &Connection) -> Result<(), StoreError> {
        let Self { block, bodies, rows } = self;
        let bytes = bodies.to_block();
        let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let sql = "UPDATE block SET n_bytes = ?2, n_spans = ?3, body = ?4 WHERE block_id = ?1";
        let params = params![block, length(bytes.len()), length(bodies.n_spans()), compress_block(&bytes)?];
        connection.prepare_cached(sql)?.execute(params)?;
        // A row that changed since its job, when the copy of the other exporter came, voided the segment before there was one.
        let sql = "SELECT EXISTS (SELECT 1 FROM unpacked_block WHERE block_id = ?1)";
        let is_void: bool = connection.prepare_cached(sql)?.query_row([block], |row| row.get(0))?;
        if is_void { Ok(()) } else { segment::put(connection, block, &rows) }
    }
}
