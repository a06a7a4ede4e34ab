//! `/v1/…`: OTLP over HTTP.

mod bounds;
mod grpc;
mod hostile;
mod logs;
mod metrics;
mod stray;
mod traces;
