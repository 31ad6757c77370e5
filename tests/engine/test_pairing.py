"""Looking for pairs in a process of its own gives what looking here gives."""

import asyncio
from pathlib import Path

import pytest
from catalogues import fill

from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine import pairing
from mediavault_tui.engine.vault import Vault


def test_a_process_of_its_own_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def both() -> None:
        with Vault(tmp_path / "catalogue.db", Settings()) as vault:
            await vault.write(fill)
            here = await pairing.find(vault), await pairing.worth_a_look(vault)
            monkeypatch.setattr(pairing, "APART_FROM", 0)
            assert (await pairing.find(vault), await pairing.worth_a_look(vault)) == here
            assert here[0].files == 11
            assert {(e.a, e.b) for e in here[0].by_title.evidence} == {(1, 7)}
            assert here[1] == {1, 7}

    asyncio.run(both())
