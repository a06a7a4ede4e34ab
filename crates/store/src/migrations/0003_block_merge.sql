-- Blocks may hold spans of several traces once they were merged, so each says whose spans it holds.
CREATE TABLE merged_block (
    -- never used again after a deletion, so that a place means one body for ever
    block_id   INTEGER PRIMARY KEY AUTOINCREMENT,
    -- bytes before compression
    n_bytes    INTEGER NOT NULL,
    n_spans    INTEGER NOT NULL,
    -- whether merging is done with it; a block whose spans were replaced or deleted is merged again
    is_settled INTEGER NOT NULL DEFAULT 0,
    -- last, so that the others are read without it
    body       BLOB NOT NULL
) STRICT;

-- Runs of spans of one trace in a block: those from this position up to the next run.
CREATE TABLE block_trace (
    block_id       INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    n_spans        INTEGER NOT NULL,
    trace_key      INTEGER NOT NULL,
    PRIMARY KEY (block_id, first_position)
) STRICT, WITHOUT ROWID;

INSERT INTO block_trace (block_id, first_position, n_spans, trace_key)
SELECT block, 0, count(*), min(trace_key)
FROM (
    SELECT otel_block AS block, trace_key FROM span WHERE otel_block IS NOT NULL
    UNION ALL
    SELECT mlflow_block, trace_key FROM span WHERE mlflow_block IS NOT NULL
)
GROUP BY block;

-- A block that no span refers to any more is left behind.
INSERT INTO merged_block (block_id, n_bytes, n_spans, body)
SELECT block_id, n_bytes, n_spans, body FROM block JOIN block_trace USING (block_id);

DROP TABLE block;
ALTER TABLE merged_block RENAME TO block;

CREATE INDEX block_unsettled ON block (block_id, n_bytes) WHERE is_settled = 0;
CREATE INDEX block_trace_by_trace ON block_trace (trace_key);

DELETE FROM block_large_value WHERE block_id NOT IN (SELECT block_id FROM block);
DELETE FROM large_value WHERE hash NOT IN (SELECT hash FROM block_large_value);
CREATE INDEX block_large_value_by_block ON block_large_value (block_id);
