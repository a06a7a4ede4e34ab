-- Moments that bars show: events, log records, the first token; of the few spans that have any.
CREATE TABLE span_mark (
    trace_key INTEGER NOT NULL,
    span_id   INTEGER NOT NULL,
    -- 9 bytes each, by time: Unix nanoseconds (little-endian) and the kind
    marks     BLOB NOT NULL,
    PRIMARY KEY (trace_key, span_id)
) STRICT, WITHOUT ROWID;
