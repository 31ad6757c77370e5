"""Pictures in real pixels: what is sent decodes to what was meant; which form is taken where."""

import io
import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from faked import decode_sixels
from PIL import Image

from mediavault_tui.services.terminal import kitty, sixel
from mediavault_tui.services.terminal.capabilities import Abilities, Depth
from mediavault_tui.services.terminal.graphics import Form, best, forms
from mediavault_tui.services.terminal.kitty import (
    DIACRITICS,
    PLACEHOLDER,
    Sender,
    new_numbers,
    placeholders,
    png,
)

needs_chafa = pytest.mark.skipif(not sixel.available(), reason="chafa.py is not installed")


def film_like(height: int = 96, width: int = 160) -> np.ndarray:
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:height, :width]
    smooth = np.stack([x * 255 // width, y * 255 // height, (x + y) % 256, np.zeros_like(x)], -1)
    return np.clip(smooth + rng.integers(-9, 9, smooth.shape), 0, 255).astype(np.uint8)


def test_a_png_holds_every_pixel() -> None:
    picture = film_like()
    assert (np.asarray(Image.open(io.BytesIO(png(picture)))) == picture[..., :3]).all()
    coarse = np.asarray(Image.open(io.BytesIO(png(picture, 5)))).astype(int)
    assert np.abs(coarse - picture[..., :3]).max() < 8
    assert len(png(picture, 5)) < len(png(picture, 6)) < len(png(picture))


def test_a_picture_is_sent_in_pieces_the_protocol_allows() -> None:
    picture, sender = film_like(), Sender()
    sent = sender.picture(5, picture, (20, 6), bits=8, memory=False, in_tmux=False)
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", sent)
    assert "".join(f"\x1b_G{control};{data}\x1b\\" for control, data in pieces) == sent
    assert [control.rpartition("m=")[2] for control, _ in pieces] == ["1"] * (len(pieces) - 1) + ["0"]
    assert {len(data) for _, data in pieces[:-1]} == {4096}
    decoded = np.asarray(Image.open(io.BytesIO(b64decode("".join(data for _, data in pieces)))))
    assert (decoded == picture[..., :3]).all()
    wrapped = sender.picture(5, picture, (20, 6), bits=8, memory=False, in_tmux=True)
    assert re.sub(r"\x1bPtmux;(.*?)\x1b\\(?!\x1b?\\)", "", wrapped.replace("\x1b\x1b", "\x01")) == ""


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="has no such shared memory")
def test_memory_that_nobody_reads_does_not_grow() -> None:
    sender, picture, names = Sender(), film_like(), []
    for _ in range(40):
        sent = sender.picture(5, picture, (20, 6), bits=8, memory=True, in_tmux=False)
        names.append(b64decode(re.search(r";([^\x1b]+)\x1b", sent)[1]).decode())
        assert len(sent) < 120
    there = [Path("/dev/shm") / name for name in names if (Path("/dev/shm") / name).exists()]
    assert len(there) == kitty._IN_MEMORY
    assert there[-1].read_bytes() == picture[..., :3].tobytes()
    sender.close()
    assert not any(path.exists() for path in there)


def test_placeholders_say_which_cell_of_which_picture_they_are() -> None:
    number = 7 << 24 | 99
    row = placeholders(number, 3, 10, 14)
    assert row == (
        f"\x1b[38;5;99;49m{PLACEHOLDER}{DIACRITICS[3]}{DIACRITICS[10]}{DIACRITICS[7]}{PLACEHOLDER * 3}\x1b[0m"
    )
    assert placeholders(number, 3, 10, 10) == ""
    assert placeholders(number, 400, 0, 5) == "     "  # more rows than can be numbered


def test_the_diacritics_are_the_protocols() -> None:
    assert len(DIACRITICS) == len(set(DIACRITICS)) == 297  # lines of rowcolumn-diacritics.txt; some of them:
    assert [ord(DIACRITICS[at]) for at in (0, 1, 2, 100, 296)] == [0x305, 0x30D, 0x30E, 0x7EB, 0x1D244]


def test_two_programs_hardly_ever_have_the_same_numbers() -> None:
    seen = [new_numbers() for _ in range(500)]
    for pair in seen:
        assert len(set(pair)) == 2
        assert all(16 <= number & 255 <= 255 and 1 <= number >> 24 <= 255 for number in pair)
    assert len({number for pair in seen for number in pair}) > 900


@needs_chafa
@pytest.mark.parametrize(("cells", "cell"), [((20, 6), (8, 16)), ((7, 3), (9, 20)), ((1, 1), (8, 16))])
def test_sixels_fill_their_cells_and_no_more(cells: tuple[int, int], cell: tuple[int, int]) -> None:
    picture = film_like()
    sent = sixel.sixels(picture, cells, cell)
    assert sent.startswith("\x1bP")
    assert sent.endswith("\x1b\\")
    drawn = decode_sixels(sent[2:-2].encode())
    assert drawn.shape[1] == cells[0] * cell[0]
    assert (
        cells[1] * cell[1] - 6 < drawn.shape[0] <= cells[1] * cell[1]
    )  # whole bands: no row below is touched


@needs_chafa
def test_sixels_have_the_pictures_colours() -> None:
    picture = film_like()
    drawn = decode_sixels(sixel.sixels(picture, (20, 6), (8, 16))[2:-2].encode())
    apart = np.abs(drawn.astype(int) - picture[: drawn.shape[0], :, :3])
    assert np.median(apart) < 12


KITTY = Abilities(Depth.TRUE, kitty=True, placeholders=True, cell=(8, 16))
SIXEL = Abilities(Depth.TRUE, sixel=True, cell=(8, 16))
OLD = Abilities(Depth.TRUE, kitty=True, sixel=True, cell=(8, 16), name="WezTerm 20240203")


@needs_chafa
@pytest.mark.parametrize(
    ("able", "wanted", "form"),
    [
        (KITTY, "auto", Form.KITTY),
        (KITTY, "sixel", Form.KITTY),
        (KITTY, "cells", Form.HALF),
        (SIXEL, "auto", Form.SIXEL),
        (SIXEL, "kitty", Form.SIXEL),
        (OLD, "auto", Form.SIXEL),
        (OLD, "kitty", Form.KITTY),
        (Abilities(Depth.TRUE), "auto", Form.HALF),
        (Abilities(Depth.TRUE, kitty=True, placeholders=True), "auto", Form.HALF),  # size of a cell unknown
    ],
)
def test_the_best_form_is_taken_unless_another_is_wanted(able: Abilities, wanted: str, form: Form) -> None:
    assert best(able, wanted) is form
    assert form in forms(able)
