"""Matching on a real catalogue of real small videos: what is found, what is told apart, what survives a rescan."""

import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mediavault_tui.cli import demo as demo_command
from mediavault_tui.cli.dupes import group_fields
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine.scan import ScanOptions, scan
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import catalogue, groups
from mediavault_tui.store.groups import Choice

ORBIT = "Films/The Quiet Orbit (2011)/"
BEST = ORBIT + "The.Quiet.Orbit.2011.720p.BluRay.x264-NOVA.mkv"
WEB = "downloads/The Quiet Orbit [2011] [WEBRip].mp4"
BROKEN = "downloads/the.quiet.orbit.2011.720p.mkv"
CUT = ORBIT + "The Quiet Orbit (2011) - Director's Cut.mkv"
REMADE = "Films/The Quiet Orbit (1974)/The.Quiet.Orbit.1974.DVDRip.XviD.avi"
DWARF = "TV/Red Dwarf/RedDwarf_TVLab_s01e01.mkv"
DWARF_SMALL = "TV/Red Dwarf/RedDwarf_s01e01_Wondercrew.mp4"
DWARF_TWO = "TV/Red Dwarf/Red.Dwarf.S01E02.480p.mkv"
HARBOUR = "TV/Harbour Lights/Season 01/Harbour Lights - S01E01 - Low Tide.mkv"
TWIN = "downloads/hl.s01e01.mkv"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample library, built once."""
    folder = tmp_path_factory.mktemp("demo") / "library"
    demo_command.demo(folder, lambda _: None)
    return folder


@pytest.fixture
def library(demo: Path, tmp_path: Path) -> Path:
    """A copy of one's own, hard links kept."""
    folder = tmp_path / "library"
    shutil.copytree(demo, folder, copy_function=_link_or_copy(demo, {}))
    return folder


def _link_or_copy(demo: Path, copied: dict[int, str]) -> Any:
    def copy(source: str, target: str) -> str:
        inode = os.stat(source).st_ino
        if inode in copied:
            os.link(copied[inode], target)
        else:
            copied[inode] = shutil.copy2(source, target)
        return target

    return copy


class Scanned:
    """A library and its catalogue."""

    def __init__(self, root: Path, vault: Vault) -> None:
        self.root, self.vault = root, vault

    def scan(self) -> None:
        async def run() -> None:
            async for _ in scan(self.vault, ScanOptions((str(self.root),))):
                pass

        asyncio.run(run())

    def groups(self) -> list[dict[str, Any]]:
        with self.vault.database.reader() as connection:
            files = {file.id: file for file in catalogue.files(connection)}
            found = [group_fields(group, files) for group in groups.present(connection)]
        return json.loads(json.dumps(found))

    def group_of(self, name: str) -> dict[str, Any]:
        return next(group for group in self.groups() if name in self.names(group))

    def names(self, group: dict[str, Any]) -> set[str]:
        return {os.path.relpath(path, self.root) for file in group["files"] for path in file["paths"]}

    def together(self) -> list[set[str]]:
        return [self.names(group) for group in self.groups()]

    def vetoes(self) -> list[tuple[set[str], str]]:
        with self.vault.database.reader() as connection:
            files = {file.id: os.path.relpath(os.fsdecode(file.paths[0]), self.root)
                     for file in catalogue.files(connection)}  # fmt: skip
            return [({files[veto.a], files[veto.b]}, veto.reason) for veto in groups.vetoes(connection)]

    def decide(self, group: dict[str, Any], choice: Choice, *keepers: int, note: str = "") -> int:
        with self.vault.database.transaction() as transaction:
            return groups.decide(transaction, group["id"], choice, keepers, note=note)


@pytest.fixture
def scanned(library: Path, database: Path) -> Iterator[Scanned]:
    with Vault(database, Settings()) as vault:
        found = Scanned(library, vault)
        found.scan()
        yield found


