// What is in known_tree.json.
package main

import (
	"encoding/json"
	"log"
	"os"

	"go.opentelemetry.io/otel/attribute"
)

type tree struct {
	Resource []keyValue
	Scopes   map[string]struct{ Name, Version, SchemaURL string }
	Spans    []span
}

type span struct {
	Name       string
	Parent     *string
	Scope      string
	Kind       string
	Start      string `json:"startTimeUnixNano"`
	End        string `json:"endTimeUnixNano"`
	Attributes []keyValue
	Events     []event
	Exception  *exception
	Links      []link
	Status     *struct{ Code, Message string }
}

type event struct {
	Name       string
	Time       string `json:"timeUnixNano"`
	Attributes []keyValue
}

type exception struct {
	Message string
	Time    string `json:"timeUnixNano"`
}

type link struct {
	// Span is the name of a span of the tree; the next three are of a span elsewhere.
	Span, TraceID, SpanID, TraceState string
	Attributes                        []keyValue
}

type keyValue struct {
	Key   string
	Value value
}

// value has one of its fields.
type value struct {
	StringValue *string
	BoolValue   *bool
	IntValue    *string
	DoubleValue *string
	ArrayValue  *struct{ Values []value }
}

func readTree(path string) (*tree, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	read := new(tree)
	return read, json.Unmarshal(text, read)
}

func (item keyValue) attribute() attribute.KeyValue {
	key, given := attribute.Key(item.Key), item.Value
	switch {
	case given.StringValue != nil:
		return key.String(*given.StringValue)
	case given.BoolValue != nil:
		return key.Bool(*given.BoolValue)
	case given.IntValue != nil:
		return key.Int64(integer(*given.IntValue))
	case given.DoubleValue != nil:
		return key.Float64(double(*given.DoubleValue))
	case given.ArrayValue != nil:
		return slice(key, given.ArrayValue.Values)
	}
	log.Fatalf("%s has no value", item.Key)
	panic("unreachable")
}

// slice has the type of its first element; an empty one is of texts.
func slice(key attribute.Key, values []value) attribute.KeyValue {
	switch {
	case len(values) == 0 || values[0].StringValue != nil:
		return key.StringSlice(each(values, func(v value) string { return *v.StringValue }))
	case values[0].BoolValue != nil:
		return key.BoolSlice(each(values, func(v value) bool { return *v.BoolValue }))
	case values[0].IntValue != nil:
		return key.Int64Slice(each(values, func(v value) int64 { return integer(*v.IntValue) }))
	}
	return key.Float64Slice(each(values, func(v value) float64 { return double(*v.DoubleValue) }))
}

func each[T any](values []value, read func(value) T) []T {
	all := make([]T, 0, len(values))
	for _, item := range values {
		all = append(all, read(item))
	}
	return all
}
