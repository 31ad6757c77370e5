-- The catalogue of a collection: what was seen, where, and what is known about it.
-- Names and paths are BLOBs: file names are bytes, and the very same bytes must come back.

CREATE TABLE roots (
    id              INTEGER PRIMARY KEY,
    path            BLOB NOT NULL UNIQUE,
    device          INTEGER NOT NULL,       -- st_dev when last online
    filesystem      INTEGER NOT NULL,       -- statvfs f_fsid: survives a renumbered device; 0 if the system gives none
    offline_reason  TEXT,                   -- NULL while online
    last_scan       INTEGER                 -- unix seconds
) STRICT;

-- A folder is under a root when its path says so: roots may be nested, renamed in the config, or named for one call.
CREATE TABLE folders (
    id          INTEGER PRIMARY KEY,
    path        BLOB NOT NULL UNIQUE,
    -- Which parser read the names in it; 0 when a name came or went since.
    names_read  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX folders_by_names_read ON folders(names_read);

-- One row per inode: hard links are one file with several names.
CREATE TABLE files (
    id              INTEGER PRIMARY KEY,
    device          INTEGER NOT NULL,
    inode           INTEGER NOT NULL,
    size            INTEGER NOT NULL,
    mtime_ns        INTEGER NOT NULL,
    ctime_ns        INTEGER NOT NULL,
    links           INTEGER NOT NULL,       -- st_nlink: may count names outside the roots
    first_seen      INTEGER NOT NULL,       -- unix seconds
    missing_since   INTEGER,                -- unix seconds; NULL while at least one name is present
    -- A stage's state: 0 to do, 1 done, 2 set aside until the file changes (`problems` says why).
    mediainfo       INTEGER NOT NULL DEFAULT 0,
    fingerprint     INTEGER NOT NULL DEFAULT 0,
    hash            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX files_by_inode ON files(inode, device);
CREATE INDEX files_by_size ON files(size) WHERE missing_since IS NULL;
CREATE INDEX files_missing ON files(id) WHERE missing_since IS NOT NULL;
CREATE INDEX files_need_mediainfo ON files(id) WHERE mediainfo = 0 AND missing_since IS NULL;
CREATE INDEX files_need_fingerprint ON files(id) WHERE fingerprint = 0 AND missing_since IS NULL;

CREATE TABLE names (
    id              INTEGER PRIMARY KEY,
    file_id         INTEGER NOT NULL REFERENCES files(id),
    folder_id       INTEGER NOT NULL REFERENCES folders(id),
    name            BLOB NOT NULL,
    missing_since   INTEGER
) STRICT;
CREATE UNIQUE INDEX names_present ON names(folder_id, name) WHERE missing_since IS NULL;
CREATE INDEX names_missing ON names(folder_id, name) WHERE missing_since IS NOT NULL;
CREATE INDEX names_of_file ON names(file_id);

-- What one string says, as read by one version of the parser: each distinct string is read once.
CREATE TABLE readings (
    text     TEXT NOT NULL,
    folder   INTEGER NOT NULL,
    parser   INTEGER NOT NULL,
    reading  BLOB NOT NULL,                 -- JSON of domain.names.Reading
    PRIMARY KEY (text, folder)
) STRICT, WITHOUT ROWID;

-- What a name says once its folders and neighbours have been asked too.
CREATE TABLE release_names (
    name_id  INTEGER PRIMARY KEY REFERENCES names(id) ON DELETE CASCADE,
    kind     TEXT NOT NULL,
    title    TEXT,
    year     INTEGER,
    season   INTEGER,
    value    BLOB NOT NULL                  -- JSON of domain.media.ReleaseName
) STRICT;
CREATE INDEX release_names_by_title ON release_names(kind, title, season);

CREATE TABLE media (
    file_id        INTEGER PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
    container      TEXT,
    duration_s     REAL,
    bitrate_kbps   INTEGER,
    title          TEXT,
    damage         TEXT,                    -- why the file is not whole
    video_codec    TEXT,
    width          INTEGER,
    height         INTEGER,
    pixel_aspect   REAL,
    rotation       INTEGER,
    profile        TEXT,
    fps            REAL,
    variable_fps   INTEGER,
    interlaced     INTEGER,
    bit_depth      INTEGER,
    hdr            TEXT,                    -- kinds joined by ', '
    video_kbps     INTEGER
) STRICT;
CREATE INDEX media_damaged ON media(file_id) WHERE damage IS NOT NULL;

-- Audio and subtitle tracks inside the container, in their order.
CREATE TABLE tracks (
    file_id       INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,            -- audio | subtitle
    position      INTEGER NOT NULL,
    codec         TEXT NOT NULL,
    channels      INTEGER,
    layout        TEXT,
    language      TEXT,
    title         TEXT,
    commentary    INTEGER NOT NULL DEFAULT 0,
    is_default    INTEGER NOT NULL DEFAULT 0,
    forced        INTEGER NOT NULL DEFAULT 0,
    hearing_impaired INTEGER NOT NULL DEFAULT 0,
    bitrate_kbps  INTEGER,
    PRIMARY KEY (file_id, kind, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE chapters (
    file_id   INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    start_s   REAL NOT NULL,
    title     TEXT,
    PRIMARY KEY (file_id, position)
) STRICT, WITHOUT ROWID;

-- Subtitle files beside the videos; file_id is the video they belong to.
CREATE TABLE sidecars (
    id         INTEGER PRIMARY KEY,
    folder_id  INTEGER NOT NULL REFERENCES folders(id),
    name       BLOB NOT NULL,
    file_id    INTEGER REFERENCES files(id) ON DELETE SET NULL,
    format     TEXT,
    language   TEXT,
    forced     INTEGER NOT NULL DEFAULT 0,
    hearing_impaired INTEGER NOT NULL DEFAULT 0,
    UNIQUE (folder_id, name)
) STRICT;
CREATE INDEX sidecars_of_file ON sidecars(file_id);

CREATE TABLE hashes (
    file_id      INTEGER PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
    sample       BLOB,                      -- xxh3-128 of head, middle and tail
    content      BLOB,                      -- xxh3-128 of every byte
    verified_at  INTEGER                    -- when every byte was last read and found right
) STRICT;
CREATE INDEX hashes_by_content ON hashes(content) WHERE content IS NOT NULL;

CREATE TABLE fingerprints (
    file_id  INTEGER PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
    version  INTEGER NOT NULL,
    value    BLOB NOT NULL
) STRICT;

-- Why a stage set a file aside.
CREATE TABLE problems (
    file_id  INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    phase    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (file_id, phase)
) STRICT, WITHOUT ROWID;

CREATE TABLE scans (
    id             INTEGER PRIMARY KEY,
    started_at     INTEGER NOT NULL,
    finished_at    INTEGER,
    mode           TEXT NOT NULL,           -- incremental | full
    outcome        TEXT NOT NULL,           -- running | finished | interrupted | failed
    roots          BLOB NOT NULL,           -- JSON list of paths, surrogate escapes as \udcXX
    files_found    INTEGER NOT NULL DEFAULT 0,
    files_new      INTEGER NOT NULL DEFAULT 0,
    files_updated  INTEGER NOT NULL DEFAULT 0,
    files_missing  INTEGER NOT NULL DEFAULT 0,
    skipped        INTEGER NOT NULL DEFAULT 0,
    bytes_read     INTEGER NOT NULL DEFAULT 0,
    seconds        REAL NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE scan_errors (
    scan_id  INTEGER NOT NULL REFERENCES scans(id) ON DELETE CASCADE,
    phase    TEXT NOT NULL,
    path     BLOB NOT NULL,
    reason   TEXT NOT NULL
) STRICT;
CREATE INDEX scan_errors_of_scan ON scan_errors(scan_id);
