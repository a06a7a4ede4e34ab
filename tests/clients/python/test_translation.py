"""Spans of foreign conventions, sent to Traceloupe and to a real `mlflow server`: their API answers the same (contract e).

Deliberate differences are those of docs/adr/0008: tokens and cost that MLflow does not read, or reads in another meaning.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import otlp
from api import Api, plain_attributes

pytestmark = pytest.mark.traceloupe

FRAMEWORK_TRACES = Path(__file__).resolve().parents[4] / "shared" / "data" / "framework-traces"

USAGE, COST = "mlflow.chat.tokenUsage", "mlflow.llm.cost"


def kinds(key: str, words: str, **more: Any) -> dict[str, dict[str, Any]]:
    return {f"{key} {word}": {key: word, **more} for word in words.split()}


GEMINI = {"gen_ai.agent.name": "gemini-cli"}
CONTENT = json.dumps([{"role": "user", "parts": [{"text": "hi"}]}])
VERCEL_CALL = {
    "ai.operationId": "ai.streamText.doStream",
    "ai.prompt.messages": json.dumps([{"role": "user", "content": [{"type": "text", "text": "hi"}]}]),
    "ai.prompt.tools": [json.dumps({"type": "function", "name": "f", "inputSchema": {"type": "object"}})],
    "ai.prompt.toolChoice": json.dumps({"type": "auto"}),
    "ai.response.text": "42",
    "ai.response.finishReason": "stop",
    "ai.usage.promptTokens": 5,
    "gen_ai.usage.input_tokens": 5,
    "gen_ai.usage.output_tokens": 2,
    "gen_ai.response.model": "gpt-4o-mini",
    "gen_ai.system": "openai.chat",
}

# Attributes of one span each, by what they are about.
SPANS: dict[str, dict[str, Any]] = {
    "nothing": {"a": 1},
    # Types.
    **kinds("openinference.span.kind", "TOOL CHAIN LLM RETRIEVER EMBEDDING AGENT RERANKER UNKNOWN GUARDRAIL EVALUATOR PROMPT llm"),
    **kinds("gen_ai.operation.name", "llm_call tool_call agent_call system_prompt chat", **GEMINI),
    **kinds("span.type", "interaction llm_request tool claude_code.interaction claude_code.llm_request claude_code.tool claude_code.x agent llm memory other"),
    **kinds("gen_ai.operation.name", "chat create_agent invoke_agent embeddings execute_tool generate_content text_completion response CHAT retrieval"),
    **kinds("traceloop.span.kind", "workflow task agent tool unknown other"),
    **kinds(
        "ai.operationId",
        "ai.generateText ai.generateText.doGenerate ai.streamText ai.streamText.doStream ai.generateObject ai.generateObject.doGenerate ai.streamObject"
        " ai.streamObject.doStream ai.toolCall ai.embed ai.embed.doEmbed ai.embedMany ai.embedMany.doEmbed ai.rerank",
    ),
    **kinds("entity.type", "agent llm tool memory retriever"),
    **kinds("lmnr.span.type", "LLM TOOL DEFAULT PIPELINE EXECUTOR EVALUATOR HUMAN_EVALUATOR EVALUATION CACHED OTHER"),
    **kinds("langfuse.observation.type", "generation embedding tool retriever agent chain evaluator guardrail span event GENERATION"),
    "span type before entity type": {"span.type": "llm", "entity.type": "agent"},
    "any request model": {"gen_ai.request.model": "m"},
    "any request model after a kind": {"gen_ai.request.model": "m", "traceloop.span.kind": "task"},
    **{f"lk {key}": {f"lk.{key}": "x"} for key in (
        "retry_count", "function_tool.name", "agent_name", "instructions", "generation_id", "tts.label", "input_text", "user_transcript",
        "transcript_confidence", "transcription_delay", "room_name", "user_input", "chat_ctx", "response.text",
    )},
    "first livekit key": {"lk.tts.label": "x", "lk.agent_name": "y"},
    "own type": {"mlflow.spanType": "CHAIN", "openinference.span.kind": "LLM"},
    "own type unknown": {"mlflow.spanType": "UNKNOWN", "openinference.span.kind": "LLM"},
    "own type unknown alone": {"mlflow.spanType": "UNKNOWN"},
    "kind as JSON text": {"openinference.span.kind": '"LLM"'},
    # Inputs and outputs.
    "values": {"input.value": "hi", "output.value": '{"a": 1}', "gen_ai.input.messages": "[1]"},
    "values that say nothing": {"input.value": "{}", "output.value": "", "gen_ai.input.messages": "[1]", "gen_ai.output.messages": "[]", "output": "x"},
    "values that are numbers": {"input.value": 0, "output.value": "0", "lmnr.span.input": 7, "lmnr.span.output": "7"},
    "own values": {"mlflow.spanInputs": {"x": 1}, "mlflow.spanOutputs": "y", "input.value": "hi", "output.value": "ho"},
    "gemini list": {**GEMINI, "gen_ai.operation.name": "llm_call", "gen_ai.input.messages": CONTENT, "gen_ai.output.messages": CONTENT},
    "gemini text": {**GEMINI, "gen_ai.operation.name": "system_prompt", "gen_ai.input.messages": "be brief", "gen_ai.output.messages": "ok"},
    "gemini roles": {**GEMINI, "gen_ai.operation.name": "system_prompt", "gen_ai.input.messages": CONTENT},
    "gemini wrapped": {**GEMINI, "gen_ai.input.messages": '{"contents": "x"}', "gen_ai.output.messages": '{"candidates": []}'},
    "gemini tool": {**GEMINI, "gen_ai.tool.call.arguments": '{"p": 1}', "gen_ai.tool.call.result": '[{"parts": []}]'},
    "claude interaction": {"span.type": "interaction", "user_prompt": "do it", "new_context": "c"},
    "claude redacted": {"span.type": "interaction", "user_prompt": "<REDACTED>", "new_context": "c"},
    "claude request": {
        "span.type": "claude_code.llm_request", "new_context": "c", "response.model_output": "out", "input_tokens": 10, "output_tokens": "5",
        "cache_read_tokens": 100, "cache_creation_tokens": 7,
    },
    "claude tool": {"span.type": "tool", "tool_input": '{"command": "ls"}', "new_context": "listing"},
    "claude tool details": {"span.type": "tool", "full_command": "ls", "file_path": "/x", "skill_name": "<REDACTED>"},
    "gen_ai messages": {"gen_ai.input.messages": CONTENT, "gen_ai.output.messages": CONTENT},
    "gen_ai tool": {"gen_ai.tool.call.arguments": {"a": 1}, "gen_ai.tool.call.result": "done", "gen_ai.tool.definitions": '[{"type": "function"}]'},
    "traceloop entity": {"traceloop.entity.input": '{"inputs": 1}', "traceloop.entity.output": "o"},
    "traceloop indexed": {
        "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "", "gen_ai.prompt.1.content": "second", "gen_ai.completion.0.content": "answer",
        "gen_ai.usage.prompt_tokens": 3, "gen_ai.usage.completion_tokens": 4, "llm.usage.total_tokens": 8, "gen_ai.system": "OpenAI",
    },
    "traceloop tool calls": {"gen_ai.completion.0.tool_calls.0.name": "f", "gen_ai.completion.0.tool_calls.0.arguments": '{"x": 1}'},
    "adk": {"gcp.vertex.agent.llm_request": '{"model": "gemini-2.0-flash"}', "gcp.vertex.agent.llm_response": '{"content": {}}'},
    "adk tool": {"gcp.vertex.agent.tool_call_args": '{"a": 1}', "gcp.vertex.agent.tool_response": '{"r": 2}'},
    "vercel call": VERCEL_CALL,
    "vercel call with messages": {**VERCEL_CALL, "gen_ai.input.messages": CONTENT},
    "vercel whole": {"ai.operationId": "ai.generateText", "ai.prompt": '{"prompt": "hi"}', "ai.response.text": "ho", "ai.usage.promptTokens": 5},
    "vercel tool": {"ai.operationId": "ai.toolCall", "ai.toolCall.args": '{"a": 1}', "ai.toolCall.result": '{"b": 2}'},
    "vercel object": {"ai.operationId": "ai.generateObject", "ai.prompt": "x", "ai.response.object": '{"b": 2}'},
    "vercel embed": {"ai.operationId": "ai.embed", "ai.value": '"text"', "ai.embedding": "[0.5]"},
    "vercel embed many": {"ai.operationId": "ai.embedMany", "ai.values": ["a", "b"], "ai.embeddings": ["[0.5]", "[1]"]},
    "voltagent": {
        "span.type": "llm", "voltagent.operation_id": "o", "llm.messages": CONTENT, "output": "x", "llm.usage.prompt_tokens": 3,
        "llm.usage.completion_tokens": 4, "llm.usage.total_tokens": 7,
    },
    "voltagent agent": {"entity.type": "agent", "voltagent.conversation_id": "c", "agent.messages": CONTENT, "usage.prompt_tokens": 3, "usage.completion_tokens": 4},
    "bare input": {"input": "i", "output": {"o": 1}},
    "livekit": {"lk.user_input": "hi", "lk.response.text": "", "lk.response.function_calls": '[{"name": "f"}]'},
    "laminar": {"lmnr.span.type": "LLM", "lmnr.span.input": '[{"role": "user"}]', "lmnr.span.output": "o", "gen_ai.system": "openai", "gen_ai.usage.input_tokens": 1},
    "langfuse": {"langfuse.observation.type": "generation", "langfuse.observation.input": '{"a": 1}', "langfuse.observation.output": "o"},
    # Tokens, models, cost.
    "openinference tokens": {
        "llm.token_count.prompt": 10, "llm.token_count.completion": "5", "llm.token_count.total": 16, "llm.token_count.prompt_details.cache_read": 4,
        "llm.token_count.prompt_details.cache_write": 2, "llm.model_name": "gpt-4o-mini", "llm.provider": "openai",
    },
    "gen_ai tokens": {
        "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5, "gen_ai.usage.cache_read.input_tokens": 4, "gen_ai.usage.cache_creation.input_tokens": 2,
        "gen_ai.request.model": "gpt-4o-mini", "gen_ai.provider.name": "openai",
    },
    "gen_ai cache write": {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.cache_write.input_tokens": 3, "gen_ai.usage.cache_creation.input_tokens": 2},
    "input alone": {"gen_ai.usage.input_tokens": 10},
    "zero tokens": {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0},
    "own tokens": {"mlflow.chat.tokenUsage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}, "gen_ai.usage.input_tokens": 9},
    "agents are not priced": {"gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5, "gen_ai.request.model": "gpt-4o-mini"},
    "a model without a price": {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5, "gen_ai.request.model": "no-such-model"},
    "models in order": {"llm.model_name": "a", "llm.response.model_name": "b", "embedding.model_name": "c", "gen_ai.response.model": "d"},
    "embedding model": {"embedding.model_name": "c"},
    "model of inputs": {"mlflow.spanInputs": {"model": "gpt-4o-mini"}, "mlflow.chat.tokenUsage": {"input_tokens": 12, "output_tokens": 7, "total_tokens": 19, "cache_read_input_tokens": 4}},
    "model of outputs": {"mlflow.spanInputs": {"x": 1}, "mlflow.spanOutputs": {"model": "m"}},
    "model that is no text": {"mlflow.spanInputs": {"model": {"x": 1}}, "mlflow.spanOutputs": {"model": "m"}},
    "gateway": {"gen_ai.request.model": "gateway:/x", "gen_ai.usage.input_tokens": 1, "gen_ai.usage.output_tokens": 1},
    "provider of traceloop": {"gen_ai.system": "az.ai.openai"},
}

EVENTS: dict[str, tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]] = {
    "spring ai": ({"gen_ai.operation.name": "chat"}, [("gen_ai.content.prompt", {"gen_ai.prompt": '[{"role": "user"}]'}), ("gen_ai.content.completion", {"gen_ai.completion": "plain text"})]),
    "message events": ({}, [
        ("gen_ai.system.message", {"content": "be brief"}), ("gen_ai.user.message", {"content": '"quoted"'}), ("gen_ai.assistant.message", {"content": ""}),
        ("gen_ai.tool.message", {"content": "t"}), ("gen_ai.choice", {"content": "yes"}), ("gen_ai.choice", {"content": "no", "role": "tool"}),
    ]),
    "attributes before events": ({"input.value": "attribute"}, [("gen_ai.user.message", {"content": "event"})]),
    "claude tool output": ({"span.type": "tool"}, [("other", {"output": "x"}), ("tool.output", {"output": "<REDACTED>", "content": '{"a": 1}'})]),
    "claude interaction has no tool output": ({"span.type": "interaction"}, [("tool.output", {"output": "x"})]),
}


def put(api: Api, prefix: int, spans: dict[str, tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]]) -> dict[str, bytes]:
    """Sends each span as a trace of its own; returns their ids."""
    ids, sent = {}, []
    for number, (name, (attributes, events)) in enumerate(spans.items()):
        ids[name] = bytes([prefix]) * 14 + number.to_bytes(2, "big")
        span = otlp.span(ids[name], span_id=b"\1" * 8, attributes=attributes)
        for position, (event_name, of_event) in enumerate(events):
            event = span.events.add(name=event_name, time_unix_nano=otlp.T0_NS + position)
            event.attributes.extend(otlp.key_values(of_event))
        sent.append(span)
    api.ingest(otlp.request(sent), experiment_id="0")
    return ids


def answers(api: Api, ids: dict[str, bytes]) -> Iterator[tuple[dict[str, dict], dict]]:
    """Of each trace: the attributes of its spans, by their ids, and what it says of itself."""
    names = {otlp.mlflow_id(trace_id): name for name, trace_id in ids.items()}
    asked = list(names)
    traces: dict[str, dict] = {}
    while asked:
        params = [("trace_ids", name) for name in asked[:50]]
        traces |= {trace["trace_info"]["trace_id"]: trace for trace in api.mlflow("GET", "traces/batchGet", params=params)["traces"]}
        asked = asked[50:]
    for name in names:
        trace = traces[name]
        spans = {span["span_id"]: plain_attributes(span) for span in trace["spans"]}
        metadata = trace["trace_info"].get("trace_metadata", {})
        of_trace = {key: trace["trace_info"].get(key) for key in ("request_preview", "response_preview")}
        for key in ("mlflow.trace.tokenUsage", "mlflow.trace.cost"):
            of_trace[key] = json.loads(metadata[key]) if key in metadata else None
        of_trace["session"], of_trace["user"] = metadata.get("mlflow.trace.session"), metadata.get("mlflow.trace.user")
        yield spans, of_trace


def is_same(theirs: Any, mine: Any) -> bool:
    if isinstance(theirs, float) and isinstance(mine, int | float):
        return math.isclose(theirs, mine, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(theirs, dict) and isinstance(mine, dict):
        return theirs.keys() == mine.keys() and all(is_same(value, mine[key]) for key, value in theirs.items())
    if isinstance(theirs, list) and isinstance(mine, list):
        return len(theirs) == len(mine) and all(map(is_same, theirs, mine))
    return theirs == mine


TOKENS = (USAGE, "trace mlflow.trace.tokenUsage")
COSTS = (COST, "trace mlflow.trace.cost")
# Where other conventions than those that MLflow reads tell something, it is told.
MAY_BE_MORE = (*TOKENS, *COSTS, "trace session", "trace user", "trace request_preview", "trace response_preview")


def is_deliberate(key: str, theirs: Any, mine: Any) -> bool:
    """Whether a difference is one of docs/adr/0008."""
    if key in MAY_BE_MORE and theirs in ("(absent)", None):
        return True
    if key in TOKENS and isinstance(theirs, dict) and isinstance(mine, dict):
        # The sum of tokens that nobody summed up; parts of the input that MLflow does not look for.
        expected = dict(theirs)
        if key != USAGE and not theirs.get("total_tokens"):
            expected["total_tokens"] = theirs["input_tokens"] + theirs["output_tokens"]
        more = {"cache_read_input_tokens", "cache_creation_input_tokens"} - theirs.keys()
        return expected == {name: count for name, count in mine.items() if name not in more}
    if key in COSTS and isinstance(theirs, dict) and isinstance(mine, dict):
        # The sender told the whole, which we believe, and MLflow computed the same from parts.
        return mine.keys() == {"total_cost"} and is_same(theirs["total_cost"], mine["total_cost"])
    return False


def differences(real: Api, api: Api, ids: dict[str, bytes]) -> Iterator[tuple[str, str, Any, Any]]:
    for name, theirs, mine in zip(ids, answers(real, ids), answers(api, ids), strict=True):
        for span in sorted({*theirs[0], *mine[0]}):
            their_attributes, my_attributes = theirs[0].get(span, {}), mine[0].get(span, {})
            for key in sorted({*their_attributes, *my_attributes}):
                pair = their_attributes.get(key, "(absent)"), my_attributes.get(key, "(absent)")
                if not is_same(*pair) and not is_deliberate(key, *pair):
                    yield f"{name} {span}", key, *pair
        for key in theirs[1]:
            pair = theirs[1][key], mine[1][key]
            if not is_same(*pair) and not is_deliberate(f"trace {key}", *pair):
                yield name, f"trace {key}", *pair


def shown(found: list[tuple[str, str, Any, Any]]) -> str:
    return "\n".join(f"{what} {key}:\n  mlflow     {str(theirs)[:300]}\n  traceloupe {str(mine)[:300]}" for what, key, theirs, mine in found)


def test_every_convention_reads_as_in_mlflow(api: Api, real: Api) -> None:
    spans = {**{name: (attributes, []) for name, attributes in SPANS.items()}, **EVENTS}
    ids = put(real, 0xE1, spans)
    assert put(api, 0xE1, spans) == ids
    found = list(differences(real, api, ids))
    assert not found, f"{len(found)} differences:\n{shown(found)}"


# Files whose calls cost other than in MLflow, and why.
OTHER_COSTS = {
    "google-adk.openinference+genai.json": "the bundled table has no price of gemini-2.0-flash any more",
    "vercel-ai-sdk-bedrock-cache.ai.json": "cached tokens, which MLflow does not look for, cost less",
}


@pytest.mark.skipif(not FRAMEWORK_TRACES.is_dir(), reason="the traces of frameworks are not beside the repository")
def test_traces_of_frameworks_read_as_in_mlflow(api: Api, real: Api) -> None:
    found = []
    for file in sorted(FRAMEWORK_TRACES.glob("*.*.json")):
        sent = file.read_bytes()
        for server in (real, api):
            answer = server.post_otlp(sent, experiment_id="0", content_type="application/json")
            assert answer.status_code == 200, f"{file.name}: {answer.text}"
        spans = [span for resource in json.loads(sent)["resourceSpans"] for scope in resource["scopeSpans"] for span in scope["spans"]]
        traces = sorted({span["traceId"] for span in spans})
        of_file = differences(real, api, {f"{file.name} {trace}": bytes.fromhex(trace) for trace in traces})
        found += [one for one in of_file if not (file.name in OTHER_COSTS and one[1] in COSTS)]
    assert not found, f"{len(found)} differences:\n{shown(found)}"
