//! `/traceloupe/v1/…`: the UI API.

mod analysis;
mod compare;
mod download;
mod live;
mod llm;
mod openapi;
mod rejected;
mod row_rules;
mod runs;
mod sessions;
mod settings;
mod traces;
