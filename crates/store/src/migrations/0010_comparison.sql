-- What a user said of two traces: this span of the one is that span of the other. By trace id, for pins outlive neither trace.
CREATE TABLE row_pin (
    baseline_trace_id  BLOB NOT NULL,
    baseline_span_id   INTEGER NOT NULL,
    candidate_trace_id BLOB NOT NULL,
    candidate_span_id  INTEGER NOT NULL,
    PRIMARY KEY (baseline_trace_id, candidate_trace_id, baseline_span_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX row_pin_by_candidate ON row_pin (candidate_trace_id);

-- The trace that others of its experiment, or of its experiment and name, are measured against. An empty name stands for all.
CREATE TABLE baseline (
    experiment_id INTEGER NOT NULL,
    name          TEXT NOT NULL,
    trace_id      BLOB NOT NULL,
    PRIMARY KEY (experiment_id, name)
) STRICT, WITHOUT ROWID;
