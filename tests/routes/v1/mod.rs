//! `/v1/…`: OTLP over HTTP.

mod bounds;
mod logs;
mod metrics;
mod stray;
mod traces;
