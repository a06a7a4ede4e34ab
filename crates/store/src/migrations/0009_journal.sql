-- How far the journal of acknowledged writes is in the database: what is numbered higher is replayed at the next start.
CREATE TABLE journal (applied INTEGER NOT NULL) STRICT;
INSERT INTO journal VALUES (0);
