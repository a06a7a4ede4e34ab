"""Fifty threads trace at once, each its own traces of four spans. Prints a JSON list of (trace id, thread number)."""

import json
import threading

import mlflow

N_THREADS = 50
N_TRACES_PER_THREAD = 3

mlflow.set_experiment("threads")
barrier = threading.Barrier(N_THREADS)
made: list[tuple[str, int]] = []


@mlflow.trace(span_type="TOOL")
def leaf(number: int) -> int:
    return number


@mlflow.trace
def branch(number: int) -> int:
    return leaf(number) + leaf(-number)


@mlflow.trace
def root(number: int) -> int:
    return branch(number)


def work(number: int) -> None:
    barrier.wait()
    for _ in range(N_TRACES_PER_THREAD):
        root(number)
        made.append((mlflow.get_last_active_trace_id(thread_local=True), number))


threads = [threading.Thread(target=work, args=(number,)) for number in range(N_THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

print(json.dumps(made))
