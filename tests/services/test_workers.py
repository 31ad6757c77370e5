"""Worker processes on a machine that cannot have them."""

import errno
import multiprocessing.context
import os

import pytest

from mediavault_tui.errors import VaultError
from mediavault_tui.services.workers import Workers


def test_without_shared_memory_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(multiprocessing.context.SpawnContext, "Lock", refuse)
    with (
        pytest.raises(VaultError, match="/dev/shm cannot be used: Permission denied") as caught,
        Workers(1) as workers,
    ):
        workers._started()
    assert "mount -t tmpfs" in caught.value.remedy
