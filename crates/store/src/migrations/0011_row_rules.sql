-- What a user said of two rows, for other traces as well: spans at these two places are the same. A place is a JSON array of the labels
-- from the root down; the lesser one stands first. Ids are never used again: a rule that is gone is not taken for another.
CREATE TABLE row_rule (
    rule_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    one_place   TEXT NOT NULL,
    other_place TEXT NOT NULL,
    UNIQUE (one_place, other_place)
) STRICT;
