//! The raw limit: one row per span with its attributes as JSON, one prepared statement, one transaction per request.
//!
//! No HTTP, no decoding, JSON made beforehand: what SQLite itself takes, at the settings that our store has.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use model::{AnyValue, Span};
use rusqlite::{Connection, params};

use crate::payload::{Generator, Shape};

/// Requests that are made beforehand and inserted again and again under other trace ids.
const N_REQUESTS: usize = 32;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE span (
        trace_id BLOB, span_id BLOB, parent_span_id BLOB, name TEXT, kind INTEGER, start_time INTEGER, end_time INTEGER,
        status INTEGER, attributes TEXT
    );
    CREATE INDEX span_by_trace ON span (trace_id);";

/// A database that takes rows as fast as SQLite does.
pub struct Raw {
    shape: Shape,
    requests: Vec<Vec<(Span, String)>>,
    connection: Connection,
    /// Requests that were inserted.
    number: u64,
}

impl Raw {
    /// Makes the database in a folder, and what is inserted.
    pub fn new(folder: &Path, shape: Shape) -> Result<Self> {
        let mut generator = Generator::new(7);
        let requests = (0..N_REQUESTS)
            .map(|_| {
                let spans = generator.group(shape).spans.into_iter();
                spans.map(|span| (span.clone(), attributes_as_json(&span))).collect()
            })
            .collect();
        let connection = Connection::open(folder.join("raw.db"))?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { shape, requests, connection, number: 0 })
    }

    /// Inserts for some time; returns how many spans are inserted in a second.
    pub fn run(&mut self, duration: Duration) -> Result<f64> {
        let started = Instant::now();
        let mut n_spans = 0_u32;
        while started.elapsed() < duration {
            self.number += 1;
            let request = &self.requests[usize::try_from(self.number)? % N_REQUESTS];
            let tx = self.connection.transaction()?;
            {
                let mut insert = tx.prepare_cached("INSERT INTO span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
                for (span, attributes) in request {
                    let mut trace_id = span.trace_id.0;
                    trace_id[..8].copy_from_slice(&self.number.to_be_bytes());
                    insert.execute(params![
                        trace_id,
                        span.span_id.0,
                        span.parent_span_id.map(|id| id.0),
                        span.name,
                        span.kind.0,
                        span.start().0,
                        span.end().map(|end| end.0),
                        span.status.code.0,
                        attributes,
                    ])?;
                }
            }
            tx.commit()?;
            n_spans += self.shape.n_spans();
        }
        Ok(f64::from(n_spans) / started.elapsed().as_secs_f64())
    }
}

fn attributes_as_json(span: &Span) -> String {
    let attributes = span.attributes.iter().map(|attribute| {
        let value = match &attribute.value {
            AnyValue::String(text) => text.as_str().into(),
            AnyValue::Int(int) => (*int).into(),
            _ => serde_json::Value::Null,
        };
        (attribute.key.clone(), value)
    });
    serde_json::Value::Object(attributes.collect()).to_string()
}
