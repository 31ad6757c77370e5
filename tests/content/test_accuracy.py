"""Changed copies are found and strangers are not: real encodes of drawn films, end to end."""

import os

import av
import films
import pytest
import variants

from mediavault_tui.domain.content.alignment import Verdict
from mediavault_tui.domain.content.picture_alignment import compare
from mediavault_tui.services import frames

CLIP = films.black(2) + films.scenes(31, 23)
EPISODES = films.show(7, 3, 150, intro=25.0, credits=15.0)


@pytest.fixture(scope="module")
def fingerprint(tmp_path_factory):
    """Makes a file and gives its fingerprint."""
    folder = tmp_path_factory.mktemp("content")
    av.logging.set_level(None)
    kept = {}

    def make(name, source, variant=variants.PLAIN):
        path = folder / f"{name}.{variant.extension}"
        if path not in kept:
            variants.write(source, str(path), variant)
            kept[path] = frames.fingerprint(os.fsencode(path))
        return kept[path]

    return make


# One encode each of what real copies differ by; the slow codecs are in the benchmark.
QUICK = [name for name, variant in variants.VARIANTS.items() if variant.codec in ("libx264", "mpeg4")]


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_changed_clip_is_the_same(fingerprint, name):
    plain, changed = (
        fingerprint("clip", CLIP),
        fingerprint(f"clip {QUICK.index(name)}", CLIP, variants.VARIANTS[name]),
    )
    assert compare(plain, changed).verdict is Verdict.SAME


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small, MPEG-4", "letterbox added", "cropped 16:9 to 4:3", "PAL speed-up"])
def test_a_changed_episode_is_the_same(fingerprint, name):
    changed = fingerprint(f"episode {QUICK.index(name)}", EPISODES[0], variants.VARIANTS[name])
    assert compare(fingerprint("episode", EPISODES[0]), changed).verdict is Verdict.SAME


@pytest.mark.slow
def test_episodes_that_share_intro_sets_and_credits_are_not_the_same(fingerprint):
    found = [fingerprint(f"number {n}", film) for n, film in enumerate(EPISODES)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert compare(found[one], found[other]).verdict is not Verdict.SAME


def test_strangers_are_not_the_same(fingerprint):
    strangers = {
        "take": films.one_take(1, 12),
        "other take": films.one_take(2, 12),
        "still": films.still(3, 12),
        "black": films.black(12),
        "story": films.black(4) + films.scenes(4, 12),
        "card": films.black(4) + films.still(5, 3) + films.scenes(6, 10),
        "other card": films.black(4) + films.still(5, 3) + films.scenes(7, 10),
    }
    found = [fingerprint(name, film) for name, film in strangers.items()]
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            assert compare(one, other).verdict is not Verdict.SAME
