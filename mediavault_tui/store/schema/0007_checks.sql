-- What reading files from end to end came to. A row holds as long as its file has this size and time.
CREATE TABLE checks (
    file_id        INTEGER PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
    version        INTEGER NOT NULL,        -- domain.wholeness.CHECK_VERSION
    size           INTEGER NOT NULL,
    mtime_ns       INTEGER NOT NULL,
    checked_at     INTEGER NOT NULL,        -- unix seconds
    deep           INTEGER NOT NULL,        -- 1: everything was decoded, not the key frames only
    status         TEXT NOT NULL,           -- whole | suspect | damaged | unreadable
    words          TEXT NOT NULL,           -- what speaks against it; empty when nothing does
    duration_s     REAL,                    -- of the picture track, measured
    bytes_read     INTEGER NOT NULL,
    content_bytes  INTEGER NOT NULL,        -- without padding behind the content
    value          BLOB NOT NULL            -- JSON of domain.wholeness.Wholeness
) STRICT;

-- Why a file is probably not whole, where nothing proves it.
CREATE TABLE doubts (
    file_id  INTEGER PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
    reason   TEXT NOT NULL
) STRICT;
