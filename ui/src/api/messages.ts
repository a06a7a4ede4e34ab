// Names the messages of the UI API; their shapes are generated from the server's OpenAPI document.
import type { components } from "./gen/schema.ts";

type Schemas = components["schemas"];

export type AnyValue = Schemas["AnyValue"];
export type Attribute = Schemas["Attribute"];
export type Change = Schemas["Change"];
export type DemoLoaded = Schemas["DemoLoaded"];
export type ErrorBody = Schemas["ErrorBody"];
export type ErrorCode = Schemas["ErrorCode"];
export type ExperimentList = Schemas["ExperimentList"];
export type ExperimentSummary = Schemas["ExperimentSummary"];
export type InstrumentationScope = Schemas["InstrumentationScope"];
export type Link = Schemas["Link"];
export type Listener = Schemas["Listener"];
export type ListenerRole = Schemas["ListenerRole"];
export type Origin = Schemas["Origin"];
export type Resource = Schemas["Resource"];
export type Settings = Schemas["Settings"];
export type Source = Schemas["Source"];
export type SpanDetail = Schemas["SpanDetail"];
export type SpanEvent = Schemas["Event"];
export type SpanRef = Schemas["SpanRef"];
export type SpanSource = Schemas["SpanSource"];
export type SpanStatus = Schemas["SpanStatus"];
export type Status = Schemas["Status"];
export type Theme = Schemas["Theme"];
export type TraceDetail = Schemas["TraceDetail"];
export type TraceList = Schemas["TraceList"];
export type TraceRef = Schemas["TraceRef"];
export type TraceState = Schemas["TraceState"];
export type TraceSummary = Schemas["TraceSummary"];
