"""What is known of files as parts of others, and of pairs that could not be told: with the names to say it."""

from collections.abc import Iterable

import msgspec

from mediavault_tui.domain.content.coverage import place
from mediavault_tui.domain.duplicates import Contained
from mediavault_tui.store import catalogue, groups
from mediavault_tui.store.database import Connection


class PartOf(msgspec.Struct, frozen=True):
    """A file that shows a part of another."""

    found: Contained
    part: bytes
    """Path of the one …"""
    whole: bytes
    """… and of the other."""

    @property
    def place(self) -> str:
        """Where in the whole, as `0:35–1:05`."""
        return place((self.found.start_s, self.found.end_s))


def about(connection: Connection, file_ids: Iterable[int]) -> tuple[PartOf, ...]:
    """What these files are parts of, and what is a part of them, as far as both are there."""
    found = groups.contained(connection, file_ids)
    wanted = {file_id for each in found for file_id in (each.part, each.whole)}
    paths = {file.id: file.paths[0] for file in catalogue.some(connection, wanted)}
    return tuple(
        PartOf(each, paths[each.part], paths[each.whole])
        for each in found
        if each.part in paths and each.whole in paths
    )
