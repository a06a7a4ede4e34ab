//! Every byte format that crosses the process boundary, and its conversion to and from `model`.
//!
//! Does no I/O and decides nothing: what a message means is the business of `ingest` and the edges. Conversions are free
//! functions, since neither side's types are ours to implement traits between.

pub mod blob;
mod columns;
pub mod comparison;
pub mod critical_path;
pub mod mlflow;
pub mod otlp;
pub mod span_table;
pub mod stored_span;
pub mod ui;
