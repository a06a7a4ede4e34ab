//! A second reading of JSON requests that do not decode as a whole: item by item, so that one with a wrong type in it costs no
//! other. The document must be JSON, and all around the spans or log records must be right.

use model::{LogGroup, SpanGroup};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::{Decoded, DecodedLogs, RejectReason, Rejection};
use super::lenient::{message, messages};
use super::logs::{WireLogRecord, record};
use super::text::{Text, text};
use super::{WireResource, WireScope, WireSpan, read, resource, scope, span};

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawRequest<'a> {
    #[serde(deserialize_with = "messages", borrow)]
    resource_spans: Vec<RawResourceSpans<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawResourceSpans<'a> {
    #[serde(deserialize_with = "message")]
    resource: WireResource,
    #[serde(deserialize_with = "messages", borrow)]
    scope_spans: Vec<RawScopeSpans<'a>>,
    #[serde(deserialize_with = "text")]
    schema_url: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawScopeSpans<'a> {
    #[serde(deserialize_with = "message")]
    scope: WireScope,
    #[serde(borrow)]
    spans: Option<Vec<&'a RawValue>>,
    #[serde(deserialize_with = "text")]
    schema_url: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawLogsRequest<'a> {
    #[serde(deserialize_with = "messages", borrow)]
    resource_logs: Vec<RawResourceLogs<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawResourceLogs<'a> {
    #[serde(deserialize_with = "message")]
    resource: WireResource,
    #[serde(deserialize_with = "messages", borrow)]
    scope_logs: Vec<RawScopeLogs<'a>>,
    #[serde(deserialize_with = "text")]
    schema_url: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawScopeLogs<'a> {
    #[serde(deserialize_with = "message")]
    scope: WireScope,
    #[serde(borrow)]
    log_records: Option<Vec<&'a RawValue>>,
    #[serde(deserialize_with = "text")]
    schema_url: String,
}

/// What of a bad span is still legible.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    name: Text,
}

/// Reads a request span by span, or not at all if it is no JSON or wrong around the spans.
pub(super) fn traces(body: &[u8]) -> Option<Decoded> {
    let request: RawRequest<'_> = read(body).ok()?;
    let mut decoded =
        Decoded { has_resource_spans: !request.resource_spans.is_empty(), ..Decoded::default() };
    for resource_spans in request.resource_spans {
        let resource = resource(resource_spans.resource, resource_spans.schema_url);
        for scope_spans in resource_spans.scope_spans {
            let mut spans = Vec::new();
            for raw in scope_spans.spans.unwrap_or_default() {
                match read::<WireSpan>(raw.get().as_bytes())
                    .map_err(|error| rejection(raw, &error))
                    .and_then(span)
                {
                    Ok(span) => spans.push(span),
                    Err(rejection) => decoded.rejections.push(rejection),
                }
            }
            if !spans.is_empty() {
                let scope = scope(scope_spans.scope, scope_spans.schema_url);
                decoded.groups.push(SpanGroup { resource: resource.clone(), scope, spans });
            }
        }
    }
    Some(decoded)
}

fn rejection(raw: &RawValue, error: &serde_json::Error) -> Rejection {
    let name = read::<Named>(raw.get().as_bytes()).map(|named| named.name.0).unwrap_or_default();
    Rejection::new(&name, RejectReason::Malformed(error.to_string()))
}

/// Reads a request log record by log record, or not at all if it is no JSON or wrong around the records.
pub(super) fn logs(body: &[u8]) -> Option<DecodedLogs> {
    let request: RawLogsRequest<'_> = read(body).ok()?;
    let mut decoded = DecodedLogs::default();
    for resource_logs in request.resource_logs {
        let resource = resource(resource_logs.resource, resource_logs.schema_url);
        for scope_logs in resource_logs.scope_logs {
            let (wire_scope, schema_url) = (scope_logs.scope, scope_logs.schema_url);
            let records = scope_logs.log_records.unwrap_or_default().into_iter().map(|raw| {
                read::<WireLogRecord>(raw.get().as_bytes())
                    .map_err(|error| RejectReason::Malformed(error.to_string()))
                    .and_then(record)
            });
            decoded.add(records, || LogGroup {
                resource: resource.clone(),
                scope: scope(wire_scope, schema_url),
                records: Vec::new(),
            });
        }
    }
    Some(decoded)
}
