"""The newest MLflow SDK and an older one, about 3.5, do the same with traces and see the same."""

from __future__ import annotations

import json
import os
import sys

import pytest

import fake_openai

# The interpreter of the older SDK's environment, which `run` makes.
OLDER = os.environ.get("TRACELOUPE_OLDER_PYTHON", "")

versions = pytest.mark.parametrize(
    "python",
    [
        pytest.param(sys.executable, id="newest"),
        pytest.param(OLDER, id="older", marks=pytest.mark.skipif(not OLDER, reason="TRACELOUPE_OLDER_PYTHON names no interpreter")),
    ],
)


@versions
def test_traces_are_written_found_judged_tagged_and_deleted(server, run_scenario, python: str) -> None:
    saw = json.loads(run_scenario("whole_life", server.url, python=python).splitlines()[-1])
    assert saw.pop("version").startswith("3.5." if python == OLDER else "3.18.")
    by_feedback = saw.pop("by feedback")
    assert by_feedback in (None, [1])
    assert saw == {
        "spans": [["answer", "AGENT", {"question": "tea"}, "about tea"], ["look_up", "TOOL", {"word": "tea"}, {"word": "tea", "hits": [1, None, "ü"]}]],
        "info": ["OK", '{"question": "tea"}', '"about tea"', "search"],
        "session": ["s1", "ann"],
        "failed": ["ERROR", ["exception"]],
        "found": {"all": 5, "errors": [3], "tagged": [0, 1, 2], "oldest first": [0, 1], "of the run": [4], "with spans": [1, 1, 2, 2, 2]},
        "judged": [["good", "0.5", False, "so so"], ["good", "1.0", True, None], ["truth", '{"drink": ["coffee"]}', None, None]],
        "tags": ["yes", False],
        "deleted": 2,
        "left": [0, 1, 4],
    }


@versions
def test_threads_that_write_and_threads_that_search_do_not_disturb_each_other(server, run_scenario, python: str) -> None:
    # The older environment has no OpenAI client: its SDK would want all of mlflow for that.
    how = [] if python == OLDER else ["autolog"]
    saw = json.loads(run_scenario("search_while_tracing", server.url, *how, python=python))
    usage = {key: fake_openai.CHAT_USAGE[key] for key in ("input_tokens", "output_tokens", "total_tokens")}
    assert saw["failures"] == []
    assert (saw["traces"], saw["spans"]) == (80, [1])
    assert [{key: one[key] for key in usage} for one in saw["usage"]] == [usage]
