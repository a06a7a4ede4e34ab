-- Failed traces are few and asked for often: without these, a page of them visits all traces since the hundredth last failure.
-- 2 is the number of the state ERROR.
CREATE INDEX trace_failed_by_experiment ON trace (experiment_id, request_time, trace_key) WHERE state = 2;
CREATE INDEX trace_failed_by_time ON trace (request_time, trace_key) WHERE state = 2;
