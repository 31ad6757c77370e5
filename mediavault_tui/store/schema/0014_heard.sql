-- What listening to the audio tracks of two files beside each other showed; each pair stands here twice.
-- A row holds as long as both files are in the state they were in.
CREATE TABLE heard (
    file_id      INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    other_id     INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
    version      INTEGER NOT NULL,      -- domain.sound_likeness.LISTENING_VERSION
    state        TEXT NOT NULL,         -- engine.candidates.state_of both
    other_state  TEXT NOT NULL,
    value        TEXT NOT NULL,         -- JSON: [[track of the file, track of the other, likeness], …]
    PRIMARY KEY (file_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX heard_others ON heard(other_id);
