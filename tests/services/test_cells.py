"""Painted cells, read back the way a terminal reads them."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediavault_tui.services.terminal.capabilities import Depth
from mediavault_tui.services.terminal.cells import GLYPHS, Grain, differing, encode, paint

SEQUENCE = re.compile(r"\x1b\[([\d;]*)m|(.)")


def read(line: str) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """(character, foreground, background) of each cell, as a terminal would show them."""
    cells, fore, back = [], (-1,), (-1,)
    for codes, character in SEQUENCE.findall(line):
        if character:
            cells.append((character, fore, back))
            continue
        numbers = [int(code or 0) for code in codes.split(";")]
        while numbers:
            code = numbers.pop(0)
            if code in (38, 48):
                size = 3 if numbers.pop(0) == 2 else 1
                colour, numbers = tuple(numbers[:size]), numbers[size:]
            else:
                colour = (code,)
            if code == 0:
                fore = back = (-1,)
            elif code == 48 or code in range(40, 48) or code in range(100, 108):
                back = colour
            else:
                fore = colour
    return cells


pictures = st.integers(0, 2**32 - 1).map(
    # few colours, so that repeats and even cells come up
    lambda seed: np.random.default_rng(seed).integers(0, 4, (8, 12, 4), dtype=np.uint8) * 80
)


@settings(max_examples=60)
@given(pictures)
def test_half_blocks_say_exactly_the_picture(picture: np.ndarray) -> None:
    for row, line in enumerate(encode(paint(picture))):
        for column, (character, fore, back) in enumerate(read(line)):
            upper, lower = picture[row * 2, column, :3], picture[row * 2 + 1, column, :3]
            assert back == tuple(lower)
            assert (fore if character == "▀" else back) == tuple(upper)
        assert len(read(line)) == 12


@settings(max_examples=30)
@given(pictures, st.sampled_from(Grain), st.sampled_from(Depth), st.integers(0, 5), st.integers(0, 6))
def test_a_part_of_a_row_shows_the_same(
    picture: np.ndarray, grain: Grain, depth: Depth, start: int, length: int
) -> None:
    cells = paint(picture, grain, depth)
    rows, columns = cells.size[1], cells.size[0]
    start, stop = min(start, columns), min(start + length, columns)
    parts = encode(cells, np.full(rows, start), np.full(rows, stop))
    for part, whole in zip(parts, encode(cells), strict=True):
        shown = [(c, None if c == " " else f, b) for c, f, b in read(part)]
        assert shown == [(c, None if c == " " else f, b) for c, f, b in read(whole)[start:stop]]


def test_quadrants_choose_the_shape_that_is_there() -> None:
    black, white = (0, 0, 0), (255, 255, 255)
    picture = np.array([[white, black, black, black], [black, black, white, black]], np.uint8)
    cells = paint(picture, Grain.QUADRANT)
    shown = [GLYPHS[glyph] for glyph in cells.glyphs[0]]
    assert shown == ["▘", "▖"]
    assert cells.fore.tolist() == [[[255] * 3] * 2]
    assert cells.back.tolist() == [[[0] * 3] * 2]


@pytest.mark.parametrize("depth", [Depth.INDEXED, Depth.BASIC])
@pytest.mark.parametrize("grey", [30, 90, 128, 200])
def test_dithering_keeps_the_brightness(depth: Depth, grey: int) -> None:
    from mediavault_tui.services.terminal import cells as terminal_cells

    picture = np.full((64, 64, 3), grey, np.uint8)
    cells = paint(picture, Grain.HALF, depth)
    if depth is Depth.BASIC:
        levels = terminal_cells._BASIC.mean(1)
    else:
        levels = np.zeros(256)
        cube = terminal_cells._CUBE
        levels[16:232] = (cube[:, None, None] + cube[None, :, None] + cube[None, None]).ravel() / 3
        levels[232:] = np.arange(8, 239, 10)
    shown = np.mean([levels[cells.fore], levels[cells.back]])
    assert shown == pytest.approx(grey, abs=8 if depth is Depth.INDEXED else 40)


def test_fewer_bits_cost_fewer_bytes() -> None:
    rows, columns = np.mgrid[0:90, 0:100]
    smooth = np.stack([rows + columns, rows * 2, columns * 2], -1).astype(np.uint8)
    sizes = [sum(map(len, encode(paint(smooth, bits=bits)))) for bits in (8, 6, 4)]
    assert sizes[0] > sizes[1] * 1.2 > sizes[2] * 1.4


def test_only_rows_that_differ_are_written_again() -> None:
    picture = np.full((8, 6, 3), 100, np.uint8)
    other = picture.copy()
    other[3, 2] = 104
    before, after = paint(picture), paint(other)
    assert differing(before, after).tolist() == [False, True, False, False]
    assert not differing(before, after, tolerance=4).any()
    assert differing(None, after).all()
    assert differing(paint(picture[:4]), after).all()
