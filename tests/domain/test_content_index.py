import numpy as np
from test_alignment import pictures

from mediavault_tui.domain.content.content_index import BANDS, BITS, ContentIndex, keys
from mediavault_tui.domain.content.fingerprint import SIDE, Fingerprint


def small(seed, count=40):
    return np.clip(pictures(seed, count)[:, ::2, ::2], 0, 255).astype(np.uint8)


def fingerprint(shown):
    return Fingerprint(2400.0, np.arange(len(shown)) * 60.0, shown)


def noisy(shown, seed=1):
    changed = shown * 0.8 + 20 + np.random.default_rng(seed).normal(0, 4, shown.shape)
    return np.clip(changed, 0, 255).astype(np.uint8)


def index_of(files):
    index = ContentIndex()
    for number, shown in enumerate(files):
        index.add(1000 + number, fingerprint(shown))
    return index


def test_an_empty_index_has_no_candidates():
    assert ContentIndex().candidates() == []


def test_keys_have_the_promised_range():
    found = keys(small(1))
    assert found.shape == (40, BANDS)
    assert found.max() < 1 << BITS


def test_keys_are_those_of_the_mirror_image_and_upside_down():
    shown = small(1)
    for turned in (shown[:, :, ::-1], shown[:, ::-1], shown[:, ::-1, ::-1]):
        assert (keys(turned) == keys(shown)).mean() > 0.999


def test_a_mirrored_copy_is_the_strongest_candidate_among_strangers():
    files = [small(seed) for seed in range(60)]
    files.append(noisy(files[17][:, :, ::-1]))
    found = index_of(files).candidates()
    assert (found[0].first, found[0].second) == (1017, 1060)
    assert len(found) <= 4


def test_a_changed_copy_is_the_strongest_candidate_among_strangers():
    files = [small(seed) for seed in range(60)]
    files.append(noisy(files[17]))
    found = index_of(files).candidates()
    assert (found[0].first, found[0].second) == (1017, 1060)
    assert len(found) <= 4


def test_what_very_many_files_share_counts_for_nothing():
    logo = small(999, 6)
    files = [np.concatenate([noisy(logo, 50), small(seed, 30)]) for seed in range(60)]
    assert index_of(files).candidates() == []


def test_black_and_plain_pictures_count_for_nothing():
    plain = np.full((20, SIDE, SIDE), 16, np.uint8)
    files = [np.concatenate([plain, small(seed, 20)]) for seed in range(8)]
    assert index_of(files).candidates() == []
    assert index_of([plain, plain]).candidates() == []
