"""Fixtures all tests may ask for."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does; no test may fail for that.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test ever sees or touches the config, catalogue or log of whoever runs it."""
    for variable, folder in (("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_STATE_HOME", "state"),
                             ("XDG_CACHE_HOME", "cache"), ("HOME", "home")):  # fmt: skip
        monkeypatch.setenv(variable, str(tmp_path / "own" / folder))
    for variable in ("MEDIAVAULT_CONFIG", "MEDIAVAULT_DB"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where a test's catalogue goes."""
    return tmp_path / "catalogue.db"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder to be scanned."""
    folder = tmp_path / "videos"
    folder.mkdir()
    return folder


@pytest.fixture
def sql_on_the_loop(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that threads execute while they run an event loop. The program has none: disks are slow."""
    seen: list[str] = []
    connect = sqlite3.connect

    def watched(*args: object, **kwargs: object) -> sqlite3.Connection:
        connection = connect(*args, **kwargs)  # type: ignore[call-overload]
        connection.set_trace_callback(note)
        return connection  # type: ignore[no-any-return]

    def note(statement: str) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        seen.append(statement)

    monkeypatch.setattr(sqlite3, "connect", watched)
    return seen
