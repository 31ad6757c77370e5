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
from mediavault_tui.domain.settings import Scan, Settings
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


def take(demo: Path, root: Path, *names: str) -> Path:
    """Copies of a few files of the sample library."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(demo / name, root / name)
    return root


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


def opened(root: Path, database: Path, settings: Settings) -> Iterator[Scanned]:
    with Vault(database, settings) as vault:
        found = Scanned(root, vault)
        found.scan()
        yield found


@pytest.fixture(scope="module")
def scanned(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    """The whole sample library; not to be changed."""
    yield from opened(demo, tmp_path_factory.mktemp("catalogue") / "catalogue.db", Settings())


@pytest.fixture
def twins(demo: Path, root: Path, database: Path) -> Iterator[Scanned]:
    """One episode twice, byte for byte."""
    yield from opened(
        take(demo, root, HARBOUR, TWIN), database, Settings(scan=Scan(fingerprint="none", jobs=1))
    )


@pytest.fixture
def dwarfs(demo: Path, root: Path, database: Path) -> Iterator[Scanned]:
    """One episode in two encodings."""
    yield from opened(take(demo, root, DWARF, DWARF_SMALL), database, Settings(scan=Scan(jobs=1)))


def test_the_demo_library_is_understood(scanned: Scanned) -> None:
    together = scanned.together()
    assert {HARBOUR, TWIN} in together, "same bytes under another name"
    assert {DWARF, "torrents/RedDwarf_TVLab_s01e01.mkv", DWARF_SMALL} in together, "tags around the title"
    assert len(scanned.group_of(DWARF)["files"]) == 2, "a hard link is a name, not a file"
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


def test_hard_links_are_one_file_and_free_nothing(twins: Scanned, tmp_path: Path) -> None:
    twin = twins.root / TWIN
    os.link(twin, tmp_path / "seeding.mkv")  # outside the library
    twins.scan()
    group = twins.group_of(HARBOUR)
    assert len(group["files"]) == 2 and group["kinds"] == ["exact"]
    if not next(file for file in group["files"] if file["path"].endswith("hl.s01e01.mkv"))["keep"]:
        assert group["reclaimable_bytes"] == 0
        assert group["reclaim_notes"] == ["2 links, 1 outside"]


def test_a_decision_holds_until_the_group_really_changes(twins: Scanned) -> None:
    group = twins.group_of(HARBOUR)
    twins.decide(group, Choice.KEEP, group["files"][0]["id"], note="the tidy name")
    (twins.root / TWIN).rename(twins.root / "downloads" / "renamed.mkv")
    twins.scan()
    again = twins.group_of(HARBOUR)
    assert (again["id"], again["reviewed"]) == (group["id"], True), "a rename changes nothing"
    assert again["decision"] == {"choice": "keep", "note": "the tidy name"}
    shutil.copy2(twins.root / HARBOUR, twins.root / "downloads" / "third.mkv")
    twins.scan()
    grown = twins.group_of(HARBOUR)
    assert (grown["id"], grown["reviewed"]) == (group["id"], False), "a new member asks again"
    assert "joined" in grown["reopened"][0]


def test_what_was_told_apart_stays_apart_and_can_be_undone(dwarfs: Scanned) -> None:
    group = dwarfs.group_of(DWARF)
    decision = dwarfs.decide(group, Choice.NOT_DUPLICATES)
    dwarfs.scan()
    assert not any(DWARF in names for names in dwarfs.together())
    assert any("by you" in reason for pair, reason in dwarfs.vetoes() if pair == {DWARF, DWARF_SMALL})
    with dwarfs.vault.database.transaction() as transaction:
        groups.undo(transaction, decision)
    dwarfs.scan()
    assert dwarfs.group_of(DWARF)["id"] == group["id"], "the group comes back under its number"


def test_a_file_that_goes_leaves_its_group(twins: Scanned) -> None:
    (twins.root / TWIN).unlink()
    twins.scan()
    assert not any(HARBOUR in names for names in twins.together())


def test_nothing_changed_means_nothing_matched(scanned: Scanned) -> None:
    async def phases() -> list[tuple[str, int]]:
        options = ScanOptions((str(scanned.root),))
        events = [event async for event in scan(scanned.vault, options)]
        return [(e.phase, e.total) for e in events if type(e).__name__ == "Progress" and e.total is not None]

    assert ("match", 0) in asyncio.run(phases())
