-- What the pictures of a pair have in common, and what each has besides: JSON of domain.coverage.Coverage.
ALTER TABLE evidence ADD COLUMN coverage TEXT;
-- They are compared once more: what was kept does not say where they differ.
DELETE FROM comparisons;
DELETE FROM state WHERE key = 'matched';

-- Metadata files (NFO) beside videos and above them, and the ids they give.
CREATE TABLE nfos (
    id         INTEGER PRIMARY KEY,
    folder_id  INTEGER NOT NULL REFERENCES folders(id),
    name       BLOB NOT NULL,
    size       INTEGER NOT NULL,
    mtime_ns   INTEGER NOT NULL,
    reader     INTEGER NOT NULL DEFAULT 0,  -- which version read it; 0: to be read
    ids        TEXT,                        -- JSON list of domain.nfo.Id; NULL where it gives none
    UNIQUE (folder_id, name)
) STRICT;
CREATE INDEX nfos_by_reader ON nfos(reader);
