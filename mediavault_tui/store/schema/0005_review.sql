-- Decisions taken in one go are taken back in one go; `bulk` is the number of the first of them.
CREATE TABLE bulk_decisions (
    decision_id  INTEGER PRIMARY KEY REFERENCES decisions(id),
    bulk         INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_in_bulk ON bulk_decisions(bulk);
