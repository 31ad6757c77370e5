-- Everything attached to a file when it was moved, lists of rights among it: JSON of attribute → base64.
-- NULL: moved or removed before this was noted.
ALTER TABLE moved ADD COLUMN attributes BLOB;
ALTER TABLE removed_folders ADD COLUMN attributes BLOB;

-- Days on which the program ran, by the clock of that day: how long something has lain in the archive is
-- only believed as far as there are such days in between.
CREATE TABLE days_run (
    day    INTEGER PRIMARY KEY,     -- days since 1970-01-01 UTC
    first  INTEGER NOT NULL         -- unix seconds of the first run on that day
) STRICT;
