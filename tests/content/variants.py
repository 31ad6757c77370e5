"""What happens to a film on its way into another file: cut, crop, recolour, re-encode.

All through PyAV's filters and encoders. A `Variant` names one way; `write` makes the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
import sounds
from av.filter import Graph
from films import HEIGHT, RATE, WIDTH, Film

TICKS = 12000
"""Ticks per second of all files written: fine enough for PAL speed, and few enough for MPEG-4."""


@dataclass(frozen=True)
class Sound:
    """How the sound track is written."""

    codec: str = ""
    """Empty: what is usual in the container."""
    bit_rate: int = 96_000
    layout: str = "stereo"


USUAL_SOUND = {"avi": "libmp3lame", "ts": "mp2", "webm": "libopus"}
"""By ending; AAC elsewhere."""


@dataclass(frozen=True)
class Variant:
    """One way to change a film."""

    filters: str = ""
    codec: str = "libx264"
    options: dict[str, str] = field(default_factory=dict)
    extension: str = "mkv"
    start: float = 0.0
    """Share of the runtime cut away at the start."""
    end: float = 0.0
    speed: float = 1.0
    drops: float = 0.0
    """Share of frames left out at random: variable frame rate."""
    sound: Sound = Sound()


X264 = {"preset": "ultrafast", "crf": "26"}
PLAIN = Variant(options=X264)
VARIANTS: dict[str, Variant] = {
    "small, MPEG-4": Variant("scale=iw/2:ih/2", "mpeg4", {"b": "150k"}, "avi"),
    "HEVC, low bit rate": Variant("", "libx265", {"preset": "ultrafast", "crf": "38", "x265-params": "log-level=none"}),
    "VP9": Variant("", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "crf": "45", "b": "0"}, "webm"),
    "AV1": Variant("", "libsvtav1", {"preset": "13", "crf": "50", "svtav1-params": "lp=1"}, "mp4"),
    "MPEG-2, TS": Variant("fps=25", "mpeg2video", {"b": "600k"}, "ts"),
    "letterbox added": Variant("pad=iw:ih*1.36:0:(oh-ih)/2", options=X264),
    "pillarbox added": Variant("pad=iw*1.34:ih:(ow-iw)/2:0", options=X264),
    "squeezed": Variant("scale=iw*0.75:ih", options=X264),
    "cropped 4 %": Variant("crop=iw*0.96:ih*0.96", options=X264),
    "cropped 12 %": Variant("crop=iw*0.88:ih*0.88", options=X264),
    "cropped off centre": Variant("crop=iw*0.88:ih*0.88:0:0", options=X264),
    "cropped 16:9 to 4:3": Variant("crop=iw*0.75:ih", options=X264),
    "logo": Variant("drawbox=x=iw*0.82:y=ih*0.06:w=iw*0.12:h=ih*0.14:color=white:t=fill", options=X264),
    "large logo": Variant("drawbox=x=iw*0.05:y=ih*0.6:w=iw*0.35:h=ih*0.3:color=red:t=fill", options=X264),
    "subtitles": Variant("drawbox=x=iw*0.2:y=ih*0.82:w=iw*0.6:h=ih*0.11:color=white:t=fill", options=X264),
    "brighter, more contrast": Variant("lutyuv=y=val*1.25+12", options=X264),
    "darker, less contrast": Variant("lutyuv=y=val*0.6+8", options=X264),
    "grey": Variant("hue=s=0", options=X264),
    "sepia, bars": Variant(
        "colorchannelmixer=.393:.769:.189:0:.349:.686:.168:0:.272:.534:.131,format=yuv420p,pad=iw*1.34:ih:(ow-iw)/2:0",
        options=X264,
    ),
    "start cut": Variant("", options=X264, start=0.15),
    "end cut": Variant("", options=X264, end=0.2),
    "start cut, small": Variant("scale=iw/2:ih/2", "mpeg4", {"b": "150k"}, "avi", start=0.07),
    "PAL speed-up": Variant("", options=X264, speed=25 / (24000 / 1001)),
    "variable frame rate": Variant("", options=X264, drops=0.3),
    "mirrored": Variant("hflip", options=X264),
}  # fmt: skip


@dataclass(frozen=True)
class Recording:
    """A real file as the source, instead of a film."""

    path: str

    @property
    def seconds(self) -> float:
        """The runtime its header gives."""
        with av.open(self.path) as container:
            return (container.duration or 0) / av.time_base

    def pictures(self, begin: float, end: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """Frames from `begin` to `end`, at most 240 lines high."""
        with av.open(self.path) as container:
            start = (container.start_time or 0) / av.time_base
            for frame in container.decode(video=0):
                if begin <= frame.time - start < end:
                    high = min(240, frame.height) // 2 * 2
                    wide = round(frame.width * high / frame.height / 2) * 2
                    yield frame.time - start, frame.reformat(wide, high, "yuv420p")


def _drawn(film: Film, begin: float, end: float) -> Iterator[tuple[float, av.VideoFrame]]:
    ramp = np.linspace(-30, 30, WIDTH // 2)[None].repeat(HEIGHT // 2, 0)
    chroma = np.stack([128 + ramp, 128 - ramp]).astype(np.uint8).ravel()
    for number in range(int(np.ceil(begin * RATE)), int(end * RATE)):
        planes = np.concatenate([film.frame(number / RATE).ravel(), chroma])
        yield number / RATE, av.VideoFrame.from_ndarray(planes.reshape(HEIGHT * 3 // 2, WIDTH), "yuv420p")


def _frames(source: Film | Recording, variant: Variant) -> Iterator[av.VideoFrame]:
    """The source's frames with their times in the new file."""
    begin, end = source.seconds * variant.start, source.seconds * (1 - variant.end)
    random = np.random.default_rng(5)
    drawn = source.pictures(begin, end) if isinstance(source, Recording) else _drawn(source, begin, end)
    first: float | None = None
    for at, frame in drawn:
        if first is not None and random.random() < variant.drops:
            continue
        first = at if first is None else first
        frame.pts = round((at - first) / variant.speed * TICKS)
        frame.time_base = Fraction(1, TICKS)
        frame.pict_type = 0
        yield frame


