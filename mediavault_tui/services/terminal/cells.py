"""Pictures as terminal cells: RGB buffers become characters with two colours, and those become bytes.

Everything is done for a whole picture at once in numpy, since half of the cost of playing in a terminal is
here. A cell shows two pixels (▀, the upper half in the foreground colour) or, where the terminal's font has
them, four (quadrants, of which two colours are chosen). Escape sequences: ECMA-48 (SGR), with the 38/48
extensions for 256 and 16.7 million colours (ISO 8613-6).
"""

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.services.terminal.capabilities import Depth

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


class Grain(Enum):
    """How many pixels a cell shows, (columns, rows)."""

    HALF = (1, 2)
    QUADRANT = (2, 2)

    @property
    def columns(self) -> int:
        """Pixels side by side in a cell."""
        return self.value[0]

    @property
    def rows(self) -> int:
        """Pixels above one another in a cell."""
        return self.value[1]


class Cells(NamedTuple):
    """A painted picture."""

    glyphs: Bytes
    """Shape (rows, columns): places in GLYPHS."""
    fore: Bytes
    """Shape (rows, columns, 3) in RGB, or (rows, columns, 1) as places in the palette."""
    back: Bytes
    depth: Depth

    def part(self, rows: slice, columns: slice = slice(None)) -> "Cells":
        """A rectangle of it."""
        return Cells(
            self.glyphs[rows, columns], self.fore[rows, columns], self.back[rows, columns], self.depth
        )

    def enlarged(self, times: int) -> "Cells":
        """Each cell so many times across and down."""
        if times == 1:
            return self
        glyphs, fore, back = (np.repeat(np.repeat(array, times, 0), times, 1) for array in self[:3])
        return Cells(glyphs, fore, back, self.depth)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.glyphs.shape[1], self.glyphs.shape[0]


