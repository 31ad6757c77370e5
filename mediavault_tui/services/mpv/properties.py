"""How libmpv's properties become fields of `State`. Names: the list of properties in libmpv's manual."""

from collections.abc import Callable
from typing import Any

from mediavault_tui.services.mpv.state import Track

UNKNOWN_CODEC = "unknown codec"


def _text(value: Any) -> str | None:
    """libmpv passes names on as they are in the file, which need not be UTF-8."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def _tracks(value: Any) -> dict[str, Any]:
    entries = [entry for entry in value or () if not entry.get("albumart")]
    turned = [entry.get("demux-rotation") or 0 for entry in entries if entry["type"] == "video"]
    return {"tracks": tuple(_track(entry) for entry in entries), "rotation": turned[0] if turned else 0}


def _track(entry: dict[str, Any]) -> Track:
    return Track(
        number=entry["id"],
        kind=entry["type"],
        codec=_text(entry.get("codec")) or UNKNOWN_CODEC,
        language=_text(entry.get("lang")),
        title=_text(entry.get("title")),
        selected=bool(entry.get("selected")),
    )


def _shape(value: Any) -> dict[str, Any]:
    """As it comes from the decoder, so that what `Player.resize` does about the aspect is not in it."""
    if not value:
        return {}
    return {"sides": (value["dw"], value["dh"]), "pixel_format": _text(value.get("pixelformat"))}


def _chapters(value: Any) -> dict[str, Any]:
    return {"chapters": tuple(entry["time"] for entry in value or ())}


def _plain(field: str, otherwise: Any = None) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {field: otherwise if value is None else value}


READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "time-pos": _plain("position_s"),
    "duration": _plain("duration_s"),
    "pause": _plain("paused", otherwise=True),
    "eof-reached": _plain("ended", otherwise=False),
    "seeking": _plain("seeking", otherwise=False),
    "paused-for-cache": _plain("starving", otherwise=False),
    "speed": _plain("speed", otherwise=1.0),
    "container-fps": _plain("fps"),
    "video-dec-params": _shape,
    "video-format": lambda value: {"codec": _text(value)},
    "video-bitrate": _plain("bitrate_bps"),
    "frame-drop-count": _plain("dropped", otherwise=0),
    "chapter-list": _chapters,
    "track-list": _tracks,
}
