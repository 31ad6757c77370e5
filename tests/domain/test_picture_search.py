import numpy as np
import pytest
from test_alignment import pictures
from test_content_index import fingerprint, noisy, small

from mediavault_tui.domain.content import picture_search
from mediavault_tui.domain.content.content_index import ContentIndex
from mediavault_tui.domain.content.fingerprint import Fingerprint, shrink
from mediavault_tui.domain.content.picture_search import PictureSearch


def searched(files):
    search = PictureSearch()
    for number, shown in enumerate(files):
        search.add(number, fingerprint(shown))
    return search.pairs()


def with_logo(shown):
    changed = noisy(shown, 3)
    changed[:, 1:7, 8:15] = 250
    return changed


def test_a_clip_under_a_large_logo_is_found_where_keys_are_not():
    files = [small(seed, 6) for seed in range(40)]
    files.append(with_logo(files[7]))
    index = ContentIndex()
    for number, shown in enumerate(files):
        index.add(number, fingerprint(shown))
    assert index.candidates() == []
    assert (7, 40) in searched(files)
    assert len(searched(files)) <= 3


def test_a_part_is_found_in_the_whole():
    whole = small(1, 40)
    assert (0, 1) in searched([noisy(whole[10:18]), whole, small(2, 40)])


def blank(duration_s):
    return Fingerprint(duration_s, np.arange(20) * duration_s / 20, np.full((20, 16, 16), 16, np.uint8))


def test_files_with_nothing_to_see_are_set_beside_a_few_that_last_as_long():
    search = PictureSearch()
    for number, duration_s in enumerate((30.0, 300.0, 30.5, 90.0)):
        search.add(number, blank(duration_s))
    search.add(4, fingerprint(small(1)))
    assert search.pairs() == {(0, 2)}
    for number in range(5, 105):
        search.add(number, blank(30.0 + number / 1000))
    assert len(search.pairs()) <= 102 * picture_search._MOST_BLANK
    assert searched([]) == searched([small(1)]) == set()


@pytest.mark.parametrize(
    "turned",
    [lambda shown: shown[:, :, ::-1], lambda shown: shown[:, ::-1], lambda shown: shown[:, ::-1, ::-1]],
)
def test_copies_that_are_turned_are_found(turned):
    files = [small(seed, 12) for seed in range(30)]
    assert searched([*files, noisy(turned(files[3]))]) == {(3, 30)}


def test_a_corner_is_found():
    whole = np.clip(pictures(5, 12), 0, 255).astype(np.uint8)
    corner = [shrink(whole, (0.3, 1.0, 0.0, 0.7)), shrink(whole, (0.0, 1.0, 0.0, 1.0))]
    assert (0, 1) in searched([*corner, *(small(seed, 12) for seed in range(10, 30))])


def test_of_a_short_part_few_pictures_meet_and_it_is_found_all_the_same():
    film = small(1, 60)
    part = np.concatenate([noisy(film[30:33]), small(2, 37)])
    search = PictureSearch()
    search.add(0, Fingerprint(5400.0, np.arange(60) * 90.0, film))
    search.add(1, Fingerprint(270.0, np.arange(40) * 6.7, part))
    search.add(2, Fingerprint(300.0, np.arange(40) * 7.5, small(3, 40)))
    assert search.pairs() == {(0, 1)}


def test_what_is_named_does_not_depend_on_ids_or_on_the_order_of_adding(monkeypatch):
    monkeypatch.setattr(picture_search, "MOST_PICTURES", 400)
    monkeypatch.setattr(picture_search, "MOST_PARTNERS", 3)
    room = small(5, 6)
    files = [noisy(room, seed) for seed in range(20)] + [small(seed, 6 + seed % 9) for seed in range(30, 60)]

    def named(order):
        search = PictureSearch()
        for number, at in enumerate(order):
            search.add(number, fingerprint(files[at]))
        return {frozenset((order[one], order[other])) for one, other in search.pairs()}

    there = list(range(len(files)))
    assert named(there) == named(there[::-1]) == named(list(np.random.default_rng(1).permutation(there)))


def test_what_looks_like_everything_is_compared_with_a_few_only():
    room = small(5, 6)
    found = searched([noisy(room, seed) for seed in range(60)])
    assert 60 < len(found) <= 60 * picture_search.MOST_PARTNERS


def test_the_files_with_the_fewest_pictures_take_part(monkeypatch):
    monkeypatch.setattr(picture_search, "MOST_PICTURES", 100)
    short, long_ = small(1, 8), small(2, 60)
    assert searched([long_, noisy(long_), short, noisy(short)]) == {(2, 3)}
