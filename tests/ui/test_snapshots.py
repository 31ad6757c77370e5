"""How the screens look, by theme and size.

After a change that is wanted: pytest tests/ui/test_snapshots.py --snapshot-update
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogues import fill
from textual.pilot import Pilot

from mediavault_tui.domain.settings import Scan, Settings, Ui
from mediavault_tui.engine.vault import Vault
from mediavault_tui.ui.app import StartOptions, VaultApp

LOOKS = [
    ("dashboard", "harbour", (120, 40), ["1"]),
    ("dashboard", "contrast", (80, 24), ["1"]),
    ("library", "paper", (120, 40), ["2", "G", "enter", "j", "j", "space"]),
    ("library", "sixteen", (80, 24), ["2", "G", "enter"]),
    ("scanner", "ember", (80, 24), ["4"]),
    ("settings", "violet", (100, 30), ["6", "j", "j"]),
]


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    with Vault(tmp_path / "catalogue.db", Settings()) as vault:
        with vault.database.transaction() as transaction:
            fill(transaction)
        yield vault
    monkeypatch.undo()
    time.tzset()


async def settled(pilot: Pilot[Any]) -> None:
    """Details come a moment after the cursor."""
    for _ in range(8):
        await pilot.pause(0.1)


@pytest.mark.parametrize(
    ("screen", "theme", "size", "keys"), LOOKS, ids=[f"{look[0]}-{look[1]}-{look[2][0]}" for look in LOOKS]
)
def test_looks(
    screen: str,
    theme: str,
    size: tuple[int, int],
    keys: list[str],
    vault: Vault,
    snap_compare: Callable[..., bool],
) -> None:
    vault.settings = Settings(scan=Scan(roots=("/videos",)), ui=Ui(theme=theme))
    app = VaultApp(vault, StartOptions(vault.settings, Path("/home/me/config.yaml"), Path("/home/me/log")))

    async def press(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    assert snap_compare(app, terminal_size=size, run_before=press)
    app.reading.close()
