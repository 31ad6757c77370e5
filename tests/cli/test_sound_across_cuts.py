"""From scan to plan: sound without a language tag is heard across what one copy was cut by, and a dub is told."""

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mediavault_tui.services.samples import Picture, Scene, Sound, Video, write
from tests.builders import cli, cli_json

LONG_AGO = 1_600_000_000
BIG, SMALL = (
    Picture(width=width, height=height, rate=Fraction(5)) for width, height in ((640, 360), (160, 90))
)
OWN, DUB, OTHER_DUB = (Sound("libmp3lame", rate=16_000, bitrate=48_000, voice=voice) for voice in (0, 1, 2))
FILM = [Scene(100 + at, 2.5) for at in range(24)]
OTHERS = [Scene(900 + at, 2.5) for at in range(9)]
CUT = [*FILM[:7], *FILM[19:]]
RECORDED = [*OTHERS[:3], *FILM[:10], *OTHERS[3:6], *FILM[10:17], *OTHERS[6:], *FILM[17:]]
"""With an intro of its own and two blocks of advertisements."""
ANOTHER = ["another sound track (language unknown)"]


class Case(NamedTuple):
    """What the better and the worse copy show, and their sound, none of it tagged."""

    shown: tuple[Sequence[Scene], Sequence[Scene]]
    sounds: tuple[tuple[Sound, ...], tuple[Sound, ...]]
    lost_sound: list[str]
    lost_pictures: bool


CASES = {
    "30 s missing": Case((FILM, CUT), ((OWN,), (OWN,)), [], False),
    "30 s missing in a dub": Case((FILM, CUT), ((OWN,), (DUB,)), ANOTHER, False),
    "30 s more": Case((CUT, FILM), ((OWN,), (OWN,)), [], True),
    "30 s more in the original": Case((CUT, FILM), ((DUB,), (OWN,)), ANOTHER, True),
    "a recording beside two tracks": Case((FILM, RECORDED), ((OWN, DUB), (OWN,)), [], True),
    "a recording of a third": Case((FILM, RECORDED), ((OWN, DUB), (OTHER_DUB,)), ANOTHER, True),
    "a recording of both, in another order": Case((RECORDED, FILM), ((DUB, OWN), (OWN, DUB)), [], False),
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Case, Path]:
    """The copies are `tmp_path / videos / …720p.mkv` and `…90p.mkv`."""
    case: Case = request.param
    for at, (picture, height) in enumerate(((BIG, "720p"), (SMALL, "90p"))):
        path = tmp_path / "videos" / "Alder (2010)" / f"Alder.2010.{height}.mkv"
        path.parent.mkdir(exist_ok=True, parents=True)
        write(path, Video(tuple(case.shown[at]), picture, case.sounds[at]))
        os.utime(path, (LONG_AGO, LONG_AGO))
    return case, tmp_path


def test_sound_is_lost_only_where_it_is_another(case: tuple[Case, Path]) -> None:
    told, base = case
    database, root = base / "c.db", base / "videos"
    cli("--db", database, "scan", root)
    (group,) = cli_json("--db", database, "dupes", "--min-confidence", "0")["groups"]
    best, other = group["files"]
    assert "720p" in best["path"]
    _check(other["would_lose"], told)
    plan = cli_json("--db", database, "plan", "--group", str(group["id"]), code=None)
    assert plan["steps"] == []
    (refused,) = plan["refused"]
    if not told.lost_sound:
        assert "sound" not in refused["reason"]
    elif told.lost_pictures and "would lose" in refused["reason"]:
        assert told.lost_sound[0] in refused["reason"]
    found: Any = cli_json("compare", other["path"], best["path"], "--db", base / "none.db")
    _check(found["would_lose"]["a"], told)


def _check(would_lose: Sequence[str], told: Case) -> None:
    pictures = [text for text in would_lose if "of pictures" in text]
    assert [text for text in would_lose if text not in pictures] == told.lost_sound
    assert bool(pictures) is told.lost_pictures
