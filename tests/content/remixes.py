"""Films of any length from a few recordings: scenes in a random but fixed order, each altered, and drawn ones.

No two scenes are alike, but the same recordings come back again and again, cropped, mirrored, faster or slower, and
lighter or darker: as alike as scenes of one film get. Six scenes in ten are drawn and come only once.
"""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import films
import numpy as np
from PIL import Image
from recuts import RATE

SIZE = (320, 180)
DRAWN = 0.6
Frames = np.ndarray
"""Grey, shape (n, height, width), RATE a second."""


def recorded(path: Path) -> Frames:
    """All frames of a recording, in SIZE."""
    with av.open(str(path)) as container:
        shown = [frame.reformat(*SIZE, "gray").to_ndarray() for frame in container.decode(video=0)]
    return np.stack(shown)


def remix(clips: Sequence[Frames], seed: int, seconds: float) -> Iterator[np.ndarray]:
    """Frames of a film, uint8, shape (180, 320)."""
    random = np.random.default_rng(seed)
    left = round(seconds * RATE)
    twos = seconds > 3000  # long ones are drawn at half the rate: every frame twice
    number = 0
    while left > 0:
        number += 1
        if random.random() < DRAWN:
            scene = _drawn(films.scenes(seed * 100_000 + number, float(random.uniform(5, 25))), 1 + twos)
        else:
            scene = _altered(clips[random.integers(len(clips))], random)
        for frame in scene:
            yield frame
            left -= 1
            if left <= 0:
                return


def _drawn(film: films.Film, times: int) -> Iterator[np.ndarray]:
    for number in range(round(film.seconds * RATE / times)):
        shown = Image.fromarray(film.frame(number * times / RATE)).resize(SIZE, Image.Resampling.BILINEAR)
        yield from [np.asarray(shown)] * times


def _altered(clip: Frames, random: np.random.Generator) -> Iterator[np.ndarray]:
    speed, length = random.uniform(0.6, 1.6), random.uniform(2, 8)
    share = random.uniform(0.5, 0.95)
    wide, high = SIZE[0] * share, SIZE[1] * share
    left, top = random.uniform(0, SIZE[0] - wide), random.uniform(0, SIZE[1] - high)
    mirrored, gain, lift = random.random() < 0.5, random.uniform(0.7, 1.3), random.uniform(-20, 25)
    tone = np.clip(np.arange(256) * gain + lift, 0, 255).astype(np.uint8)
    start = random.uniform(0, max(1, len(clip) - length * RATE * speed))
    for number in range(round(length * RATE)):
        at = int(start + number * speed)
        if at >= len(clip):
            return
        picture = Image.fromarray(clip[at]).resize(
            SIZE, Image.Resampling.BILINEAR, (left, top, left + wide, top + high)
        )
        shown = tone[np.asarray(picture)]
        yield shown[:, ::-1] if mirrored else shown


def encode(
    frames: Iterator[np.ndarray], seed: int, seconds: float, copies: dict[Path, tuple[str, Sequence[str]]]
) -> None:
    """Write the film once for each copy: path → (filters, coding). With noise for sound, the same in all."""
    marks = "".join(f"[s{n}]" for n in range(len(copies)))
    graph = f"[0:v]split={len(copies)}{marks};" + ";".join(
        f"[s{n}]{filters or 'null'}[v{n}]" for n, (filters, _) in enumerate(copies.values())
    )
    command = [
        "ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{SIZE[0]}x{SIZE[1]}",
        "-r", str(RATE), "-i", "-", "-f", "lavfi",
        "-i", f"anoisesrc=color=pink:seed={seed}:sample_rate=24000:d={seconds}",
        "-filter_complex", graph,
    ]  # fmt: skip
    for n, (path, (_, coding)) in enumerate(copies.items()):
        command += ["-map", f"[v{n}]", "-map", "1:a", *coding, "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "32k",
                    "-t", str(seconds), str(_partial(path))]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for frame in frames:
            encoder.stdin.write(frame.tobytes())
        encoder.stdin.close()
    if encoder.returncode:
        raise subprocess.CalledProcessError(encoder.returncode, command)
    for path in copies:
        _partial(path).rename(path)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.stem}.partial{path.suffix}")


LATE_S = 0.043
"""In a Matroska file with sound the pictures begin a frame late; in one without, such as a splice, they do not."""


def spliced(path: Path, parts: Sequence[tuple[Path, float, float]]) -> Path:
    """Parts of equally coded files in a row, without coding anew: their starts and ends must be keyframes."""
    if path.exists():
        return path
    listing = path.with_suffix(".txt")
    listing.write_text(
        "ffconcat version 1.0\n"
        + "".join(
            f"file '{source.name}'\ninpoint {start + LATE_S + 0.002:.3f}\noutpoint {end + LATE_S - 0.002:.3f}\n"
            f"duration {end - start:.3f}\n"
            for source, start, end in parts
        )
    )
    command = ["ffmpeg", "-v", "error", "-y", "-safe", "0", "-f", "concat", "-i", str(listing), "-map", "0:v",
               "-c", "copy", str(_partial(path))]  # fmt: skip
    subprocess.run(command, check=True)
    listing.unlink()
    _partial(path).rename(path)
    return path


def paced(path: Path, source: Path, speed: float) -> Path:
    """The same packets, shown faster."""
    if not path.exists():
        command = ["ffmpeg", "-v", "error", "-y", "-itsscale", f"{1 / speed:.9f}", "-i", str(source), "-map", "0:v",
                   "-c", "copy", str(_partial(path))]  # fmt: skip
        subprocess.run(command, check=True)
        _partial(path).rename(path)
    return path
