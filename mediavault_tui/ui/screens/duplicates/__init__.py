"""The duplicate groups: the list, one group side by side, and what decides."""
