import numpy as np
from test_content_index import fingerprint, noisy, small

from mediavault_tui.domain import picture_search
from mediavault_tui.domain.content_index import ContentIndex
from mediavault_tui.domain.picture_search import PictureSearch


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


def test_nothing_to_see_is_no_pair():
    plain = np.full((20, 16, 16), 16, np.uint8)
    assert searched([plain, plain]) == set()
    assert searched([]) == searched([small(1)]) == set()


def test_what_looks_like_everything_is_compared_with_a_few_only():
    room = small(5, 6)
    found = searched([noisy(room, seed) for seed in range(60)])
    assert 60 < len(found) <= 60 * picture_search.MOST_PARTNERS


def test_the_files_with_the_fewest_pictures_take_part(monkeypatch):
    monkeypatch.setattr(picture_search, "MOST_PICTURES", 100)
    short, long_ = small(1, 8), small(2, 60)
    assert searched([long_, noisy(long_), short, noisy(short)]) == {(2, 3)}
