-- A plan names the catalogue it was made from, and is refused by others. A copy of a catalogue keeps the name.
INSERT OR IGNORE INTO state VALUES ('catalogue', lower(hex(randomblob(16))));

-- Every copy that a moved file's claim rests on: JSON of [domain.plan.Keeper], paths in base64.
-- NULL in older rows: there it is `keeper` alone.
ALTER TABLE moved ADD COLUMN keepers BLOB;
