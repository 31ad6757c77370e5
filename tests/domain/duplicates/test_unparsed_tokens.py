"""What a name says beyond what was read of it."""

import pytest

from mediavault_tui.domain import names
from mediavault_tui.domain.duplicates import Candidate, title_pairs
from mediavault_tui.domain.duplicates.unparsed_tokens import remainder
from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.settings import Match

SHOW = ReleaseName(Kind.EPISODE, "Some Show", season=1, episodes=(2,))
SEASON = ReleaseName(Kind.EPISODE, "Some Show", season=1)
FILM = ReleaseName(Kind.MOVIE, "Some Film", year=1999)


@pytest.mark.parametrize(
    ("release", "name", "numbers", "words"),
    [
        (SHOW, "Some.Show.S01E02.720p.HDTV.x264-LOL.mkv", (), ()),
        (SHOW, "some_show_1x02v2_[12AB34CD].mkv", (), ()),
        (SHOW, "Some Show 102.avi", (), ()),
        (SHOW, "Some Show - S01E02 - 9 Lives.mkv", ("9",), ("lives",)),
        (SEASON, "Some.Show.S01.COMPLETE.1080p.WEB-DL.DD5.1.H.264-NTb.mkv", (), ()),
        (SEASON, "[Group] Some Show Season 1 [BD 1080p].mkv", (), ()),
        (SEASON, "Some.Show.S01-S03.720p.mkv", ("s03",), ()),
        (SEASON, "Some.Show.S01D02.NTSC.DVDR.mkv", ("s01d02",), ()),
        (FILM, "Some.Film.1999.PROPER.2160p.UHD.mkv", (), ()),
        (FILM, "Some.Film.1999.15th.Anniversary.1080p.mkv", (), ("anniversary",)),
        (FILM, "Some.Film.{tmdb-1234}.1999.1080.x265.mkv", (), ()),
        (FILM, "Some.Film.tt0137523.(1999).1.46GB.mkv", (), ()),
        (FILM, "[Group] Some Film OP2a (1280x720) [12AB34CD].mkv", ("op2a",), ()),
        (FILM, "Some Film Vol.3 (1999).mkv", ("3",), ()),
    ],
)
def test_what_was_not_read(
    release: ReleaseName, name: str, numbers: tuple[str, ...], words: tuple[str, ...]
) -> None:
    rest = remainder(Candidate(1, release, name))
    assert rest is not None
    assert (rest.numbers, rest.words) == (numbers, words)


def test_a_name_without_its_title_has_no_remainder() -> None:
    assert remainder(Candidate(1, SHOW, "02.mkv", ("Season 1", "Some Show"))) is None
    assert remainder(Candidate(1, ReleaseName(), "02.mkv")) is None


def tier(*texts: str) -> str | None:
    """`confident`, `possible` or None for two names."""
    files = [Candidate(i, names.parse(text), text) for i, text in enumerate(texts)]
    evidence = title_pairs(files, Match()).evidence
    if not evidence:
        return None
    return "confident" if evidence[0].score >= Match().confident else "possible"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("The Office Season 4 WS PDTV XviD FUtV.avi", "The.Office.S04.720p.WEB-DL.DD5.1.mkv", "confident"),
        ("Fleming.S01.720p.x264-NTb.mkv", "Fleming S01 COMPLETE 1080p BluRay.mkv", "confident"),
        ("Lost.S01.720p.mkv", "Lost.S01.Bonus.Disc.720p.mkv", None),
        ("Lost.S01.720p.mkv", "Lost.S01.Backstage.720p.mkv", None),
        ("Lost.S01.720p.BluRay.mkv", "Lost.S01-S03.1080p.mkv", None),
        ("Top Gear - 07x03 - 2005.11.07.avi", "Top.Gear.S07E03.720p.mkv", "confident"),
    ],
)
def test_names_read_alike(a: str, b: str, expected: str | None) -> None:
    assert tier(a, b) == tier(b, a) == expected


def test_names_read_alike_that_hold_other_numbers_are_only_possible() -> None:
    a, b, c = (
        Candidate(n, FILM, f"Some Film {text}.mkv")
        for n, text in ((1, "Vol.3 (1999)"), (2, "Vol.4 (1999)"), (3, "(1999) 3"))
    )
    scores = {(e.a, e.b): e.score for e in title_pairs([a, b, c], Match()).evidence}
    assert scores[1, 3] >= Match().confident > max(scores[1, 2], scores[2, 3]) >= Match().possible