# Foreground pixels of each glyph, in the order upper left, upper right, lower left, lower right.
_PATTERNS = np.array(
    [
        [0, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
        [1, 0, 1, 0],
        [1, 0, 0, 1],
    ],
    np.float32,
)
GLYPHS = " ▀▘▝▖▗▌▚"
_GLYPH_BYTES = np.array([list(glyph.encode().ljust(3, b"\0")) for glyph in GLYPHS], np.uint8)


def paint(pixels: Bytes, grain: Grain = Grain.HALF, depth: Depth = Depth.TRUE, *, bits: int = 8) -> Cells:
    """The cells of a picture of shape (rows × grain.rows, columns × grain.columns, 3 or 4).

    `bits` keeps only so many of each true colour: fewer make neighbours alike, which saves bytes on the
    line. Where there is a palette its gaps are dithered (ordered, so that a still picture stands still).
    """
    colours = pixels[..., :3]
    if grain is Grain.QUADRANT:
        glyphs, fore, back = _quadrants(colours)
    else:
        fore, back = colours[0::2], colours[1::2]
        glyphs = np.ones(fore.shape[:2], np.uint8)
    if depth is Depth.TRUE:
        fore, back = coarse(fore, bits), coarse(back, bits)
    else:
        reduce = _indexed if depth is Depth.INDEXED else _basic
        fore, back = reduce(fore, 0), reduce(back, 1)
    glyphs = np.where((fore == back).all(-1), np.uint8(0), glyphs)
    return Cells(glyphs, fore, back, depth)


def _quadrants(colours: Bytes) -> tuple[Bytes, Bytes, Bytes]:
    """For each cell the glyph and two colours that come nearest to its four pixels (least squares)."""
    four = np.stack([colours[0::2, 0::2], colours[0::2, 1::2], colours[1::2, 0::2], colours[1::2, 1::2]], 2)
    values = four.astype(np.float32)
    total = values.sum(2)
    inside = np.einsum("pk,yxkc->yxpc", _PATTERNS[1:], values)
    count = _PATTERNS[1:].sum(1)[:, None]
    outside = total[:, :, None] - inside
    explained = (inside**2 / count + outside**2 / (4 - count)).sum(-1)
    best = explained.argmax(-1)
    rows, columns = np.indices(best.shape, sparse=True)
    size = count[best]
    fore = (inside[rows, columns, best] / size).astype(np.uint8)
    back = (outside[rows, columns, best] / (4 - size)).astype(np.uint8)
    return (best + 1).astype(np.uint8), fore, back


def coarse(colours: Bytes, bits: int) -> Bytes:
    """Only so many bits of each colour: neighbours become alike, which saves bytes. Black and white stay."""
    if bits >= 8:
        return colours
    high = colours & np.uint8(0xFF << (8 - bits) & 0xFF)
    found: Bytes = high | (high >> np.uint8(bits))
    return found


# Palettes.

_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 + 1 / 32
_CUBE = np.array([0, 95, 135, 175, 215, 255], np.float32)
"""Levels of xterm's colour cube, palette places 16–231; 232–255 are greys 8, 18, … 238."""
_BASIC = np.array(
    [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ],
    np.float32,
)  # fmt: skip
"""xterm's; users change these, so pictures in 16 colours are never exact."""
_COLOURLESS = 14
"""Colours whose channels differ by less are shown as greys, of which the palette has more."""


def _thresholds(shape: tuple[int, ...], below: int) -> NDArray[np.intp]:
    """Which of 16 dither levels each pixel has; `below` is 1 for the lower pixels of cells."""
    rows, columns = np.indices(shape[:2], sparse=True)
    levels = (_BAYER * 16).astype(np.intp)
    found: NDArray[np.intp] = levels[(rows * 2 + below) % 4, columns % 4]
    return found


@lru_cache(maxsize=1)
def _cube_steps() -> NDArray[np.uint8]:
    """[dither level, value] → level of the cube, 0–5."""
    values = np.arange(256, dtype=np.float32)
    lower = np.clip(np.searchsorted(_CUBE, values, "right") - 1, 0, 4)
    share = (values - _CUBE[lower]) / (_CUBE[lower + 1] - _CUBE[lower])
    return (lower + (share[None] > (np.arange(16)[:, None] + 0.5) / 16)).astype(np.uint8)


@lru_cache(maxsize=1)
def _grey_steps() -> NDArray[np.uint8]:
    """[dither level, value] → place in the palette, among black, 24 greys and white."""
    greys = np.array([0, *range(8, 239, 10), 255], np.float32)
    places = np.array([16, *range(232, 256), 231], np.uint8)
    values = np.arange(256, dtype=np.float32)
    lower = np.clip(np.searchsorted(greys, values, "right") - 1, 0, len(greys) - 2)
    share = (values - greys[lower]) / (greys[lower + 1] - greys[lower])
    found: NDArray[np.uint8] = places[lower + (share[None] > (np.arange(16)[:, None] + 0.5) / 16)]
    return found


def _indexed(colours: Bytes, below: int) -> Bytes:
    levels = _thresholds(colours.shape, below)
    steps = _cube_steps()[levels[..., None], colours].astype(np.uint8)
    cube = 16 + 36 * steps[..., 0] + 6 * steps[..., 1] + steps[..., 2]
    grey = _grey_steps()[levels, colours[..., 1]]
    colourless = colours.max(-1) - colours.min(-1) < _COLOURLESS
    found: Bytes = np.where(colourless, grey, cube)[..., None].astype(np.uint8)
    return found


@lru_cache(maxsize=1)
def _nearest_basic() -> NDArray[np.uint8]:
    """[red, green, blue], 5 bits each → place among the 16."""
    axis = np.arange(32, dtype=np.float32) * 8 + 4
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 1, 3)
    weights = np.array([2, 4, 3], np.float32)  # the eye sees green best and red least far apart
    nearest = np.argmin(((grid - _BASIC) ** 2 * weights).sum(-1), -1)
    table: NDArray[np.uint8] = nearest.astype(np.uint8).reshape(32, 32, 32)
    return table


def _basic(colours: Bytes, below: int) -> Bytes:
    spread = (_thresholds(colours.shape, below).astype(np.int16) - 8) * 6
    moved = np.clip(colours.astype(np.int16) + spread[..., None], 0, 255) >> 3
    found: Bytes = _nearest_basic()[moved[..., 0], moved[..., 1], moved[..., 2]][..., None]
    return found


# Bytes.


class _Layout(NamedTuple):
    """Where in a cell's bytes things stand. A cell is `ESC [ fore ; back m glyph`, parts left out as they can."""

    template: Bytes
    fore: tuple[int, int]
    separator: int
    back: tuple[int, int]
    end: int
    """The `m`; the glyph's three bytes follow."""
    fore_numbers: tuple[int, ...]
    """Where three digits each begin."""
    back_numbers: tuple[int, ...]


def _layout(fore: str, back: str) -> _Layout:
    text = f"\x1b[{fore};{back}m___"
    first = 2 + len(fore) + 1
    numbers = [at for at in range(len(text)) if text.startswith("000", at)]
    return _Layout(
        np.frombuffer(text.encode(), np.uint8),
        (2, 2 + len(fore)),
        2 + len(fore),
        (first, first + len(back)),
        first + len(back),
        tuple(at for at in numbers if at < first),
        tuple(at for at in numbers if at >= first),
    )


