//! The vocabulary of Traceloupe: ids, time, attribute values, spans, traces and experiments as plain types with invariants.
//!
//! Knows no I/O, no async, no SQL and no wire format. The names are those of OpenTelemetry and MLflow.

mod assessment;
mod batch;
mod experiment;
pub mod filter;
mod id;
mod log;
mod origin;
mod resource;
mod span;
mod span_mark;
mod span_table;
mod time;
mod trace;
mod trace_name;
mod value;

pub use assessment::{Assessment, AssessmentValue};
pub use batch::SpanGroup;
pub use experiment::{Experiment, ExperimentId, LifecycleStage, ParseExperimentIdError};
pub use id::{ParseIdError, SpanId, TraceId};
pub use log::{LogGroup, LogRecord};
pub use origin::{Exporter, Source, SpanCopy};
pub use resource::{EntityRef, InstrumentationScope, Resource};
pub use span::{Event, Link, Span, SpanKind, Status, StatusCode};
pub use span_mark::{MAX_MARKS, MarkKind, SpanMark, thin_out};
pub use span_table::{RowFlags, SpanRow, SpanTable, StringTable};
pub use time::{DurationNanos, UnixNanos};
pub use trace::{Cost, ExperimentSource, TokenUsage, TraceInfo, TraceLabels, TraceState, TraceSummary, keys};
pub use trace_name::TraceName;
pub use value::{AnyValue, Attribute, Attributes};
