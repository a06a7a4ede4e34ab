"""An agent that retrieves, calls a model with a picture and a tool, runs the tool, calls the model again, and then fails.

What the inspector must read from the real MLflow SDK and its OpenAI autologging. Prints the trace id.
"""

import json

import mlflow
from mlflow.entities import Document
from openai import OpenAI

# A PNG of one red pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
TOOL = {
    "type": "function",
    "function": {
        "name": "search_orders",
        "description": "Finds an order",
        "parameters": {"type": "object", "properties": {"order_id": {"type": "integer"}}},
    },
}

mlflow.set_experiment("agent")
mlflow.openai.autolog()
client = OpenAI()


@mlflow.trace(span_type="RETRIEVER")
def retrieve(question):
    return [
        Document("Orders leave the warehouse within a day.", metadata={"doc_uri": "faq.md", "score": 0.91}, id="faq"),
        Document("Returns are free for 30 days. " * 20, metadata={"doc_uri": "returns.md", "score": 0.42}, id="returns"),
    ]


@mlflow.trace(span_type="TOOL")
def search_orders(order_id):
    return {"order_id": order_id, "status": "in_transit", "carrier": "DHL"}


@mlflow.trace
def notify(address):
    raise ValueError(f"no mailbox at {address}")


@mlflow.trace(span_type="AGENT")
def support_agent(question):
    retrieve(question)
    messages = [
        {"role": "system", "content": "You answer questions about orders. Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": question},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
            ],
        },
    ]
    first = client.chat.completions.create(
        model="gpt-4o-mini", messages=messages, tools=[TOOL], tool_choice="required", temperature=0.2
    )
    call = first.choices[0].message.tool_calls[0]
    result = search_orders(**json.loads(call.function.arguments))
    messages += [
        first.choices[0].message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)},
    ]
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=[TOOL], temperature=0.2)
    notify("ann@example.org")
    return answer.choices[0].message.content


try:
    support_agent("Where is my order 8841?")
except ValueError:
    print(mlflow.get_last_active_trace_id())
mlflow.flush_trace_async_logging()
