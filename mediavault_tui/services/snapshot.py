"""Two frames and what is known about them in one PNG, to show somebody else."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.frames import still

_FONT = 22
_LINE = 30


class Shot(NamedTuple):
    """One side of the picture."""

    path: bytes
    at_s: float
    size: tuple[int, int]
    """Width and height of its frames, upright and with square pixels."""
    words: Sequence[str]
    """Lines below the frame."""


def save(target: Path, shots: Sequence[Shot]) -> None:
    """Write the frames side by side, in source pixels and with square ones, with their words below.

    The words are in the file as text too. Raises FileUnreadable or MediaDamaged; an existing file is
    never overwritten.
    """
    frames = [still(shot.path, shot.at_s, *shot.size) for shot in shots]
    picture = _composed(frames, [shot.words for shot in shots])
    info = PngInfo()
    for name, shot in zip(("Left", "Right"), shots, strict=False):
        info.add_itxt(name, "\n".join(shot.words))
    try:
        with target.open("xb") as out:
            picture.save(out, "PNG", pnginfo=info)
    except OSError as error:
        raise FileUnreadable(f"cannot write {target}: {error.strerror}") from error


def _composed(frames: Sequence[NDArray[np.uint8]], words: Sequence[Sequence[str]]) -> Image.Image:
    height = max(frame.shape[0] for frame in frames)
    below = _LINE * max(map(len, words)) + 10
    sheet = Image.new("RGB", (sum(frame.shape[1] for frame in frames), height + below))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(_FONT)
    left = 0
    for frame, lines in zip(frames, words, strict=True):
        sheet.paste(Image.fromarray(frame), (left, (height - frame.shape[0]) // 2))
        for number, line in enumerate(lines):
            room = max(1, frame.shape[1] * 2 // _FONT - 2)
            draw.text((left + 8, height + 6 + number * _LINE), line[:room], "white", font)
        left += frame.shape[1]
    return sheet
