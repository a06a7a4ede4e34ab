"""What an engineer does with traces through any version of the SDK: writes, finds, judges, tags and deletes them.

Prints what it saw as JSON.
"""

import inspect
import json
import time

import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource

experiment = mlflow.set_experiment(f"whole life {mlflow.__version__}").experiment_id
client = MlflowClient()
# Newer versions look in places that are not experiments too.
place = "locations" if "locations" in inspect.signature(mlflow.search_traces).parameters else "experiment_ids"
saw: dict = {"version": mlflow.__version__}


def search(**options) -> list:
    return mlflow.search_traces(**{place: [experiment]}, return_type="list", **options)


@mlflow.trace(span_type="TOOL")
def look_up(word: str) -> dict:
    return {"word": word, "hits": [1, None, "ü"]}


@mlflow.trace(span_type="AGENT")
def answer(question: str) -> str:
    mlflow.update_current_trace(tags={"team": "search"}, metadata={"mlflow.trace.session": "s1", "mlflow.trace.user": "ann"})
    look_up(question)
    return f"about {question}"


@mlflow.trace
def fail() -> None:
    raise ValueError("out of tea")


ids = []
for question in ("tea", "coffee", "cocoa"):
    answer(question)
    ids.append(mlflow.get_last_active_trace_id())
    # MLflow orders traces by the millisecond.
    time.sleep(0.005)
try:
    fail()
except ValueError:
    ids.append(mlflow.get_last_active_trace_id())
with mlflow.start_run() as run, mlflow.start_span("in a run") as span:
    span.set_inputs({"x": 1})
    ids.append(span.trace_id)
if not mlflow.__version__.startswith("3.5."):
    # That version exports at once if nobody asks otherwise, and fails to flush.
    mlflow.flush_trace_async_logging()

trace = mlflow.get_trace(ids[0])
saw["spans"] = [[span.name, span.span_type, span.inputs, span.outputs] for span in trace.data.spans]
saw["info"] = [str(trace.info.state), trace.info.request_preview, trace.info.response_preview, trace.info.tags["team"]]
saw["session"] = [trace.info.trace_metadata["mlflow.trace.session"], trace.info.trace_metadata["mlflow.trace.user"]]
failed = mlflow.get_trace(ids[3])
saw["failed"] = [str(failed.info.state), [event.name for event in failed.data.spans[0].events]]
saw["found"] = {
    "all": len(search()),
    "errors": [ids.index(trace.info.trace_id) for trace in search(filter_string="status = 'ERROR'")],
    "tagged": sorted(ids.index(trace.info.trace_id) for trace in search(filter_string="tags.team = 'search'")),
    "oldest first": [ids.index(trace.info.trace_id) for trace in search(order_by=["timestamp_ms ASC"], max_results=2)],
    "of the run": [ids.index(trace.info.trace_id) for trace in search(run_id=run.info.run_id)],
    "with spans": sorted(len(trace.data.spans) for trace in search()),
}

human = AssessmentSource(source_type="HUMAN", source_id="me")
feedback = mlflow.log_feedback(trace_id=ids[1], name="good", value=0.5, rationale="so so", source=human)
expectation = mlflow.log_expectation(trace_id=ids[1], name="truth", value={"drink": ["coffee"]}, source=human)
passing = mlflow.log_feedback(trace_id=ids[1], name="passing", value=True, source=human)
mlflow.override_feedback(trace_id=ids[1], assessment_id=feedback.assessment_id, value=1.0)
mlflow.delete_assessment(trace_id=ids[1], assessment_id=passing.assessment_id)
judged = mlflow.get_trace(ids[1]).info.assessments
saw["judged"] = sorted([one.name, json.dumps(one.value), one.valid, one.rationale] for one in judged)
saw["by feedback"] = [ids.index(trace.info.trace_id) for trace in search(filter_string="feedback.good = '1.0'")] if place == "locations" else None

client.set_trace_tag(ids[2], "seen", "yes")
client.delete_trace_tag(ids[2], "team")
tags = mlflow.get_trace(ids[2]).info.tags
saw["tags"] = [tags["seen"], "team" in tags]
saw["deleted"] = client.delete_traces(experiment_id=experiment, trace_ids=[ids[2], ids[3]])
saw["left"] = sorted(ids.index(trace.info.trace_id) for trace in search())
print(json.dumps(saw))
