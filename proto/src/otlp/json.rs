//! OTLP/JSON to `model`, as lenient as the specification asks: hex ids, 64-bit integers as strings or numbers, enums as names or
//! numbers, unknown fields ignored, `null` for a default.
//!
//! The JSON of the `opentelemetry-proto` crate rejects enum names, `"arrayValue":{}`, `"NaN"` and `null` lists, all of which
//! exporters send; hence our own layer.

mod lenient;
pub(super) mod logs;
pub(super) mod metrics;
mod salvage;
mod text;
mod value;

use model::{
    Attribute, EntityRef, Event, InstrumentationScope, Link, Resource, Span, SpanGroup, SpanKind, Status,
    StatusCode,
};
use serde::Deserialize;

use super::{DecodeError, Decoded, Limits, Rejection, id, limits};
use lenient::{HexId, enum_number, message, messages, object, u32_or_text, u64_or_text};
use text::{text, texts};
use value::WireAttribute;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireRequest {
    #[serde(deserialize_with = "messages")]
    resource_spans: Vec<WireResourceSpans>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireResourceSpans {
    #[serde(deserialize_with = "message")]
    resource: WireResource,
    #[serde(deserialize_with = "messages")]
    scope_spans: Vec<WireScopeSpans>,
    #[serde(deserialize_with = "text")]
    schema_url: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireResource {
    #[serde(deserialize_with = "messages")]
    attributes: Vec<WireAttribute>,
    #[serde(deserialize_with = "u32_or_text")]
    dropped_attributes_count: u32,
    #[serde(deserialize_with = "messages")]
    entity_refs: Vec<WireEntityRef>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireEntityRef {
    #[serde(deserialize_with = "text")]
    schema_url: String,
    #[serde(deserialize_with = "text", rename = "type")]
    entity_type: String,
    #[serde(deserialize_with = "texts")]
    id_keys: Vec<String>,
    #[serde(deserialize_with = "texts")]
    description_keys: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireScopeSpans {
    #[serde(deserialize_with = "message")]
    scope: WireScope,
    #[serde(deserialize_with = "messages")]
    spans: Vec<WireSpan>,
    #[serde(deserialize_with = "text")]
    schema_url: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireScope {
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    version: String,
    #[serde(deserialize_with = "messages")]
    attributes: Vec<WireAttribute>,
    #[serde(deserialize_with = "u32_or_text")]
    dropped_attributes_count: u32,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireSpan {
    trace_id: HexId,
    span_id: HexId,
    #[serde(deserialize_with = "text")]
    trace_state: String,
    parent_span_id: HexId,
    #[serde(deserialize_with = "u32_or_text")]
    flags: u32,
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "span_kind")]
    kind: i32,
    #[serde(deserialize_with = "u64_or_text")]
    start_time_unix_nano: u64,
    #[serde(deserialize_with = "u64_or_text")]
    end_time_unix_nano: u64,
    #[serde(deserialize_with = "messages")]
    attributes: Vec<WireAttribute>,
    #[serde(deserialize_with = "u32_or_text")]
    dropped_attributes_count: u32,
    #[serde(deserialize_with = "messages")]
    events: Vec<WireEvent>,
    #[serde(deserialize_with = "u32_or_text")]
    dropped_events_count: u32,
    #[serde(deserialize_with = "messages")]
    links: Vec<WireLink>,
    #[serde(deserialize_with = "u32_or_text")]
    dropped_links_count: u32,
    #[serde(deserialize_with = "message")]
    status: WireStatus,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireEvent {
    #[serde(deserialize_with = "u64_or_text")]
    time_unix_nano: u64,
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "messages")]
    attributes: Vec<WireAttribute>,
    #[serde(deserialize_with = "u32_or_text")]
    dropped_attributes_count: u32,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireLink {
    trace_id: HexId,
    span_id: HexId,
    #[serde(deserialize_with = "text")]
    trace_state: String,
    #[serde(deserialize_with = "messages")]
    attributes: Vec<WireAttribute>,
    #[serde(deserialize_with = "u32_or_text")]
    dropped_attributes_count: u32,
    #[serde(deserialize_with = "u32_or_text")]
    flags: u32,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireStatus {
    #[serde(deserialize_with = "text")]
    message: String,
    #[serde(deserialize_with = "status_code")]
    code: i32,
}

fn span_kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    enum_number(deserializer, &SpanKind::NAMES)
}

fn status_code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    enum_number(deserializer, &StatusCode::NAMES)
}

/// The three bytes that some editors and libraries put before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Decodes an `ExportTraceServiceRequest` in JSON within the default limits.
pub fn decode_json(body: &[u8]) -> Result<Decoded, DecodeError> {
    decode_json_within(body, &Limits::default())
}

/// Decodes an `ExportTraceServiceRequest` in JSON.
pub fn decode_json_within(body: &[u8], within: &Limits) -> Result<Decoded, DecodeError> {
    let mut decoded = document("ExportTraceServiceRequest", body, from_wire, salvage::traces)?;
    limits::apply(&mut decoded, within)?;
    Ok(decoded)
}

/// Reads a whole document: as one message, or else as `salvage` can.
fn document<'a, W: Deserialize<'a>, T>(
    name: &'static str,
    body: &'a [u8],
    from_wire: impl FnOnce(W) -> T,
    salvage: impl FnOnce(&'a [u8]) -> Option<T>,
) -> Result<T, DecodeError> {
    if n_objects_at_most(body) > Limits::MAX_MESSAGES {
        return Err(DecodeError::TooManyMessages { max: Limits::MAX_MESSAGES });
    }
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    match read(body) {
        Ok(message) => Ok(from_wire(message)),
        Err(error) => salvage(body).ok_or_else(|| DecodeError::Json(name, error.to_string())),
    }
}

/// Returns a bound on the objects in a document. Braces in texts count too, which only makes the bound safer.
fn n_objects_at_most(body: &[u8]) -> usize {
    body.iter().filter(|byte| **byte == b'{').count()
}

/// Reads a document that is one message. What recurses is bounded by itself, see [`value`], so that serde_json's limit,
/// which refuses values that protobuf takes, is not needed; what is skipped is skipped without recursion.
fn read<'de, T: Deserialize<'de>>(body: &'de [u8]) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    deserializer.disable_recursion_limit();
    let request = object(&mut deserializer)?;
    deserializer.end()?;
    Ok(request)
}

fn from_wire(request: WireRequest) -> Decoded {
    let mut decoded =
        Decoded { has_resource_spans: !request.resource_spans.is_empty(), ..Decoded::default() };
    for resource_spans in request.resource_spans {
        let resource = resource(resource_spans.resource, resource_spans.schema_url);
        for scope_spans in resource_spans.scope_spans {
            let mut spans = Vec::with_capacity(scope_spans.spans.len());
            for wire in scope_spans.spans {
                match span(wire) {
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
    decoded
}

fn span(wire: WireSpan) -> Result<Span, Rejection> {
    let ids = || {
        let trace_id = id::trace_id(wire.trace_id.bytes()?)?;
        let span_id = id::span_id(wire.span_id.bytes()?)?;
        let parent_span_id = id::parent_span_id(wire.parent_span_id.bytes()?)?;
        Ok((trace_id, span_id, parent_span_id))
    };
    let (trace_id, span_id, parent_span_id) = ids().map_err(|reason| Rejection::new(&wire.name, reason))?;
    Ok(Span {
        trace_id,
        span_id,
        parent_span_id,
        trace_state: wire.trace_state,
        flags: wire.flags,
        name: wire.name,
        kind: SpanKind(wire.kind),
        start_time_unix_nano: wire.start_time_unix_nano,
        end_time_unix_nano: wire.end_time_unix_nano,
        attributes: attributes(wire.attributes),
        dropped_attributes_count: wire.dropped_attributes_count,
        events: wire.events.into_iter().map(event).collect(),
        dropped_events_count: wire.dropped_events_count,
        links: wire.links.into_iter().map(link).collect(),
        dropped_links_count: wire.dropped_links_count,
        status: Status { message: wire.status.message, code: StatusCode(wire.status.code) },
    })
}

fn event(wire: WireEvent) -> Event {
    Event {
        time_unix_nano: wire.time_unix_nano,
        name: wire.name,
        attributes: attributes(wire.attributes),
        dropped_attributes_count: wire.dropped_attributes_count,
    }
}

fn link(wire: WireLink) -> Link {
    let (trace_id, span_id) = id::link_ids(wire.trace_id.bytes_or_none(), wire.span_id.bytes_or_none());
    Link {
        trace_id,
        span_id,
        trace_state: wire.trace_state,
        attributes: attributes(wire.attributes),
        dropped_attributes_count: wire.dropped_attributes_count,
        flags: wire.flags,
    }
}

fn resource(wire: WireResource, schema_url: String) -> Resource {
    let entity = |wire: WireEntityRef| EntityRef {
        schema_url: wire.schema_url,
        entity_type: wire.entity_type,
        id_keys: wire.id_keys,
        description_keys: wire.description_keys,
    };
    Resource {
        attributes: attributes(wire.attributes),
        dropped_attributes_count: wire.dropped_attributes_count,
        entity_refs: wire.entity_refs.into_iter().map(entity).collect(),
        schema_url,
    }
}

fn scope(wire: WireScope, schema_url: String) -> InstrumentationScope {
    InstrumentationScope {
        name: wire.name,
        version: wire.version,
        attributes: attributes(wire.attributes),
        dropped_attributes_count: wire.dropped_attributes_count,
        schema_url,
    }
}

fn attributes(wire: Vec<WireAttribute>) -> Vec<Attribute> {
    wire.into_iter().map(|attribute| attribute.0).collect()
}
