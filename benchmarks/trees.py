"""Trees of files to measure on.

python benchmarks/trees.py names FOLDER [FILES]        32,000 episodes and films, sparse, no two of one size
python benchmarks/trees.py library FOLDER [FILES]      the same names on small real videos
python benchmarks/trees.py videos FOLDER [FILES]       small real videos in every container
python benchmarks/trees.py duplicates FOLDER [FILES]   some gigabytes: duplicates, and near twins of one size
"""

import os
import random
import shutil
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

# Titles are made of these.
WORDS = (
    "Quiet", "Harbour", "Winter", "Golden", "River", "Iron", "Garden", "Broken", "Empire", "Last",
    "Summer", "Hidden", "Valley", "Blue", "Mountain", "Dark", "Water", "Crystal", "Wild", "Hunter",
    "Midnight", "Falling", "Moon", "Northern", "Lights", "Storm", "Distant", "Shore", "Paper",
    "Crown", "Burning", "Sky", "Glass",
)  # fmt: skip
TAGS = (
    "1080p.BluRay.x264-NOVA",
    "720p.HDTV.x264-TIDE",
    "2160p.WEB-DL.DDP5.1.HDR.HEVC-KITE",
    "DVDRip.XviD-OAK",
)
ENDINGS = (".mkv", ".mkv", ".mkv", ".mp4", ".avi")
EPISODES, SEASONS = 12, 5


def names(folder: Path, files: int = 32_000) -> None:
    """Shows in seasons (15 of 16 files) and films, as sparse files of a gigabyte or so."""
    for number, place in enumerate(_library(files)):
        size = 800_000_000 if place.parts[0] == "TV" else 4_000_000_000
        _sparse(_made(folder / place), size + 7 * number)


def library(folder: Path, files: int = 32_000) -> None:
    """The same names on real videos of some 100 KB, no two of one size."""
    originals = _originals()
    for number, place in enumerate(_library(files)):
        _made(folder / place).write_bytes(originals[place.suffix] + bytes(number))


def _library(files: int) -> Iterator[Path]:
    dice = random.Random(1)
    made = 0
    while made < files:
        title = f"{'.'.join(dice.sample(WORDS, dice.randint(2, 4)))}.{made}"
        if made < files * 15 // 16:
            for season in range(1, SEASONS + 1):
                place = Path("TV", title.replace(".", " "), f"Season {season:02d}")
                for episode in range(1, EPISODES + 1):
                    name = f"{title}.S{season:02d}E{episode:02d}.{dice.choice(TAGS)}{dice.choice(ENDINGS)}"
                    yield place / name
                    made += 1
        else:
            year = dice.randint(1950, 2024)
            place = Path("Films", f"{title.replace('.', ' ')} ({year})")
            yield place / f"{title}.{year}.{dice.choice(TAGS)}{dice.choice(ENDINGS)}"
            made += 1


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _sparse(path: Path, size: int) -> None:
    path.touch()
    os.truncate(path, size)


def videos(folder: Path, files: int = 2_000) -> None:
    """Real videos of some 100 KB. Each has bytes of its own at its end, so no two are the same."""
    folder.mkdir(parents=True)
    originals = list(_originals().items())
    for number in range(files):
        ending, content = originals[number % len(originals)]
        # A null packet (ISO/IEC 13818-1) is as good behind a transport stream as rubbish is behind the others.
        own = b"G\x1f\xff\x10" + number.to_bytes(184, "big")
        (folder / f"Film.{number}.{1950 + number % 70}.1080p{ending}").write_bytes(content + own)


def _originals() -> dict[str, bytes]:
    """A video of each container, by ending."""
    from mediavault_tui.services.samples import Picture, Sound, Video, story, write

    recipes = {
        ".mkv": (Picture(), Sound("ac3", "5.1")),
        ".mp4": (Picture(), Sound()),
        ".avi": (Picture("mpeg4", options={"b": "300k"}), Sound("libmp3lame")),
        ".ts": (Picture("mpeg2video", options={"b": "500k"}, rate=Fraction(25)), Sound("mp2")),
        ".webm": (Picture("libvpx", options={"deadline": "realtime", "cpu-used": "8"}), Sound("libopus")),
    }
    originals = {}
    with TemporaryDirectory() as scratch:
        for ending, (picture, sound) in recipes.items():
            path = Path(scratch, "video" + ending)
            write(path, Video(story(1, 6), picture, (sound,)))
            originals[ending] = path.read_bytes()
    return originals


def duplicates(folder: Path, files: int = 2_400) -> None:
    """Files of 0.2–8 MB (5 GB for 2,400): half alone in their size, a third duplicates, the rest near twins."""
    dice = random.Random(2)
    made = 0

    def put(content: bytes) -> Path:
        nonlocal made
        path = folder / f"{made % 40:02d}" / f"file {made}.mkv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        made += 1
        return path

    while made < files:
        content = dice.randbytes(int(dice.triangular(200_000, 8_000_000, 500_000)))
        first = put(content)
        kind = dice.random()
        if kind < 0.30:  # the same, twice or three times
            for _ in range(dice.choice((1, 1, 2))):
                put(content)
        elif kind < 0.50:  # of one size, and different in a single byte
            for at in (0, len(content) // 2, len(content) * 3 // 4, len(content) - 1):
                put(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        elif kind < 0.56:
            os.link(first, first.with_name(f"link {made}.mkv"))


KINDS = {"names": names, "library": library, "videos": videos, "duplicates": duplicates}


def build(kind: str, folder: Path, files: int | None = None) -> None:
    """Make a tree unless it is there; half a tree is made anew."""
    done = folder / ".complete"
    if done.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    KINDS[kind](folder, *([files] if files else []))
    done.touch()


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    build(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
