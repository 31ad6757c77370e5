"""Comparing what files show and sound like: fingerprints, alignments, and what two files have in common."""
