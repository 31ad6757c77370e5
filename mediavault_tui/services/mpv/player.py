"""One file in libmpv: its pictures are drawn in a thread of their own, its state is what libmpv last told.

Nothing here waits for libmpv: commands are sent and forgotten, and what came of them arrives as a change of
`state` and a call of the listener, from libmpv's own threads.
"""

import math
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Any

import msgspec

from mediavault_tui.services.mpv import loading
from mediavault_tui.services.mpv.properties import READERS, UNKNOWN_CODEC
from mediavault_tui.services.mpv.renderer import Renderer
from mediavault_tui.services.mpv.state import Picture, State


class PlayerEvent(Enum):
    """What a player tells its listener."""

    PICTURE = auto()
    """`picture` is another one."""
    LOADED = auto()
    SETTLED = auto()
    """A seek has arrived: the picture of the new place is on its way."""
    FAILED = auto()
    """See `state.failure`."""
    CHANGED = auto()
    """Something else in `state`: end reached, waiting for data, tracks, …"""


Listener = Callable[["Player", PlayerEvent], None]

_NO_HARDWARE = ("no", "no,no")
"""Two ways to say it. Decoders of graphics cards are rarely there over SSH, and differ from one to the next."""
_MOST_KEPT, _KEPT_BYTES = 12, 16e6
"""Pictures of the last moments, so that both sides can be shown at the same one."""
_OPTIONS = {
    "pause": "yes",
    "keep_open": "yes",
    "hwdec": _NO_HARDWARE[0],
    "hr_seek": "yes",
    "framedrop": "decoder+vo",  # where there is sound to be late against
    "video_timing_offset": "0",  # frames are handed over when they are due: `time-pos` then is what is seen
    "osd_level": "0",
    "sub_auto": "exact",
    "audio_fallback_to_null": "yes",
    "load_scripts": "no",
    "ytdl": "no",
    "config": "no",
    "input_default_bindings": "no",
    "input_vo_keyboard": "no",
    "terminal": "no",
    "demuxer_max_bytes": "32MiB",
    "demuxer_max_back_bytes": "16MiB",
}


_NO_DECODER = re.compile("initialize a decoder for codec '(.*)'")
"""libmpv's complaint, with its word for the codec, which may be none (filters/f_decoder_wrapper.c)."""
_TURNS = {90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}
"""FFmpeg's filters for degrees clockwise."""


