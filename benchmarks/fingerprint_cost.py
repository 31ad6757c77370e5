"""What one fingerprint costs: CPU time and bytes read, by resolution and codec.

    python benchmarks/fingerprint_cost.py [--minutes 45] [--keep DIR]

Encodes a few seconds of drawn film with grain, at a bit rate usual for the resolution, and copies the
packets again and again into one Matroska or MP4 file of full length: decoder and seeking work as hard as on
a real episode. Bytes read are those asked of the kernel (rchar of /proc/self/io). The files are in the page
cache, so seconds are those of one core.
"""

import argparse
import os
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "content"))

import av
import films
import numpy as np

from mediavault_tui.services import frames

SIZES = {"480p": (854, 480, 1.5), "1080p": (1920, 1080, 6.0), "2160p": (3840, 2160, 16.0)}
"""Width, height, Mb/s of H.264; HEVC gets 60 % of it."""
CODECS = {"H.264": ("libx264", 1.0), "HEVC": ("libx265", 0.6)}
CLIP_S, RATE = 6, 24


def main() -> None:
    """Make the files and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--keep", type=Path, help="folder for the files made")
    options = parser.parse_args()
    av.logging.set_level(None)
    print(
        f"{'file':22} {'size MB':>8} {'pictures':>8} {'CPU ms':>7} {'read MB':>8} {'share':>6} {'stored':>8}"
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for size, (width, height, mbps) in SIZES.items():
            for codec, (encoder, share) in CODECS.items():
                for minutes, ending in ((options.minutes, "mkv"), (options.minutes, "mp4"), (0.4, "mkv")):
                    path = folder / f"{size} {codec} {minutes:g} min.{ending}"
                    if not path.exists():
                        clip = folder / f"{size} {codec}.mkv"
                        if not clip.exists():
                            encode(clip, encoder, width, height, mbps * share)
                        repeat(clip, path, minutes * 60)
                    measure(path)


def encode(path: Path, encoder: str, width: int, height: int, mbps: float) -> None:
    """A few seconds of drawn film, enlarged, with grain."""
    film, random = films.scenes(77, CLIP_S), np.random.default_rng(1)
    with av.open(str(path), "w") as output:
        stream = output.add_stream(encoder, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = int(mbps * 1e6)
        stream.options = {"preset": "veryfast" if encoder == "libx264" else "ultrafast", "g": "120"}
        if encoder == "libx265":
            stream.options |= {"x265-params": "log-level=none"}
        grain = random.normal(0, 1.5, (height + 64, width + 64)).astype(np.int16)
        for number in range(CLIP_S * RATE):
            small = av.VideoFrame.from_ndarray(film.frame(number / RATE), "gray")
            luma = small.reformat(width, height, "gray", interpolation="BICUBIC").to_ndarray()
            top, left = random.integers(0, 64, 2)
            noisy = np.clip(luma + grain[top : top + height, left : left + width], 16, 235).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(noisy, "gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())


def repeat(clip: Path, path: Path, seconds: float) -> None:
    """The packets of a clip, over and over until the runtime is reached."""
    with av.open(str(clip)) as source, av.open(str(path), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        packets = [one for one in source.demux(video=0) if one.size]
        ticks = source.streams.video[0].time_base
        frame = 1 / RATE / ticks
        for number in range(round(seconds / CLIP_S) * len(packets)):
            turn, place = divmod(number, len(packets))
            packet = av.Packet(bytes(packets[place]))
            packet.stream, packet.time_base = stream, ticks
            packet.pts = packets[place].pts + round(turn * len(packets) * frame)
            packet.dts = round((number - 4) * frame)
            packet.is_keyframe = packets[place].is_keyframe
            output.mux(packet)


def measure(path: Path) -> None:
    """Print one line."""
    frames.fingerprint(os.fsencode(path))  # once to load the decoder and fill the page cache
    before, start = bytes_read(), time.process_time()
    found = frames.fingerprint(os.fsencode(path))
    spent, read = time.process_time() - start, bytes_read() - before
    size = path.stat().st_size
    print(
        f"{path.name:22} {size / 1e6:8.1f} {len(found.times):8} {spent * 1000:7.0f} {read / 1e6:8.1f} "
        f"{read / size:6.1%} {len(found.to_bytes()) / 1e3:5.1f} kB"
    )


def bytes_read() -> int:
    """What this process has asked of the kernel so far."""
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(fields["rchar"])


if __name__ == "__main__":
    main()
