"""Sixteen threads trace calls of a model, with autologging if asked to, while eight others search and read traces.

Prints what was found in the end as JSON.
"""

import inspect
import json
import sys
import threading

import mlflow

N_WRITERS, N_CALLS, N_READERS = 16, 5, 8

experiment = mlflow.set_experiment(f"search while tracing {mlflow.__version__}").experiment_id
place = "locations" if "locations" in inspect.signature(mlflow.search_traces).parameters else "experiment_ids"
barrier = threading.Barrier(N_WRITERS + N_READERS)
is_over = threading.Event()
failures: list[str] = []


def search() -> list:
    return mlflow.search_traces(**{place: [experiment]}, return_type="list", max_results=500)


def guarded(work) -> None:
    barrier.wait()
    try:
        work()
    except Exception as error:
        failures.append(f"{type(error).__name__}: {error}")


def write_by_hand() -> None:
    for _ in range(N_CALLS):
        with mlflow.start_span("call", span_type="CHAT_MODEL") as span:
            span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 12, "output_tokens": 7, "total_tokens": 19})


def write_autologged() -> None:
    client = OpenAI()
    for _ in range(N_CALLS):
        client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi!"}])


write = write_by_hand
if "autolog" in sys.argv:
    from openai import OpenAI

    mlflow.openai.autolog()
    write = write_autologged


def read() -> None:
    while not is_over.is_set():
        for trace in search():
            # What is listed with its spans is whole.
            assert len(trace.data.spans) == 1, trace.info.trace_id


writers = [threading.Thread(target=guarded, args=(write,)) for _ in range(N_WRITERS)]
readers = [threading.Thread(target=guarded, args=(read,)) for _ in range(N_READERS)]
for thread in writers + readers:
    thread.start()
for thread in writers:
    thread.join()
if not mlflow.__version__.startswith("3.5."):
    # That version exports at once if nobody asks otherwise, and fails to flush.
    mlflow.flush_trace_async_logging()
is_over.set()
for thread in readers:
    thread.join()
found = search()
usage = [json.loads(trace.info.trace_metadata["mlflow.trace.tokenUsage"]) for trace in found]
print(json.dumps({
    "failures": failures,
    "traces": len({trace.info.trace_id for trace in found}),
    "spans": sorted({len(trace.data.spans) for trace in found}),
    "usage": [dict(pairs) for pairs in sorted({tuple(sorted(one.items())) for one in usage})],
}))
