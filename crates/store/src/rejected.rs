//! Tables `rejected_group` and `rejected_request`: the inbox of requests that could not be taken, bounded by count and bytes.

use model::UnixNanos;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::compression::{compress, decompress};
use crate::{ReadTx, StoreError, WriteTx};

/// Setting that counts the payloads that had to make room.
const FORGOTTEN: &str = "rejected_forgotten";

/// What makes rejected requests alike, as texts of the edge that refused them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedKey {
    /// What was wrong.
    pub kind: String,
    /// The reason for a person.
    pub reason: String,
    /// `http` or `grpc`.
    pub transport: String,
    /// HTTP method.
    pub method: String,
    /// Path.
    pub path: String,
    /// IP address of the client.
    pub client_address: String,
    /// User agent of the client.
    pub user_agent: String,
    /// Origin of the web page, if it was refused for that.
    pub origin: Option<String>,
}

/// A request that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRejected {
    /// Which group it joins.
    pub key: RejectedKey,
    /// When it came.
    pub time: UnixNanos,
    /// The headers that matter.
    pub headers: Vec<(String, String)>,
    /// What the payload is, how many items of it could be accepted, and the payload. Without one it is only counted.
    pub payload: Option<(String, u64, Vec<u8>)>,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RejectedBounds {
    /// Groups, and payloads of all groups.
    pub max_requests: u64,
    /// Bytes of the payloads of all groups, compressed.
    pub max_bytes: u64,
}

/// Requests that failed alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedGroup {
    /// Its id.
    pub group_id: i64,
    /// What they have in common.
    pub key: RejectedKey,
    /// How many there were.
    pub n_requests: u64,
    /// How many are kept.
    pub n_kept: u64,
    /// Items of the kept ones that could be accepted.
    pub n_waiting: u64,
    /// The first.
    pub first_time: UnixNanos,
    /// The last.
    pub last_time: UnixNanos,
}

/// A kept request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRequest {
    /// Its id.
    pub request_id: i64,
    /// When it came.
    pub time: UnixNanos,
    /// The headers that matter.
    pub headers: Vec<(String, String)>,
    /// What the payload is.
    pub content: String,
    /// Items of it that could be accepted.
    pub n_waiting: u64,
    /// The payload.
    pub body: Vec<u8>,
}

fn group_from_row(row: &Row<'_>) -> rusqlite::Result<RejectedGroup> {
    Ok(RejectedGroup {
        group_id: row.get(0)?,
        key: RejectedKey {
            kind: row.get(1)?,
            reason: row.get(2)?,
            transport: row.get(3)?,
            method: row.get(4)?,
            path: row.get(5)?,
            client_address: row.get(6)?,
            user_agent: row.get(7)?,
            origin: row.get(8)?,
        },
        n_requests: row.get(9)?,
        first_time: UnixNanos(row.get(10)?),
        last_time: UnixNanos(row.get(11)?),
        n_kept: row.get(12)?,
        n_waiting: row.get(13)?,
    })
}

const GROUPS: &str = "SELECT rejected_group.group_id, kind, reason, transport, method, path, client_address, user_agent, origin,
    n_requests, first_time, last_time, count(request_id), coalesce(sum(n_waiting), 0)
    FROM rejected_group LEFT JOIN rejected_request USING (group_id)";