_LAYOUTS = {
    Depth.TRUE: _layout("38;2;000;000;000", "48;2;000;000;000"),
    Depth.INDEXED: _layout("38;5;000", "48;5;000"),
    Depth.BASIC: _layout("000", "000"),
}
_DIGITS = np.array([list(b"%03d" % value) for value in range(256)], np.uint8)
_NEEDED = np.array([[value >= 100, value >= 10, True] for value in range(256)])
RESET = "\x1b[0m"


def encode(
    cells: Cells, starts: NDArray[np.intp] | None = None, stops: NDArray[np.intp] | None = None
) -> list[str]:
    """What to write for each row, from column `starts` to before `stops`; the cursor must stand there.

    Colours are said again only where they change. Every row ends with colours reset.
    """
    columns, rows = cells.size
    layout = _LAYOUTS[cells.depth]
    fore, back = _numbers(cells)
    where = np.arange(columns)
    begins = np.zeros(rows, np.intp) if starts is None else starts
    written = (where >= begins[:, None]) & (
        where < (np.full(rows, columns) if stops is None else stops)[:, None]
    )
    first = where == begins[:, None]
    inked = cells.glyphs > 0
    says_fore = written & inked & (first | _changes(cells.fore) | ~_shifted(inked))
    says_back = written & (first | _changes(cells.back))
    buffer = np.empty((rows, columns, len(layout.template)), np.uint8)
    buffer[:] = layout.template
    keep = _kept(layout, buffer.shape, says_fore, says_back)
    for numbers, places in ((fore, layout.fore_numbers), (back, layout.back_numbers)):
        for channel, at in enumerate(places):
            buffer[:, :, at : at + 3] = _DIGITS[numbers[..., channel]]
            keep[:, :, at : at + 3] &= _NEEDED[numbers[..., channel]]
    buffer[:, :, layout.end + 1 :] = _GLYPH_BYTES[cells.glyphs]
    keep[:, :, layout.end + 1] = written
    keep[:, :, layout.end + 2 :] = (written & inked)[..., None]
    return _rows(buffer, keep)


def _numbers(cells: Cells) -> tuple[Bytes, Bytes]:
    """What SGR calls the colours: the 16 basic ones have codes of their own."""
    if cells.depth is not Depth.BASIC:
        return cells.fore, cells.back
    fore = np.where(cells.fore < 8, cells.fore + 30, cells.fore + 82).astype(np.uint8)
    return fore, (np.where(cells.back < 8, cells.back + 30, cells.back + 82) + 10).astype(np.uint8)


def _shifted(flags: Flags) -> Flags:
    """What holds for the cell before; False before the first."""
    before = np.zeros_like(flags)
    before[:, 1:] = flags[:, :-1]
    return before


def _changes(colours: Bytes) -> Flags:
    changed = np.ones(colours.shape[:2], np.bool_)
    changed[:, 1:] = (colours[:, 1:] != colours[:, :-1]).any(-1)
    return changed


def _kept(layout: _Layout, shape: tuple[int, ...], says_fore: Flags, says_back: Flags) -> Flags:
    """Which bytes of each cell are written, as far as colours go."""
    keep = np.zeros(shape, np.bool_)
    either = says_fore | says_back
    keep[:, :, :2] = either[..., None]
    keep[:, :, layout.end] = either
    keep[:, :, layout.fore[0] : layout.fore[1]] = says_fore[..., None]
    keep[:, :, layout.separator] = says_fore & says_back
    keep[:, :, layout.back[0] : layout.back[1]] = says_back[..., None]
    return keep


def _rows(buffer: Bytes, keep: Flags) -> list[str]:
    text = buffer[keep].tobytes()
    ends = np.cumsum(keep.sum((1, 2))).tolist()
    begins = [0, *ends[:-1]]
    return [
        text[begin:end].decode() + RESET if end > begin else ""
        for begin, end in zip(begins, ends, strict=True)
    ]


def differing(old: Cells | None, new: Cells, tolerance: int = 0) -> Flags:
    """Rows that must be written again. Colours that differ by no more than `tolerance` count as the same."""
    rows = new.glyphs.shape[0]
    if old is None or old.size != new.size or old.depth is not new.depth:
        return np.ones(rows, np.bool_)
    shaped = old.glyphs != new.glyphs
    if tolerance and new.depth is Depth.TRUE:
        apart = np.maximum(_distance(old.fore, new.fore), _distance(old.back, new.back)) > tolerance
        shaped &= (old.glyphs > 0) & (
            new.glyphs > 0
        )  # a blank has both colours alike: they have been compared
    else:
        apart = (old.fore != new.fore).any(-1) | (old.back != new.back).any(-1)
    found: Flags = (apart | shaped).any(-1)
    return found


def _distance(one: Bytes, other: Bytes) -> Bytes:
    apart: Bytes = (np.maximum(one, other) - np.minimum(one, other)).max(-1)
    return apart
