//! A second reading of protobuf requests that do not decode as a whole: span by span, each repaired where that is possible.
//!
//! prost refuses a request for one text that is not UTF-8 or one value that nests too deeply. The request's own structure must be
//! whole; within it, one bad span costs no other.

use model::{InstrumentationScope, LogGroup, Resource, SpanGroup};
use opentelemetry_proto::tonic::{
    common::v1 as common, logs::v1 as logs, resource::v1 as resource, trace::v1 as trace,
};
use prost::Message;

use super::logs::log_from_wire;
use super::protobuf::{resource_from_wire, scope_from_wire, span_from_wire};
use super::repair::{self, Schema, repaired};
use super::wire::{Field, Fields, Malformed};
use super::{Decoded, DecodedLogs, Limits, RejectReason, Rejection};

/// Fields of `ResourceSpans`, `ScopeSpans` and their likes for logs, which are numbered alike: what all share, the items, the
/// schema URL.
const SHARED: u32 = 1;
const ITEMS: u32 = 2;
const SCHEMA_URL: u32 = 3;

/// Reads an `ExportTraceServiceRequest` span by span, or not at all if its structure is damaged.
pub(super) fn traces(body: &[u8], limits: &Limits) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    decoded.has_resource_spans = each_scope(body, limits, |resource, scope, items| {
        let mut spans = Vec::with_capacity(items.len());
        for item in items {
            let read = repaired_message::<trace::Span>(repair::SPAN, item, limits)
                .map_err(|reason| Rejection::new(&legible_name(item), reason))
                .and_then(span_from_wire);
            match read {
                Ok(span) => spans.push(span),
                Err(rejection) => decoded.rejections.push(rejection),
            }
        }
        if !spans.is_empty() {
            decoded.groups.push(SpanGroup { resource: resource.clone(), scope, spans });
        }
    })?;
    Some(decoded)
}

/// Reads an `ExportLogsServiceRequest` record by record, or not at all if its structure is damaged.
pub(super) fn logs(body: &[u8], limits: &Limits) -> Option<DecodedLogs> {
    let mut decoded = DecodedLogs::default();
    each_scope(body, limits, |resource, scope, items| {
        let records = items.into_iter().map(|item| {
            repaired_message::<logs::LogRecord>(repair::LOG_RECORD, item, limits).and_then(log_from_wire)
        });
        decoded.add(records, || LogGroup { resource: resource.clone(), scope, records: Vec::new() });
    })?;
    Some(decoded)
}

/// Visits the items of each scope of a request; returns whether there was a resource at all.
fn each_scope(
    body: &[u8],
    limits: &Limits,
    mut visit: impl FnMut(&Resource, InstrumentationScope, Vec<&[u8]>),
) -> Option<bool> {
    let mut has_resource = false;
    for field in Fields::new(body) {
        let (payload, is_known) = field.map(|field| (field.payload, field.number == 1)).ok()?;
        if !is_known {
            continue;
        }
        has_resource = true;
        let of_resource = list(payload?).ok()?;
        let resource: Option<resource::Resource> = shared(&of_resource, repair::RESOURCE, limits).ok()?;
        let resource = resource_from_wire(resource, of_resource.schema_url);
        for message in of_resource.items {
            let of_scope = list(message).ok()?;
            let scope: Option<common::InstrumentationScope> =
                shared(&of_scope, repair::SCOPE, limits).ok()?;
            visit(&resource, scope_from_wire(scope, of_scope.schema_url), of_scope.items);
        }
    }
    Some(has_resource)
}

fn shared<M: Message + Default>(
    list: &List<'_>,
    schema: Schema,
    limits: &Limits,
) -> Result<Option<M>, RejectReason> {
    list.shared.map(|bytes| repaired_message(schema, bytes, limits)).transpose()
}

/// What all items of a list share, the items, and the schema URL.
struct List<'a> {
    shared: Option<&'a [u8]>,
    items: Vec<&'a [u8]>,
    schema_url: String,
}

fn list(message: &[u8]) -> Result<List<'_>, Malformed> {
    let mut list = List { shared: None, items: Vec::new(), schema_url: String::new() };
    for field in Fields::new(message) {
        match field? {
            Field { number: SHARED, payload: Some(shared), .. } => list.shared = Some(shared),
            Field { number: ITEMS, payload: Some(item), .. } => list.items.push(item),
            Field { number: SCHEMA_URL, payload: Some(url), .. } => {
                list.schema_url = String::from_utf8_lossy(url).into_owned();
            }
            Field { number: SHARED | ITEMS | SCHEMA_URL, payload: None, .. } => return Err(Malformed),
            _ => {}
        }
    }
    Ok(list)
}

fn repaired_message<M: Message + Default>(
    schema: Schema,
    bytes: &[u8],
    limits: &Limits,
) -> Result<M, RejectReason> {
    let bytes = repaired(schema, bytes, limits)?;
    M::decode(bytes.as_slice()).map_err(|error| RejectReason::Malformed(error.to_string()))
}

/// Returns the name of a span that does not decode, as far as its bytes can be read.
fn legible_name(span: &[u8]) -> String {
    const NAME: u32 = 5;
    let name = Fields::new(span).map_while(Result::ok).find(|field| field.number == NAME);
    name.and_then(|field| field.payload)
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .unwrap_or_default()
}
