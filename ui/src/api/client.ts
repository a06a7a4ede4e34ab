// Speaks HTTP to the server: typed requests in, typed answers or an ApiError out. The only folder that calls `fetch`.
import createClient from "openapi-fetch";
import type { paths } from "./gen/schema.ts";
import type { ErrorBody, ErrorCode } from "./messages.ts";

/** A request that failed, with what the server said about it; `unreachable` if it said nothing. */
export class ApiError extends Error {
  readonly code: ErrorCode | "unreachable" | "unexpected";
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;

  constructor(code: ApiError["code"], status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
  }
}

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  fetch: (request) => fetch(request),
});

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

/** Awaits an answer of the client and returns its body, or throws an ApiError. */
export async function bodyOf<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const settled = await settle(answer);
  if (settled.response.ok && settled.data !== undefined) return settled.data;
  throw errorOf(settled.response.status, settled.error);
}

/** Awaits an answer that has no body, or throws an ApiError. */
export async function doneOf(answer: Promise<Answer<unknown>>): Promise<void> {
  const settled = await settle(answer);
  if (!settled.response.ok) throw errorOf(settled.response.status, settled.error);
}

async function settle<Data>(answer: Promise<Answer<Data>>): Promise<Answer<Data>> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("unreachable", 0, "Traceloupe does not answer", { cause: error });
  }
}

function errorOf(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) return new ApiError(body.code, status, body.message);
  return new ApiError("unexpected", status, `The server answered with status ${status}`);
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === "object" && body !== null && "message" in body && "code" in body;
}