def test_the_demo_library_is_understood(scanned: Scanned) -> None:
    together = scanned.together()
    assert {HARBOUR, TWIN} in together, "same bytes under another name"
    assert {DWARF, "torrents/RedDwarf_TVLab_s01e01.mkv", DWARF_SMALL} in together, "tags around the title"
    assert {BEST, WEB, BROKEN} in together, "the film in three states"
    for apart in (CUT, REMADE, DWARF_TWO):
        assert not any(apart in names for names in together), apart
    extras = [names for names in together if any("trailer" in name or "sample" in name for name in names)]
    assert not extras, "a trailer shares pictures with its film and is no copy of it"
    told = {frozenset(pair): reason for pair, reason in scanned.vetoes()}
    assert "edition" in told[frozenset({CUT, BEST})]
    assert "year" in told[frozenset({REMADE, BEST})]


def test_the_damaged_copy_stands_last_and_losses_are_named(scanned: Scanned) -> None:
    files = {os.path.relpath(file["path"], scanned.root): file for file in scanned.group_of(BEST)["files"]}
    assert files[BEST]["rank"] == 1 and files[BEST]["keep"]
    assert files[BROKEN]["rank"] == 3 and "truncated" in files[BROKEN]["setback"]
    assert files[WEB]["would_lose"] == []


def test_hard_links_are_one_file_and_free_nothing(scanned: Scanned, tmp_path: Path) -> None:
    twin = scanned.root / TWIN
    os.link(twin, tmp_path / "seeding.mkv")  # outside the library
    scanned.scan()
    group = scanned.group_of(HARBOUR)
    assert len(group["files"]) == 2 and group["kinds"] == ["exact"]
    if not next(file for file in group["files"] if file["path"].endswith("hl.s01e01.mkv"))["keep"]:
        assert group["reclaimable_bytes"] == 0
        assert group["reclaim_notes"] == ["2 links, 1 outside"]
    links_only = scanned.group_of(DWARF)
    assert sum("torrents" in path for file in links_only["files"] for path in file["paths"]) == 1


def test_a_decision_holds_until_the_group_really_changes(scanned: Scanned) -> None:
    group = scanned.group_of(HARBOUR)
    scanned.decide(group, Choice.KEEP, group["files"][0]["id"], note="the tidy name")
    (scanned.root / TWIN).rename(scanned.root / "downloads" / "renamed.mkv")
    scanned.scan()
    again = scanned.group_of(HARBOUR)
    assert (again["id"], again["reviewed"]) == (group["id"], True), "a rename changes nothing"
    assert again["decision"] == {"choice": "keep", "note": "the tidy name"}
    shutil.copy2(scanned.root / HARBOUR, scanned.root / "downloads" / "third.mkv")
    scanned.scan()
    grown = scanned.group_of(HARBOUR)
    assert (grown["id"], grown["reviewed"]) == (group["id"], False), "a new member asks again"
    assert "joined" in grown["reopened"][0]


def test_what_was_told_apart_stays_apart_and_can_be_undone(scanned: Scanned) -> None:
    group = scanned.group_of(DWARF)
    decision = scanned.decide(group, Choice.NOT_DUPLICATES)
    scanned.scan()
    assert not any(DWARF in names for names in scanned.together())
    assert any("by you" in reason for pair, reason in scanned.vetoes() if pair == {DWARF, DWARF_SMALL})
    with scanned.vault.database.transaction() as transaction:
        groups.undo(transaction, decision)
    scanned.scan()
    assert scanned.group_of(DWARF)["id"] == group["id"], "the group comes back under its number"


def test_a_file_that_goes_leaves_its_group(scanned: Scanned) -> None:
    (scanned.root / TWIN).unlink()
    scanned.scan()
    assert not any(HARBOUR in names for names in scanned.together())


def test_nothing_changed_means_nothing_matched(scanned: Scanned) -> None:
    async def phases() -> list[tuple[str, int]]:
        options = ScanOptions((str(scanned.root),))
        events = [event async for event in scan(scanned.vault, options)]
        return [(e.phase, e.total) for e in events if type(e).__name__ == "Progress" and e.total is not None]

    assert ("match", 0) in asyncio.run(phases())
