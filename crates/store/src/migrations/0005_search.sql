-- What searches read: the narrow rows of a block's spans by position, once more, packed (store::segment).
-- It says what the rows say, or it is not there; then the block is in unpacked_block, and the rows themselves are read.
CREATE TABLE segment (
    block_id  INTEGER PRIMARY KEY,
    min_start INTEGER NOT NULL,
    max_start INTEGER NOT NULL,
    columns   BLOB NOT NULL
) STRICT;

CREATE INDEX segment_by_time ON segment (max_start, min_start);

-- Blocks without a segment: a span of theirs changed since they were packed.
CREATE TABLE unpacked_block (
    block_id INTEGER PRIMARY KEY
) STRICT;

-- Which three-letter strings may be in the text of a merged block (store::text_filter).
CREATE TABLE block_filter (
    block_id INTEGER PRIMARY KEY,
    bits     BLOB NOT NULL
) STRICT;

-- However a row changes, what was packed of it is void, and its block is packed again when it is merged.
CREATE TRIGGER span_changed AFTER UPDATE OF
    name, span_type, kind, status, source, start_time, duration, otel_resource, mlflow_resource ON span
BEGIN
    UPDATE block SET is_settled = 0 WHERE block_id IN (OLD.otel_block, OLD.mlflow_block) AND is_settled = 1;
    DELETE FROM segment WHERE block_id IN (OLD.otel_block, OLD.mlflow_block);
    -- Not INSERT OR IGNORE: in a trigger the conflict clause of the statement outside counts.
    INSERT INTO unpacked_block SELECT block_id FROM block
        WHERE block_id IN (OLD.otel_block, OLD.mlflow_block) AND block_id NOT IN (SELECT block_id FROM unpacked_block);
END;

-- Blocks from before there were segments.
UPDATE block SET is_settled = 0;
INSERT INTO unpacked_block SELECT block_id FROM block;

CREATE INDEX trace_by_session ON trace (session) WHERE session IS NOT NULL;
CREATE INDEX trace_by_user ON trace (user) WHERE user IS NOT NULL;
