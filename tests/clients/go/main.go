// Sends the known tree with the OpenTelemetry SDK for Go: `known-tree PROTOCOL TREE`. Prints the ids of what it sent.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var kinds = map[string]trace.SpanKind{
	"INTERNAL": trace.SpanKindInternal,
	"SERVER":   trace.SpanKindServer,
	"CLIENT":   trace.SpanKindClient,
	"PRODUCER": trace.SpanKindProducer,
	"CONSUMER": trace.SpanKindConsumer,
}

var statusCodes = map[string]codes.Code{"OK": codes.Ok, "ERROR": codes.Error}

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, protocol, path string) error {
	tree, err := readTree(path)
	if err != nil {
		return err
	}
	// A failed export is only ever told here.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Fatal(err) }))
	exporter, err := newExporter(ctx, protocol)
	if err != nil {
		return err
	}
	described, err := resource.Merge(resource.Default(), resource.NewSchemaless(attributes(tree.Resource)...))
	if err != nil {
		return err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(described))

	spans := map[string]trace.Span{}
	for _, given := range tree.Spans {
		spans[given.Name] = start(ctx, provider, tree, given, spans)
	}
	for _, given := range tree.Spans {
		spans[given.Name].End(trace.WithTimestamp(at(given.End)))
	}
	if err := printIDs(spans); err != nil {
		return err
	}
	return provider.Shutdown(ctx)
}

// newExporter has the exporter's own defaults, which are TLS to localhost; the environment may say otherwise.
func newExporter(ctx context.Context, protocol string) (*otlptrace.Exporter, error) {
	switch protocol {
	case "grpc":
		return otlptracegrpc.New(ctx)
	case "http/protobuf":
		return otlptracehttp.New(ctx)
	}
	return nil, fmt.Errorf("no exporter for %q", protocol)
}

func start(ctx context.Context, provider trace.TracerProvider, tree *tree, given span, spans map[string]trace.Span) trace.Span {
	scope := tree.Scopes[given.Scope]
	tracer := provider.Tracer(scope.Name, trace.WithInstrumentationVersion(scope.Version), trace.WithSchemaURL(scope.SchemaURL))
	if given.Parent != nil {
		ctx = trace.ContextWithSpan(ctx, spans[*given.Parent])
	}
	options := []trace.SpanStartOption{
		trace.WithSpanKind(kinds[given.Kind]),
		trace.WithTimestamp(at(given.Start)),
		trace.WithAttributes(attributes(given.Attributes)...),
	}
	for _, link := range given.Links {
		context := newContext(link)
		if link.Span != "" {
			context = spans[link.Span].SpanContext()
		}
		options = append(options, trace.WithLinks(trace.Link{SpanContext: context, Attributes: attributes(link.Attributes)}))
	}
	_, span := tracer.Start(ctx, given.Name, options...)
	for _, event := range given.Events {
		span.AddEvent(event.Name, trace.WithTimestamp(at(event.Time)), trace.WithAttributes(attributes(event.Attributes)...))
	}
	if given.Exception != nil {
		span.RecordError(errors.New(given.Exception.Message), trace.WithTimestamp(at(given.Exception.Time)), trace.WithStackTrace(true))
	}
	if given.Status != nil {
		span.SetStatus(statusCodes[given.Status.Code], given.Status.Message)
	}
	return span
}

func newContext(given link) trace.SpanContext {
	traceID, _ := trace.TraceIDFromHex(given.TraceID)
	spanID, _ := trace.SpanIDFromHex(given.SpanID)
	state, _ := trace.ParseTraceState(given.TraceState)
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID, SpanID: spanID, TraceState: state, Remote: true})
}

func attributes(given []keyValue) []attribute.KeyValue {
	all := make([]attribute.KeyValue, 0, len(given))
	for _, item := range given {
		all = append(all, item.attribute())
	}
	return all
}

func at(nanoseconds string) time.Time {
	return time.Unix(0, integer(nanoseconds))
}

func integer(text string) int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return number
}

func double(text string) float64 {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		log.Fatal(err)
	}
	return number
}

func printIDs(spans map[string]trace.Span) error {
	ids := struct {
		TraceID string            `json:"traceId"`
		Spans   map[string]string `json:"spans"`
	}{Spans: map[string]string{}}
	for name, span := range spans {
		ids.TraceID = span.SpanContext().TraceID().String()
		ids.Spans[name] = span.SpanContext().SpanID().String()
	}
	return json.NewEncoder(os.Stdout).Encode(ids)
}
