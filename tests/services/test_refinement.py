"""Places measured frame by frame: through cuts and inserts, crops that move, other speeds; one answer both ways."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest

from mediavault_tui.domain.content.alignment import Alignment, Hypothesis, Verdict, along_a_line, placed
from mediavault_tui.domain.content.alignment_evidence import PAL
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.services import frames

sys.path.insert(0, str(Path(__file__).parents[1] / "content"))
import films
import variants

FRAME_S = 1 / films.RATE
FILM = films.scenes(31, 44)
OTHER = films.scenes(32, 30)
POOR = {"preset": "ultrafast", "crf": "32"}


@dataclass(frozen=True)
class Recut:
    """Pieces of films in a row: (film, start, end), in whole frames."""

    pieces: tuple[tuple[films.Film, float, float], ...]

    @property
    def seconds(self) -> float:
        return sum(end - start for _, start, end in self.pieces)

    def frame(self, at: float) -> np.ndarray:
        for film, start, end in self.pieces:
            if at < end - start - FRAME_S / 2:
                return film.frame(start + at)
            at -= end - start
        film, _, end = self.pieces[-1]
        return film.frame(end - FRAME_S)


Made = Callable[..., bytes]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Made:
    folder = tmp_path_factory.mktemp("recut")
    known: dict[str, bytes] = {}

    def make(name: str, *pieces: tuple[films.Film, float, float], **how: object) -> bytes:
        if name not in known:
            path = folder / f"{name}.mkv"
            options = {"options": variants.X264, **how}
            variants.write(Recut(pieces), str(path), variants.Variant(**options))
            known[name] = os.fsencode(path)
        return known[name]

    return make


@pytest.fixture(scope="module")
def whole(made) -> bytes:
    return made("whole", (FILM, 0, 44))


def rough(
    durations: tuple[float, float], *stretches: tuple[float, float, float], speed: float = 1.0, **more: object
) -> Alignment:
    """As a fingerprint might tell: (start in a, end in a, start in b) of each stretch."""
    parts = tuple(Stretch(start, start_b, end - start) for start, end, start_b in stretches)
    return placed(Alignment(Verdict.SAME, 80, matched=0.9, **more), speed, parts, durations)


def told(found: Alignment) -> list[tuple[float, float, float]]:
    return [(each.a_s, each.end_a_s, each.b_s) for each in found.stretches]


def is_near(found: Alignment, *stretches: tuple[float, float, float], frames_off: float = 1.5) -> bool:
    wanted = np.array(stretches)
    return len(found.stretches) == len(stretches) and bool(
        np.abs(np.array(told(found)) - wanted).max() <= frames_off * FRAME_S
    )


RECUTS = {
    "cut": (((FILM, 0, 15), (FILM, 25, 44)), ((0, 15, 0), (25, 44, 15))),
    "insert": (((FILM, 0, 20), (OTHER, 3, 9), (FILM, 20, 44)), ((0, 20, 0), (20, 44, 26))),
    "two cuts, one insert": (
        ((FILM, 0, 10), (FILM, 15, 24), (OTHER, 10, 14), (FILM, 24, 30), (FILM, 36, 44)),
        ((0, 10, 0), (15, 24, 10), (24, 30, 23), (36, 44, 29)),
    ),
    "other pictures": (((FILM, 0, 16), (OTHER, 0, 8), (FILM, 24, 44)), ((0, 16, 0), (24, 44, 24))),
}


@pytest.mark.parametrize("name", RECUTS)
def test_the_edges_of_what_both_have_are_found_to_the_frame(made, whole, name) -> None:
    pieces, wanted = RECUTS[name]
    copy = made(name, *pieces, options=POOR)
    length = Recut(pieces).seconds
    off = iter((0.6, -0.7, 0.5, -0.4, 0.7, -0.6, 0.4, 0.3))
    guess = [
        (
            start + (next(off) if start else 0),
            end + (next(off) if end < 44 else 0),
            start_b + 0.3 * (start_b > 0),
        )
        for start, end, start_b in wanted
    ]
    found = frames.refine(whole, copy, rough((44, length), *guess))
    assert found.verdict is Verdict.SAME
    assert found.speed == 1.0
    assert is_near(found, *wanted), told(found)
    before, after = found.stretches[0], found.stretches[1]
    for time_a in (before.end_a_s - 0.5, after.a_s + 0.5):  # a seek lands on the same picture on either side
        assert found.time_in_b(time_a) == pytest.approx(
            next(b + time_a - a for a, end, b in wanted if a <= time_a <= end), abs=FRAME_S
        )


def test_a_cut_too_short_for_the_fingerprint_parts_a_stretch(made, whole) -> None:
    copy = made("short cut", (FILM, 0, 22), (FILM, 23, 44))
    found = frames.refine(whole, copy, rough((44, 43), (0, 43, 0)))
    assert is_near(found, (0, 22, 0), (23, 44, 22)), told(found)


def test_noise_does_not_part_a_stretch(made, whole) -> None:
    noisy = made(
        "noisy", (FILM, 0, 44), filters="noise=alls=30:allf=t", options={"preset": "ultrafast", "crf": "40"}
    )
    found = frames.refine(whole, noisy, rough((44, 44), (0, 43.7, 0.3)))
    assert is_near(found, (0, 44, 0), frames_off=1), told(found)
    assert found.speed == 1.0


def test_a_stretch_that_fits_nowhere_is_dropped(made, whole) -> None:
    copy = made("replaced", (FILM, 0, 24), (OTHER, 0, 20))
    found = frames.refine(whole, copy, rough((44, 44), (0, 24, 0), (26, 44, 26)))
    assert is_near(found, (0, 24, 0)), told(found)
    assert found.overlap_s == pytest.approx(24, abs=0.2)


OTHER_ENDS = {
    "other start": (((OTHER, 0, 3), (FILM, 3, 44)), (3, 44, 3)),
    "other end": (((FILM, 0, 41), (OTHER, 0, 3)), (0, 41, 0)),
}


@pytest.mark.parametrize("name", OTHER_ENDS)
def test_other_pictures_at_an_end_are_seen_though_the_rough_look_saw_none(made, whole, name) -> None:
    pieces, wanted = OTHER_ENDS[name]
    found = frames.refine(whole, made(name, *pieces, options=POOR), rough((44, 44), (0, 44, 0)))
    assert is_near(found, wanted), told(found)


def test_black_at_an_end_does_not_part_a_stretch(made) -> None:
    faded = (FILM, 0, 30), (films.black(4), 0, 4)
    one, two = made("ends black", *faded), made("ends black, again", *faded, options=POOR)
    found = frames.refine(one, two, rough((34, 34), (0, 34, 0)))
    assert is_near(found, (0, 34, 0)), told(found)


def test_each_window_finds_the_crop_of_its_own(made, whole) -> None:
    panned = made(
        "panned", (FILM, 0, 44), filters=r"crop=iw*0.75:ih:iw*0.125+iw*0.12*sin(t/3):0", options=POOR
    )
    found = frames.refine(whole, panned, rough((44, 44), (0, 43.6, 0.4)))
    assert found.verdict is Verdict.SAME
    assert is_near(found, (0, 44, 0), frames_off=1), told(found)
    assert found.area_a[3] - found.area_a[2] == pytest.approx(0.75, abs=0.1)


def test_a_wrong_crop_is_put_right(made, whole) -> None:
    cropped = made("cropped", (FILM, 0, 44), filters="crop=iw*0.75:ih:0:0")
    guess = rough((44, 44), (0, 44, 0), area_a=(0.1, 0.9, 0.3, 1.0))
    found = frames.refine(whole, cropped, guess)
    assert is_near(found, (0, 44, 0), frames_off=1), told(found)
    assert found.area_a == pytest.approx((0, 1, 0, 0.75), abs=0.06)


def test_a_film_at_another_speed_can_have_a_cut(made, whole) -> None:
    fast = made("fast", (FILM, 0, 18), (FILM, 28, 44), speed=PAL)
    found = frames.refine(whole, fast, rough((44, 34 / PAL), (0, 17.5, 0), (28.4, 44, 17.6), speed=PAL))
    assert found.speed == pytest.approx(PAL, abs=1e-6)
    assert is_near(found, (0, 18, 0), (28, 44, 18 / PAL)), told(found)


@pytest.mark.parametrize("name", ["cut", "two cuts, one insert", "panned", "fast", "dark"])
def test_the_files_changed_give_the_same_turned(made, whole, name) -> None:
    guesses = {
        "cut": rough((44, 34), (0, 15.5, 0.1), (25.5, 44, 15.5)),
        "two cuts, one insert": rough((44, 37), (0, 10, 0), (15, 24, 10), (24, 30, 23), (36, 44, 29)),
        "panned": rough((44, 44), (0, 43.6, 0.4)),
        "fast": rough((44, 34 / PAL), (0, 17.5, 0), (28.4, 44, 17.6), speed=PAL),
        "dark": rough((44, 44), (0, 43.8, 0.2)),
    }
    how = {
        "panned": {"filters": r"crop=iw*0.75:ih:iw*0.125+iw*0.12*sin(t/3):0", "options": POOR},
        "fast": {"speed": PAL},
        "dark": {"filters": "lutyuv=y=16+(val-16)*0.16", "options": POOR},
    }.get(name, {"options": POOR})
    pieces = (
        RECUTS[name][0]
        if name in RECUTS
        else ((FILM, 0, 18), (FILM, 28, 44))
        if name == "fast"
        else ((FILM, 0, 44),)
    )
    copy = made(name, *pieces, **how)
    forth = frames.refine(whole, copy, guesses[name])
    back = frames.refine(copy, whole, guesses[name].turned())
    assert (back.verdict, back.score, back.reasons, back.measured) == (
        forth.verdict, forth.score, forth.reasons, forth.measured
    )  # fmt: skip
    turned = back.turned()
    assert turned.speed == pytest.approx(forth.speed, rel=1e-12)
    assert np.array(told(turned)) == pytest.approx(np.array(told(forth)), abs=1e-9)
    assert (turned.area_a, turned.area_b) == (forth.area_a, forth.area_b)


def test_a_still_is_not_measured(made) -> None:
    still = films.still(40, 10)
    one, two = made("still", (still, 0, 10)), made("still again", (still, 0, 10), options=POOR)
    found = frames.refine(one, two, rough((10, 10), (0, 9, 1)))
    assert found.verdict is Verdict.SAME
    assert not found.measured


class Swing(films.Film):
    """Something that goes to and fro."""

    def frame(self, at: float) -> np.ndarray:
        luma = films.texture(5)[40:148, 60:252].copy()
        left = int(80 + 50 * np.sin(2 * np.pi * at))
        luma[30:70, left : left + 30] = 20
        return np.clip(luma, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.UNSURE])
def test_of_what_repeats_itself_no_place_is_chosen(made, verdict) -> None:
    swing = Swing((films.Shot(5, 60, (0, 0), (0, 0), 1),))
    one, two = made("swing", (swing, 0, 20)), made("swing later", (swing, 0.25, 20.25), options=POOR)
    found = frames.refine(one, two, msgspec.structs.replace(rough((20, 20), (0, 20, 0)), verdict=verdict))
    assert found.verdict is Verdict.UNSURE
    assert not found.measured


def test_unsure_becomes_same_only_where_most_of_the_shorter_file_fits(made, whole) -> None:
    part = made("part", (FILM, 20, 36), options=POOR)
    unsure = msgspec.structs.replace(rough((16, 44), (0, 16, 19.6)), verdict=Verdict.UNSURE, score=60)
    found = frames.refine(part, whole, unsure)
    assert found.verdict is Verdict.SAME
    assert found.offset_s == pytest.approx(20, abs=FRAME_S)
    half = made("replaced", (FILM, 0, 24), (OTHER, 0, 20))
    found = frames.refine(
        whole, half, msgspec.structs.replace(rough((44, 44), (0, 44, 0)), verdict=Verdict.UNSURE)
    )
    assert found.verdict is Verdict.UNSURE


def test_what_does_not_fit_is_no_longer_the_same(made, whole) -> None:
    other = made("other", (OTHER, 0, 30))
    found = frames.refine(whole, other, rough((44, 30), (0, 30, 0)))
    assert found.verdict is Verdict.UNSURE
    assert not found.measured


def test_all_that_both_files_have_stays_within_them(made, whole) -> None:
    line = along_a_line(Hypothesis(1.0, 0.3), (44, 44))
    found = frames.refine(
        whole, made("again", (FILM, 0, 44), options=POOR), rough((44, 44), (line.a_s, line.end_a_s, line.b_s))
    )
    assert found.stretches[0].a_s >= 0
    assert found.stretches[0].b_s >= 0
    assert found.overlap_a <= 1


def test_what_repeats_itself_is_not_made_sure_by_windows_that_fit(whole) -> None:
    rough = placed(
        Alignment(Verdict.UNSURE, 74, measured=False), 1.0, (Stretch(0.0, 0.0, 10.0),), (10.0, 10.0)
    )
    assert frames.refine(whole, whole, rough) == rough
