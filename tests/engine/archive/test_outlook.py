"""What a dry run says about acts that a crash left half done: it says what recovery would do, and does nothing."""

import asyncio
import os
from pathlib import Path

import pytest

from mediavault_tui.domain.archive.journal import ActKind, Status, StepEnded
from mediavault_tui.engine.archive.recover import outlook, recover
from mediavault_tui.engine.vault import Vault
from tests.engine.archive.archive_library import Library, collect, intend


@pytest.mark.parametrize(
    ("kind", "begun", "foreseen"),
    [
        (ActKind.RENAME, "", "taken back"),
        (ActKind.RENAME, "renamed", "finished"),
        (ActKind.COPY, "set aside", "taken back"),
        (ActKind.RENAME, "gone", None),
    ],
)
def test_says_what_recovery_does_and_leaves_all_as_it_is(
    tmp_path: Path, kind: ActKind, begun: str, foreseen: str | None
) -> None:
    library = Library(tmp_path)
    library.fill()
    with library.vault() as vault:
        with vault.database.transaction() as transaction:
            act, moved = intend(transaction, library.plan().steps[0], kind)
        to = {"renamed": act.target, "set aside": act.aside, "gone": act.source + b".away"}.get(begun)
        if to is not None:
            os.makedirs(os.path.dirname(to), exist_ok=True)
            os.rename(moved.origin, to)
        names, before = library.names(), _tables(vault)
        (said,) = collect(outlook(vault))
        assert library.names() == names and _tables(vault) == before
        assert isinstance(said, StepEnded)
        assert (said.status is Status.FAILED) == (foreseen is None)
        (done,) = collect(recover(vault))
        assert isinstance(done, StepEnded) and done.status is said.status
        assert foreseen is None or (foreseen in said.reason and foreseen in done.reason)


def _tables(vault: Vault) -> list[str]:
    return asyncio.run(vault.read(lambda connection: list(connection.iterdump())))
