"""Films cut together from pieces of other files by ffmpeg, and what is done to them afterwards.

A `Cut` is a list of pieces and filters over the whole; `make` writes it. Everything is 24 frames a second with
stereo sound, so that a piece's place is exact to the frame.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import films

RATE = 24
PLAIN = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-g", "96")
SECOND = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "500k", "-g", "60", "-bf", "0")
"""Another bit rate and other keyframes: the bytes of two copies differ, and so do the frames sampled."""
POOR = ("-c:v", "mpeg4", "-b:v", "250k", "-g", "48")
MASTER = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-g", "24")


class Piece(NamedTuple):
    """From `start_s` to `end_s` of a file; filters over its picture and its sound."""

    path: Path
    start_s: float
    end_s: float
    filters: str = ""
    sound_filters: str = ""


class Cut(NamedTuple):
    """Pieces in a row, then filters over all, then the encoding."""

    pieces: tuple[Piece, ...]
    filters: str = ""
    sound_filters: str = ""
    coding: tuple[str, ...] = PLAIN
    sound_of: tuple[Piece, ...] = ()
    """The pieces whose sound is heard, where it is another than that of the pictures."""
    extension: str = "mkv"


def make(path: Path, cut: Cut) -> Path:
    """The file, unless it is there. Raises `subprocess.CalledProcessError`."""
    if path.exists():
        return path
    heard = cut.sound_of or cut.pieces
    every = [*cut.pieces, *(cut.sound_of or ())]
    inputs = [
        word
        for piece in every
        for word in ("-ss", f"{piece.start_s:.4f}", "-t", f"{piece.end_s - piece.start_s:.4f}", "-i", str(piece.path))
    ]  # fmt: skip
    first_heard = len(every) - len(heard)
    shown = [
        f"[{n}:v]{_chain(_exactly(piece), piece.filters, 'setsar=1,setpts=PTS-STARTPTS')}[v{n}]"
        for n, piece in enumerate(cut.pieces)
    ]
    said = [
        f"[{first_heard + n}:a]{_chain(piece.sound_filters, 'asetpts=PTS-STARTPTS')}[a{n}]"
        for n, piece in enumerate(heard)
    ]
    names_v = "".join(f"[v{n}]" for n in range(len(cut.pieces)))
    names_a = "".join(f"[a{n}]" for n in range(len(heard)))
    joined = [
        f"{names_v}concat=n={len(cut.pieces)}:v=1:a=0,{_chain(cut.filters, 'setsar=1')}[v]",
        f"{names_a}concat=n={len(heard)}:v=0:a=1,{_chain(cut.sound_filters, 'aresample=48000')}[a]",
    ]
    graph = ";".join([*shown, *said, *joined])
    sound = ("-c:a", "flac") if cut.coding is MASTER else ("-c:a", "aac", "-b:a", "96k")
    run(*inputs, "-filter_complex", graph, "-map", "[v]", "-map", "[a]", *cut.coding, "-pix_fmt", "yuv420p", *sound,
        to=path)  # fmt: skip
    return path


def _exactly(piece: Piece) -> str:
    """As many frames as its seconds say: `-t` alone lets some more through."""
    return f"fps={RATE},trim=end_frame={round((piece.end_s - piece.start_s) * RATE)}"


def _chain(*filters: str) -> str:
    return ",".join(each for each in filters if each)


def run(*words: str, to: Path) -> None:
    """`ffmpeg` with these words, to a file that is there only when it is complete."""
    partial = to.with_name(f".{to.stem}.partial{to.suffix}")
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-nostdin",
        "-y",
        *words,
        "-threads",
        "2",
        "-map_metadata",
        "-1",
        str(partial),
    ]
    subprocess.run(command, check=True)
    os.replace(partial, to)


def normalised(source: Path, path: Path, size: str = "640:360", most_s: float = 60.0) -> Path:
    """A recording as a source of pieces: that size, cropped where its shape is another, with sound in any case."""
    if path.exists():
        return path
    wide, high = size.split(":")
    fitted = f"fps={RATE},scale={size}:force_original_aspect_ratio=increase,crop={wide}:{high},setsar=1"
    words = ["-i", str(source)]
    if has_sound(source):
        words += [
            "-filter_complex",
            f"[0:v]{fitted}[v];[0:a]aformat=sample_rates=48000:channel_layouts=stereo,apad[a]",
        ]
    else:
        seed = sum(source.name.encode())
        noise = f"anoisesrc=color=brown:amplitude=0.2:seed={seed}:sample_rate=48000,aformat=channel_layouts=stereo"
        words += ["-f", "lavfi", "-i", noise, "-filter_complex", f"[0:v]{fitted}[v];[1:a]anull[a]"]
    length = _probe("-select_streams", "v", "-show_entries", "stream=duration", source).strip()
    ends = min(most_s, float(length) if length not in ("", "N/A") else seconds(source))
    run(
        *words,
        "-map",
        "[v]",
        "-map",
        "[a]",
        "-t",
        str(ends),
        *MASTER,
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "flac",
        to=path,
    )
    return path


def drawn(film: films.Film, path: Path, sound: str, size: str = "640:360") -> Path:
    """A drawn film as a source of pieces, with the sound of a filter source (`sine=300`)."""
    if path.exists():
        return path
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    command = [
        "ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{films.WIDTH}x{films.HEIGHT}",
        "-r", str(RATE), "-i", "-", "-f", "lavfi", "-i", f"{sound},aformat=sample_rates=48000:channel_layouts=stereo",
        "-filter_complex", f"[0:v]scale={size}:flags=bicubic,setsar=1,noise=alls=4:allf=t[v]",
        "-map", "[v]", "-map", "1:a", "-shortest", *MASTER, "-pix_fmt", "yuv420p", "-c:a", "flac", str(partial),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for frame in _frames(film):
            encoder.stdin.write(frame)
        encoder.stdin.close()
    if encoder.returncode:
        raise subprocess.CalledProcessError(encoder.returncode, command)
    os.replace(partial, path)
    return path


def _frames(film: films.Film) -> Iterator[bytes]:
    for number in range(round(film.seconds * RATE)):
        yield film.frame(number / RATE).tobytes()


def seconds(path: Path) -> float:
    """The runtime its header gives; 0 where there is none."""
    told = _probe("-show_entries", "format=duration", path).strip()
    return float(told) if told and told != "N/A" else 0.0


def has_sound(path: Path) -> bool:
    """Is there a sound track?"""
    return "audio" in _probe("-show_entries", "stream=codec_type", path)


def has_pictures(path: Path) -> bool:
    """Is there a moving picture?"""
    return "video" in _probe("-show_entries", "stream=codec_type", path)


def _probe(*words: str | Path) -> str:
    command = ["ffprobe", "-v", "quiet", "-of", "csv=p=0", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def recordings(folder: Path, without: Iterable[str] = (), least_s: float = 3.5) -> list[Path]:
    """The videos of a folder that play for a while, the longest first."""
    found = [
        (seconds(path), path)
        for path in sorted(folder.iterdir())
        if path.is_file() and not any(path.match(pattern) for pattern in without) and has_pictures(path)
    ]
    return [path for length, path in sorted(found, key=lambda each: -each[0]) if length >= least_s]
