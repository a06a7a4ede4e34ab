-- Assessments by what searches and answers need of them; times are Unix nanoseconds, JSON is text as MLflow writes it.
CREATE TABLE typed_assessment (
    trace_key        INTEGER NOT NULL,
    assessment_id    TEXT NOT NULL,
    -- feedback, expectation or issue
    kind             TEXT NOT NULL,
    name             TEXT NOT NULL,
    -- 16 hex digits as sent; a span that may not exist
    span_id          TEXT,
    source_type      TEXT NOT NULL,
    source_id        TEXT,
    create_time      INTEGER NOT NULL,
    last_update_time INTEGER NOT NULL,
    -- JSON, but the plain name of an issue; NULL if there is none, which is not the value null
    value            TEXT,
    -- the value if it is a finite number
    number           REAL,
    -- JSON object
    error            TEXT,
    rationale        TEXT,
    -- JSON object of texts
    metadata         TEXT NOT NULL DEFAULT '{}',
    -- whether it is about the session of its trace
    is_of_session    INTEGER NOT NULL DEFAULT 0,
    overrides        TEXT,
    is_valid         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (trace_key, assessment_id)
) STRICT, WITHOUT ROWID;

INSERT INTO typed_assessment
SELECT trace_key, assessment_id,
       CASE WHEN body -> '$.expectation' IS NOT NULL THEN 'expectation'
            WHEN body -> '$.issue' IS NOT NULL THEN 'issue' ELSE 'feedback' END,
       coalesce(body ->> '$.assessment_name', ''),
       body ->> '$.span_id',
       coalesce(body ->> '$.source.source_type', 'SOURCE_TYPE_UNSPECIFIED'),
       body ->> '$.source.source_id',
       coalesce(unixepoch(body ->> '$.create_time'), 0) * 1000000000,
       coalesce(unixepoch(body ->> '$.last_update_time'), 0) * 1000000000,
       coalesce(body -> '$.feedback.value', body -> '$.expectation.value', body ->> '$.expectation.serialized_value.value',
                body ->> '$.issue.issue_name'),
       CASE WHEN json_type(body, '$.feedback.value') IN ('integer', 'real') THEN CAST(body ->> '$.feedback.value' AS REAL)
            WHEN json_type(body, '$.expectation.value') IN ('integer', 'real') THEN CAST(body ->> '$.expectation.value' AS REAL)
       END,
       body -> '$.feedback.error',
       body ->> '$.rationale',
       coalesce(body -> '$.metadata', '{}'),
       coalesce(body -> '$.metadata' -> '$."mlflow.trace.session"', '') <> '',
       body ->> '$.overrides',
       coalesce(body ->> '$.valid', 1)
FROM assessment
WHERE json_valid(body);

DROP TABLE assessment;
ALTER TABLE typed_assessment RENAME TO assessment;
CREATE INDEX assessment_by_name ON assessment (name, kind);

-- Runs, as far as traces need them.
CREATE TABLE run (
    run_id        TEXT NOT NULL PRIMARY KEY,
    experiment_id INTEGER NOT NULL,
    name          TEXT NOT NULL,
    user          TEXT NOT NULL,
    -- MLflow's number of the status
    status        INTEGER NOT NULL,
    -- Unix milliseconds as sent
    start_time    INTEGER NOT NULL,
    end_time      INTEGER,
    is_deleted    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX run_by_experiment ON run (experiment_id, start_time);

CREATE TABLE run_tag (
    run_id TEXT NOT NULL,
    key    TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;

-- Runs and versions of prompts that traces were linked to; the other end may not exist.
CREATE TABLE trace_run (
    trace_key INTEGER NOT NULL,
    run_id    TEXT NOT NULL,
    PRIMARY KEY (trace_key, run_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX trace_run_by_run ON trace_run (run_id);

CREATE TABLE trace_prompt (
    trace_key INTEGER NOT NULL,
    -- name/version
    version   TEXT NOT NULL,
    PRIMARY KEY (trace_key, version)
) STRICT, WITHOUT ROWID;
