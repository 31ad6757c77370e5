-- What belongs to videos, and what leads to them.

-- A file beside videos may belong to several of them (`X.srt` to `X.mkv` and `X.mp4`), and be a sound track.
ALTER TABLE sidecars ADD COLUMN kind TEXT NOT NULL DEFAULT 'subtitle';   -- subtitle | audio
ALTER TABLE sidecars ADD COLUMN commentary INTEGER NOT NULL DEFAULT 0;
CREATE TABLE sidecar_owners (
    sidecar_id  INTEGER NOT NULL REFERENCES sidecars(id) ON DELETE CASCADE,
    file_id     INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    PRIMARY KEY (sidecar_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sidecars_owned ON sidecar_owners(file_id);
INSERT INTO sidecar_owners SELECT id, file_id FROM sidecars WHERE file_id IS NOT NULL;

-- Symbolic links met by walks: a file that one leads to is not moved away.
CREATE TABLE links (
    folder_id  INTEGER NOT NULL REFERENCES folders(id),
    name       BLOB NOT NULL,
    target     BLOB NOT NULL,           -- the real path it leads to
    PRIMARY KEY (folder_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_target ON links(target);

-- The videos that a moved companion belongs to: it comes back with the first of them, and goes for good with the last.
CREATE TABLE moved_owners (
    moved_id  INTEGER NOT NULL REFERENCES moved(id),
    owner     BLOB NOT NULL,            -- the path the video had
    PRIMARY KEY (moved_id, owner)
) STRICT, WITHOUT ROWID;

-- Whom files belong to is told by another rule now.
UPDATE folders SET names_read = 0 WHERE id IN (SELECT folder_id FROM sidecars);
