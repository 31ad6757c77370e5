"""Pictures as sixels: six rows of pixels to a line of characters, drawn where the cursor stands.

libchafa makes them, five times as fast as numpy could (measured); it comes with the package chafa.py, which
is optional. Pixels drawn so belong to nobody: text that is written over them erases them, and they do not come
back by themselves. Sources: DEC VT330/VT340 Programmer Reference Manual, chapter 14; chafa.py's documentation.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.services.terminal.cells import coarse

Pixels = NDArray[np.uint8]


@lru_cache(maxsize=1)
def _library() -> Any:
    """chafa.py, or None without it (or without libchafa for this machine)."""
    try:
        import chafa
    except (ImportError, OSError):
        return None
    return chafa


def available() -> bool:
    """Whether sixels can be made."""
    return _library() is not None


@lru_cache(maxsize=32)
def _config(columns: int, rows: int, cell: tuple[int, int]) -> Any:
    chafa = _library()
    config = chafa.CanvasConfig()
    config.pixel_mode = chafa.PixelMode.CHAFA_PIXEL_MODE_SIXELS
    config.width, config.height = columns, rows
    config.cell_width, config.cell_height = cell
    config.work_factor = 0.0  # the quickest
    config.canvas_mode = chafa.CanvasMode.CHAFA_CANVAS_MODE_TRUECOLOR  # sixel: a palette for each picture
    config.dither_mode = chafa.DitherMode.CHAFA_DITHER_MODE_NONE
    return config


def sixels(pixels: Pixels, cells: tuple[int, int], cell: tuple[int, int], *, bits: int = 8) -> str:
    """Sixels of `pixels` (rows, columns, 3 or 4), scaled to `cells` (columns, rows) of `cell` pixels each.

    In the 256 colours that suit the picture best. A fixed palette of 240 takes half the time and bytes, but shows
    bands or dots where copies are to be told apart by just that: seen, and given up. `bits` is how many of each
    colour are kept: five make a quarter fewer bytes than eight.
    """
    chafa = _library()
    height, width = pixels.shape[:2]
    canvas = chafa.Canvas(_config(*cells, cell))
    source = np.ascontiguousarray(coarse(pixels[..., :3], bits))
    canvas.draw_all_pixels(chafa.PixelType.CHAFA_PIXEL_RGB8, source, width, height, width * 3)
    made: bytes = canvas.print(fallback=True)
    return made.decode("ascii")
