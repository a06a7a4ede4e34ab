//! Table `setting`: run-time settings as text by key.

use rusqlite::{OptionalExtension as _, params};

use crate::{ReadTx, StoreError, WriteTx};

impl ReadTx<'_> {
    /// Returns a setting, if it was ever set.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM setting WHERE key = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
    }
}

impl WriteTx<'_> {
    /// Sets a setting.
    pub fn put_setting(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        self.connection.execute("INSERT OR REPLACE INTO setting VALUES (?1, ?2)", params![key, value])?;
        Ok(())
    }
}
