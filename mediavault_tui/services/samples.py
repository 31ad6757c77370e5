"""Small real videos made from nothing: moving pictures, sound, subtitles, chapters, in any container.

For the sample library and for tests. What a video shows is a row of scenes, each drawn from its seed, so
two videos of the same scenes show the same pictures whatever their size, codec and container are.
"""

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import msgspec
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import Disposition
from av.subtitles.stream import SubtitleStream
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

if TYPE_CHECKING:  # declared for the type checker only
    from av.container.core import Chapter

WIDTH, HEIGHT = 320, 180
"""Pictures are drawn in this size and scaled to the one wanted."""
SAMPLE_RATE = 48_000
X264 = {"preset": "ultrafast", "crf": "32", "g": "50"}


class Scene(msgspec.Struct, frozen=True):
    """One take: a place with things moving in it. The same seed shows the same."""

    seed: int
    seconds: float


class Picture(msgspec.Struct, frozen=True):
    """How the pictures are stored."""

    codec: str = "libx264"
    """An FFmpeg encoder."""
    width: int = WIDTH
    height: int = HEIGHT
    rate: Fraction = Fraction(10)
    """Frames a second."""
    pixels: str = "yuv420p"
    options: dict[str, str] = msgspec.field(default_factory=lambda: dict(X264))


class Sound(msgspec.Struct, frozen=True):
    """One audio track."""

    codec: str = "aac"
    layout: str = "stereo"
    language: str | None = None
    """ISO 639-2, as `eng`."""
    title: str | None = None
    rate: int = SAMPLE_RATE
    bitrate: int | None = None
    """Bits a second; None is the encoder's own choice."""
    voice: int | None = None
    """Which of the chords sounds; tracks of the same voice sound alike. None: each track has its own."""
    flags: Disposition = Disposition(0)
    """What the container says the track is for."""


class Text(msgspec.Struct, frozen=True):
    """One subtitle track inside the container (Matroska only)."""

    language: str | None = None
    title: str | None = None
    forced: bool = False
    flags: Disposition = Disposition(0)


class Video(msgspec.Struct, frozen=True):
    """A whole video."""

    scenes: tuple[Scene, ...]
    picture: Picture = Picture()
    sounds: tuple[Sound, ...] = (Sound(),)
    texts: tuple[Text, ...] = ()
    chapters: tuple[str, ...] = ()
    """Titles of chapters of the same length."""
    title: str | None = None
    """What the container says, whatever the file is called."""

    @property
    def seconds(self) -> float:
        """The runtime."""
        return sum(scene.seconds for scene in self.scenes)


def story(seed: int, seconds: float) -> tuple[Scene, ...]:
    """Scenes of two to four seconds. Another seed shows something else from start to end."""
    random = np.random.default_rng(seed)
    scenes, left = [], seconds
    while left > 0:
        length = min(left, float(random.uniform(2, 4)))
        scenes.append(Scene(int(random.integers(1 << 40)), length))
        left -= length
    return tuple(scenes)


def write(path: Path, video: Video, container_format: str | None = None) -> None:
    """Make the file; the container is chosen by the ending unless named. Raises av.FFmpegError."""
    # Opened by us: FFmpeg would take `%03d` in a name for a sequence of files and `a:b` for a protocol.
    container_format = container_format or _FORMATS[path.suffix.lower()]
    with path.open("wb") as file, av.open(file, "w", format=container_format) as output:
        if video.title:
            output.metadata["title"] = video.title
        if video.chapters:
            output.set_chapters(_chapters(video))
        picture = _add_picture(output, video.picture)
        sounds = [
            (_add_sound(output, sound), number if sound.voice is None else sound.voice)
            for number, sound in enumerate(video.sounds)
        ]
        texts = [_add_text(output, text, video.seconds) for text in video.texts]
        for stream, packets in texts:
            for packet in packets.demux(subtitles=0):
                if packet.size:
                    packet.stream = stream
                    output.mux(packet)
            packets.close()
        _mux_scenes(output, video, picture, sounds)


