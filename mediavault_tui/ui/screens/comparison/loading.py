"""Where the comparison gets what it shows: the catalogue at once, the comparison of pictures when it is done."""

import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple

from mediavault_tui.domain.content.alignment import Alignment, Verdict
from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine.matching import compare
from mediavault_tui.engine.matching.compare import Comparison
from mediavault_tui.errors import VaultError
from mediavault_tui.services.workers import Workers
from mediavault_tui.store import catalogue, review_queries
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Connection
from mediavault_tui.store.review_queries import Detail
from mediavault_tui.ui.widgets.stills import Moments

if TYPE_CHECKING:
    from mediavault_tui.ui.screens.base import VaultScreen


class ComparisonRequest(NamedTuple):
    """What is to be compared: files by number, or else by path."""

    ids: tuple[int, ...]
    paths: tuple[bytes, ...]
    group_id: int | None


class Pair(NamedTuple):
    """Two files and what is known of them together."""

    files: tuple[FileRecord, FileRecord]
    others: tuple[int, ...]
    """Further files that can be paged to."""
    detail: Detail | None
    """The duplicate group both are in; without one there is nothing to decide."""
    comparison: Comparison | None
    moments: Moments

    @property
    def all_ids(self) -> tuple[int, ...]:
        """Every file that can be looked at here: the group's in its order, else as they were asked for."""
        if self.detail is not None:
            return tuple(file.id for file in self.detail.files)
        return (self.files[0].id, self.files[1].id, *self.others)


async def pairs(screen: "VaultScreen", wanted: ComparisonRequest) -> AsyncIterator[Pair]:
    """The pair as the catalogue knows it, then (where that does not say it) with its pictures compared.

    Raises FileUnreadable, VaultError when a file is not there any more.
    """
    if not wanted.ids:
        wanted = wanted._replace(ids=await screen.ask(_numbers, wanted.paths))
    if len(wanted.ids) < 2:
        yield await _strangers(screen, wanted.paths[0], wanted.paths[1])
        comparison = await _compare(screen, wanted.paths[0], wanted.paths[1])
        yield await screen.ask(_pair_of, comparison)
        return
    pair, is_complete = await screen.ask(_known, wanted, screen.vault_app.settings)
    yield pair
    if not is_complete:
        comparison = await _compare(screen, pair.files[0].paths[0], pair.files[1].paths[0])
        yield pair._replace(comparison=comparison, moments=_moments(pair.files, comparison.alignment))


async def detail_of(screen: "VaultScreen", group_id: int) -> Detail | None:
    """A group as it is now."""
    return await screen.ask(review_queries.detail, group_id)


async def _strangers(screen: "VaultScreen", left: bytes, right: bytes) -> Pair:
    """Two files that the catalogue does not know: to be looked at while their pictures are compared."""
    with Workers(1) as workers:
        files = await compare.sides(workers, screen.vault_app.vault.settings, screen.ask, left, right)
    return Pair(files, (), None, None, _moments(files, None))


async def _compare(screen: "VaultScreen", left: bytes, right: bytes) -> Comparison:
    """By name, content and pictures; reads the files where the catalogue does not know them."""
    with Workers(1) as workers:
        return await compare.compare(workers, screen.vault_app.vault.settings, screen.ask, left, right)


def _numbers(connection: Connection, paths: tuple[bytes, ...]) -> tuple[int, ...]:
    """The files' numbers, if the catalogue knows both as they are."""
    found = []
    for path in paths:
        file = catalogue.by_path(connection, os.path.realpath(path))
        if file is None or file.info == MediaInfo():
            return ()
        found.append(file.id)
    return tuple(found)


def _pair_of(connection: Connection, comparison: Comparison) -> Pair:
    files = (comparison.a, comparison.b)
    group_id = review_queries.group_of(connection, [file.id for file in files])
    detail = review_queries.detail(connection, group_id) if group_id is not None else None
    return Pair(files, (), detail, comparison, _moments(files, comparison.alignment))


def _known(connection: Connection, wanted: ComparisonRequest, settings: Settings) -> tuple[Pair, bool]:
    """The pair from the catalogue, and whether that already says all there is to say."""
    found = {file.id: file for file in catalogue.some(connection, wanted.ids)}
    missing = [file_id for file_id in wanted.ids[:2] if file_id not in found]
    if missing or len(wanted.ids) < 2:
        raise VaultError("A file to be compared is not in the catalogue any more.", "Scan again.")
    files = (found[wanted.ids[0]], found[wanted.ids[1]])
    group_id = wanted.group_id or review_queries.group_of(connection, wanted.ids[:2])
    detail = review_queries.detail(connection, group_id) if group_id is not None else None
    comparison = compare.from_group(detail.group, *files, settings) if detail else None
    alignment = comparison.alignment if comparison else None
    pair = Pair(files, wanted.ids[2:], detail, comparison, _moments(files, alignment))
    return pair, alignment is not None


def _moments(files: tuple[FileRecord, FileRecord], alignment: Alignment | None) -> Moments:
    lengths = (files[0].info.duration_s, files[1].info.duration_s)
    if alignment is None or alignment.verdict is not Verdict.SAME:
        return Moments(*lengths, is_known=alignment is not None)
    if not alignment.measured:
        return Moments(*lengths, is_measured=False)
    return Moments(*lengths, alignment.pairing)
