"""Two real files that differ in one place: it must be found."""

import asyncio
from pathlib import Path

import av
import numpy as np
import pytest

from mediavault_tui.domain.content.notable_moments import Moment, outstanding
from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.engine.matching import difference_sampling
from mediavault_tui.errors import FileUnreadable


def write(path: Path, spoiled: range, first: int = 0) -> Path:
    """20 s at 12 fps: a moving texture, blurred in the `spoiled` seconds."""
    rng = np.random.default_rng(5)
    texture = np.kron(rng.integers(30, 220, (30, 90), dtype=np.uint8), np.ones((6, 6), np.uint8))
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 320, 180, "yuv420p", 12
        stream.options = {"preset": "ultrafast", "crf": "18"}
        for index in range(240):
            moved = texture[:, (index + first) % 200 :][:, :320].astype(np.float32)
            if (index + first) // 12 in spoiled:
                moved = (moved + np.roll(moved, 5, 0) + np.roll(moved, 5, 1) + np.roll(moved, 9, 1)) / 4
            planes = np.full((270, 320), 128, np.uint8)
            planes[:180] = moved
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts = index
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


async def collect(a: Path, b: Path, pairing: Pairing, count: int) -> list[Moment]:
    return [moment async for moment in difference_sampling.moments(bytes(a), bytes(b), pairing, count=count)]


def test_the_place_that_differs_is_found(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "good.mkv", range(0)), write(tmp_path / "bad.mp4", range(13, 15), first=24)
    pairing = Pairing.of(-2.0)
    moments = asyncio.run(collect(good, bad, pairing, 40))
    assert len(moments) >= 35
    best = outstanding(moments, "difference", 3)
    assert 13 <= best[0] <= 15, best
    others = [moment.difference for moment in moments if not 12 <= moment.time_s <= 16]
    assert max(moment.difference for moment in moments) > 3 * max(others)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        asyncio.run(collect(tmp_path / "no", tmp_path / "no", Pairing(), 3))
