"""Groups say the same whichever file was found first."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import av
import films
import msgspec
import pytest
import variants

from mediavault_tui.cli.dupes import group_fields
from mediavault_tui.domain.settings import Match, Scan, Settings
from mediavault_tui.engine.matching.pictures import _hubs
from mediavault_tui.engine.scan import ScanOptions, scan
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import catalogue, groups

FILM = films.scenes(91, 24)
COPIES = {
    "harbour": (FILM, variants.PLAIN),
    "meadow": (FILM, variants.VARIANTS["small, MPEG-4"]),
    "lantern": (FILM, variants.VARIANTS["mirrored"]),
    "granite": (FILM, variants.VARIANTS["start cut"]),
    "willow": (FILM, variants.VARIANTS["PAL speed-up"]),
    "copper": (films.scenes(92, 20), variants.PLAIN),
}


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five copies of one film under names that say nothing, and another film."""
    folder = tmp_path_factory.mktemp("copies")
    av.logging.set_level(None)
    made = []
    for name, (film, variant) in COPIES.items():
        made.append(folder / f"{name}.{variant.extension}")
        variants.write(film, str(made[-1]), variant)
    return made


def found(folder: Path, files: list[list[Path]]) -> list[Any]:
    """What is in the groups when these files are put into a library and scanned, some after the others."""
    root = folder / "library"
    root.mkdir(parents=True)
    settings = Settings(scan=Scan(jobs=1), match=Match())

    async def once(vault: Vault) -> None:
        async for _ in scan(vault, ScanOptions((str(root),))):
            pass

    with Vault(folder / "catalogue.db", settings) as vault:
        for some in files:
            for file in some:
                shutil.copy2(file, root)
            asyncio.run(once(vault))
        with vault.database.reader() as connection:
            known = {file.id: file for file in catalogue.files(connection)}
            return [_told(group_fields(group, known)) for group in groups.present(connection)]


def _told(group: Any) -> Any:
    """Without numbers and moments of the catalogue."""
    fields = msgspec.to_builtins(group)
    files = sorted((os.path.basename(each["path"]), each["offset_s"], each["speed"], each["keep"], each["rank"],
                    sorted(each["would_lose"])) for each in fields["files"])  # fmt: skip
    return fields["kinds"], fields["confidence"], files


def test_groups_do_not_depend_on_the_order_of_scanning(copies: list[Path], tmp_path: Path) -> None:
    at_once = found(tmp_path / "at once", [copies])
    assert [len(files) for _, _, files in at_once] == [5], "all copies and no other film"
    assert found(tmp_path / "forth", [[file] for file in copies]) == at_once
    assert found(tmp_path / "back", [[file] for file in copies[::-1]]) == at_once
    assert found(tmp_path / "halves", [copies[3:], copies[:3]]) == at_once


def test_each_copy_is_looked_at_beside_the_first_by_content() -> None:
    order = {1: (b"c", b""), 2: (b"a", b""), 3: (b"b", b""), 4: (b"d", b""), 5: (b"e", b"")}
    assert _hubs([(1, 2), (1, 3), (2, 3), (3, 4), (4, 5)], order) == {1: 2, 2: 2, 3: 2, 4: 4, 5: 4}
    turned = {6 - file_id: key for file_id, key in order.items()}
    assert _hubs([(4, 5), (3, 5), (3, 4), (2, 3), (1, 2)], turned) == {5: 4, 4: 4, 3: 4, 2: 2, 1: 2}
