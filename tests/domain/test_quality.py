"""Which copy is better, what archiving the other loses, and what it frees."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.media import AudioTrack, MediaInfo, SubtitleTrack, VideoTrack
from mediavault_tui.domain.quality import Copy, Verdict, rank, reclaimable, score, tier, would_lose
from mediavault_tui.domain.settings import Quality
from mediavault_tui.domain.transient import Transient

SETTINGS = Quality()


def video(width: int = 1920, height: int = 1080, codec: str = "H.264", **more: Any) -> VideoTrack:
    return VideoTrack(codec=codec, width=width, height=height, **more)


def sound(language: str | None = "en", channels: int | None = 2, **more: Any) -> AudioTrack:
    return AudioTrack(codec="AAC", language=language, channels=channels, **more)


def subtitle(language: str | None = "en", **more: Any) -> SubtitleTrack:
    return SubtitleTrack(format="SRT", language=language, **more)


def copy(number: int, **media: Any) -> Copy:
    return Copy(number, MediaInfo(**{"video": video(), "audio": (sound(),), "duration_s": 6000.0} | media))


def points(one: Copy) -> dict[str, float]:
    return {reason.name: reason.points for reason in score(one, SETTINGS).reasons}


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (3840, 2160, "4K"),
        (4096, 1716, "4K"),
        (3840, 1600, "4K"),
        (2880, 2160, "4K"),
        (2560, 1440, "1080p"),
        (1920, 1080, "1080p"),
        (1916, 796, "1080p"),
        (1920, 696, "1080p"),
        (1440, 1080, "1080p"),
        (1080, 1920, "1080p"),
        (1480, 1080, "1080p"),
        (1280, 720, "720p"),
        (1280, 534, "720p"),
        (960, 720, "720p"),
        (1024, 576, "480p"),
        (720, 576, "480p"),
        (720, 480, "480p"),
        (704, 396, "480p"),
        (640, 480, "480p"),
        (640, 272, "SD"),
        (320, 240, "SD"),
        (1920, 200, "480p"),
        (2, 2, "SD"),
    ],
)
def test_tiers_go_by_pixels(width: int, height: int, expected: str) -> None:
    assert tier(video(width, height)) == expected


def test_a_rotated_picture_keeps_its_tier() -> None:
    assert tier(video(1080, 1920, rotation=90)) == "1080p"


@pytest.mark.parametrize(
    ("codec", "expected"),
    [("AV1", 22), ("HEVC", 20), ("VP9", 18), ("H.264", 15), ("MPEG-4", 5), ("MPEG-2", 3), ("VC-1", 5)],
)
def test_codec_points(codec: str, expected: float) -> None:
    assert points(copy(1, video=video(codec=codec)))["codec"] == expected


@pytest.mark.parametrize(
    ("codec", "kbps", "expected"),
    [
        ("H.264", 10_000, 30),
        ("H.264", 5_000, 15),
        ("H.264", 40_000, 30),
        ("HEVC", 5_000, 23.2),
        ("AV1", 5_000, 30),
        ("MPEG-2", 10_000, 13.5),
    ],
)
def test_bit_rate_knows_what_a_codec_makes_of_it(codec: str, kbps: int, expected: float) -> None:
    assert points(copy(1, video=video(codec=codec, bitrate_kbps=kbps)))["bit rate"] == expected


def test_a_missing_bit_rate_follows_from_the_whole() -> None:
    track = sound(bitrate_kbps=500)
    assert points(copy(1, audio=(track,), bitrate_kbps=5_500))["bit rate"] == 15
    by_size = Copy(1, MediaInfo(video=video(), audio=(track,), duration_s=8.0), size=5_500_000)
    assert points(by_size)["bit rate"] == 15
    assert points(copy(1))["bit rate"] == 0


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ([8], 15),
        ([6], 15),
        ([3], 10),
        ([2], 10),
        ([1], 5),
        ([None], 5),
        ([2, 6], 18),
        ([6] * 3, 21),
        ([6] * 9, 25),
    ],
)
def test_sound(channels: list[int | None], expected: float) -> None:
    found = points(copy(1, audio=tuple(sound(channels=n) for n in channels)))
    assert found["audio"] + found.get("audio tracks", 0) == expected


def test_a_commentary_is_no_further_track() -> None:
    assert "audio tracks" not in points(copy(1, audio=(sound(), sound(commentary=True))))


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 2), (5, 10), (30, 10)])
def test_subtitles(count: int, expected: float) -> None:
    assert points(copy(1, subtitles=(subtitle(),) * count))["subtitles"] == expected


def test_the_best_copy_has_200_points_and_a_reason_for_each_part() -> None:
    track = video(3840, 2160, "AV1", bitrate_kbps=50_000, hdr=("HDR10",))
    best = copy(1, video=track, audio=(sound(channels=8),) * 9, subtitles=(subtitle(),) * 9)
    found = score(best, SETTINGS)
    assert found.total == 200
    parts = {"resolution", "codec", "bit rate", "audio", "audio tracks", "subtitles", "hdr"}
    assert {reason.name for reason in found.reasons} == parts


def test_weights_come_from_the_settings() -> None:
    assert points(copy(1))["hdr"] == 0
    hdr = copy(1, video=video(hdr=("HLG",)))
    assert {r.name: r.points for r in score(hdr, Quality(hdr=99)).reasons}["hdr"] == 99


def test_the_better_copy_comes_first() -> None:
    found = rank([copy(1, video=video(720, 576)), copy(2)], SETTINGS)
    assert [s.id for s in found.standings] == [2, 1]
    assert found.verdict is Verdict.BETTER


def test_near_ties_are_too_close_to_call() -> None:
    found = rank([copy(1), copy(2, subtitles=(subtitle(),))], SETTINGS)
    assert found.verdict is Verdict.TOO_CLOSE
    assert found.standings[0].id == 2


@pytest.mark.parametrize("setback", [{"damage": "truncated"}, {"duration_s": 3000.0}])
def test_damaged_and_cut_copies_never_come_first(setback: dict[str, Any]) -> None:
    worse = copy(1, video=video(320, 240))
    best = copy(2, video=video(3840, 2160, "AV1"), **setback)
    found = rank([best, worse], SETTINGS)
    assert [s.id for s in found.standings] == [1, 2]
    assert found.verdict is Verdict.BETTER
    assert found.standings[1].setback


def test_pal_speed_up_is_not_cut_short() -> None:
    assert rank([copy(1), copy(2, duration_s=6000 / 1.0427)], SETTINGS).standings[1].setback is None


def test_nothing_is_better_when_all_are_damaged_or_one_is_unknown() -> None:
    broken = [copy(1, damage="no pictures"), copy(2, damage="truncated")]
    assert rank(broken, SETTINGS).verdict is Verdict.ALL_DAMAGED
    assert rank([copy(1), Copy(2)], SETTINGS).verdict is Verdict.TOO_CLOSE


def words(loser: Copy, *keepers: Copy) -> list[str]:
    return [loss.words for loss in would_lose(loser, keepers)]


LOSSES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({}, {}, []),
    ({"audio": (sound("de"), sound("en"))}, {}, ["German audio"]),
    ({"audio": (sound("deu"),)}, {}, ["German audio"]),
    ({"audio": (sound("ger"),)}, {"audio": (sound("de"),)}, []),
    ({"audio": (sound("pt-BR"),)}, {"audio": (sound("pt"),)}, ["Portuguese (BR) audio"]),
    ({"audio": (sound("xx-nonsense"),)}, {}, ["xx-nonsense audio"]),
    ({"audio": (sound("en", 6),)}, {}, ["English 5.1 sound"]),
    ({"audio": (sound("en", 8),)}, {"audio": (sound("en", 6),)}, ["English 7.1 sound"]),
    ({}, {"audio": (sound("en", 6),)}, []),
    (
        {"audio": (sound("en", 2), sound("de", 6))},
        {"audio": (sound("en", 6), sound("de", 2))},
        ["German 5.1 sound"],
    ),
    ({"audio": (sound(None),)}, {"audio": (sound(None),)}, []),
    ({"audio": (sound(None),)}, {}, []),
    ({"audio": (sound(None), sound(None))}, {}, ["sound of unknown language"]),
    ({}, {"audio": ()}, ["sound", "English audio"]),
    ({"audio": (sound("en"), sound("en", commentary=True))}, {}, ["English commentary"]),
    (
        {"audio": (sound("en"), sound("fr", commentary=True))},
        {"audio": (sound("en"),)},
        ["French commentary"],
    ),
    ({"subtitles": (subtitle("fr"),)}, {}, ["French subtitles"]),
    (
        {"subtitles": (subtitle("en", forced=True),)},
        {"subtitles": (subtitle("en"),)},
        ["forced English subtitles"],
    ),
    ({"subtitles": (subtitle("en"),)}, {"subtitles": (subtitle("en", forced=True),)}, ["English subtitles"]),
    ({"subtitles": (subtitle("en", external=True),)}, {"subtitles": (subtitle("en"),)}, []),
    ({"subtitles": (subtitle(None),)}, {}, ["subtitles of unknown language"]),
    ({"video": video(hdr=("HDR10",))}, {}, ["HDR10"]),
    ({"video": video(hdr=("HDR10",))}, {"video": video(hdr=("HDR10+",))}, []),
    ({"video": video(hdr=("Dolby Vision", "HDR10"))}, {"video": video(hdr=("HDR10",))}, ["Dolby Vision"]),
    ({"damage": "truncated"}, {}, []),
]


@pytest.mark.parametrize(("loser", "keeper", "expected"), LOSSES)
def test_what_would_be_lost(loser: dict[str, Any], keeper: dict[str, Any], expected: list[str]) -> None:
    assert words(copy(1, **loser), copy(2, **keeper)) == expected


def test_a_damaged_keeper_loses_everything() -> None:
    lost = words(copy(1, subtitles=(subtitle("fr"),)), copy(2, damage="truncated"))
    assert lost[0] == "everything: the copy to keep is damaged (truncated)"
    assert lost[1:] == ["sound", "English audio", "French subtitles"]


def test_what_nobody_looked_into_is_never_safe_to_lose() -> None:
    assert would_lose(Copy(1), [copy(2)])
    assert would_lose(copy(1), [Copy(2)])
    assert would_lose(copy(1), [])


def linked(number: int, inode: str, links: int, names: int = 1) -> Copy:
    return Copy(number, size=100, inode=inode, links=links, names=names)


@pytest.mark.parametrize(
    ("losers", "keepers", "freed", "notes"),
    [
        ([linked(1, "a", 1)], [linked(2, "b", 1)], 100, ()),
        ([linked(1, "a", 1), linked(3, "c", 1)], [linked(2, "b", 1)], 200, ()),
        ([linked(1, "a", 2)], [linked(2, "b", 1)], 0, ("2 links, 1 outside",)),
        ([linked(1, "a", 2), linked(3, "a", 2)], [linked(2, "b", 1)], 100, ()),
        ([linked(1, "a", 2, names=2)], [linked(2, "b", 1)], 100, ()),
        ([linked(1, "a", 2)], [linked(2, "a", 2)], 0, ("the same file as a copy that is kept",)),
        ([linked(1, "a", 5), linked(3, "a", 5)], [], 0, ("5 links, 3 outside",)),
        ([linked(1, "", 1), linked(3, "", 1)], [], 200, ()),
        ([linked(1, "a", 1), linked(1, "a", 1)], [], 100, ()),
        ([], [linked(2, "b", 1)], 0, ()),
    ],
)
def test_reclaimable(losers: list[Copy], keepers: list[Copy], freed: int, notes: tuple[str, ...]) -> None:
    found = reclaimable(losers, keepers)
    assert (found.bytes, found.notes) == (freed, notes)


media = st.builds(
    MediaInfo,
    duration_s=st.sampled_from([None, 6000.0, 5800.0, 1000.0]),
    bitrate_kbps=st.sampled_from([None, 1000, 8000]),
    video=st.one_of(
        st.none(),
        st.builds(
            VideoTrack,
            codec=st.sampled_from(["H.264", "HEVC", "?"]),
            width=st.integers(1, 5000),
            height=st.integers(1, 3000),
        ),
    ),
    audio=st.lists(st.builds(sound, st.sampled_from([None, "en"]), st.sampled_from([None, 2, 6]))).map(tuple),
    damage=st.sampled_from([None, None, "truncated"]),
)
copies = st.lists(st.one_of(st.none(), media), min_size=1, max_size=6).map(
    lambda found: [Copy(n, one) for n, one in enumerate(found)]
)


@given(copies, st.randoms(use_true_random=False))
def test_ranking_is_one_order_whatever_the_input_order(found: list[Copy], random: Any) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    ranking = rank(shuffled, SETTINGS)
    assert ranking == rank(found, SETTINGS)
    assert [s.rank for s in ranking.standings] == list(range(1, len(found) + 1))
    assert sorted(s.id for s in ranking.standings) == [c.id for c in found]


@given(copies)
def test_a_damaged_copy_is_first_only_when_all_are(found: list[Copy]) -> None:
    by_id = {c.id: c for c in found}
    first = by_id[rank(found, SETTINGS).standings[0].id]
    whole = [c for c in found if c.media is None or c.media.damage is None]
    assert not whole or first in whole


@given(copies)
def test_scores_stay_within_bounds_and_add_up(found: list[Copy]) -> None:
    for one in found:
        judged = score(one, SETTINGS)
        assert 0 <= judged.total <= 200
        assert judged.total == pytest.approx(min(200, sum(r.points for r in judged.reasons)), abs=0.1)


@given(media)
def test_nothing_is_lost_to_an_equal_copy(one: MediaInfo) -> None:
    if one.damage is None:
        assert would_lose(Copy(1, one), [Copy(2, one)]) == ()


BIN, HIDDEN = (
    Transient("lies in a recycle bin (#recycle)"),
    Transient("lies in a hidden folder (.x)", by_choice=True),
)


@pytest.mark.parametrize(
    ("places", "best", "verdict"),
    [
        ((None, BIN), 1, Verdict.BETTER),
        ((None, HIDDEN), 1, Verdict.BETTER),
        ((BIN, HIDDEN), 2, Verdict.TOO_CLOSE),
        ((BIN, BIN), 2, Verdict.TOO_CLOSE),
        ((HIDDEN, None), 2, Verdict.BETTER),
    ],
)
def test_what_lies_in_no_lasting_place_is_never_the_better_copy(
    places: tuple[Transient | None, Transient | None], best: int, verdict: Verdict
) -> None:
    small, large = copy(1, video=video(640, 360)), copy(2)
    copies = [
        msgspec.structs.replace(one, place=place) for one, place in zip((small, large), places, strict=True)
    ]
    ranking = rank(copies, SETTINGS)
    assert (ranking.standings[0].id, ranking.verdict) == (best, verdict)


def test_a_damaged_copy_in_the_library_is_not_given_up_for_one_in_a_bin() -> None:
    broken = copy(1, damage="truncated")
    ranking = rank([broken, msgspec.structs.replace(copy(2), place=BIN)], SETTINGS)
    assert ranking.verdict is Verdict.ALL_DAMAGED
