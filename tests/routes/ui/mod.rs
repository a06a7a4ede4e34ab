//! `/traceloupe/v1/…`: the UI API.

mod live;
mod openapi;
mod settings;
mod traces;
