//! Tables `block`, `large_value`, `resource`, `scope` and `string`: contents, each kept once where that pays.

use std::io::Read as _;

use model::{InstrumentationScope, Resource, Span, TraceId};
use proto::blob::{self, ValueHash};
use rusqlite::{OptionalExtension as _, Params, params};

use crate::{ReadTx, StoreError, WriteTx};

/// A text or bytes value longer than this is stored by content hash, once, outside of its span's block.
pub const MAX_INLINE_VALUE_BYTES: usize = 64 * 1024;

/// zstd level of blocks: 1 is the fastest, and levels above it gain little on span bodies (storage facts).
const ZSTD_LEVEL: i32 = 1;

/// A block that claims to be larger than this once decompressed is damaged: requests are bounded far below.
const MAX_BLOCK_BYTES: u64 = 4 << 30;

pub(crate) fn compress(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(bytes, ZSTD_LEVEL).map_err(|error| StoreError::Failed(error.to_string()))
}

pub(crate) fn decompress(bytes: &[u8], n_bytes: i64) -> Result<Vec<u8>, StoreError> {
    let failed = |error: std::io::Error| StoreError::Failed(error.to_string());
    let mut out = Vec::with_capacity(usize::try_from(n_bytes.clamp(0, 64 << 20)).unwrap_or_default());
    zstd::Decoder::new(bytes).map_err(failed)?.take(MAX_BLOCK_BYTES).read_to_end(&mut out).map_err(failed)?;
    Ok(out)
}

impl ReadTx<'_> {
    /// Decodes one span of a block.
    pub(crate) fn span_body(
        &self,
        trace_id: TraceId,
        block_id: i64,
        position: i64,
    ) -> Result<Span, StoreError> {
        let block = self.block(block_id)?;
        self.span_in_block(trace_id, &block, position)
    }

    /// Returns the decompressed bytes of a block.
    pub(crate) fn block(&self, block_id: i64) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT n_bytes, body FROM block WHERE block_id = ?1";
        self.connection
            .prepare_cached(sql)?
            .query_row([block_id], |row| {
                let n_bytes: i64 = row.get(0)?;
                Ok((n_bytes, row.get_ref(1)?.as_blob()?.to_vec()))
            })
            .map_err(StoreError::from)
            .and_then(|(n_bytes, body)| decompress(&body, n_bytes))
    }

    /// Decodes one span of a decompressed block.
    pub(crate) fn span_in_block(
        &self,
        trace_id: TraceId,
        block: &[u8],
        position: i64,
    ) -> Result<Span, StoreError> {
        let index =
            usize::try_from(position).map_err(|_| StoreError::Failed("a negative position".to_owned()))?;
        let bytes = blob::span_in_block(block, index)?;
        blob::decode_span(trace_id, bytes, &mut |hash| self.large_value(hash))
    }

    fn large_value(&self, hash: ValueHash) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT n_bytes, body FROM large_value WHERE hash = ?1";
        let found = self
            .connection
            .prepare_cached(sql)?
            .query_row([hash.as_slice()], |row| {
                Ok((row.get::<_, i64>(0)?, row.get_ref(1)?.as_blob()?.to_vec()))
            })
            .optional()?;
        match found {
            Some((n_bytes, body)) => decompress(&body, n_bytes),
            None => Err(StoreError::Failed("a large value is missing".to_owned())),
        }
    }

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
    /// Stores the bodies of spans as one block and returns its id. The position of a span is its index.
    pub(crate) fn insert_block(&mut self, spans: Vec<Span>) -> Result<i64, StoreError> {
        let mut large = Vec::new();
        let encoded: Vec<Vec<u8>> = spans
            .into_iter()
            .map(|span| {
                blob::encode_span(span, MAX_INLINE_VALUE_BYTES, &mut |bytes| {
                    let hash = *blake3::hash(&bytes).as_bytes();
                    large.push((hash, bytes));
                    hash
                })
            })
            .collect();
        let block = blob::encode_block(&encoded);
        let n_bytes = i64::try_from(block.len()).unwrap_or(i64::MAX);
        let sql = "INSERT INTO block (n_bytes, body) VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute(params![n_bytes, compress(&block)?])?;
        let block_id = self.connection.last_insert_rowid();
        for (hash, bytes) in large {
            self.put_large_value(block_id, hash, &bytes)?;
        }
        Ok(block_id)
    }

    fn put_large_value(&mut self, block_id: i64, hash: ValueHash, bytes: &[u8]) -> Result<(), StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM large_value WHERE hash = ?1)";
        let is_known: bool =
            self.connection.prepare_cached(sql)?.query_row([hash.as_slice()], |row| row.get(0))?;
        if !is_known {
            let n_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            let sql = "INSERT INTO large_value (hash, n_bytes, body) VALUES (?1, ?2, ?3)";
            self.connection.prepare_cached(sql)?.execute(params![
                hash.as_slice(),
                n_bytes,
                compress(bytes)?
            ])?;
        }
        let sql = "INSERT OR IGNORE INTO block_large_value VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute(params![hash.as_slice(), block_id])?;
        Ok(())
    }

    /// Returns the id of a resource, storing it if it is new.
    pub(crate) fn resource_id(&mut self, resource: &Resource) -> Result<i64, StoreError> {
        let body = blob::encode_resource(resource);
        let hash = *blake3::hash(&body).as_bytes();
        if let Some(&id) = self.ids.resources.get(&hash) {
            return Ok(id);
        }
        let find = "SELECT resource_id FROM resource WHERE hash = ?1";
        let insert = "INSERT INTO resource (hash, service_name, body) VALUES (?1, ?2, ?3)";
        let service = resource.service_name().unwrap_or_default();
        let id = self.find_or_insert(find, params![hash], insert, params![hash, service, body])?;
        self.ids.resources.insert(hash, id);
        Ok(id)
    }

    /// Returns the id of a scope, storing it if it is new.
    pub(crate) fn scope_id(&mut self, scope: &InstrumentationScope) -> Result<i64, StoreError> {
        let body = blob::encode_scope(scope);
        let hash = *blake3::hash(&body).as_bytes();
        if let Some(&id) = self.ids.scopes.get(&hash) {
            return Ok(id);
        }
        let find = "SELECT scope_id FROM scope WHERE hash = ?1";
        let insert = "INSERT INTO scope (hash, name, body) VALUES (?1, ?2, ?3)";
        let id = self.find_or_insert(find, params![hash], insert, params![hash, scope.name, body])?;
        self.ids.scopes.insert(hash, id);
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
