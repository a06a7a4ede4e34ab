//! OTLP/JSON logs.

use model::{LogGroup, LogRecord};
use serde::Deserialize;

use super::lenient::{HexId, enum_number, message, messages, u32_or_text, u64_or_text};
use super::text::text;
use super::value::{WireAttribute, WireValue};
use super::{WireResource, WireScope, attributes, document, salvage};
use crate::otlp::logs::{DecodedLogs, ids};
use crate::otlp::{DecodeError, RejectReason};

/// Names in the order of their numbers. <https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber>
const SEVERITIES: [&str; 25] = [
    "SEVERITY_NUMBER_UNSPECIFIED",
    "SEVERITY_NUMBER_TRACE",
    "SEVERITY_NUMBER_TRACE2",
    "SEVERITY_NUMBER_TRACE3",
    "SEVERITY_NUMBER_TRACE4",
    "SEVERITY_NUMBER_DEBUG",
    "SEVERITY_NUMBER_DEBUG2",
    "SEVERITY_NUMBER_DEBUG3",
    "SEVERITY_NUMBER_DEBUG4",
    "SEVERITY_NUMBER_INFO",
    "SEVERITY_NUMBER_INFO2",
    "SEVERITY_NUMBER_INFO3",
    "SEVERITY_NUMBER_INFO4",
    "SEVERITY_NUMBER_WARN",
    "SEVERITY_NUMBER_WARN2",
    "SEVERITY_NUMBER_WARN3",
    "SEVERITY_NUMBER_WARN4",
    "SEVERITY_NUMBER_ERROR",
    "SEVERITY_NUMBER_ERROR2",
    "SEVERITY_NUMBER_ERROR3",
    "SEVERITY_NUMBER_ERROR4",
    "SEVERITY_NUMBER_FATAL",
    "SEVERITY_NUMBER_FATAL2",
    "SEVERITY_NUMBER_FATAL3",
    "SEVERITY_NUMBER_FATAL4",
];

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireRequest {
    #[serde(deserialize_with = "messages")]
    resource_logs: Vec<WireResourceLogs>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireResourceLogs {
    #[serde(deserialize_with = "message")]
    resource: WireResource,
    #[serde(deserialize_with = "messages")]
    scope_logs: Vec<WireScopeLogs>,
    #[serde(deserialize_with = "text")]
    schema_url: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireScopeLogs {
    #[serde(deserialize_with = "message")]
    scope: WireScope,
    #[serde(deserialize_with = "messages")]
    log_records: Vec<WireLogRecord>,
    #[serde(deserialize_with = "text")]
    schema_url: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireLogRecord {
    trace_id: HexId,
    span_id: HexId,
    #[serde(deserialize_with = "u64_or_text")]
    time_unix_nano: u64,
    #[serde(deserialize_with = "u64_or_text")]
    observed_time_unix_nano: u64,
    #[serde(deserialize_with = "severity")]
    severity_number: i32,
    #[serde(deserialize_with = "text")]
    severity_text: String,
    #[serde(deserialize_with = "text")]
    event_name: String,
    body: WireValue,
    #[serde(deserialize_with = "messages")]
    attributes: Vec<WireAttribute>,
    #[serde(deserialize_with = "u32_or_text")]
    dropped_attributes_count: u32,
    #[serde(deserialize_with = "u32_or_text")]
    flags: u32,
}

fn severity<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    enum_number(deserializer, &SEVERITIES)
}

pub(in crate::otlp) fn decode(body: &[u8]) -> Result<DecodedLogs, DecodeError> {
    document("ExportLogsServiceRequest", body, from_wire, salvage::logs)
}

fn from_wire(request: WireRequest) -> DecodedLogs {
    let mut decoded = DecodedLogs::default();
    for resource_logs in request.resource_logs {
        let resource = super::resource(resource_logs.resource, resource_logs.schema_url);
        for scope_logs in resource_logs.scope_logs {
            let (scope, schema_url) = (scope_logs.scope, scope_logs.schema_url);
            decoded.add(scope_logs.log_records.into_iter().map(record), || LogGroup {
                resource: resource.clone(),
                scope: super::scope(scope, schema_url),
                records: Vec::new(),
            });
        }
    }
    decoded
}

pub(super) fn record(wire: WireLogRecord) -> Result<LogRecord, RejectReason> {
    let (trace_id, span_id) = ids(wire.trace_id.bytes()?, wire.span_id.bytes()?)?;
    Ok(LogRecord {
        trace_id,
        span_id,
        time_unix_nano: wire.time_unix_nano,
        observed_time_unix_nano: wire.observed_time_unix_nano,
        severity_number: wire.severity_number,
        severity_text: wire.severity_text,
        event_name: wire.event_name,
        body: wire.body.0,
        attributes: attributes(wire.attributes),
        dropped_attributes_count: wire.dropped_attributes_count,
        flags: wire.flags,
    })
}
