//! `/traceloupe/v1/…`: the UI API.

mod live;
mod openapi;
mod rejected;
mod settings;
mod traces;
