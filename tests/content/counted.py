"""Films whose every frame says which one it is, so that a test can read it from a rendered picture.

A grid of 4 × 4 black or white fields carries the frame number, most significant bit first; behind it moves
a noisy picture, so that coders and terminals have real work. The outer fields leave a rim for cropping.
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BITS = 16
_DARK, _LIGHT = 40, 215


def film(
    path: Path,
    seconds: float = 10.0,
    rate: Fraction | int = 24,
    size: tuple[int, int] = (320, 180),
    *,
    first: int = 0,
    numbers: Sequence[int] = (),
    aspect: Fraction = Fraction(1),
    codec: str = "libx264",
    sound: bool = False,
    pixels: str = "yuv420p",
    noise: int = 25,
    preset: str = "ultrafast",
) -> Path:
    """Write a film; its first frame carries the number `first` (black before 0). Returns the path.

    `numbers` are those of all frames, where they are not in a row: a film that was cut.
    `aspect` is the pixel aspect ratio.
    """
    rng = np.random.default_rng(7)
    width, height = size
    texture = rng.integers(-noise, noise + 1, (height, width * 2), dtype=np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=Fraction(rate))
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        stream.gop_size = 48
        stream.options = {"preset": preset, "crf": "24"}
        if aspect != 1:
            stream.options |= {"x264-params": f"sar={aspect.numerator}/{aspect.denominator}"}
        track = out.add_stream("aac", rate=48000) if sound else None
        for index in range(len(numbers) or round(seconds * rate)):
            number = numbers[index] if numbers else first + index
            frame = _frame(number, texture, index, width, height).reformat(format=pixels)
            frame.pts, frame.time_base = index, 1 / Fraction(rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if track is not None:
            _tone(out, track, seconds)
    return path


def _frame(number: int, texture: np.ndarray, index: int, width: int, height: int) -> av.VideoFrame:
    luma = texture[:, (index * 3) % width :][:, :width] + _DARK
    for bit in range(BITS):
        if number >= 0 and number >> (BITS - 1 - bit) & 1:
            row, column = divmod(bit, 4)
            rows = slice(height * row // 4, height * (row + 1) // 4)
            columns = slice(width * column // 4, width * (column + 1) // 4)
            luma[rows, columns] += _LIGHT - _DARK
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = np.clip(luma, 16, 235)
    return av.VideoFrame.from_ndarray(planes, "yuv420p")


def _tone(out: "av.container.OutputContainer", track: "av.AudioStream", seconds: float) -> None:
    samples = np.sin(np.arange(1024 * 47) * 2 * np.pi * 440 / 48000).astype(np.float32) * 0.1
    for start in range(0, int(seconds * 48000), 1024):
        part = samples[start % 48000 :][:1024].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.repeat(part, 2, 0), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        out.mux(track.encode(frame))
    out.mux(track.encode(None))


def number(picture: np.ndarray) -> int:
    """The frame number in a picture (rows, columns, 3 or 4), which must fill it, black rims cut off."""
    height, width = picture.shape[:2]
    grey = picture[..., :3].mean(2)
    value = 0
    for bit in range(BITS):
        row, column = divmod(bit, 4)
        y, x = int(height * (row + 0.5) / 4), int(width * (column + 0.5) / 4)
        dy, dx = max(1, height // 12), max(1, width // 12)
        value = value << 1 | int(grey[max(0, y - dy) : y + dy, max(0, x - dx) : x + dx].mean() > 127)
    return value
