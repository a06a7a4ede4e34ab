//! `/v1/…`: OTLP over HTTP.

mod traces;
