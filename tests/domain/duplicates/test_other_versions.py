"""Words and flags of another version: of the picture (3D, colour) and of the sound on purpose."""

import pytest

from mediavault_tui.domain.duplicates import Candidate, VetoKind, name_veto
from mediavault_tui.domain.names import parse

PLAIN = "Film (2010)/Film.2010.1080p.mkv"


def candidate(number: int, path: str, *, stereo: bool = False) -> Candidate:
    *folders, name = path.split("/")
    return Candidate(number, parse(path), name, tuple(reversed(folders)), stereo=stereo)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((each, VetoKind.THREE_D) for each in (
            "3DBD", "3D.BD", "MVC", "HSBS", "H-OU", "Half-SBS", "SBS", "TAB", "H-TAB", "3D",
            "Half-Over-Under", "Side-by-Side", "Top-Bottom", "Anaglyph", "3DSBS", "MV-HEVC", "VR180",
        )),
        *((each, VetoKind.EDITION) for each in (
            "Colorized", "Colourised", "B&W", "Black.and.White", "Noir", "Black.and.Chrome", "RiffTrax", "Sing-Along",
            "Isolated.Score", "Fan.Edit", "Open.Matte",
            "In.Color", "Colorization", "BW", "Black.White", "Karaoke", "Music.Only", "Workprint", "TV.Version",
        )),
        *((each, None) for each in ("BluRay", "HC", "Remastered", "x264-TABOO", "REPACK", "x264-BW")),
    ],
)  # fmt: skip
def test_words_of_another_version(name: str, kind: VetoKind | None) -> None:
    other = candidate(2, f"Film (2010)/Film.2010.{name}.1080p.mkv")
    found = name_veto(candidate(1, PLAIN), other)
    assert (found.kind if found else None) == kind


def test_the_file_itself_says_that_it_is_3d() -> None:
    found = name_veto(candidate(1, PLAIN), candidate(2, PLAIN, stereo=True))
    assert found is not None and found.kind is VetoKind.THREE_D
    assert name_veto(candidate(1, PLAIN, stereo=True), candidate(2, PLAIN, stereo=True)) is None


@pytest.mark.parametrize(
    "path",
    [
        "Saw 3D (2010)/Saw.3D.2010.1080p.mkv",
        "Film Noir (2013)/Film.Noir.2013.1080p.mkv",
        "Black and White (1999)/Black.and.White.1999.mkv",
        "The Color Purple (1985)/The.Color.Purple.1985.mkv",
        "Side by Side (2012)/Side.by.Side.2012.mkv",
        "For Colored Girls (2010)/For.Colored.Girls.2010.1080p.mkv",
    ],
)
def test_titles_are_no_versions(path: str) -> None:
    plain = path.replace(".mkv", ".x264.mkv")
    assert name_veto(candidate(1, path), candidate(2, plain)) is None
