"""A small OpenAI-compatible server on loopback: Responses and Chat Completions, whole and streamed, with token usage.

It decides nothing about traces. Usage figures are fixed, so that a test can say what the trace must add up to.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESPONSES_TEXT = "Hello from Responses!"
CHAT_TEXT = "Hello from Chat Completions!"
TOOL_ARGUMENTS = '{"order_id": 8841}'
RESPONSES_USAGE = {"input_tokens": 11, "output_tokens": 6, "total_tokens": 17}
CHAT_USAGE = {"input_tokens": 12, "output_tokens": 7, "total_tokens": 19, "cache_read_input_tokens": 4}
CREATED = 1_795_000_000


class FakeOpenAI:
    """The running server; `base_url` is what `OPENAI_BASE_URL` must say."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.requests = []
        self._thread = threading.Thread(target=self._server.serve_forever, name="fake-openai", daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def requests(self) -> list[tuple[str, dict]]:
        """Path and body of every request, oldest first."""
        return list(self._server.requests)

    def __enter__(self) -> FakeOpenAI:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = json.loads(self.rfile.read(length) or b"{}")
        self.server.requests.append((self.path, body))
        if body.get("model") == "fake-unavailable":
            return self._send_json(400, {"error": {"message": "The model is not available", "type": "invalid_request_error"}})
        match self.path, bool(body.get("stream")):
            case "/v1/responses", False:
                self._send_json(200, _response(body, "completed"))
            case "/v1/responses", True:
                self._send_events(_response_events(body))
            case "/v1/chat/completions", False:
                self._send_json(200, _chat_completion(body))
            case "/v1/chat/completions", True:
                self._send_events(_chat_chunks(body), done=True)
            case _:
                self._send_json(404, {"error": {"message": f"No route {self.path}", "type": "invalid_request_error"}})

    def _send_json(self, status: int, body: dict) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _send_events(self, events: list[dict], done: bool = False) -> None:
        """Streams server-sent events in HTTP/1.1 chunks, as the real API does."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events:
            prefix = f"event: {event['type']}\n" if "type" in event else ""
            self._send_chunk(f"{prefix}data: {json.dumps(event)}\n\n".encode())
        if done:
            self._send_chunk(b"data: [DONE]\n\n")
        self._send_chunk(b"")

    def _send_chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, *_args: object) -> None:
        """Keeps the test output quiet."""


def _response(body: dict, status: str) -> dict:
    is_complete = status == "completed"
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": body.get("model", "gpt-4o-mini"),
        "output": [_message("completed", RESPONSES_TEXT)] if is_complete else [],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            **RESPONSES_USAGE,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        }
        if is_complete
        else None,
    }


def _message(status: str, text: str | None) -> dict:
    content = [] if text is None else [{"type": "output_text", "text": text, "annotations": []}]
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": status, "content": content}


def _response_events(body: dict) -> list[dict]:
    at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    words = RESPONSES_TEXT.split(" ")
    deltas = [word if i == 0 else f" {word}" for i, word in enumerate(words)]
    empty_part = {"type": "output_text", "text": "", "annotations": []}
    full_part = {**empty_part, "text": RESPONSES_TEXT}
    events = [
        {"type": "response.created", "response": _response(body, "in_progress")},
        {"type": "response.in_progress", "response": _response(body, "in_progress")},
        {"type": "response.output_item.added", "output_index": 0, "item": _message("in_progress", None)},
        {"type": "response.content_part.added", **at, "part": empty_part},
        *({"type": "response.output_text.delta", **at, "delta": delta, "logprobs": []} for delta in deltas),
        {"type": "response.output_text.done", **at, "text": RESPONSES_TEXT, "logprobs": []},
        {"type": "response.content_part.done", **at, "part": full_part},
        {"type": "response.output_item.done", "output_index": 0, "item": _message("completed", RESPONSES_TEXT)},
        {"type": "response.completed", "response": _response(body, "completed")},
    ]
    return [{**event, "sequence_number": i} for i, event in enumerate(events)]


def _chat_usage() -> dict:
    return {
        "prompt_tokens": CHAT_USAGE["input_tokens"],
        "completion_tokens": CHAT_USAGE["output_tokens"],
        "total_tokens": CHAT_USAGE["total_tokens"],
        "prompt_tokens_details": {"cached_tokens": CHAT_USAGE["cache_read_input_tokens"], "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def _chat_completion(body: dict) -> dict:
    """Answers in words, or, where a tool must be called, by calling the first one."""
    message = {"role": "assistant", "content": CHAT_TEXT, "refusal": None}
    finish_reason = "stop"
    if body.get("tool_choice") == "required":
        function = {"name": body["tools"][0]["function"]["name"], "arguments": TOOL_ARGUMENTS}
        message = {**message, "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
        finish_reason = "tool_calls"
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": CREATED,
        "model": body.get("model", "gpt-4o-mini"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
        "usage": _chat_usage(),
    }


def _chat_chunks(body: dict) -> list[dict]:
    base = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": body.get("model", "gpt-4o-mini"),
        "usage": None,
    }

    def chunk(delta: dict, finish_reason: str | None = None) -> dict:
        return {**base, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]}

    words = CHAT_TEXT.split(" ")
    chunks = [
        chunk({"role": "assistant", "content": ""}),
        *(chunk({"content": word if i == 0 else f" {word}"}) for i, word in enumerate(words)),
        chunk({}, "stop"),
    ]
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append({**base, "choices": [], "usage": _chat_usage()})
    return chunks
