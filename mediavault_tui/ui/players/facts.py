"""What is known about a file while it plays, for the overlay."""

import os

from mediavault_tui.domain.text import printable
from mediavault_tui.services.mpv.state import State

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def facts(path: bytes, state: State, score: str = "") -> list[str]:
    """A few short lines."""
    name = printable(os.fsdecode(os.path.basename(path)))
    lines = [f" {name[:60]} ", f" {_shape(state)} ", f" {_weight(path, state)} "]
    return [*lines, *([f" {score} "] if score else [])]


def _shape(state: State) -> str:
    size = f"{state.width}×{state.height}" if state.width else "size not known"
    rate = f"{state.fps:.3f}".rstrip("0").rstrip(".") + " fps" if state.fps else ""
    codec = (state.codec or "").upper()
    return " · ".join(part for part in (size, codec, state.pixel_format, rate) if part)


def _weight(path: bytes, state: State) -> str:
    now = f"{state.bitrate_bps / 1e6:.1f} Mb/s now" if state.bitrate_bps else ""
    dropped = f"{state.dropped} frames left out" if state.dropped else ""
    return " · ".join(part for part in (file_size(path), now, dropped) if part)


def file_size(path: bytes) -> str:
    """How large, or that it is gone: a file can be deleted while it plays."""
    try:
        size = os.stat(path).st_size
    except OSError:
        return "deleted meanwhile"
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"
