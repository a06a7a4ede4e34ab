-- What an MLflow client calls a trace, if it is not `tr-` and the digits of trace_id, which is made from this text then.
ALTER TABLE trace ADD COLUMN client_trace_id TEXT;
