"""Sound of real files: coders, containers, cuts, and files without any."""

import os

import av
import films
import pytest
import sounds
import variants
from variants import X264, Sound, Variant

from mediavault_tui.domain.content.alignment import Verdict
from mediavault_tui.domain.content.picture_alignment import compare
from mediavault_tui.domain.content.sound import agreement
from mediavault_tui.services import frames

BLACK = films.black(16)
SPEECH = sounds.speech(3, 16.0)


@pytest.fixture(scope="module")
def fingerprint(tmp_path_factory):
    """Writes a video and gives its fingerprint."""
    folder = tmp_path_factory.mktemp("sounds")
    av.logging.set_level(None)
    kept = {}

    def make(name, film, sound, variant=variants.PLAIN):
        if name not in kept:
            path = folder / f"{name}.{variant.extension}"
            variants.write(film, str(path), variant, sound)
            kept[name] = frames.fingerprint(os.fsencode(path))
        return kept[name]

    return make


COPIES = {
    "Opus at 24 kb": (Variant(options=X264, sound=Sound("libopus", 24_000)), 0.0),
    "mono MP3 in AVI": (Variant("", "mpeg4", {"b": "100k"}, "avi", sound=Sound("", 48_000, "mono")), 0.0),
    "MP2 in a transport stream": (Variant("fps=25", "mpeg2video", {"b": "300k"}, "ts"), 0.0),
    "AC-3 with six channels in MP4": (Variant("", "libx264", X264, "mp4", sound=Sound("ac3", 192_000, "5.1")), 0.0),
    "FLAC": (Variant(options=X264, sound=Sound("flac")), 0.0),
    "start cut": (Variant(options=X264, start=0.25), -4.0),
}  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_a_quieter_copy_sounds_the_same_at_its_offset(fingerprint, name):
    variant, offset = COPIES[name]
    begin = int(-offset * sounds.RATE)
    plain = fingerprint("plain", BLACK, SPEECH)
    copy = fingerprint(name, BLACK, 0.2 * SPEECH[begin:], variant)
    found = agreement(plain.sound, copy.sound, plain.duration_s, copy.duration_s)
    assert found is not None
    assert found.shift_s == pytest.approx(offset, abs=0.12)
    assert found.share > 0.95


def test_black_with_the_same_sound_is_the_same_and_with_another_not(fingerprint):
    plain = fingerprint("plain", BLACK, SPEECH)
    assert compare(plain, fingerprint("Opus at 24 kb", BLACK, SPEECH)).verdict is Verdict.SAME
    strangers = {
        "other voice": sounds.speech(4, 16),
        "tone": sounds.tone(16),
        "silence": sounds.silence(16),
        "no track": None,
    }
    for name, sound in strangers.items():
        other = fingerprint(name, BLACK, sound)
        assert compare(plain, other).verdict is Verdict.UNSURE
        assert compare(other, other).verdict is Verdict.UNSURE or name == "other voice"


def test_a_film_without_its_sound_or_dubbed_is_still_the_same(fingerprint):
    film = films.scenes(5, 12)
    plain = fingerprint("film", film, sounds.track(film))
    for name, sound in {"no sound": None, "dubbed": sounds.track(film, 1)}.items():
        assert compare(plain, fingerprint(name, film, sound)).verdict is Verdict.SAME


def test_two_films_with_the_same_music_are_not_the_same(fingerprint):
    music = sounds.music(6, 12)
    shown = {"film 7": films.scenes(7, 12), "still 8": films.still(8, 12), "still 9": films.still(9, 12)}
    one, *others = (fingerprint(f"music {name}", film, music) for name, film in shown.items())
    assert agreement(others[0].sound, others[1].sound, 12, 12) is not None
    assert compare(*others).verdict is not Verdict.SAME
    assert compare(one, others[0]).verdict is not Verdict.SAME


def test_of_a_long_file_a_few_seconds_are_heard_all_along(fingerprint):
    found = fingerprint("long", films.black(64), sounds.loop(9, 64.0, 16.0)).sound
    assert 20 < len(found.places) * 0.08 < 60
    assert found.places[-1] * 0.08 > 48
