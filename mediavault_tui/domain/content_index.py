"""Which of many fingerprints are worth comparing with each other."""

from itertools import combinations

from mediavault_tui.domain.fingerprint import Fingerprint

ALL_PAIRS = 200


class ContentIndex:
    """Fingerprints by file id. (All pairs of a small library for now; a search by keys replaces it.)"""

    def __init__(self) -> None:
        self._ids: list[int] = []

    def add(self, file_id: int, fingerprint: Fingerprint) -> None:
        """Take in one file's fingerprint."""
        self._ids.append(file_id)

    def candidates(self) -> list[tuple[int, int]]:
        """Pairs (a < b) that may show the same."""
        return list(combinations(sorted(self._ids), 2)) if len(self._ids) <= ALL_PAIRS else []
