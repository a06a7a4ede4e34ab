-- Pinned traces are kept whatever retention says.
ALTER TABLE trace ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0;

-- Deleted traces whose spans, blocks and log records are still to be cleared away, in small steps.
CREATE TABLE trace_remains (
    trace_key   INTEGER PRIMARY KEY,
    trace_id    BLOB NOT NULL,
    -- log records are kept by trace id: later ones belong to a later trace
    max_log_key INTEGER NOT NULL
) STRICT;

-- What retention removed so far, by reason; times are Unix nanoseconds.
CREATE TABLE removal (
    reason    TEXT NOT NULL PRIMARY KEY,
    n_traces  INTEGER NOT NULL,
    n_spans   INTEGER NOT NULL,
    n_bytes   INTEGER NOT NULL,
    last_time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
