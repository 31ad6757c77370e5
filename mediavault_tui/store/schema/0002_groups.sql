-- Duplicate groups, what speaks for and against them, and what the user decided.

-- `changes` is a counter that goes up with everything matching looks at; the others say at which value
-- of it fingerprints and groups were last complete.
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO state VALUES ('changes', '1');

-- What comparing the pictures of two files gave (a < b); goes with either fingerprint.
CREATE TABLE comparisons (
    a        INTEGER NOT NULL REFERENCES fingerprints(file_id) ON DELETE CASCADE,
    b        INTEGER NOT NULL REFERENCES fingerprints(file_id) ON DELETE CASCADE,
    version  INTEGER NOT NULL,
    value    BLOB NOT NULL,                 -- JSON of domain.alignment.Alignment
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX comparisons_b ON comparisons(b);

CREATE TABLE groups (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: scripts and notes refer to it
    kinds         TEXT NOT NULL,            -- of exact, title, content, joined by ','
    confidence    REAL NOT NULL,
    needs_review  INTEGER NOT NULL,
    verdict       TEXT NOT NULL,            -- better | too_close | all_damaged: of the first in the ranking
    verdict_reason TEXT NOT NULL,
    reclaimable   INTEGER NOT NULL,         -- bytes freed by archiving all but the keeper
    reclaim_notes TEXT NOT NULL,            -- JSON list: why a copy frees nothing
    reasons       TEXT NOT NULL,            -- JSON list of reasons
    first_seen    INTEGER NOT NULL,         -- unix seconds
    gone_since    INTEGER                   -- no longer found; kept for its decision and its number
) STRICT;
CREATE INDEX groups_present ON groups(reclaimable) WHERE gone_since IS NULL;

CREATE TABLE members (
    group_id    INTEGER NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
    file_id     INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    rank        INTEGER NOT NULL,           -- 1 is the best
    score       REAL NOT NULL,              -- quality, 0–200
    keep        INTEGER NOT NULL,           -- what is suggested
    reasons     TEXT NOT NULL,              -- JSON list of reasons
    setback     TEXT,                       -- why it stands behind copies with fewer points
    would_lose  TEXT NOT NULL,              -- JSON list: what archiving it would take away
    offset_s    REAL,                       -- against the first in the ranking
    speed       REAL,
    state       TEXT NOT NULL,              -- changes with the file's content
    PRIMARY KEY (group_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_of_file ON members(file_id);

CREATE TABLE evidence (
    group_id  INTEGER NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
    kind      TEXT NOT NULL,
    a         INTEGER NOT NULL,
    b         INTEGER NOT NULL,
    score     REAL NOT NULL,
    reasons   TEXT NOT NULL,                -- JSON list of reasons
    offset_s  REAL,
    speed     REAL
) STRICT;
CREATE INDEX evidence_of_group ON evidence(group_id);

-- Pairs that look alike and are not the same.
CREATE TABLE vetoes (
    a       INTEGER NOT NULL,
    b       INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    reason  TEXT NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

-- What the user (or a policy) decided about a group. The newest that is not undone holds.
CREATE TABLE decisions (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id    INTEGER NOT NULL REFERENCES groups(id),
    choice      TEXT NOT NULL,              -- keep | keep_all | not_duplicates
    keepers     TEXT NOT NULL,              -- JSON list of file ids; of the others `keep` archives all
    note        TEXT NOT NULL DEFAULT '',
    allow_loss  INTEGER NOT NULL DEFAULT 0, -- the user has seen what would be lost and said so be it
    files       TEXT NOT NULL,              -- JSON {file id: state} of the files it was taken about
    decided_at  INTEGER NOT NULL,
    undone_at   INTEGER
) STRICT;
CREATE INDEX decisions_of_group ON decisions(group_id) WHERE undone_at IS NULL;
