"""Words and folders that tell two works of one title apart."""

from itertools import combinations

import pytest

from mediavault_tui.domain import names
from mediavault_tui.domain.duplicates import Candidate, group, title_pairs
from mediavault_tui.domain.settings import Match

SETTINGS = Match()


def sure(*texts: str) -> set[tuple[int, int]]:
    files = [
        Candidate(n, names.parse(text), text.split("/")[-1], tuple(reversed(text.split("/")[:-1])))
        for n, text in enumerate(texts)
    ]
    found = group(files, title_pairs(files, SETTINGS).evidence, (), SETTINGS).groups
    return {pair for g in found if g.confidence >= SETTINGS.confident for pair in combinations(g.files, 2)}


APART = [
    ("UFC.185.Prelims.720p.HDTV.x264-GRP.mkv", "UFC.185.720p.HDTV.x264-GRP.mkv"),
    ("UFC 185 Pettis vs dos Anjos Weigh-Ins.mkv", "UFC 185 1080p WEB-DL.mkv"),
    ("Formula1.2015.Australia.Qualifying.720p.mkv", "Formula1.2015.Australia.Race.720p.mkv"),
    ("The.Oscars.2015.Red.Carpet.720p.HDTV.mkv", "The.Oscars.2015.720p.HDTV.mkv"),
    ("Big Show S01E01.mkv", "Big Show S01E01 Unaired Pilot.mkv"),
    ("Next Show S01E10 Recap.mkv", "Next Show S01E10.mkv"),
    ("Top Gear S01E01.mkv", "Top Gear Australia S01E01.mkv"),
    ("The Tax Collector (2020).mkv", "The Tax (2020).mkv"),
    ("Film A (2018)/abc.mkv", "Film B (2011)/abc.mkv"),
    ("[Group] Some Show - 12 [720p].mkv", "[Group] Some Show - 12.5 [720p].mkv"),
    ("[组] 海贼王 [857集][1080P].mkv", "[组] 海贼王 [858集][1080P].mkv"),
    ("Naruto 154-155.mkv", "Naruto 154.mkv"),
    ("Orbit (2001).mkv", "Orbit (2001) Super Duper Cut.mkv"),
]
TOGETHER = [
    ("Heat (1995) [Remastered Edition].mkv", "Heat.1995.720p.mkv"),
    ("Dexter.iNTERNAL.S02E03.720p.mkv", "Dexter.S02E03.720p.mkv"),
    ("BBC.The.Hunt.2015.BluRay.1080p.mkv", "The Hunt (2015) 720p.mkv"),
    ("UFC.185.720p.HDTV.x264-GRP.mkv", "UFC 185 1080p WEB-DL.mkv"),
    ("Heat (1995)/abc.mkv", "Heat (1995)/Heat.1995.mkv"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_words_after_the_number_and_folders_tell_works_apart(one: str, other: str) -> None:
    assert sure(one, other) == set()


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_words_of_the_release_tell_nothing_apart(one: str, other: str) -> None:
    assert sure(one, other) == {(0, 1)}
