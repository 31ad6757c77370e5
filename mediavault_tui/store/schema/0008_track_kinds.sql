-- What each track is for, 3D pictures, and the fonts that styled subtitles need.
ALTER TABLE tracks ADD COLUMN purpose TEXT NOT NULL DEFAULT '';      -- a SoundKind or TextKind; '' in old rows
ALTER TABLE sidecars ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN stereo TEXT;                            -- how the pictures of two eyes are stored; NULL: 2D
ALTER TABLE media ADD COLUMN fonts TEXT NOT NULL DEFAULT '[]';       -- JSON list of names
