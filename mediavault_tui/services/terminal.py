"""What the terminal at the other end can do: colours, the size of its cells, whether sound and windows are near.

The environment tells most of it. Inside tmux the environment is that of whoever started the server, so
tmux itself is asked what the terminal of its client has.
"""

import fcntl
import os
import struct
import subprocess
import termios
from collections.abc import Mapping

from mediavault_tui.services.painting import Depth

_TRUE_TERMS = ("direct", "kitty", "alacritty", "wezterm", "foot", "ghostty")


def colours(environ: Mapping[str, str] = os.environ) -> Depth:
    """How many colours can be used."""
    term = environ.get("TERM", "")
    if "TMUX" in environ:
        features = _tmux("#{client_termfeatures},#{client_termname}")
        if features is not None and not features.endswith(","):  # else no client is attached
            return _of_tmux(features)
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or any(
        name in term for name in _TRUE_TERMS
    ):
        return Depth.TRUE
    return Depth.INDEXED if "256" in term else Depth.BASIC


def _of_tmux(features: str) -> Depth:
    """tmux turns colours its client lacks into the nearest it has, undithered: better not to send them."""
    names = features.split(",")
    if "RGB" in names or any(name in names[-1] for name in _TRUE_TERMS):
        return Depth.TRUE
    return Depth.INDEXED if "256" in names or "256" in names[-1] else Depth.BASIC


def _tmux(question: str) -> str | None:
    """tmux's answer about its client; None if it gives none."""
    try:
        answer = subprocess.run(
            ["tmux", "display-message", "-p", question], capture_output=True, text=True, timeout=1, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def cell_aspect(descriptor: int = 1) -> float:
    """Width of a cell as a share of its height; a half where the terminal does not tell its pixels."""
    try:
        rows, columns, width, height = struct.unpack(
            "HHHH", fcntl.ioctl(descriptor, termios.TIOCGWINSZ, b"\0" * 8)
        )
    except OSError:
        return 0.5
    if not (rows and columns and width and height):
        return 0.5
    aspect: float = (width / columns) / (height / rows)
    return aspect if 0.3 < aspect < 0.8 else 0.5


def is_remote(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the user sits at another machine, where neither sound nor windows of this one arrive."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


def display(environ: Mapping[str, str] = os.environ) -> str | None:
    """The display on which windows can be opened, if there is one."""
    return environ.get("WAYLAND_DISPLAY") or environ.get("DISPLAY") or None
