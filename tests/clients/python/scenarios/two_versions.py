"""One agent in two versions, as a person has it before and after an afternoon of changes: `two_versions.py baseline|candidate`.

The candidate has another system prompt and temperature, reranks what it found, no longer looks into a cache, reads its chunks
more slowly, and needs three tries for the tool that worked at once before. All of it is traced by the real MLflow SDK and its
OpenAI autologging. Prints the trace id.
"""

import json
import sys
import time

import mlflow
from openai import OpenAI

IS_CANDIDATE = sys.argv[1] == "candidate"
PROMPTS = {
    "baseline": "You answer questions about orders. Be brief and never promise a date.",
    "candidate": "You answer questions about orders of our customers. Be brief, cite the order, and never promise a date.",
}
TOOL = {
    "type": "function",
    "function": {
        "name": "search_orders",
        "description": "Finds an order",
        "parameters": {"type": "object", "properties": {"order_id": {"type": "integer"}}},
    },
}

mlflow.set_experiment("two versions")
mlflow.openai.autolog()
client = OpenAI()
tries = 0


@mlflow.trace(span_type="RETRIEVER")
def retrieve(question):
    embed(question)
    chunks = select_chunks(8841)
    return rerank(chunks) if IS_CANDIDATE else chunks


@mlflow.trace(span_type="EMBEDDING")
def embed(question):
    time.sleep(0.04)
    return [0.25] * 8


@mlflow.trace(name="SELECT chunks ORDER BY embedding <=> $1")
def select_chunks(order_id):
    time.sleep(0.25 if IS_CANDIDATE else 0.12)
    return ["Orders leave the warehouse within a day.", "Returns are free for 30 days."]


@mlflow.trace(span_type="RERANKER")
def rerank(chunks):
    time.sleep(0.06)
    return sorted(chunks)


@mlflow.trace(span_type="TOOL")
def lookup_cache(order_id):
    time.sleep(0.05)


@mlflow.trace(span_type="TOOL")
def search_orders(order_id):
    global tries
    tries += 1
    time.sleep(0.1)
    if IS_CANDIDATE and tries < 3:
        raise TimeoutError(f"no answer about order {order_id} in 100 ms")
    return {"order_id": order_id, "status": "in_transit", "carrier": "DHL"}


def search_with_retry(order_id):
    for _ in range(3):
        try:
            return search_orders(order_id)
        except TimeoutError:
            time.sleep(0.02)
    raise TimeoutError("no answer after three tries")


@mlflow.trace(span_type="AGENT")
def answer_question(question):
    chunks = retrieve(question)
    temperature = 0.7 if IS_CANDIDATE else 0.2
    messages = [
        {"role": "system", "content": PROMPTS[sys.argv[1]]},
        {"role": "user", "content": "\n".join([*chunks, question])},
    ]
    first = client.chat.completions.create(
        model="gpt-4o-mini", messages=messages, tools=[TOOL], tool_choice="required", temperature=temperature
    )
    call = first.choices[0].message.tool_calls[0]
    if not IS_CANDIDATE:
        lookup_cache(8841)
    result = search_with_retry(**json.loads(call.function.arguments))
    messages += [
        first.choices[0].message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)},
    ]
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=messages, temperature=temperature)
    log_answer()
    return answer.choices[0].message.content


@mlflow.trace
def log_answer():
    format_answer()
    store_answer()


@mlflow.trace
def format_answer():
    time.sleep(0.01)


@mlflow.trace
def store_answer():
    time.sleep(0.01)


answer_question("Where is my order 8841?")
print(mlflow.get_last_active_trace_id())
mlflow.flush_trace_async_logging()