_FORMATS = {
    ".mkv": "matroska", ".webm": "webm", ".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".3gp": "3gp",
    ".avi": "avi", ".ts": "mpegts", ".m2ts": "mpegts", ".mpg": "mpeg", ".mpeg": "mpeg", ".vob": "vob",
    ".ogv": "ogg", ".flv": "flv", ".wmv": "asf",
}  # fmt: skip


def _add_picture(output: OutputContainer, picture: Picture) -> VideoStream:
    stream: VideoStream = output.add_stream(picture.codec, rate=picture.rate)  # type: ignore[assignment]
    stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, picture.pixels
    stream.options = {"threads": "1", **picture.options}
    return stream


def _add_sound(output: OutputContainer, sound: Sound) -> AudioStream:
    stream: AudioStream = output.add_stream(sound.codec, rate=sound.rate, layout=sound.layout)  # type: ignore[assignment]
    if sound.codec == "aac":
        stream.options = {"aac_coder": "fast"}  # the default takes four times as long as the pictures
    if sound.bitrate:
        stream.bit_rate = sound.bitrate
    if sound.flags:
        stream.disposition = sound.flags
    _label(stream, sound.language, sound.title)
    return stream


def _add_text(output: OutputContainer, text: Text, seconds: float) -> tuple[SubtitleStream, InputContainer]:
    source = io.BytesIO(subtitle_lines(seconds, text.language or "").encode())
    lines = av.open(source, "r", format="srt")
    stream: SubtitleStream = output.add_stream_from_template(lines.streams.subtitles[0])
    _label(stream, text.language, text.title)
    if text.forced or text.flags:
        stream.disposition = text.flags | Disposition.forced if text.forced else text.flags
    return stream, lines


def _label(stream: AudioStream | SubtitleStream, language: str | None, title: str | None) -> None:
    for key, value in (("language", language), ("title", title)):
        if value:
            stream.metadata[key] = value


def subtitle_lines(seconds: float, language: str) -> str:
    """The text of an SRT file with a line every four seconds."""
    blocks = []
    for number, start in enumerate(range(0, max(1, int(seconds) - 2), 4), 1):
        begin, end = (f"00:{at // 60:02d}:{at % 60:02d},000" for at in (start, start + 2))
        blocks.append(f"{number}\n{begin} --> {end}\nLine {number} ({language})\n")
    return "\n".join(blocks)


def _chapters(video: Video) -> "list[Chapter]":
    length = round(1000 * video.seconds / len(video.chapters))
    return [
        {
            "id": number,
            "start": number * length,
            "end": (number + 1) * length,
            "time_base": Fraction(1, 1000),
            "metadata": {"title": title},
        }
        for number, title in enumerate(video.chapters)
    ]


def _mux_scenes(
    output: OutputContainer, video: Video, picture: VideoStream, sounds: list[tuple[AudioStream, int]]
) -> None:
    """Pictures and sound in turns of a scene each, as a player will want them."""
    for number, (begins, scene) in enumerate(_starts(video.scenes)):
        for frame in _frames(scene, begins, video.picture):
            output.mux(picture.encode(frame))
        for stream, track in sounds:
            output.mux(stream.encode(_tones(scene, begins, track, stream, number)))
    output.mux(picture.encode())
    for stream, _ in sounds:
        output.mux(stream.encode())


def _starts(scenes: tuple[Scene, ...]) -> Iterator[tuple[float, Scene]]:
    at = 0.0
    for scene in scenes:
        yield at, scene
        at += scene.seconds


def _frames(scene: Scene, begins: float, picture: Picture) -> Iterator[VideoFrame]:
    """The scene's frames on the grid of the whole video, in the size and format wanted."""
    first, end = (int(np.ceil(round(at * picture.rate, 6))) for at in (begins, begins + scene.seconds))
    stage = _Stage(scene.seed)
    reformatter = VideoReformatter()
    for number in range(first, end):
        drawn = VideoFrame.from_ndarray(stage.draw(float(number / picture.rate) - begins), "yuv420p")
        frame = reformatter.reformat(drawn, picture.width, picture.height, picture.pixels)
        frame.pts, frame.time_base = number, 1 / picture.rate
        yield frame


