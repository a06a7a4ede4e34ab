-- Files that clients keep with a trace, by their path within it.
CREATE TABLE trace_artifact (
    trace_key INTEGER NOT NULL,
    path      TEXT NOT NULL,
    body      BLOB NOT NULL,
    UNIQUE (trace_key, path)
) STRICT;