class Player:
    """One file, opened paused at its start. Close it when done."""

    def __init__(
        self, path: str | bytes, listener: Listener, *, options: dict[str, str] | None = None
    ) -> None:
        """Start opening a file. `options` are libmpv's, over the ones above; `vo` among them opens a window.

        Raises PlayerMissing; whatever is wrong with the file comes as news.
        """
        module = loading.load()
        self.path = os.path.abspath(os.fsencode(path))
        self._listener = listener
        self._lock, self._sending, self._reading = threading.Lock(), threading.Lock(), threading.Lock()
        self.state = State()
        self.recent: deque[Picture] = deque(maxlen=_MOST_KEPT)
        """The last pictures drawn."""
        self.shown = 0
        """Frames libmpv has shown since it was opened."""
        self.marks: deque[tuple[float, float]] = deque(maxlen=16)
        """(position, when it was due on the monotonic clock) of the last frames since a jump or speed change."""
        self._size = (0, 0)
        self._pixel_aspect = self._told_aspect = 1.0
        self._wanted = threading.Event()
        self._redraw = self._closing = False
        self._hwdec = _NO_HARDWARE[0]
        self._complaints: deque[str] = deque(maxlen=4)
        chosen = {"vo": "libmpv", "aid": "no", **_OPTIONS, **(options or {})}
        if chosen["vo"] == "libmpv":
            chosen["video_rotate"] = "no"
        self._mpv = module.MPV(log_handler=self._complain, loglevel="error", **chosen)
        self._listen()
        self._thread: threading.Thread | None = None
        if chosen["vo"] == "libmpv":
            self._renderer = Renderer(self._mpv, self._wanted.set)
            self._thread = threading.Thread(target=self._draw_all, name="pictures", daemon=True)
            self._thread.start()
        self.command("loadfile", self.path)

    @property
    def picture(self) -> Picture | None:
        """The last one drawn."""
        recent = tuple(self.recent)
        return recent[-1] if recent else None

    # What is asked of it: all return at once.

    def command(self, name: str, *arguments: object) -> None:
        """Send a command of libmpv (`input.rst` of its manual). A refusal is dropped."""
        values = [value if isinstance(value, bytes) else str(value) for value in arguments]
        with self._sending:
            if not self._closing:
                self._mpv.command_async(name, *values)

    def set(self, name: str, value: object) -> None:
        """Set a property of libmpv."""
        self.command("set", name, f"{value:.6f}" if isinstance(value, float) else value)

    def play(self) -> None:
        """Let it run."""
        self.set("pause", "no")

    def pause(self) -> None:
        """Hold it."""
        self.set("pause", "yes")

    def seek(self, position_s: float) -> None:
        """Go to the first frame at or after a time."""
        self.marks.clear()
        while len(self.recent) > 1:  # what was shown on the way here belongs to nothing any more
            self.recent.popleft()
        self.command("seek", f"{max(0.0, position_s):.6f}", "absolute+exact")

    def set_decoding(self, options: dict[str, str]) -> None:
        """Open the decoder anew with other options; a seek must follow."""
        for name, value in options.items():
            self.set(name, value)
        # libmpv reads them when a decoder is opened, and opens one anew when the wish for a hardware decoder
        # changes (player/command.c, UPDATE_HWDEC): from none to none twice over, and back.
        self._hwdec = _NO_HARDWARE[self._hwdec == _NO_HARDWARE[0]]
        self.set("hwdec", self._hwdec)

    def step(self) -> None:
        """Show the next frame and pause."""
        self.marks.clear()
        self.command("frame-step")

    def set_speed(self, speed: float) -> None:
        """Times normal speed."""
        now, before = time.monotonic(), self.state.speed
        if not self.state.paused and self.marks:  # what is known stays known: taken to the present
            position, shown = self.marks[-1]
            self.marks = deque([(position + before * (now - shown), now)], self.marks.maxlen)
        self.set("speed", float(speed))

    def on_key(self, key: str, does: Callable[[], None]) -> None:
        """Do something when a key is pressed in its window. `does` is called in libmpv's event thread."""
        name = f"key-{key}"
        self._mpv.register_message_handler(name, does)
        self.command("keybind", key, f'script-message "{name}"')

    def resize(self, width: int, height: int, pixel_aspect: float = 1.0) -> None:
        """Draw width × height pixels from now on, each `pixel_aspect` times as wide as high; 0 × 0: none."""
        if (width, height, pixel_aspect) != (*self._size, self._pixel_aspect):
            self._size, self._pixel_aspect = (width, height), pixel_aspect
            self._shape_to_pixels()
            self._redraw = True
            self._wanted.set()

    def _shape_to_pixels(self) -> None:
        """The software renderer takes drawn pixels for square: where they are not, the film is told to be
        wider or narrower than it is."""
        state, aspect = self.state, self._pixel_aspect
        if not (state.width and state.height) or aspect == self._told_aspect:
            return
        self._told_aspect = aspect
        shape = state.width / state.height / aspect
        told = -1.0 if aspect == 1 else 1 / shape if state.rotation % 180 else shape
        self.set("video-aspect-override", told)

    def look_at(self, x: float = 0.5, y: float = 0.5, magnification: float | None = None) -> None:
        """Show the part around a place (shares of width and height); None for all of the picture.

        `magnification` is how many drawn rows one source row takes: 1 shows source pixels as they are.
        """
        zoom = 0.0 if magnification is None else math.log2(magnification / self._fitting())
        self.set("video-zoom", float(zoom))
        self.set("video-pan-x", 0.5 - x if magnification else 0.0)
        self.set("video-pan-y", 0.5 - y if magnification else 0.0)
        self._redraw = True
        self._wanted.set()

    def _fitting(self) -> float:
        """Drawn rows a source row takes when all of the picture is shown."""
        width, height = self._size
        if not (width and self.state.width and self.state.height):
            return 1.0
        return min(width * self._pixel_aspect / self.state.width, height / self.state.height)

    def close(self) -> None:
        """End threads and libmpv; waits for them (a stalled network file can take seconds: use a thread)."""
        with self._sending, self._reading:  # libmpv's handle is gone after this: nobody may be using it
            self._closing = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()
            self._renderer.close()
        self._mpv.terminate()

    # What libmpv tells: called in its event thread.

    def _listen(self) -> None:
        for name in READERS:
            self._mpv.observe_property(name, self._observe)
        news = {"playback-restart": PlayerEvent.SETTLED, "file-loaded": PlayerEvent.LOADED}
        for name, which in news.items():
            self._mpv.event_callback(name)(partial(self._happened, which))
        self._mpv.event_callback("end-file")(self._ended)

    def _happened(self, news: PlayerEvent, _event: Any) -> None:
        change: dict[str, Any] = {"loaded": True}
        with self._reading:
            if self._closing:
                return
            for name in READERS:  # all of it belongs to this event: the single notices may come later
                change |= READERS[name](getattr(self._mpv, name.replace("-", "_")))
        if news is PlayerEvent.SETTLED and not change.get("sides"):
            change["failure"], news = self._why(), PlayerEvent.FAILED  # the sound plays on alone
        with self._lock:
            self.state = msgspec.structs.replace(self.state, **change)
        self._date_picture()  # before anybody is told: the listener may look at it
        self._listener(self, news)
        self._shape_to_pixels()

    def _date_picture(self) -> None:
        """What stands was drawn before libmpv said where it is."""
        with self._lock:
            if self.state.paused and self.recent:
                self.recent[-1] = self.recent[-1]._replace(position_s=self.state.position_s)

    def _observe(self, name: str, value: Any) -> None:
        change = READERS[name](value)
        if name == "track-list" and change["rotation"] != self.state.rotation:
            with self._lock:
                self.state = msgspec.structs.replace(self.state, **change)
            self._turn()
        if name == "time-pos" and value is not None:
            self.marks.append((float(value), time.monotonic()))
            self.shown += 1
            with self._lock:
                self.state = msgspec.structs.replace(self.state, **change)
            self._date_picture()
            return
        self._change(change, PlayerEvent.CHANGED)

    def _turn(self) -> None:
        """A filter turns pictures: libmpv 0.35, left to turn them itself, ends the program (mp_image_crop asserts)."""
        filters = _TURNS.get(self.state.rotation % 360)
        if filters and self._thread is not None:
            self.command("vf", "add", f"@turn:lavfi=[{filters}]")

    def _change(self, change: dict[str, Any], news: PlayerEvent) -> None:
        with self._lock:
            self.state = msgspec.structs.replace(self.state, **change)
        self._listener(self, news)

    def _why(self) -> str:
        """Why there are no pictures."""
        codecs = {track.codec for track in self.state.tracks if track.kind == "video"}
        undecodable = [match for told in self._complaints if (match := _NO_DECODER.search(told))]
        codecs |= {match[1] or UNKNOWN_CODEC for match in undecodable}
        if codecs:
            return f"cannot decode {', '.join(sorted(codecs))}"
        if self.state.tracks:
            return "has no pictures"
        return f"not recognised as a video ({self._complaints[-1]})" if self._complaints else "not a video"

    def _ended(self, event: Any) -> None:
        if event.data.reason == 4 and not self._closing:  # MPV_END_FILE_REASON_ERROR
            self._change({"failure": self.state.failure or self._why()}, PlayerEvent.FAILED)

    def _complain(self, _level: str, _prefix: str, text: str) -> None:
        self._complaints.append(text.strip())
        if self.state.failure is not None:  # the reason may come after the end it has led to
            self._change({"failure": self._why()}, PlayerEvent.FAILED)

    # Drawing, in its own thread.

    def _draw_all(self) -> None:
        serial = 0
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._closing:
                return
            redraw, self._redraw = self._redraw, False
            width, height = self._size
            if (self._renderer.has_news() or redraw) and width and height:
                serial += 1
                self._draw(width, height, serial, is_new=not redraw)
                self._listener(self, PlayerEvent.PICTURE)

    def _draw(self, width: int, height: int, serial: int, *, is_new: bool) -> None:
        """Asked right before it is drawn, libmpv tells the very time of the picture it hands out.

        Not while it stands: there it answers only after the picture was taken, or 0.2 s (video/out/vo_libmpv.c).
        """
        last = self.picture
        if not is_new and last is not None:
            position = last.position_s
        else:
            position = self.state.position_s if self.state.paused else self._mpv.time_pos
        pixels = self._renderer.draw(width, height)
        if last is not None and last.pixels.shape != pixels.shape:
            self.recent.clear()
        while len(self.recent) > 1 and len(self.recent) * pixels.nbytes > _KEPT_BYTES:
            self.recent.popleft()
        with self._lock:
            self.recent.append(Picture(pixels, serial, position, time.monotonic()))
