-- The journal of the archive: what is about to be done is written down before, and how it ended after.
-- Rows are never deleted.

-- One run of apply, restore or purge.
CREATE TABLE operations (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL,             -- apply | restore | purge
    started_at   INTEGER NOT NULL,          -- unix seconds
    finished_at  INTEGER
) STRICT;

-- Every file that was moved, or replaced by a link.
CREATE TABLE moved (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,   -- what `restore` is told
    operation_id  INTEGER NOT NULL REFERENCES operations(id),
    bundle        INTEGER NOT NULL,         -- files of one number and operation belong together
    group_id      INTEGER NOT NULL,
    op            TEXT NOT NULL,            -- archive | move | hardlink | reflink | offer
    is_video      INTEGER NOT NULL,
    origin        BLOB NOT NULL,
    place         BLOB NOT NULL,
    file          BLOB NOT NULL,            -- JSON of domain.plan.Proof: the file at its place
    inode         INTEGER NOT NULL,         -- of the file at its origin, to know a step taken before
    origin_device INTEGER NOT NULL,
    content       BLOB,                     -- xxh3-128 of every byte, where it was read
    mode          INTEGER NOT NULL,
    uid           INTEGER NOT NULL,
    gid           INTEGER NOT NULL,
    keeper        BLOB NOT NULL,
    keeper_proof  BLOB NOT NULL,            -- JSON of domain.plan.Proof
    proven_by     TEXT NOT NULL,            -- exact | title | content
    root          BLOB NOT NULL,
    archive       BLOB NOT NULL,
    reason        TEXT NOT NULL,
    state         TEXT NOT NULL,            -- moving | moved | restored | purged | undone
    moved_at      INTEGER NOT NULL,
    ended_at      INTEGER
) STRICT;
CREATE INDEX moved_from ON moved(origin);
CREATE INDEX moved_by_operation ON moved(operation_id);
CREATE INDEX moved_by_state ON moved(state, moved_at);

-- One change of the disk.
CREATE TABLE acts (
    id            INTEGER PRIMARY KEY,
    operation_id  INTEGER NOT NULL REFERENCES operations(id),
    moved_id      INTEGER NOT NULL REFERENCES moved(id),
    value         BLOB NOT NULL,            -- JSON of domain.moves.Act, paths in base64
    state         TEXT NOT NULL,            -- intended | done | undone
    reason        TEXT NOT NULL DEFAULT '',
    intended_at   INTEGER NOT NULL,
    ended_at      INTEGER
) STRICT;
CREATE INDEX acts_under_way ON acts(id) WHERE state = 'intended';

-- Folders removed because nothing was left in them, to be made again as they were.
CREATE TABLE removed_folders (
    path  BLOB PRIMARY KEY,
    mode  INTEGER NOT NULL,
    uid   INTEGER NOT NULL,
    gid   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Files whose change time is our own doing.
CREATE TABLE touched (
    device    INTEGER NOT NULL,
    inode     INTEGER NOT NULL,
    ctime_ns  INTEGER NOT NULL,
    PRIMARY KEY (device, inode)
) STRICT, WITHOUT ROWID;
