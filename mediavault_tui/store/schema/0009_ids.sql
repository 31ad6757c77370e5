-- What the pictures of a pair have in common, and what each has besides: JSON of domain.coverage.Coverage.
ALTER TABLE evidence ADD COLUMN coverage TEXT;
-- They are compared once more: what was kept does not say where they differ.
DELETE FROM comparisons;
DELETE FROM state WHERE key = 'matched';
