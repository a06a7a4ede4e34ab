//! Sends the known tree with the OpenTelemetry SDK for Rust: `known-tree PROTOCOL TREE`. Prints the ids of what it sent.

mod values;

use std::collections::HashMap;
use std::error::Error;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    Link, Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId,
    TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span};
use serde_json::{Value, json};

use values::{attributes, items, text};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(protocol), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: known-tree PROTOCOL TREE".into());
    };
    let tree: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    // Only tonic looks for a runtime; the blocking HTTP client refuses to be built in one.
    let runtime = tokio::runtime::Runtime::new()?;
    let exporter = match protocol.as_str() {
        "grpc" => {
            let _entered = runtime.enter();
            SpanExporter::builder().with_tonic().build()?
        }
        "http/protobuf" => SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build()?,
        "http/json" => SpanExporter::builder().with_http().with_protocol(Protocol::HttpJson).build()?,
        other => return Err(format!("no exporter for {other}").into()),
    };
    let resource = Resource::builder().with_attributes(attributes(&tree["resource"])).build();
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();

    let mut spans: HashMap<&str, Span> = HashMap::new();
    for given in items(&tree["spans"]) {
        let span = start(&provider, &tree["scopes"], given, &spans);
        spans.insert(text(&given["name"]), span);
    }
    for given in items(&tree["spans"]) {
        if let Some(span) = spans.get_mut(text(&given["name"])) {
            span.end_with_timestamp(time(&given["endTimeUnixNano"]));
        }
    }
    let context = spans[text(&tree["spans"][0]["name"])].span_context();
    let ids: HashMap<_, _> =
        spans.iter().map(|(name, span)| (name, span.span_context().span_id().to_string())).collect();
    println!("{}", json!({"traceId": context.trace_id().to_string(), "spans": ids}));
    provider.force_flush()?;
    provider.shutdown()?;
    Ok(())
}

fn start(provider: &SdkTracerProvider, scopes: &Value, given: &Value, spans: &HashMap<&str, Span>) -> Span {
    let tracer = provider.tracer_with_scope(scope(&scopes[text(&given["scope"])]));
    let context = match given["parent"].as_str() {
        Some(parent) => Context::new().with_remote_span_context(spans[parent].span_context().clone()),
        None => Context::new(),
    };
    let links = items(&given["links"])
        .map(|link| {
            let linked = match link["span"].as_str() {
                Some(name) => spans[name].span_context().clone(),
                None => elsewhere(link),
            };
            Link::new(linked, attributes(&link["attributes"]), 0)
        })
        .collect();
    let mut span = tracer
        .span_builder(text(&given["name"]).to_owned())
        .with_kind(kind(text(&given["kind"])))
        .with_start_time(time(&given["startTimeUnixNano"]))
        .with_attributes(attributes(&given["attributes"]))
        .with_links(links)
        .start_with_context(&tracer, &context);
    for event in items(&given["events"]) {
        let name = text(&event["name"]).to_owned();
        span.add_event_with_timestamp(name, time(&event["timeUnixNano"]), attributes(&event["attributes"]));
    }
    if let Some(message) = given["exception"]["message"].as_str() {
        // This SDK takes no time for an error: it is the present.
        let error: Box<dyn Error> = message.into();
        span.record_error(error.as_ref());
    }
    match given["status"]["code"].as_str() {
        Some("OK") => span.set_status(Status::Ok),
        Some("ERROR") => span.set_status(Status::error(text(&given["status"]["message"]).to_owned())),
        _ => {}
    }
    span
}

fn scope(given: &Value) -> InstrumentationScope {
    let mut scope = InstrumentationScope::builder(text(&given["name"]).to_owned());
    if let Some(version) = given["version"].as_str() {
        scope = scope.with_version(version.to_owned());
    }
    if let Some(schema_url) = given["schemaUrl"].as_str() {
        scope = scope.with_schema_url(schema_url.to_owned());
    }
    scope.build()
}

/// A span of another trace, as a propagator would have found it.
fn elsewhere(link: &Value) -> SpanContext {
    SpanContext::new(
        TraceId::from_hex(text(&link["traceId"])).unwrap_or(TraceId::INVALID),
        SpanId::from_hex(text(&link["spanId"])).unwrap_or(SpanId::INVALID),
        TraceFlags::default(),
        true,
        text(&link["traceState"]).parse::<TraceState>().unwrap_or_default(),
    )
}

fn kind(name: &str) -> SpanKind {
    match name {
        "SERVER" => SpanKind::Server,
        "CLIENT" => SpanKind::Client,
        "PRODUCER" => SpanKind::Producer,
        "CONSUMER" => SpanKind::Consumer,
        _ => SpanKind::Internal,
    }
}

fn time(nanoseconds: &Value) -> SystemTime {
    SystemTime::UNIX_EPOCH
        + Duration::from_nanos(text(nanoseconds).parse().expect("the tree's times are numbers"))
}
