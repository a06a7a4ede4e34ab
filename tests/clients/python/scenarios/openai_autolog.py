"""`mlflow.openai.autolog` with every way to call: Responses and Chat Completions, whole, streamed and async, and one refusal.

Prints the trace ids as JSON.
"""

import asyncio
import json

import mlflow
from openai import AsyncOpenAI, BadRequestError, OpenAI

mlflow.set_experiment("openai")
mlflow.openai.autolog()

client = OpenAI()
chat = {"model": "gpt-4o-mini", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi!"}]}
streamed_chat = {**chat, "stream": True, "stream_options": {"include_usage": True}}
responses = {"model": "gpt-4o-mini", "input": "Hello, world!"}
trace_ids = {}

client.responses.create(**responses)
trace_ids["responses"] = mlflow.get_last_active_trace_id()

text = "".join(event.delta for event in client.responses.create(**responses, stream=True) if hasattr(event, "delta"))
assert text == "Hello from Responses!", text
trace_ids["responses streamed"] = mlflow.get_last_active_trace_id()

client.chat.completions.create(**chat)
trace_ids["chat"] = mlflow.get_last_active_trace_id()

for _chunk in client.chat.completions.create(**streamed_chat):
    pass
trace_ids["chat streamed"] = mlflow.get_last_active_trace_id()


async def call_async() -> None:
    async with AsyncOpenAI() as async_client:
        await async_client.chat.completions.create(**chat)
        trace_ids["chat async"] = mlflow.get_last_active_trace_id()
        async for _chunk in await async_client.chat.completions.create(**streamed_chat):
            pass
        trace_ids["chat async streamed"] = mlflow.get_last_active_trace_id()


asyncio.run(call_async())

try:
    client.chat.completions.create(**{**chat, "model": "fake-unavailable"})
except BadRequestError:
    trace_ids["refused"] = mlflow.get_last_active_trace_id()

print(json.dumps(trace_ids))