class _Stage:
    """A place (larger than the frame, so that the camera can pan over it) and the things moving in it."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.luma = _texture(
            random, HEIGHT + 60, WIDTH + 80, random.uniform(70, 160), random.uniform(60, 110)
        )
        chroma = [_texture(random, HEIGHT // 2, WIDTH // 2, random.uniform(100, 156), 30) for _ in "uv"]
        self.chroma = np.concatenate(chroma).reshape(HEIGHT // 2, WIDTH)
        self.start = random.uniform((0, 0), (60, 80))
        self.pan = random.uniform(-10, 10, 2)
        self.boxes = [_Box(random) for _ in range(int(random.integers(2, 5)))]

    def draw(self, at: float) -> NDArray[np.uint8]:
        """The picture `at` seconds into the scene: planes of yuv420p below one another."""
        top, left = np.clip(self.start + self.pan * at, 0, (60, 80)).astype(int)
        luma = self.luma[top : top + HEIGHT, left : left + WIDTH].copy()
        for box in self.boxes:
            luma[box.where(at)] = box.tone
        return np.concatenate([luma, self.chroma])


class _Box:
    """Something flat that goes to and fro."""

    def __init__(self, random: np.random.Generator) -> None:
        self.size = random.uniform((15, 15), (90, 70))
        self.middle = random.uniform((20, 30), (HEIGHT - 20, WIDTH - 30))
        self.swing = random.uniform(5, 50, 2)
        self.pace = random.uniform(0.4, 2, 2)
        self.phase = random.uniform(0, 6, 2)
        self.tone = int(random.integers(20, 235))

    def where(self, at: float) -> tuple[slice, slice]:
        """Rows and columns."""
        middle = self.middle + self.swing * np.sin(self.pace * at + self.phase)
        low = np.maximum(middle - self.size / 2, 0).astype(int)
        high = np.maximum(middle + self.size / 2, 0).astype(int)
        return slice(low[0], high[0]), slice(low[1], high[1])


def _texture(
    random: np.random.Generator, rows: int, columns: int, mean: float, contrast: float
) -> NDArray[np.uint8]:
    """Clouds: random grids of rising fineness and falling strength, each smoothed up to full size."""
    cloud = np.zeros((rows, columns))
    for cells in (3, 6, 12, 24):
        grid = random.uniform(-1, 1, (cells + 1, cells + 1))
        y, x = np.linspace(0, cells, rows), np.linspace(0, cells, columns)
        along = np.stack([np.interp(x, np.arange(cells + 1), line) for line in grid])
        low = np.minimum(y.astype(int), cells - 1)
        share = (y - low)[:, None]
        cloud += (along[low] * (1 - share) + along[low + 1] * share) * 3 / (cells + 3)
    return np.clip(mean + contrast * cloud, 16, 235).astype(np.uint8)


def _tones(scene: Scene, begins: float, track: int, stream: AudioStream, number: int) -> AudioFrame:
    """A chord of the scene's own, lower for each further track, with a soft start and end."""
    rate, channels = stream.rate, stream.layout.nb_channels
    first, end = (round(at * rate) for at in (begins, begins + scene.seconds))
    at = np.arange(end - first) / rate
    random = np.random.default_rng(scene.seed + 1)
    pitches = 110 * 2 ** (random.integers(0, 30, 3) / 12) / (1 + track)
    wave = sum(np.sin(2 * np.pi * pitch * at) for pitch in pitches) / 3
    wave = wave * np.minimum(1, 20 * np.minimum(at, at[::-1])) * 8000
    levels = np.linspace(1, 0.5, channels)[:, None]
    samples = np.ascontiguousarray((wave[None] * levels).astype(np.int16))
    frame = AudioFrame.from_ndarray(samples, "s16p", layout=stream.layout.name)
    frame.sample_rate, frame.pts, frame.time_base = rate, first, Fraction(1, rate)
    return frame
