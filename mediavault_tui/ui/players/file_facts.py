"""What is known about a file while it plays, for the overlay."""

import os

from mediavault_tui.domain.text import printable
from mediavault_tui.services.mpv.state import State

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def facts(path: bytes, state: State, score: str = "", pictures_per_s: float | None = None) -> list[str]:
    """A few short lines. `pictures_per_s` is how many are shown where some are left out."""
    name = printable(os.fsdecode(os.path.basename(path)))
    lines = [f" {name[:60]} ", f" {_shape(state)} ", f" {_weight(path, state)} "]
    skips = [f" {skipping(state, pictures_per_s)} "] if pictures_per_s is not None else []
    return [*lines, *([f" {score} "] if score else []), *skips]


def skipping(state: State, pictures_per_s: float) -> str:
    """Why not all pictures are seen."""
    wanted = f"{state.fps * state.speed:.0f}" if state.fps else "all"
    return f"skips frames: this machine decodes {pictures_per_s:.0f} of {wanted} pictures a second"


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
