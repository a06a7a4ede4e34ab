"""Sixteen threads trace agents as autologging would, while sixteen others search, read and tag what is there, for some seconds.

Prints as JSON what went wrong on the way, how much was made, and what of it is not as it was made in the end.
"""

import json
import sys
import threading
import time

import mlflow

N_WRITERS = N_READERS = 16
SECONDS = float(sys.argv[1])
USAGE = {"input_tokens": 12, "output_tokens": 7, "total_tokens": 19}

experiment = mlflow.set_experiment("write, search and tag").experiment_id
barrier = threading.Barrier(N_WRITERS + N_READERS)
end = time.monotonic() + SECONDS
failures: list[str] = []
# What each trace was given, by its id; a thread writes what is its own alone.
made: list[dict[str, int]] = [{} for _ in range(N_WRITERS)]
tagged: list[dict[str, str]] = [{} for _ in range(N_READERS)]


def guarded(work, number: int) -> None:
    barrier.wait()
    try:
        work(number)
    except Exception as error:
        failures.append(f"{type(error).__name__}: {error}")


def write(number: int) -> None:
    turn = 0
    while time.monotonic() < end:
        n_calls = 1 + turn % 4
        with mlflow.start_span("agent", span_type="AGENT") as root:
            root.set_inputs({"question": f"{number}-{turn}"})
            mlflow.update_current_trace(tags={"writer": str(number)}, metadata={"mlflow.trace.session": f"s{number}"})
            for call in range(n_calls):
                with mlflow.start_span(f"call {call}", span_type="CHAT_MODEL") as span:
                    span.set_inputs({"messages": [{"role": "user", "content": "Hi!"}]})
                    span.set_attribute("mlflow.chat.tokenUsage", USAGE)
                    span.set_outputs({"choices": [{"message": {"role": "assistant", "content": "Hello"}}]})
        made[number][root.trace_id] = n_calls
        turn += 1
        time.sleep(0.3)


def read(number: int) -> None:
    turn = 0
    while time.monotonic() < end:
        turn += 1
        found = mlflow.search_traces(
            locations=[experiment], filter_string=f"tags.writer = '{(number + turn) % N_WRITERS}'", max_results=3, return_type="list", include_spans=turn % 2 == 0
        )
        for trace in found:
            trace_id = trace.info.trace_id
            if turn % 3 == 0:
                assert mlflow.get_trace(trace_id).info.trace_id == trace_id
            mlflow.set_trace_tag(trace_id, f"reader {number}", str(turn))
            tagged[number][trace_id] = str(turn)


threads = [threading.Thread(target=guarded, args=(work, number)) for work, n in ((write, N_WRITERS), (read, N_READERS)) for number in range(n)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
mlflow.flush_trace_async_logging()

wanted = {trace_id: n_calls for of_thread in made for trace_id, n_calls in of_thread.items()}
found = mlflow.search_traces(locations=[experiment], max_results=100_000, return_type="list")
wrong: list[str] = []
for trace in found:
    info, n_calls = trace.info, wanted.get(trace.info.trace_id, 0)
    usage = json.loads(info.trace_metadata.get("mlflow.trace.tokenUsage", "{}"))
    if len(trace.data.spans) != n_calls + 1:
        wrong.append(f"{info.trace_id} has {len(trace.data.spans)} spans, not {n_calls + 1}")
    if usage != {key: count * n_calls for key, count in USAGE.items()}:
        wrong.append(f"{info.trace_id} of {n_calls} calls used {usage}")
    tags = {f"reader {number}": of_thread[info.trace_id] for number, of_thread in enumerate(tagged) if info.trace_id in of_thread}
    lost = [f"{key} = {value}" for key, value in tags.items() if info.tags.get(key) != value]
    if lost or "writer" not in info.tags:
        wrong.append(f"{info.trace_id} lost {lost}, it has {info.tags}")
    session = info.trace_metadata.get("mlflow.trace.session")
    if info.state.value != "OK" or session != f"s{info.tags.get('writer')}":
        wrong.append(f"{info.trace_id} is {info.state} of session {session}")
print(json.dumps({
    "failures": failures,
    "wrong": wrong,
    "missing": sorted(set(wanted) - {trace.info.trace_id for trace in found}),
    "twice": len(found) - len({trace.info.trace_id for trace in found}),
    "n_made": len(wanted),
    "n_tagged": sum(map(len, tagged)),
}))
