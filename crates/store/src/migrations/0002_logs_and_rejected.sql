-- Log records of traces. They are kept by trace id, for they may come before the trace, or for a trace that never comes.
-- A record that is sent twice is kept once: log_id is a hash of its content, and of its number among equals in its request.
CREATE TABLE log_record (
    log_key     INTEGER PRIMARY KEY,
    trace_id    BLOB NOT NULL,
    log_id      INTEGER NOT NULL,
    -- 0 if it belongs to the trace alone
    span_id     INTEGER NOT NULL,
    time        INTEGER NOT NULL,
    resource_id INTEGER NOT NULL,
    scope_id    INTEGER NOT NULL,
    -- bytes before compression; NULL if the body is not compressed
    n_bytes     INTEGER,
    body        BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX log_record_by_trace ON log_record (trace_id, span_id, log_id);

-- The inbox of rejected requests: those that failed alike are a group; payloads are kept one by one.
CREATE TABLE rejected_group (
    group_id       INTEGER PRIMARY KEY,
    -- what makes requests alike
    hash           BLOB NOT NULL UNIQUE,
    kind           TEXT NOT NULL,
    reason         TEXT NOT NULL,
    transport      TEXT NOT NULL,
    method         TEXT NOT NULL,
    path           TEXT NOT NULL,
    client_address TEXT NOT NULL,
    user_agent     TEXT NOT NULL,
    origin         TEXT,
    n_requests     INTEGER NOT NULL,
    first_time     INTEGER NOT NULL,
    last_time      INTEGER NOT NULL
) STRICT;

CREATE INDEX rejected_group_by_time ON rejected_group (last_time);

CREATE TABLE rejected_request (
    request_id INTEGER PRIMARY KEY,
    group_id   INTEGER NOT NULL,
    time       INTEGER NOT NULL,
    -- JSON list of [name, value]
    headers    TEXT NOT NULL,
    -- what the payload is: signal and encoding, if they could be told
    content    TEXT NOT NULL,
    n_waiting  INTEGER NOT NULL,
    n_bytes    INTEGER NOT NULL,
    body       BLOB NOT NULL
) STRICT;

CREATE INDEX rejected_request_by_group ON rejected_request (group_id, request_id);
