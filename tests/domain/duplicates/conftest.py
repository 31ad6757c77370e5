"""Builders of candidates: only what a test is about is said."""

from collections.abc import Callable
from typing import Any

import pytest

from mediavault_tui.domain.duplicates import Candidate
from mediavault_tui.domain.media import Kind, ReleaseName

_OF_FILE = {"name", "folders", "size", "duration_s", "fps", "content_hash", "damaged"}


Build = Callable[..., Candidate]


def _candidate(number: int, release: dict[str, Any], known: dict[str, Any]) -> Candidate:
    release |= {key: value for key, value in known.items() if key not in _OF_FILE}
    rest = {key: value for key, value in known.items() if key in _OF_FILE}
    return Candidate(number, ReleaseName(**release), **rest)


@pytest.fixture(scope="session")
def film() -> Build:
    """A film."""

    def build(number: int, title: str | None, *episode: int, **known: Any) -> Candidate:
        return _candidate(number, {"kind": Kind.MOVIE, "title": title}, known)

    return build


@pytest.fixture(scope="session")
def episode() -> Build:
    """An episode: season and episode numbers follow the title."""

    def build(number: int, title: str | None, *episode: int, **known: Any) -> Candidate:
        season, *numbers = episode or (None,)
        release = {"kind": Kind.EPISODE, "title": title, "season": season, "episodes": tuple(numbers)}
        return _candidate(number, release, known)

    return build
