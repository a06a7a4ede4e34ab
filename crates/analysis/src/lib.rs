//! Pure computations over spans and traces: tree, aggregation, previews, and what LLM conventions say.
//!
//! Knows no I/O, no SQL and no HTTP.

pub mod compare;
pub mod critical_path;
pub mod doctor;
pub mod outline;
pub mod plain;
pub mod preview;
pub mod prices;
pub mod python_json;
pub mod semconv;
pub mod tree;
pub mod turn;
pub mod usage;
