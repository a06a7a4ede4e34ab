"""Sends the known tree with the OpenTelemetry SDK for Python: `known_tree.py PROTOCOL TREE`. Prints the ids of what it sent."""

import json
import sys

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceState, set_span_in_context


def main(protocol, path):
    with open(path, encoding="utf-8") as file:
        tree = json.load(file)
    provider = TracerProvider(resource=Resource.create(attributes(tree["resource"])))
    provider.add_span_processor(BatchSpanProcessor(exporter(protocol)))
    tracers = {
        key: provider.get_tracer(scope["name"], scope.get("version"), schema_url=scope.get("schemaUrl"))
        for key, scope in tree["scopes"].items()
    }
    spans = {}
    for given in tree["spans"]:
        span = tracers[given["scope"]].start_span(
            given["name"],
            context=set_span_in_context(spans[given["parent"]]) if given["parent"] else None,
            kind=SpanKind[given["kind"]],
            attributes=attributes(given["attributes"]),
            links=[link(item, spans) for item in given.get("links", [])],
            start_time=int(given["startTimeUnixNano"]),
        )
        spans[given["name"]] = span
        for event in given.get("events", []):
            span.add_event(event["name"], attributes(event["attributes"]), int(event["timeUnixNano"]))
        if exception := given.get("exception"):
            record(span, exception)
        if status := given.get("status"):
            span.set_status(Status(StatusCode[status["code"]], status.get("message")))
    for given in tree["spans"]:
        spans[given["name"]].end(int(given["endTimeUnixNano"]))
    ids = {name: f"{span.get_span_context().span_id:016x}" for name, span in spans.items()}
    trace_id = spans[tree["spans"][0]["name"]].get_span_context().trace_id
    print(json.dumps({"traceId": f"{trace_id:032x}", "spans": ids}))
    assert provider.force_flush()
    provider.shutdown()


def exporter(protocol):
    match protocol:
        case "grpc":
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        case "http/protobuf":
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return OTLPSpanExporter()


def attributes(given):
    return {item["key"]: value(item["value"]) for item in given}


def value(given):
    ((kind, content),) = given.items()
    match kind:
        case "stringValue" | "boolValue":
            return content
        case "intValue":
            return int(content)
        case "doubleValue":
            return float(content)
        case "arrayValue":
            return [value(item) for item in content["values"]]


def link(given, spans):
    if "span" in given:
        context = spans[given["span"]].get_span_context()
    else:
        state = TraceState([tuple(pair.split("=")) for pair in given["traceState"].split(",")])
        context = SpanContext(int(given["traceId"], 16), int(given["spanId"], 16), is_remote=True, trace_state=state)
    return Link(context, attributes(given["attributes"]))


def record(span, given):
    try:
        raise ValueError(given["message"])
    except ValueError as error:
        span.record_exception(error, timestamp=int(given["timeUnixNano"]))


main(*sys.argv[1:])
