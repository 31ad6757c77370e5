-- Files that show a part of another: JSON of domain.duplicates.Contained.
CREATE TABLE contained (
    part   INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    whole  INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    value  TEXT NOT NULL,
    PRIMARY KEY (part, whole)
) STRICT, WITHOUT ROWID;
CREATE INDEX contained_in ON contained(whole);

-- Pairs (a < b) whose pictures were compared and could not be told; in one group or not.
CREATE TABLE unsure (
    a       INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    b       INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    reason  TEXT NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX unsure_b ON unsure(b);
