//! Tables `resource`, `scope` and `string`: what repeats from span to span, each content once.

use model::{InstrumentationScope, Resource};
use proto::blob;
use rusqlite::{OptionalExtension as _, Params, params};

use crate::span_block::Content;
use crate::{ReadTx, StoreError, WriteTx};

impl ReadTx<'_> {
    pub(crate) fn resource(&self, id: i64) -> Result<Resource, StoreError> {
        let sql = "SELECT body FROM resource WHERE resource_id = ?1";
        let body: Vec<u8> = self.connection.prepare_cached(sql)?.query_row([id], |row| row.get(0))?;
        Ok(blob::decode_resource(&body)?)
    }

    pub(crate) fn scope(&self, id: i64) -> Result<InstrumentationScope, StoreError> {
        let sql = "SELECT body FROM scope WHERE scope_id = ?1";
        let body: Vec<u8> = self.connection.prepare_cached(sql)?.query_row([id], |row| row.get(0))?;
        Ok(blob::decode_scope(&body)?)
    }
}

impl WriteTx<'_> {
    /// Returns the id of a resource, storing it if it is new.
    pub(crate) fn resource_id(&mut self, resource: &Content) -> Result<i64, StoreError> {
        let Content { hash, body, name } = resource;
        if let Some(&id) = self.ids.resources.get(hash) {
            return Ok(id);
        }
        let find = "SELECT resource_id FROM resource WHERE hash = ?1";
        let insert = "INSERT INTO resource (hash, service_name, body) VALUES (?1, ?2, ?3)";
        let id = self.find_or_insert(find, params![hash], insert, params![hash, name, body])?;
        self.ids.resources.insert(*hash, id);
        Ok(id)
    }

    /// Returns the id of a scope, storing it if it is new.
    pub(crate) fn scope_id(&mut self, scope: &Content) -> Result<i64, StoreError> {
        let Content { hash, body, name } = scope;
        if let Some(&id) = self.ids.scopes.get(hash) {
            return Ok(id);
        }
        let find = "SELECT scope_id FROM scope WHERE hash = ?1";
        let insert = "INSERT INTO scope (hash, name, body) VALUES (?1, ?2, ?3)";
        let id = self.find_or_insert(find, params![hash], insert, params![hash, name, body])?;
        self.ids.scopes.insert(*hash, id);
        Ok(id)
    }

    /// Returns the id of a short string, storing it if it is new.
    pub(crate) fn string_id(&mut self, text: &str) -> Result<i64, StoreError> {
        if let Some(&id) = self.ids.strings.get(text) {
            return Ok(id);
        }
        let find = "SELECT string_id FROM string WHERE text = ?1";
        let insert = "INSERT INTO string (text) VALUES (?1)";
        let id = self.find_or_insert(find, params![text], insert, params![text])?;
        self.ids.strings.insert(text.to_owned(), id);
        Ok(id)
    }

    fn find_or_insert(
        &self,
        find: &str,
        key: impl Params,
        insert: &str,
        values: impl Params,
    ) -> Result<i64, StoreError> {
        if let Some(id) = self.connection.prepare_cached(find)?.query_row(key, |row| row.get(0)).optional()? {
            return Ok(id);
        }
        self.connection.prepare_cached(insert)?.execute(values)?;
        Ok(self.connection.last_insert_rowid())
    }
}
