"""Many threads of one program write, search, read and tag at once: nothing fails, nothing is lost, nothing counts twice."""

from __future__ import annotations

import json

SECONDS = 10


def test_writers_searchers_and_taggers_do_not_disturb_each_other(server, run_scenario) -> None:
    # By default the SDK drops what it could not send yet, once there are a thousand of it.
    room = {"MLFLOW_ASYNC_TRACE_LOGGING_MAX_QUEUE_SIZE": "100000"}
    saw = json.loads(run_scenario("write_search_tag", server.url, str(SECONDS), **room).splitlines()[-1])
    n_made, n_tagged = saw.pop("n_made"), saw.pop("n_tagged")
    assert saw == {"failures": [], "wrong": [], "missing": [], "twice": 0}
    # Each of the 32 threads came to do its work.
    assert n_made >= 16 and n_tagged >= 16
    if not server.is_mlflow:
        assert "locked" not in server.log()
