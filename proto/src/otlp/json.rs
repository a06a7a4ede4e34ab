//! OTLP/JSON to `model`, as lenient as the specification asks: hex ids, 64-bit integers as strings or numbers, enums as names or
//! numbers, unknown fields ignored, `null` for a default.
//!
//! The JSON of the `opentelemetry-proto` crate rejects enum names, `"arrayValue":{}`, `"NaN"` and `null` lists, all of which
//! exporters send; hence our own layer.

mod lenient;
pub(super) mod logs;
pub(super) mod metrics;

use model::{
    AnyValue, Attribute, EntityRef, Event, InstrumentationScope, Link, Resource, Span, SpanGroup, SpanKind,
    Status, StatusCode,
};
use serde::Deserialize;

use super::{DecodeError, Decoded, RejectReason, Rejection, id};
use lenient::{
    HexId, WireValue, enum_number, message, messages, object, or_default, u32_or_text, u64_or_text,
};

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
    #[serde(deserialize_with = "or_default")]
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
    #[serde(deserialize_with = "or_default")]
    schema_url: String,
    #[serde(deserialize_with = "or_default", rename = "type")]
    entity_type: String,
    #[serde(deserialize_with = "or_default")]
    id_keys: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    description_keys: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireScopeSpans {
    #[serde(deserialize_with = "message")]
    scope: WireScope,
    #[serde(deserialize_with = "messages")]
    spans: Vec<WireSpan>,
    #[serde(deserialize_with = "or_default")]
    schema_url: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireScope {
    #[serde(deserialize_with = "or_default")]
    name: String,
    #[serde(deserialize_with = "or_default")]
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
    #[serde(deserialize_with = "or_default")]
    trace_state: String,
    parent_span_id: HexId,
    #[serde(deserialize_with = "u32_or_text")]
    flags: u32,
    #[serde(deserialize_with = "or_default")]
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
    #[serde(deserialize_with = "or_default")]
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
    #[serde(deserialize_with = "or_default")]
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
    #[serde(deserialize_with = "or_default")]
    message: String,
    #[serde(deserialize_with = "status_code")]
    code: i32,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireAttribute {
    #[serde(deserialize_with = "or_default")]
    key: String,
    value: WireValue,
}

fn span_kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    enum_number(deserializer, &SpanKind::NAMES)
}

fn status_code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    enum_number(deserializer, &StatusCode::NAMES)
}

/// Deepest nesting of a document, checked before it is read. Deeper than serde_json's own limit of 128, which refuses values that
/// protobuf takes; shallow enough for the stack of any thread.
const MAX_DEPTH: usize = 256;

/// Most protobuf messages that one value may nest: what is stored must be readable as protobuf, whose decoder takes 100, and five lie
/// around an attribute of an event.
pub(super) const MAX_VALUE_MESSAGES: usize = 93;

/// Returns how many protobuf messages a value nests: two for a level of lists, three for one of key-value lists.
fn n_messages(value: &AnyValue) -> usize {
    match value {
        AnyValue::Array(values) => 2 + values.iter().map(n_messages).max().unwrap_or(0),
        AnyValue::KvList(pairs) => 3 + pairs.iter().map(|pair| n_messages(&pair.value)).max().unwrap_or(0),
        _ => 0,
    }
}

/// Returns how deep a document nests, without reading it: brackets outside of texts.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut is_escaped) = (false, false);
    for byte in body {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Reads a whole document as a message.
fn document<T: for<'de> Deserialize<'de>>(name: &'static str, body: &[u8]) -> Result<T, DecodeError> {
    if depth(body) > MAX_DEPTH {
        return Err(DecodeError::Json(name, format!("it is nested more than {MAX_DEPTH} levels deep")));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    deserializer.disable_recursion_limit();
    object(&mut deserializer)
        .and_then(|request| deserializer.end().map(|()| request))
        .map_err(|error| DecodeError::Json(name, error.to_string()))
}

/// Decodes an `ExportTraceServiceRequest` in JSON.
pub fn decode_json(body: &[u8]) -> Result<Decoded, DecodeError> {
    let request: WireRequest = document("ExportTraceServiceRequest", body)?;
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
    Ok(decoded)
}

fn span(wire: WireSpan) -> Result<Span, Rejection> {
    let ids = || {
        let trace_id = id::trace_id(wire.trace_id.bytes()?)?;
        let span_id = id::span_id(wire.span_id.bytes()?)?;
        let parent_span_id = id::parent_span_id(wire.parent_span_id.bytes()?)?;
        Ok((trace_id, span_id, parent_span_id))
    };
    let reject = |reason| Rejection { span_name: wire.name.chars().take(200).collect(), reason };
    let (trace_id, span_id, parent_span_id) = ids().map_err(reject)?;
    let attributes = attributes(wire.attributes);
    let events: Vec<Event> = wire.events.into_iter().map(event).collect();
    let links: Vec<Link> = wire.links.into_iter().map(link).collect();
    let all = attributes.iter().chain(events.iter().flat_map(|event| &event.attributes));
    if all
        .chain(links.iter().flat_map(|link| &link.attributes))
        .any(|attribute| n_messages(&attribute.value) > MAX_VALUE_MESSAGES)
    {
        return Err(reject(RejectReason::TooDeep));
    }
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
        attributes,
        dropped_attributes_count: wire.dropped_attributes_count,
        events,
        dropped_events_count: wire.dropped_events_count,
        links,
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

pub(super) fn attributes(wire: Vec<WireAttribute>) -> Vec<Attribute> {
    wire.into_iter().map(|pair| Attribute { key: pair.key, value: pair.value.0 }).collect()
}