def cut_s(film: Film, variant: Variant) -> float:
    """Seconds of a film that the variant leaves out at its start."""
    return float(np.ceil(film.seconds * variant.start * RATE)) / RATE


def write(
    source: Film | Recording, path: str, variant: Variant = PLAIN, sound: np.ndarray | None = None
) -> None:
    """Make the file. Without `sound` it has no sound track."""
    fixed_rate = "fps=" in variant.filters
    with av.open(path, "w", options={"max_interleave_delta": "0"}) as output:
        stream, track = None, None
        for frame in _filtered(variant.filters, _frames(source, variant)):
            if stream is None:
                stream = output.add_stream(variant.codec, rate=25 if fixed_rate else RATE)
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
                stream.options = {"threads": "1", "g": "120", **variant.options}
                if not fixed_rate:
                    stream.codec_context.time_base = Fraction(1, TICKS)
                if sound is not None:
                    kind = variant.sound
                    codec = kind.codec or USUAL_SOUND.get(variant.extension, "aac")
                    track = sounds.add_stream(output, codec, kind.bit_rate, kind.layout)
            output.mux(stream.encode(frame))
        if stream is not None:
            output.mux(stream.encode())
        if track is not None and sound is not None:
            sounds.encode(output, track, sound)


def _graph(filters: str, width: int, height: int) -> Graph:
    graph = Graph()
    last = graph.add_buffer(width=width, height=height, format="yuv420p", time_base=Fraction(1, TICKS))
    steps = [*filter(None, filters.split(",")), "scale=trunc(iw/2)*2:trunc(ih/2)*2", "format=yuv420p"]
    for step in steps:
        name, _, arguments = step.partition("=")
        added = graph.add(name, arguments or None)
        last.link_to(added)
        last = added
    sink = graph.add("buffersink")
    last.link_to(sink)
    graph.configure()
    return graph


def _filtered(filters: str, frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    graph: Graph | None = None
    for frame in frames:
        graph = graph or _graph(filters, frame.width, frame.height)
        graph.push(frame)
        yield from _ready(graph)
    if graph is not None:
        graph.push(None)
        yield from _ready(graph)


def _ready(graph: Graph) -> Iterator[av.VideoFrame]:
    while True:
        try:
            yield graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
