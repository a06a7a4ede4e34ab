//! Fills a store in this process, as the server would, and merges it: sizes on disk before and after.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use ingest::{Ingest, SpanBatch};
use store::{MergeStep, Merger, Store, StoreOptions, Synchronous};

use crate::payload::{Generator, Shape};

/// What a filled store takes.
pub struct Filled {
    /// Spans in it.
    pub n_spans: u64,
    /// Bytes of the requests in OTLP protobuf.
    pub otlp_bytes: u64,
    /// Bytes on disk before merging.
    pub before: u64,
    /// Bytes on disk after.
    pub after: u64,
    /// How long it took to write.
    pub write_time: Duration,
    /// How long it took to merge and to give space back.
    pub merge_time: Duration,
    /// Bytes by table and index after merging, largest first.
    pub tables: Vec<(String, u64)>,
}

/// Opens a store in a folder.
pub fn open(folder: &Path) -> Result<Store> {
    Ok(Store::open(&StoreOptions {
        data_dir: folder.to_owned(),
        max_queue_bytes: 64 << 20,
        synchronous: Synchronous::Normal,
    })?)
}

/// Writes at least `n_spans` spans in requests of one shape, then merges.
pub async fn fill(folder: &Path, shape: Shape, n_spans: u64) -> Result<Filled> {
    let ingest = Ingest::new(open(folder)?);
    ingest.ensure_default_experiment().await?;
    let mut generator = Generator::new(11);
    let mut filled = Filled {
        n_spans: 0,
        otlp_bytes: 0,
        before: 0,
        after: 0,
        write_time: Duration::ZERO,
        merge_time: Duration::ZERO,
        tables: Vec::new(),
    };
    while filled.n_spans < n_spans {
        let group = generator.group(shape);
        let n_bytes = proto::otlp::encode_protobuf(vec![group.clone()]).len();
        filled.otlp_bytes += n_bytes as u64;
        let started = Instant::now();
        let batch = SpanBatch { groups: vec![group], n_bytes, ..SpanBatch::default() };
        let stored = ingest.write_spans(batch).await?;
        filled.write_time += started.elapsed();
        ensure!(stored.n_stored == shape.n_spans() as usize, "spans were rejected");
        filled.n_spans += u64::from(shape.n_spans());
    }
    // Opened again, so that the write-ahead log is folded in and what counts is the file.
    ingest.store().close().await?;
    let store = open(folder)?;
    filled.before = store.size_on_disk();
    let started = Instant::now();
    let mut merger = Merger::new(Duration::ZERO);
    while store.merge_step(&mut merger).await? != MergeStep::Idle {}
    while store.vacuum_step().await? {}
    filled.merge_time = started.elapsed();
    store.close().await?;
    filled.after = open(folder)?.size_on_disk();
    filled.tables = tables(folder)?;
    Ok(filled)
}

fn tables(folder: &Path) -> Result<Vec<(String, u64)>> {
    let connection = rusqlite::Connection::open(folder.join(store::DATABASE_FILE))?;
    let sql = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 12";
    let mut statement = connection.prepare(sql)?;
    let tables = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(tables.collect::<rusqlite::Result<_>>()?)
}
