//! `/v1/…`: OTLP over HTTP.

mod logs;
mod metrics;
mod stray;
mod traces;
