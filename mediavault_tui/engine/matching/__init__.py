"""Which files are the same: candidate pairs, fingerprints, comparisons, groups and what would be lost."""
