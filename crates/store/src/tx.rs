//! What a closure on a store thread gets: a snapshot to read, or a transaction to write.

use std::cell::{RefCell, RefMut};
use std::collections::HashMap;
use std::ops::Deref;

use rusqlite::Connection;

use crate::shared_block::SharedBlock;

/// A consistent snapshot of the database. The reads live with their tables.
pub struct ReadTx<'c> {
    pub(crate) connection: &'c Connection,
    /// Bodies of the transaction that are not stored yet, if it is the writer's.
    pub(crate) shared: Option<&'c RefCell<SharedBlock>>,
}

/// A transaction of the writer. Reads see what it wrote.
pub struct WriteTx<'c> {
    read: ReadTx<'c>,
    pub(crate) ids: &'c mut KnownIds,
    shared: &'c RefCell<SharedBlock>,
}

/// Ids of contents that the writer has met, so that most spans need no look-up. Forgotten when a transaction is undone.
#[derive(Default)]
pub(crate) struct KnownIds {
    pub(crate) resources: HashMap<[u8; 32], i64>,
    pub(crate) scopes: HashMap<[u8; 32], i64>,
    /// Asked for twice for each span.
    pub(crate) strings: HashMap<String, i64, foldhash::fast::RandomState>,
    pub(crate) last_trace_key: Option<i64>,
    /// Whether any log record is stored.
    pub(crate) has_logs: Option<bool>,
}

impl KnownIds {
    /// Entries of one kind that are kept; span names with ids in them would otherwise grow without end.
    const MAX: usize = 20_000;

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn trim(&mut self) {
        if self.resources.len() + self.scopes.len() + self.strings.len() > Self::MAX {
            self.clear();
        }
    }
}

impl<'c> ReadTx<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self { connection, shared: None }
    }
}

impl<'c> WriteTx<'c> {
    pub(crate) fn new(
        connection: &'c Connection,
        ids: &'c mut KnownIds,
        shared: &'c RefCell<SharedBlock>,
    ) -> Self {
        Self { read: ReadTx { connection, shared: Some(shared) }, ids, shared }
    }

    /// The block that the small requests of this commit share.
    pub(crate) fn shared_block(&self) -> RefMut<'c, SharedBlock> {
        self.shared.borrow_mut()
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;

    fn deref(&self) -> &Self::Target {
        &self.read
    }
}
