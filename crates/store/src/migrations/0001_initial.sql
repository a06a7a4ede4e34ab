-- Experiments, as MLflow knows them. Experiment 0 always exists.
CREATE TABLE experiment (
    experiment_id     INTEGER PRIMARY KEY,
    name              TEXT NOT NULL UNIQUE,
    artifact_location TEXT NOT NULL,
    is_deleted        INTEGER NOT NULL DEFAULT 0,
    creation_time     INTEGER NOT NULL,
    last_update_time  INTEGER NOT NULL
) STRICT;

CREATE TABLE experiment_tag (
    experiment_id INTEGER NOT NULL,
    key           TEXT NOT NULL,
    value         TEXT NOT NULL,
    PRIMARY KEY (experiment_id, key)
) STRICT, WITHOUT ROWID;

-- Resources, scopes and short strings: each content once.
CREATE TABLE resource (
    resource_id  INTEGER PRIMARY KEY,
    hash         BLOB NOT NULL UNIQUE,
    service_name TEXT NOT NULL,
    body         BLOB NOT NULL
) STRICT;

CREATE TABLE scope (
    scope_id INTEGER PRIMARY KEY,
    hash     BLOB NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    body     BLOB NOT NULL
) STRICT;

CREATE TABLE string (
    string_id INTEGER PRIMARY KEY,
    text      TEXT NOT NULL UNIQUE
) STRICT;

-- A trace as a whole. trace_key is the short form of trace_id that other tables repeat.
-- Times are Unix nanoseconds, tokens and pico-dollars are integers; NULL means not known.
CREATE TABLE trace (
    trace_key             INTEGER PRIMARY KEY,
    trace_id              BLOB NOT NULL UNIQUE,
    experiment_id         INTEGER NOT NULL,
    is_explicit           INTEGER NOT NULL,
    client_request_id     TEXT,
    request_time          INTEGER NOT NULL,
    execution_duration_ms INTEGER,
    state                 INTEGER NOT NULL,
    is_finalized          INTEGER NOT NULL DEFAULT 0,
    name                  TEXT,
    request_preview       TEXT,
    response_preview      TEXT,
    session               TEXT,
    user                  TEXT,
    input_tokens          INTEGER,
    output_tokens         INTEGER,
    total_tokens          INTEGER,
    cache_read_tokens     INTEGER,
    cache_creation_tokens INTEGER,
    is_usage_final        INTEGER NOT NULL DEFAULT 0,
    input_cost            INTEGER,
    output_cost           INTEGER,
    total_cost            INTEGER,
    is_cost_final         INTEGER NOT NULL DEFAULT 0,
    -- what the spans add up to
    n_spans               INTEGER NOT NULL DEFAULT 0,
    n_errors              INTEGER NOT NULL DEFAULT 0,
    start_time            INTEGER NOT NULL,
    end_time              INTEGER NOT NULL,
    root_name             TEXT,
    first_name            TEXT,
    services              TEXT NOT NULL DEFAULT '[]',
    sources               INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX trace_by_time ON trace (request_time, trace_key);
CREATE INDEX trace_by_experiment ON trace (experiment_id, request_time, trace_key);

CREATE TABLE trace_tag (
    trace_key INTEGER NOT NULL,
    key       TEXT NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (trace_key, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE trace_metadata (
    trace_key INTEGER NOT NULL,
    key       TEXT NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (trace_key, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE assessment (
    trace_key     INTEGER NOT NULL,
    assessment_id TEXT NOT NULL,
    body          TEXT NOT NULL,
    PRIMARY KEY (trace_key, assessment_id)
) STRICT, WITHOUT ROWID;

-- Span bodies: the spans that one request brought for one trace from one resource and scope, as zstd of the format of proto::blob.
CREATE TABLE block (
    block_id INTEGER PRIMARY KEY,
    n_bytes  INTEGER NOT NULL,
    body     BLOB NOT NULL
) STRICT;

-- One narrow row per span: what opening, listing and filtering a trace need. No body is decoded for it.
-- Each of the two kinds of exporter may have sent a copy: block and position of the body, resource, scope.
-- There is no foreign key to a parent span, which may arrive later or never.
CREATE TABLE span (
    trace_key       INTEGER NOT NULL,
    span_id         INTEGER NOT NULL,
    parent_span_id  INTEGER,
    name            INTEGER NOT NULL,
    span_type       INTEGER NOT NULL,
    kind            INTEGER NOT NULL,
    status          INTEGER NOT NULL,
    source          INTEGER NOT NULL,
    flags           INTEGER NOT NULL,
    start_time      INTEGER NOT NULL,
    duration        INTEGER NOT NULL,
    otel_block      INTEGER,
    otel_position   INTEGER,
    otel_resource   INTEGER,
    otel_scope      INTEGER,
    mlflow_block    INTEGER,
    mlflow_position INTEGER,
    mlflow_resource INTEGER,
    mlflow_scope    INTEGER,
    PRIMARY KEY (trace_key, span_id)
) STRICT, WITHOUT ROWID;

-- Tokens and pico-dollars of the few spans that have them.
CREATE TABLE span_usage (
    trace_key             INTEGER NOT NULL,
    span_id               INTEGER NOT NULL,
    input_tokens          INTEGER,
    output_tokens         INTEGER,
    total_tokens          INTEGER,
    cache_read_tokens     INTEGER,
    cache_creation_tokens INTEGER,
    input_cost            INTEGER,
    output_cost           INTEGER,
    total_cost            INTEGER,
    PRIMARY KEY (trace_key, span_id)
) STRICT, WITHOUT ROWID;

-- Links, findable from both ends; the other end may not exist.
CREATE TABLE span_link (
    trace_key       INTEGER NOT NULL,
    span_id         INTEGER NOT NULL,
    linked_trace_id BLOB NOT NULL,
    linked_span_id  INTEGER NOT NULL,
    PRIMARY KEY (trace_key, span_id, linked_trace_id, linked_span_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX span_link_by_target ON span_link (linked_trace_id, linked_span_id);

-- Values over 64 kB, each content once, and which blocks refer to them.
CREATE TABLE large_value (
    hash    BLOB NOT NULL UNIQUE,
    n_bytes INTEGER NOT NULL,
    body    BLOB NOT NULL
) STRICT;

CREATE TABLE block_large_value (
    hash     BLOB NOT NULL,
    block_id INTEGER NOT NULL,
    PRIMARY KEY (hash, block_id)
) STRICT, WITHOUT ROWID;

-- Run-time settings.
CREATE TABLE setting (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
