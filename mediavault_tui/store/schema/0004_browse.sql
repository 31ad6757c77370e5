-- What the screens need beyond the catalogue itself: quick lists, search by title and path, and positions.

-- Shows and films in the order they are listed, whatever the case of their letters.
CREATE INDEX release_names_shelf ON release_names(kind, title COLLATE NOCASE, year, season);

-- Title and path of each name, folded (no accents, no case), to be searched through.
-- Filled a portion at a time by whoever searches; a name that is read again loses its row and gets a new one.
CREATE TABLE search_text (
    name_id  INTEGER PRIMARY KEY REFERENCES names(id) ON DELETE CASCADE,
    file_id  INTEGER NOT NULL,
    text     TEXT NOT NULL
) STRICT;
CREATE TRIGGER search_text_outdated AFTER INSERT ON release_names BEGIN
    DELETE FROM search_text WHERE name_id = new.name_id;
END;

-- Where the user was, by screen and list: JSON.
CREATE TABLE places (
    place  TEXT PRIMARY KEY,
    value  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
