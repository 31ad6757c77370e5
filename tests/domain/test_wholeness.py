"""What was measured of the tracks, what that means, and how it is said."""

import pytest

from mediavault_tui.domain import allowed_hours, wholeness
from mediavault_tui.domain.wholeness import Finding, FindingKind, Health, TrackKind, TrackSeen

P, S, T = TrackKind.PICTURE, TrackKind.SOUND, TrackKind.SUBTITLES


def picture(
    start: float, end: float, *, gaps: tuple[tuple[float, float], ...] = (), steady: bool = True
) -> TrackSeen:
    return TrackSeen("picture", P, 1000, start, end, gaps, steady)


def sound(
    start: float, end: float, *, gaps: tuple[tuple[float, float], ...] = (), name: str = "sound"
) -> TrackSeen:
    return TrackSeen(name, S, 1000, start, end, gaps)


def texts(start: float, end: float) -> TrackSeen:
    return TrackSeen("subtitles", T, 3, start, end)


HOUR = 3600.0


@pytest.mark.parametrize(
    ("tracks", "announced", "status", "words"),
    [
        ([picture(0, 60), sound(0, 60)], 60, "whole", ""),
        ([picture(0, 60), sound(0, 58.1)], 60, "whole", ""),
        ([picture(0, 60), sound(0, 24)], 60, "damaged", "sound missing from 0:24 on"),
        ([picture(0, HOUR), sound(0, HOUR - 30)], None, "whole", ""),
        ([picture(0, HOUR), sound(0, HOUR - 40)], None, "damaged", "sound missing from 59:20 on"),
        # A further track may be short; when none reaches the end, the film has lost its sound.
        (
            [picture(0, 60), sound(0, 60), sound(0, 9, name="sound 2")], None, "suspect",
            "sound 2 missing from 0:09 on",
        ),
        (
            [picture(0, 60), sound(0, 30), sound(0, 9, name="sound 2")], None, "damaged",
            "sound 2 missing from 0:09 on; sound missing from 0:30 on",
        ),
        ([picture(0, 60), sound(4, 60)], None, "whole", ""),
        ([picture(0, 60), sound(12, 60)], None, "suspect", "sound missing 0:00–0:12"),
        ([picture(0, 24), sound(0, 60)], None, "damaged", "picture missing from 0:24 on"),
        ([picture(0, 56), sound(0, 60)], None, "whole", ""),
        ([picture(0, 52), sound(0, 60)], None, "suspect", "picture missing from 0:52 on"),
        ([picture(0, 24, steady=False), sound(0, 60)], None, "whole", ""),
        # Subtitles say nothing about the length, whichever way.
        ([picture(0, 60), sound(0, 60), texts(148, 150)], 150, "whole", ""),
        ([picture(0, 60), sound(0, 60), texts(1, 2)], 60, "whole", ""),
        ([picture(0, 24), sound(0, 24)], 60, "suspect", "the end is missing from 0:24 on: the header says 1:00"),
        ([picture(0, 60, gaps=((5, 29),)), sound(0, 60)], None, "suspect", "picture missing 0:05–0:29: no packets"),
        ([picture(0, 60, gaps=((5, 29),), steady=False), sound(0, 60)], None, "whole", ""),
        (
            [picture(0, 60, gaps=((5, 29),), steady=False), sound(0, 60, gaps=((6, 28),))], None, "suspect",
            "picture missing 0:05–0:29: no packets; sound missing 0:06–0:28: no packets",
        ),
        ([picture(0, 9000, gaps=((5, 4000),)), sound(0, 9000, gaps=((5, 4000),))], None, "whole", ""),
        ([picture(0, 60)], None, "whole", ""),
        ([sound(0, 60)], None, "whole", ""),
    ],
)  # fmt: skip
def test_what_tracks_say(tracks: list[TrackSeen], announced: float | None, status: str, words: str) -> None:
    found = wholeness.made(wholeness.compare_tracks(tracks, announced), tracks=tuple(tracks))
    assert (found.status, wholeness.words(found)) == (status, words)


def test_the_worst_is_said_first_and_much_is_counted() -> None:
    found = wholeness.made(
        [
            Finding(FindingKind.GAP, Health.SUSPECT, "sound", 1, 2),
            *(Finding(FindingKind.UNDECODABLE, Health.DAMAGED, "picture", at, at + 5) for at in (50, 30, 70)),
            Finding(FindingKind.PADDING, Health.WHOLE, detail="2.0 MiB of zeros"),
        ]
    )
    assert found.status is Health.DAMAGED
    assert wholeness.words(found) == (
        "picture unreadable 0:30–0:35; picture unreadable 0:50–0:55; picture unreadable 1:10–1:15; and 1 more"
    )
    assert wholeness.remarks(found) == ["padding behind the content: 2.0 MiB of zeros"]


def test_neighbours_become_one() -> None:
    places = [
        Finding(FindingKind.BROKEN_PACKETS, Health.SUSPECT, "sound", at, at + 0.5)
        for at in (1.0, 1.5, 2.2, 9.0)
    ]
    assert [(each.start_s, each.end_s) for each in wholeness.merged(places)] == [(1.0, 2.7), (9.0, 9.5)]


@pytest.mark.parametrize(
    ("windows", "now", "allowed"),
    [
        ([], "12:00", True),
        (["23:00-07:00"], "23:00", True),
        (["23:00-07:00"], "06:59", True),
        (["23:00-07:00"], "07:00", False),
        (["23:00-07:00"], "12:00", False),
        (["01:00-02:00", "12:00-13:00"], "12:30", True),
        (["01:00-02:00", "12:00-13:00"], "02:30", False),
        (["05:00-05:00"], "12:00", True),
    ],
)
def test_hours(windows: list[str], now: str, allowed: bool) -> None:
    assert allowed_hours.allows(windows, allowed_hours.minutes(now)) is allowed


def test_sound_that_ends_a_packet_before_the_second_is_missing_from_that_second_on() -> None:
    finding = Finding(FindingKind.SOUND_MISSING, track="sound", start_s=23.979, end_s=60.02)
    assert wholeness.said(finding, 60.02) == "sound missing from 0:24 on"
