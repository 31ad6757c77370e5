"""What names say beside title and numbers: edition, part, 3D, source, group, dates, alternative titles."""

import pytest

from mediavault_tui.domain.media import Kind
from mediavault_tui.domain.names import parse, read
from mediavault_tui.domain.names.folder_roles import Role


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("Tin Poets (1982) Director's Cut 1080p.mkv", "edition", "Director's Cut"),
        ("Tin.Poets.1982.EXTENDED.1080p.mkv", "edition", "Extended"),
        ("Tin.Poets.1982.The.Final.Cut.1080p.mkv", "edition", "Final Cut"),
        ("Tin.Poets.1982.The.Final.Cut.1080p.mkv", "kind", Kind.MOVIE),
        ("Tin Poets (1982) {edition-Final Cut}.mkv", "kind", Kind.MOVIE),
        ("Tin.Poets.1982.REDUX.1080p.mkv", "edition", "Redux"),
        ("Tin.Poets.1982.CD2.DVDRip.avi", "part", 2),
        ("Tin.Poets.1982.1080p.AV1-TEAL.mkv", "video_codec", "AV1"),
        ("Tin.Poets.1982.1080p.AV1-TEAL.mkv", "release_group", "TEAL"),
        ("Tin.Poets.av1.mkv", "title", "Tin Poets"),
        ("Tin.Poets.1982.VP9.mkv", "video_codec", "VP9"),
        ("Tavi1.Poets.1982.mkv", "title", "Tavi1 Poets"),
        ("Tin Poets (1982) [3D] HOU.mkv", "kind", Kind.MOVIE),
        ("Tin Poets (1982) [3D] HOU.mkv", "three_d", True),
        ("Tin.Poets.S03.720p.HDTV.x264-SCENE.mkv", "kind", Kind.EPISODE),
        ("Tin Poets (1982)-scene.mkv", "kind", Kind.EXTRA),
        ("Dust.Part.Two.2024.2160p.mkv", "part", None),
        ("Shore.Ride.2013.3D.HSBS.1080p.mkv", "three_d", True),
        ("Saw.3D.2010.1080p.BluRay.mkv", "three_d", False),
        ("Shore.Ride.2013.HSBS.1080p.mkv", "three_d", True),
        ("Shore.Ride.2013.Half-OU.1080p.mkv", "three_d", True),
        ("Shore.Ride.2013.3D.SBS.1080p.mkv", "three_d", True),
        ("Shore.Ride.2013.H-SBS.1080p.mkv", "three_d", True),
        ("Shore.Ride.S01E02.720p.SBS.WEB-DL.mkv", "three_d", False),
        ("Tin.Poets.1977.Despecialized.mkv", "edition", "Despecialized"),
        ("Tin.Poets.1977.Rogue.Cut.1080p.mkv", "edition", "Rogue Cut"),
        ("Tin.Poets.1982.Final.Cut.mkv", "edition", "Final Cut"),
        ("Tin.Poets.1982.Special.Edition.Fan.Edit.mkv", "edition", "Special, Fan"),
        ("Tin.Poets.1982.Extended.Collectors.Edition.mkv", "edition", "Extended, Collector"),
        ("Tin_Poets_Edition_Collector.avi", "title", "Tin Poets"),
        ("Tin.Poets.1982.disc1.mkv", "part", 1),
        ("Tin Poets (1982)/Disc 2/movie.mkv", "part", 2),
        ("Tin Poets AKA Poetas 1982 1080p.mkv", "alternative_titles", ("Poetas",)),
        ("Late_Harbour_140722_720p_HDTV_x264-TEAL.mkv", "date", "2014-07-22"),
        ("The Harbour Show 10-19-12.mp4", "date", "2012-10-19"),
        ("Copper Lane - S02E21 - 18-5-4.mkv", "date", None),
        ("Copper Lane - S02E21 - Tin - 2010.01.14.mkv", "date", "2010-01-14"),
        ("01 - Amber Harbour (2014).mkv", "alternative_titles", ("Amber Harbour",)),
        ("Copper.Lane.S01D03.PAL.DVD9-TEAL", "part", 3),
        ("Copper.Lane.S01D1-3.PAL.DVD9-TEAL", "part", None),
        ("Amber Harbour [2021 - Albania] drama.mkv", "alternative_titles", ()),
        ("Amber.Harbour.2014.1080p.BluRay.x264-NORTH.mkv", "screen_size", "1080p"),
        ("Amber.Harbour.2014.1080p.BluRay.x264-NORTH.mkv", "source", "Blu-ray"),
        ("Amber.Harbour.2014.1080p.BluRay.x264-NORTH.mkv", "video_codec", "H.264"),
        ("Amber.Harbour.2014.1080p.BluRay.x264-NORTH.mkv", "release_group", "NORTH"),
        ("Copper Lane - 3x06 - The Ledger.mkv", "episode_title", "The Ledger"),
        ("Copper Lane/Season 02/03 - The Ledger.mkv", "episode_title", "The Ledger"),
        ("Late.Harbour.2011.04.18.Guest.HDTV.avi", "date", "2011-04-18"),
        ("Late_Harbour_2018_06_22_Guest_720p.mkv", "date", "2018-06-22"),
        ("The.Office.US.S01E01.mkv", "country", "US"),
        ("О рыбаках (Of Fishermen) 1992 BDRip.mkv", "alternative_titles", ("О рыбаках",)),
        ("Copper.Lane.S01-S03.1080p", "seasons", (1, 2, 3)),
        ("Copper.Lane.S01S02.720p", "seasons", (1, 2)),
        ("Copper Lane S01 S04 1080p", "seasons", (1, 4)),
        ("Copper Lane Season 1-3", "seasons", (1, 2, 3)),
        ("Copper Lane Seasons 1, 2 & 4", "seasons", (1, 2, 4)),
        ("Copper Lane Season 1 2 3 4 1080p", "seasons", (1, 2, 3, 4)),
        ("Copper Lane Saison 1 à 4", "seasons", (1, 2, 3, 4)),
        ("Огни / Сезон: 1-2 / Серии: 1-4 из 4", "seasons", (1, 2)),
        ("Copper Lane Season 1 5.1 1080p", "seasons", ()),
        ("Copper Lane S01E02.mkv", "seasons", ()),
        ("Copper Lane Season 11 01.mkv", "seasons", ()),
        ("[Reed] Copper Lane - 12.5 [720p].mkv", "episode_part", ".5"),
        ("[Reed][Copper Lane][12.5][720p].mkv", "episode_part", ".5"),
        ("Copper Lane S01E12.5.mkv", "episode_part", ".5"),
        ("Copper.Lane.S01E05.3.Days.mkv", "episode_part", None),
        ("Copper Lane S01E12b.mkv", "episode_part", "b"),
        ("Copper Lane S01E12v2.mkv", "episode_part", None),
        ("Copper Lane - 12.mkv", "episode_part", None),
        ("Copper.Lane.S04DVD7", "part", 7),
        ("Copper.Lane.S04.DVD9.PAL", "part", None),
        ("Copper Lane - 2024-01-23 21 30 00.ts", "date", "2024-01-23"),
        ("Noon.German.2014.LD.1080p.mkv", "language", ("de",)),
    ],
)
def test_field(name: str, field: str, value: object) -> None:
    assert getattr(parse(name), field) == value


@pytest.mark.parametrize(
    ("folder", "role"),
    [
        ("Season 02", Role.SEASON),
        ("S3", Role.SEASON),
        ("2. Staffel", Role.SEASON),
        ("Specials", Role.SEASON),
        ("Extras", Role.EXTRAS),
        ("Behind The Scenes", Role.EXTRAS),
        ("samples", Role.EXTRAS),
        ("backdrops", Role.EXTRAS),
        ("CD1", Role.DISC),
        ("VIDEO_TS", Role.DISC),
        ("Movies", Role.SHELF),
        ("volume1", Role.SHELF),
        ("Scenes from a Harbour (1973)", Role.WORK),
        ("Season of the Fox (2011)", Role.WORK),
        ("Amber Harbour", Role.WORK),
    ],
)
def test_folder_role(folder: str, role: Role) -> None:
    assert read(folder, folder=True).role is role


def test_two_empty_titles_are_none_not_empty_strings() -> None:
    for name in ("", " ", ".mkv", "---.mkv", "[].mkv", "()"):
        result = parse(name)
        assert result.title is None or result.title.strip()
    assert parse("movie.mkv").title is None
    assert parse("movie.mkv").kind is Kind.OTHER
