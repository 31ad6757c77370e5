"""Looking for pairs in a process of its own gives what looking here gives."""

import asyncio
from pathlib import Path

import pytest
from catalogues import fill

from mediavault_tui.domain.duplicates import Evidence
from mediavault_tui.domain.media import EvidenceKind
from mediavault_tui.domain.settings import Settings
from mediavault_tui.engine.matching import candidate_pairs, pictures
from mediavault_tui.engine.vault import Vault


def test_a_process_of_its_own_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def both() -> None:
        with Vault(tmp_path / "catalogue.db", Settings()) as vault:
            await vault.write(fill)
            here = await candidate_pairs.find(vault), await candidate_pairs.candidate_files(vault)
            monkeypatch.setattr(candidate_pairs, "APART_FROM", 0)
            assert (await candidate_pairs.find(vault), await candidate_pairs.candidate_files(vault)) == here
            assert here[0].files == 11
            assert {(e.a, e.b) for e in here[0].by_title.evidence} == {(1, 7)}
            assert here[1] == {1, 7}

    asyncio.run(both())


def test_of_files_of_the_same_bytes_the_one_that_was_looked_at_stands_for_all() -> None:
    exact = [Evidence(EvidenceKind.EXACT, 1, other, 100.0) for other in (2, 3)]
    by_title = [Evidence(EvidenceKind.TITLE, *pair, 95.0) for pair in ((1, 2), (3, 7), (4, 7), (7, 9))]
    assert pictures.named(by_title, exact, {2, 7, 4}) == {(2, 7), (4, 7)}
    assert pictures.named(by_title, exact, {1, 2, 3, 7}) == {(1, 2), (3, 7)}
