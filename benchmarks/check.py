"""What reading a file from end to end costs, beside reading its bytes and decoding its key frames.

    .venv/bin/python benchmarks/check.py [FILE…] [--megabytes 200] [--runs 3] [--cold]

Prints for each file, on one core and in one run: seconds of `cat FILE > /dev/null`, of decoding its key frames alone
(from memory, by the same decoder), of the check, and the check's share of the first two together. Without FILE a
Matroska file of `--megabytes` is made of a moving scene with sound. `--cold` drops the file from the page cache before
each reading and counts seconds by the clock; otherwise seconds of computing are counted. Medians of `--runs`.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from mediavault_tui.domain import wholeness
from mediavault_tui.services.integrity import examine

CLIP_S = 10
MODE = {"cold": False}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--keep", type=Path, help="make the file here and leave it there")
    given = parser.parse_args()
    MODE["cold"] = given.cold
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        files = given.files or [made(given.keep or Path(folder, "film.mkv"), given.megabytes)]
        print("      MB     cat s    keys s   check s   check / (cat + keys)   file")
        for file in files:
            report(file, given.runs, cold=given.cold)


def report(file: Path, runs: int, *, cold: bool) -> None:
    """One line."""
    reads, keys, checks = ([], [], [])
    for _ in range(runs):
        forget(file, cold)
        reads.append(timed(lambda: subprocess.run(["cat", file], stdout=subprocess.DEVNULL, check=True)))
        keys.append(decode_keys(file))
        forget(file, cold)
        status = file.stat()
        checks.append(
            timed(lambda status=status: examine(os.fsencode(file), status.st_size, status.st_mtime_ns))  # type: ignore[misc]
        )
    cat, key, check = map(statistics.median, (reads, keys, checks))
    found = examine(os.fsencode(file), file.stat().st_size, file.stat().st_mtime_ns)
    print(
        f"{file.stat().st_size / 1e6:8.1f} {cat:9.3f} {key:9.3f} {check:9.3f} {check / max(cat + key, 0.001):22.2f}   "
        f"{file.name}: {found.status} {wholeness.words(found)}"
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds it takes by the clock, or of computing where the disk is not asked."""
    started = clock()
    work()
    return clock() - started


def clock() -> float:
    """Seconds on the clock when everything comes from the disk, else of this process and its children."""
    return time.perf_counter() if MODE["cold"] else sum(os.times()[:4])


def forget(file: Path, cold: bool) -> None:
    """Drop the file from the page cache, or make sure that it is there."""
    with file.open("rb") as opened:
        if cold:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        else:
            while opened.read(1 << 20):
                pass


def decode_keys(file: Path) -> float:
    """Seconds of decoding the key frames of the picture track, their packets being in memory."""
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        packets = [packet for packet in container.demux(stream) if packet.is_keyframe and packet.size]
        started = clock()
        for packet in packets:
            stream.codec_context.decode(packet)
        stream.codec_context.decode(None)
        return clock() - started


def made(path: Path, megabytes: int) -> Path:
    """A film of 1920×1080 at about 8 Mb/s, a key frame every five seconds, stereo sound: ten seconds over and over."""
    clip = path.with_name("clip.mkv")
    encode(clip)
    with av.open(str(clip)) as source, av.open(str(path), "w") as out:
        streams = {each.index: out.add_stream_from_template(each) for each in source.streams}
        packets = [
            (packet.stream_index, bytes(packet), packet.pts, packet.dts, packet.duration, packet.is_keyframe)
            for packet in source.demux()
            if packet.dts is not None
        ]
        turn = 0
        while turn * sum(len(data) for _, data, *_ in packets) < megabytes * 1_000_000:
            for index, data, pts, dts, length, is_key in packets:
                shift = round(turn * CLIP_S / source.streams[index].time_base)
                packet = av.Packet(data)
                packet.pts, packet.dts, packet.duration = pts + shift, dts + shift, length
                packet.time_base, packet.is_keyframe = source.streams[index].time_base, is_key
                packet.stream = streams[index]
                out.mux(packet)
            turn += 1
    return path


def encode(path: Path) -> None:
    """The ten seconds."""
    noise = np.random.default_rng(1).integers(0, 255, (1080 * 3 // 2, 1920 + 240), dtype=np.uint8)
    rate = 48_000
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", rate=24)
        picture.width, picture.height, picture.pix_fmt = 1920, 1080, "yuv420p"
        picture.bit_rate = 8_000_000
        picture.options = {"preset": "ultrafast", "g": "120", "maxrate": "8M", "bufsize": "8M"}
        sound = out.add_stream("mp2", rate=rate, layout="stereo")
        for number in range(24 * CLIP_S):
            shown = np.ascontiguousarray(noise[:, number % 240 : number % 240 + 1920])
            frame = av.VideoFrame.from_ndarray(shown, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 24)
            out.mux(picture.encode(frame))
            tones = (8000 * np.sin(np.arange(2 * rate // 24) / (20 + number % 7))).astype(np.int16)[None]
            heard = av.AudioFrame.from_ndarray(tones, "s16", layout="stereo")
            heard.sample_rate, heard.pts, heard.time_base = rate, number * rate // 24, Fraction(1, rate)
            out.mux(sound.encode(heard))
        out.mux(picture.encode())
        out.mux(sound.encode())


if __name__ == "__main__":
    main()
