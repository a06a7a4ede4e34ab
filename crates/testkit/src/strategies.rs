//! Strategies for any valid value, span and group, for property tests.

use model::{
    AnyValue, Attribute, EntityRef, Event, InstrumentationScope, Link, Resource, Span, SpanGroup, SpanId,
    SpanKind, Status, StatusCode, TraceId,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Any value, nested a few levels. Doubles are never NaN, which equals nothing; the codecs have a test of their own for it.
pub fn any_value() -> impl Strategy<Value = AnyValue> {
    let leaf = prop_oneof![
        Just(AnyValue::Empty),
        any::<String>().prop_map(AnyValue::String),
        any::<bool>().prop_map(AnyValue::Bool),
        any::<i64>().prop_map(AnyValue::Int),
        any::<f64>().prop_filter("not NaN", |double| !double.is_nan()).prop_map(AnyValue::Double),
        vec(any::<u8>(), 0..20).prop_map(AnyValue::Bytes),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(AnyValue::Array),
            vec((any::<String>(), inner), 0..4).prop_map(|pairs| AnyValue::KvList(
                pairs.into_iter().map(|(key, value)| Attribute::new(key, value)).collect()
            )),
        ]
    })
}

/// Any attributes; keys may repeat.
pub fn attributes() -> impl Strategy<Value = Vec<Attribute>> {
    vec((any::<String>(), any_value()).prop_map(|(key, value)| Attribute::new(key, value)), 0..5)
}

fn trace_id() -> impl Strategy<Value = TraceId> {
    any::<[u8; 16]>().prop_filter("not zero", |id| *id != [0; 16]).prop_map(TraceId)
}

fn span_id() -> impl Strategy<Value = SpanId> {
    any::<[u8; 8]>().prop_filter("not zero", |id| *id != [0; 8]).prop_map(SpanId)
}

fn event() -> impl Strategy<Value = Event> {
    (any::<u64>(), any::<String>(), attributes(), any::<u32>()).prop_map(
        |(time_unix_nano, name, attributes, dropped_attributes_count)| Event {
            time_unix_nano,
            name,
            attributes,
            dropped_attributes_count,
        },
    )
}

fn link() -> impl Strategy<Value = Link> {
    (trace_id(), span_id(), any::<String>(), attributes(), any::<u32>(), any::<u32>()).prop_map(
        |(trace_id, span_id, trace_state, attributes, dropped_attributes_count, flags)| Link {
            trace_id,
            span_id,
            trace_state,
            attributes,
            dropped_attributes_count,
            flags,
        },
    )
}

/// Any valid span.
pub fn span() -> impl Strategy<Value = Span> {
    let ids = (trace_id(), span_id(), proptest::option::of(span_id()), any::<String>(), any::<u32>());
    let body = (any::<String>(), 0..=5_i32, any::<u64>(), any::<u64>(), attributes());
    let lists = (vec(event(), 0..3), vec(link(), 0..3), any::<[u32; 3]>(), any::<String>(), 0..=2_i32);
    (ids, body, lists).prop_map(|(ids, body, lists)| {
        let (trace_id, span_id, parent_span_id, trace_state, flags) = ids;
        let (name, kind, start_time_unix_nano, end_time_unix_nano, attributes) = body;
        let (
            events,
            links,
            [dropped_attributes_count, dropped_events_count, dropped_links_count],
            message,
            code,
        ) = lists;
        Span {
            trace_id,
            span_id,
            trace_state,
            parent_span_id,
            flags,
            name,
            kind: SpanKind(kind),
            start_time_unix_nano,
            end_time_unix_nano,
            attributes,
            dropped_attributes_count,
            events,
            dropped_events_count,
            links,
            dropped_links_count,
            status: Status { message, code: StatusCode(code) },
        }
    })
}

fn resource() -> impl Strategy<Value = Resource> {
    let entity = (any::<String>(), any::<String>(), vec(any::<String>(), 0..2), vec(any::<String>(), 0..2))
        .prop_map(|(schema_url, entity_type, id_keys, description_keys)| EntityRef {
            schema_url,
            entity_type,
            id_keys,
            description_keys,
        });
    (attributes(), any::<u32>(), vec(entity, 0..2), any::<String>()).prop_map(
        |(attributes, dropped_attributes_count, entity_refs, schema_url)| Resource {
            attributes,
            dropped_attributes_count,
            entity_refs,
            schema_url,
        },
    )
}

fn scope() -> impl Strategy<Value = InstrumentationScope> {
    (any::<String>(), any::<String>(), attributes(), any::<u32>(), any::<String>()).prop_map(
        |(name, version, attributes, dropped_attributes_count, schema_url)| InstrumentationScope {
            name,
            version,
            attributes,
            dropped_attributes_count,
            schema_url,
        },
    )
}

/// Any group with at least one span.
pub fn group() -> impl Strategy<Value = SpanGroup> {
    (resource(), scope(), vec(span(), 1..4)).prop_map(|(resource, scope, spans)| SpanGroup {
        resource,
        scope,
        spans,
    })
}
