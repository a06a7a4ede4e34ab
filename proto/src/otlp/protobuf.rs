//! OTLP protobuf messages to and from `model`, moving strings rather than copying them.

use model::{
    AnyValue, Attribute, EntityRef, Event, InstrumentationScope, Link, Resource, Span, SpanGroup, SpanKind,
    Status, StatusCode,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::resource::v1 as resource;
use opentelemetry_proto::tonic::trace::v1 as trace;
use prost::Message;

use super::{DecodeError, Decoded, Limits, Rejection, id, limits, repair, salvage};

/// Decodes an `ExportTraceServiceRequest` within the default limits.
pub fn decode_protobuf(body: &[u8]) -> Result<Decoded, DecodeError> {
    decode_protobuf_within(body, &Limits::default())
}

/// Decodes an `ExportTraceServiceRequest`.
pub fn decode_protobuf_within(body: &[u8], within: &Limits) -> Result<Decoded, DecodeError> {
    limits::check_messages(repair::TRACES, body)?;
    let mut decoded = match ExportTraceServiceRequest::decode(body) {
        Ok(request) => from_wire(request),
        Err(error) => salvage::traces(body, within)
            .ok_or_else(|| DecodeError::Protobuf("ExportTraceServiceRequest", error.to_string()))?,
    };
    limits::apply(&mut decoded, within)?;
    Ok(decoded)
}

fn from_wire(request: ExportTraceServiceRequest) -> Decoded {
    let mut decoded =
        Decoded { has_resource_spans: !request.resource_spans.is_empty(), ..Decoded::default() };
    for resource_spans in request.resource_spans {
        let resource = resource_from_wire(resource_spans.resource, resource_spans.schema_url);
        for scope_spans in resource_spans.scope_spans {
            let mut spans = Vec::with_capacity(scope_spans.spans.len());
            for span in scope_spans.spans {
                match span_from_wire(span) {
                    Ok(span) => spans.push(span),
                    Err(rejection) => decoded.rejections.push(rejection),
                }
            }
            if !spans.is_empty() {
                let scope = scope_from_wire(scope_spans.scope, scope_spans.schema_url);
                decoded.groups.push(SpanGroup { resource: resource.clone(), scope, spans });
            }
        }
    }
    decoded
}

/// Encodes groups as an `ExportTraceServiceRequest`, one `ResourceSpans` for each.
pub fn encode_protobuf(groups: Vec<SpanGroup>) -> Vec<u8> {
    let resource_spans = groups
        .into_iter()
        .map(|group| {
            let resource_schema_url = group.resource.schema_url.clone();
            let scope_schema_url = group.scope.schema_url.clone();
            trace::ResourceSpans {
                resource: Some(resource_to_wire(group.resource)),
                schema_url: resource_schema_url,
                scope_spans: vec![trace::ScopeSpans {
                    scope: (!group.scope.is_empty()).then(|| scope_to_wire(group.scope)),
                    schema_url: scope_schema_url,
                    spans: group.spans.into_iter().map(span_to_wire).collect(),
                }],
            }
        })
        .collect();
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

pub(crate) fn span_from_wire(span: trace::Span) -> Result<Span, Rejection> {
    let ids = || {
        let trace_id = id::trace_id(&span.trace_id)?;
        let span_id = id::span_id(&span.span_id)?;
        let parent_span_id = id::parent_span_id(&span.parent_span_id)?;
        Ok((trace_id, span_id, parent_span_id))
    };
    let reject = |reason| Rejection::new(&span.name, reason);
    let (trace_id, span_id, parent_span_id) = ids().map_err(reject)?;
    let status = span.status.unwrap_or_default();
    Ok(Span {
        trace_id,
        span_id,
        parent_span_id,
        trace_state: span.trace_state,
        flags: span.flags,
        name: span.name,
        kind: SpanKind(span.kind),
        start_time_unix_nano: span.start_time_unix_nano,
        end_time_unix_nano: span.end_time_unix_nano,
        attributes: attributes_from_wire(span.attributes),
        dropped_attributes_count: span.dropped_attributes_count,
        events: span.events.into_iter().map(event_from_wire).collect(),
        dropped_events_count: span.dropped_events_count,
        links: span.links.into_iter().map(link_from_wire).collect(),
        dropped_links_count: span.dropped_links_count,
        status: Status { message: status.message, code: StatusCode(status.code) },
    })
}

pub(crate) fn span_to_wire(span: Span) -> trace::Span {
    trace::Span {
        trace_id: span.trace_id.0.to_vec(),
        span_id: span.span_id.0.to_vec(),
        trace_state: span.trace_state,
        parent_span_id: span.parent_span_id.map(|id| id.0.to_vec()).unwrap_or_default(),
        flags: span.flags,
        name: span.name,
        kind: span.kind.0,
        start_time_unix_nano: span.start_time_unix_nano,
        end_time_unix_nano: span.end_time_unix_nano,
        attributes: attributes_to_wire(span.attributes),
        dropped_attributes_count: span.dropped_attributes_count,
        events: span.events.into_iter().map(event_to_wire).collect(),
        dropped_events_count: span.dropped_events_count,
        links: span.links.into_iter().map(link_to_wire).collect(),
        dropped_links_count: span.dropped_links_count,
        status: (span.status != Status::default())
            .then_some(trace::Status { message: span.status.message, code: span.status.code.0 }),
    }
}

fn event_from_wire(event: trace::span::Event) -> Event {
    Event {
        time_unix_nano: event.time_unix_nano,
        name: event.name,
        attributes: attributes_from_wire(event.attributes),
        dropped_attributes_count: event.dropped_attributes_count,
    }
}

fn event_to_wire(event: Event) -> trace::span::Event {
    trace::span::Event {
        time_unix_nano: event.time_unix_nano,
        name: event.name,
        attributes: attributes_to_wire(event.attributes),
        dropped_attributes_count: event.dropped_attributes_count,
    }
}

fn link_from_wire(link: trace::span::Link) -> Link {
    let (trace_id, span_id) = id::link_ids(&link.trace_id, &link.span_id);
    Link {
        trace_id,
        span_id,
        trace_state: link.trace_state,
        attributes: attributes_from_wire(link.attributes),
        dropped_attributes_count: link.dropped_attributes_count,
        flags: link.flags,
    }
}

fn link_to_wire(link: Link) -> trace::span::Link {
    trace::span::Link {
        trace_id: link.trace_id.0.to_vec(),
        span_id: link.span_id.0.to_vec(),
        trace_state: link.trace_state,
        attributes: attributes_to_wire(link.attributes),
        dropped_attributes_count: link.dropped_attributes_count,
        flags: link.flags,
    }
}

pub(crate) fn resource_from_wire(resource: Option<resource::Resource>, schema_url: String) -> Resource {
    let resource = resource.unwrap_or_default();
    Resource {
        attributes: attributes_from_wire(resource.attributes),
        dropped_attributes_count: resource.dropped_attributes_count,
        entity_refs: resource
            .entity_refs
            .into_iter()
            .map(|entity| EntityRef {
                schema_url: entity.schema_url,
                entity_type: entity.r#type,
                id_keys: entity.id_keys,
                description_keys: entity.description_keys,
            })
            .collect(),
        schema_url,
    }
}

pub(crate) fn resource_to_wire(resource: Resource) -> resource::Resource {
    resource::Resource {
        attributes: attributes_to_wire(resource.attributes),
        dropped_attributes_count: resource.dropped_attributes_count,
        entity_refs: resource
            .entity_refs
            .into_iter()
            .map(|entity| common::EntityRef {
                schema_url: entity.schema_url,
                r#type: entity.entity_type,
                id_keys: entity.id_keys,
                description_keys: entity.description_keys,
            })
            .collect(),
    }
}

pub(crate) fn scope_from_wire(
    scope: Option<common::InstrumentationScope>,
    schema_url: String,
) -> InstrumentationScope {
    let scope = scope.unwrap_or_default();
    InstrumentationScope {
        name: scope.name,
        version: scope.version,
        attributes: attributes_from_wire(scope.attributes),
        dropped_attributes_count: scope.dropped_attributes_count,
        schema_url,
    }
}

pub(crate) fn scope_to_wire(scope: InstrumentationScope) -> common::InstrumentationScope {
    common::InstrumentationScope {
        name: scope.name,
        version: scope.version,
        attributes: attributes_to_wire(scope.attributes),
        dropped_attributes_count: scope.dropped_attributes_count,
    }
}

pub(super) fn attributes_from_wire(attributes: Vec<common::KeyValue>) -> Vec<Attribute> {
    attributes
        .into_iter()
        .map(|pair| Attribute { key: pair.key, value: value_from_wire(pair.value) })
        .collect()
}

pub(super) fn attributes_to_wire(attributes: Vec<Attribute>) -> Vec<common::KeyValue> {
    attributes
        .into_iter()
        .map(|attribute| common::KeyValue {
            key: attribute.key,
            value: Some(value_to_wire(attribute.value)),
            ..common::KeyValue::default()
        })
        .collect()
}

pub(super) fn value_from_wire(value: Option<common::AnyValue>) -> AnyValue {
    match value.and_then(|value| value.value) {
        // Indexes into a string table exist in the profiles signal only; in a trace there is no table to look in.
        None | Some(Value::StringValueStrindex(_)) => AnyValue::Empty,
        Some(Value::StringValue(text)) => AnyValue::String(text),
        Some(Value::BoolValue(truth)) => AnyValue::Bool(truth),
        Some(Value::IntValue(int)) => AnyValue::Int(int),
        Some(Value::DoubleValue(double)) => AnyValue::Double(double),
        Some(Value::ArrayValue(array)) => {
            AnyValue::Array(array.values.into_iter().map(|value| value_from_wire(Some(value))).collect())
        }
        Some(Value::KvlistValue(list)) => AnyValue::KvList(attributes_from_wire(list.values)),
        Some(Value::BytesValue(bytes)) => AnyValue::Bytes(bytes),
    }
}

pub(super) fn value_to_wire(value: AnyValue) -> common::AnyValue {
    let value = match value {
        AnyValue::Empty => None,
        AnyValue::String(text) => Some(Value::StringValue(text)),
        AnyValue::Bool(truth) => Some(Value::BoolValue(truth)),
        AnyValue::Int(int) => Some(Value::IntValue(int)),
        AnyValue::Double(double) => Some(Value::DoubleValue(double)),
        AnyValue::Array(values) => Some(Value::ArrayValue(common::ArrayValue {
            values: values.into_iter().map(value_to_wire).collect(),
        })),
        AnyValue::KvList(pairs) => {
            Some(Value::KvlistValue(common::KeyValueList { values: attributes_to_wire(pairs) }))
        }
        AnyValue::Bytes(bytes) => Some(Value::BytesValue(bytes)),
    };
    common::AnyValue { value }
}
