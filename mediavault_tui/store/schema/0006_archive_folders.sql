-- Archive folders as they were when something was last put there: a mount point without its disk looks
-- like one of them.
CREATE TABLE archive_folders (
    path        BLOB PRIMARY KEY,
    device      INTEGER NOT NULL,
    filesystem  INTEGER NOT NULL,   -- statvfs f_fsid: stays when the kernel numbers devices anew
    since       INTEGER NOT NULL    -- what was moved up to this number need not be there: the user said so
) STRICT, WITHOUT ROWID;
