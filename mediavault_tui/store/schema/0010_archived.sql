-- Files that left the library by our own doing, files that were put back, and running downloads.

-- Why a missing file is missing, where we know: archived | purged. NULL: it is simply gone.
ALTER TABLE files ADD COLUMN gone TEXT;
-- When the user last put the file back from the archive, unix seconds: no rule takes it again.
ALTER TABLE files ADD COLUMN put_back_at INTEGER;
CREATE INDEX files_gone ON files(gone) WHERE gone IS NOT NULL;
CREATE INDEX files_put_back ON files(id) WHERE put_back_at IS NOT NULL;

-- Why a decision has to be taken again although neither a file joined nor changed.
ALTER TABLE decisions ADD COLUMN reopened_why TEXT;

-- Videos that a download program is still writing to, by the file it keeps beside them.
CREATE TABLE downloads (
    folder_id  INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
    name       BLOB NOT NULL,               -- of the video
    mark       BLOB NOT NULL,               -- of the file beside it
    PRIMARY KEY (folder_id, name)
) STRICT, WITHOUT ROWID;

-- What the journal already knows. `||` makes text of the bytes of a path, and CAST gives the same bytes back.
CREATE TEMP TABLE was_at AS
    SELECT files.id AS file_id, files.inode AS inode,
        CAST(rtrim(CAST(folders.path AS TEXT), '/') || '/' || CAST(names.name AS TEXT) AS BLOB) AS path
    FROM names JOIN files ON files.id = names.file_id JOIN folders ON folders.id = names.folder_id
    WHERE EXISTS (SELECT 1 FROM moved WHERE is_video);
CREATE INDEX temp.was_at_path ON was_at(path);

UPDATE files SET gone = (
    SELECT CASE state WHEN 'purged' THEN 'purged' ELSE 'archived' END FROM was_at
    JOIN moved ON moved.origin = was_at.path AND moved.inode = was_at.inode
    WHERE was_at.file_id = files.id AND state IN ('moved', 'purged') AND op <> 'reflink' ORDER BY moved.id DESC LIMIT 1
) WHERE missing_since IS NOT NULL;

UPDATE files SET put_back_at = (
    SELECT max(ended_at) FROM was_at JOIN moved ON moved.origin = was_at.path
    WHERE was_at.file_id = files.id AND is_video AND state = 'restored'
) WHERE missing_since IS NULL AND EXISTS (SELECT 1 FROM was_at WHERE file_id = files.id);

UPDATE decisions SET reopened_why = 'a file of it was put back from the archive'
    WHERE undone_at IS NULL AND EXISTS (
        SELECT 1 FROM json_each(decisions.files) JOIN files ON files.id = CAST(json_each.key AS INTEGER)
        WHERE put_back_at >= decided_at
    );

DROP TABLE was_at;
