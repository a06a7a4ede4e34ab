//! `/v1/…`: OTLP over HTTP.

mod bounds;
mod hostile;
mod logs;
mod metrics;
mod stray;
mod traces;