impl ReadTx<'_> {
    /// Returns all groups, the one with the newest request first.
    pub fn rejected_groups(&self) -> Result<Vec<RejectedGroup>, StoreError> {
        let sql = format!("{GROUPS} GROUP BY group_id ORDER BY last_time DESC, group_id DESC");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let groups = statement.query_map([], group_from_row)?;
        Ok(groups.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns a group.
    pub fn rejected_group(&self, group_id: i64) -> Result<Option<RejectedGroup>, StoreError> {
        let sql = format!("{GROUPS} WHERE group_id = ?1 GROUP BY group_id");
        Ok(self.connection.prepare_cached(&sql)?.query_row([group_id], group_from_row).optional()?)
    }

    /// Returns the number of groups, and of items that could be accepted.
    pub fn rejected_counts(&self) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT (SELECT count(*) FROM rejected_group),
                          (SELECT coalesce(sum(n_waiting), 0) FROM rejected_request)";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Returns the bytes of all payloads, and how many payloads had to make room for newer ones.
    pub fn rejected_size(&self) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT coalesce(sum(length(body)), 0) FROM rejected_request";
        let n_bytes = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        let n_forgotten = self.setting(FORGOTTEN)?.and_then(|n| n.parse().ok()).unwrap_or(0);
        Ok((n_bytes, n_forgotten))
    }

    /// Returns the ids of the kept requests of a group, newest first.
    pub fn rejected_request_ids(&self, group_id: i64, limit: usize) -> Result<Vec<i64>, StoreError> {
        let sql =
            "SELECT request_id FROM rejected_request WHERE group_id = ?1 ORDER BY request_id DESC LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let ids = statement.query_map([group_id, limit], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns a kept request of a group.
    pub fn rejected_request(
        &self,
        group_id: i64,
        request_id: i64,
    ) -> Result<Option<RejectedRequest>, StoreError> {
        let sql = "SELECT time, headers, content, n_waiting, n_bytes, body FROM rejected_request
                   WHERE group_id = ?1 AND request_id = ?2";
        let found = self.connection.prepare_cached(sql)?.query_row([group_id, request_id], |row| {
            let headers: String = row.get(1)?;
            let request = RejectedRequest {
                request_id,
                time: UnixNanos(row.get(0)?),
                headers: serde_json::from_str(&headers).unwrap_or_default(),
                content: row.get(2)?,
                n_waiting: row.get(3)?,
                body: Vec::new(),
            };
            Ok((request, row.get::<_, i64>(4)?, row.get::<_, Vec<u8>>(5)?))
        });
        let Some((request, n_bytes, body)) = found.optional()? else { return Ok(None) };
        Ok(Some(RejectedRequest { body: decompress(&body, n_bytes)?, ..request }))
    }
}

impl WriteTx<'_> {
    /// Puts a request into the inbox; the oldest ones make room.
    pub fn put_rejected(&mut self, rejected: NewRejected, bounds: RejectedBounds) -> Result<(), StoreError> {
        let NewRejected { key, time, headers, payload } = rejected;
        let sql = "INSERT INTO rejected_group (hash, kind, reason, transport, method, path, client_address, user_agent, origin,
                       n_requests, first_time, last_time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?10)
                   ON CONFLICT (hash) DO UPDATE SET n_requests = n_requests + 1, last_time = ?10
                   RETURNING group_id";
        let group_id: i64 = self.connection.prepare_cached(sql)?.query_row(
            params![
                hash(&key).as_slice(),
                key.kind,
                key.reason,
                key.transport,
                key.method,
                key.path,
                key.client_address,
                key.user_agent,
                key.origin,
                time.0,
            ],
            |row| row.get(0),
        )?;
        if let Some((content, n_waiting, body)) = payload {
            let n_bytes = i64::try_from(body.len()).unwrap_or(i64::MAX);
            let headers = serde_json::to_string(&headers).unwrap_or_default();
            let sql =
                "INSERT INTO rejected_request (group_id, time, headers, content, n_waiting, n_bytes, body)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let body = compress(&body)?;
            self.connection
                .prepare_cached(sql)?
                .execute(params![group_id, time.0, headers, content, n_waiting, n_bytes, body])?;
        }
        self.make_room(bounds)
    }

    fn make_room(&mut self, bounds: RejectedBounds) -> Result<(), StoreError> {
        let mut n_forgotten: u64 = 0;
        loop {
            let sql = "SELECT count(*), coalesce(sum(length(body)), 0) FROM rejected_request";
            let (n, n_bytes): (u64, u64) =
                self.connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if n <= bounds.max_requests && n_bytes <= bounds.max_bytes {
                break;
            }
            let sql = "DELETE FROM rejected_request WHERE request_id = (SELECT min(request_id) FROM rejected_request)";
            self.connection.prepare_cached(sql)?.execute([])?;
            n_forgotten += 1;
        }
        // Groups without a payload go first: who is not let in makes as many of them as it likes, and spans must not go for it.
        let sql = "DELETE FROM rejected_group WHERE group_id IN
                       (SELECT group_id FROM rejected_group
                        ORDER BY group_id IN (SELECT group_id FROM rejected_request) DESC, last_time DESC, group_id DESC
                        LIMIT -1 OFFSET ?1)
                   RETURNING group_id";
        let gone: Vec<i64> = self
            .connection
            .prepare_cached(sql)?
            .query_map([bounds.max_requests], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for group_id in gone {
            let sql = "DELETE FROM rejected_request WHERE group_id = ?1";
            n_forgotten += self.connection.prepare_cached(sql)?.execute([group_id])? as u64;
        }
        if n_forgotten > 0 {
            let (_, before) = self.rejected_size()?;
            self.put_setting(FORGOTTEN, &(before + n_forgotten).to_string())?;
        }
        Ok(())
    }

    /// Removes a kept request; its group stays.
    pub fn delete_rejected_request(&mut self, group_id: i64, request_id: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM rejected_request WHERE group_id = ?1 AND request_id = ?2";
        self.connection.prepare_cached(sql)?.execute([group_id, request_id])?;
        Ok(())
    }

    /// Removes a group and its requests. Tells whether it was there.
    pub fn delete_rejected_group(&mut self, group_id: i64) -> Result<bool, StoreError> {
        self.connection.execute("DELETE FROM rejected_request WHERE group_id = ?1", [group_id])?;
        Ok(self.connection.execute("DELETE FROM rejected_group WHERE group_id = ?1", [group_id])? > 0)
    }

    /// Empties the inbox.
    pub fn delete_all_rejected(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("DELETE FROM rejected_request; DELETE FROM rejected_group;")?;
        self.put_setting(FORGOTTEN, "0")
    }
}

fn hash(key: &RejectedKey) -> [u8; 32] {
    let RejectedKey { kind, reason, transport, method, path, client_address, user_agent, origin } = key;
    let mut hasher = blake3::Hasher::new();
    for text in [kind, reason, transport, method, path, client_address, user_agent] {
        hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    }
    hasher.update(origin.as_deref().unwrap_or_default().as_bytes());
    *hasher.finalize().as_bytes()
}
