// Routes that the server's OpenAPI document does not name yet, in the form of the generated types.
import type { Accepted, LogList, RejectedDetail, RejectedList } from "./messages.ts";
import type { components } from "./gen/schema.ts";

type Json<Body> = { headers: Record<string, unknown>; content: { "application/json": Body } };
type Empty = { headers: Record<string, unknown>; content?: never };
type Path<Names extends string> = { [Name in Names]: string };
type Operation<Names extends string, Responses> = {
  parameters: { query?: never; header?: never; path: Path<Names>; cookie?: never };
  requestBody?: never;
  responses: Responses;
};
type RootOperation<Responses> = {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
  requestBody?: never;
  responses: Responses;
};

export type PendingPaths = {
  "/traceloupe/v1/rejected": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: RootOperation<{ 200: Json<RejectedList> }>;
    delete: RootOperation<{ 204: Empty }>;
  };
  "/traceloupe/v1/rejected/{group_id}": {
    parameters: { query?: never; header?: never; path: Path<"group_id">; cookie?: never };
    get: Operation<"group_id", { 200: Json<RejectedDetail> }>;
    delete: Operation<"group_id", { 204: Empty }>;
  };
  "/traceloupe/v1/rejected/{group_id}/accept": {
    parameters: { query?: never; header?: never; path: Path<"group_id">; cookie?: never };
    post: Omit<Operation<"group_id", { 200: Json<Accepted> }>, "requestBody"> & {
      requestBody: { content: { "application/json": components["schemas"]["AcceptRejected"] } };
    };
  };
  "/traceloupe/v1/traces/{trace_id}/pin": {
    parameters: { query?: never; header?: never; path: Path<"trace_id">; cookie?: never };
    put: Operation<"trace_id", { 204: Empty }>;
    delete: Operation<"trace_id", { 204: Empty }>;
  };
  "/traceloupe/v1/traces/{trace_id}/logs": {
    parameters: { query?: never; header?: never; path: Path<"trace_id">; cookie?: never };
    get: Operation<"trace_id", { 200: Json<LogList> }>;
  };
};
