//! `/traceloupe/v1/…`: the UI API.

mod analysis;
mod live;
mod llm;
mod openapi;
mod rejected;
mod settings;
mod traces;
