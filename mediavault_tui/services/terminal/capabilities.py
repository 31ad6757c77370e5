"""What the terminal at the other end can do: colours, the size of its cells, whether sound and windows are near.

The environment tells most of it. Inside tmux the environment is that of whoever started the server, so
tmux itself is asked what the terminal of its client has. Whether real pixels can be shown only the terminal
knows: `ask` asks it and waits a moment, for the command line; the screens ask without waiting (`ui/driver`).
"""

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from mediavault_tui.services.terminal.queries import DIRECT, SHARED, SIXEL, Inquiry

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRUE_TERMS = ("direct", "kitty", "alacritty", "wezterm", "foot", "ghostty")
_PATIENCE_S = 0.2
"""How long `ask` waits for a terminal that says nothing."""
_PLACEHOLDERS = {"kitty": (0, 28), "ghostty": (1, 0)}
"""Terminals that show pictures in placeholder cells (`U=1`), from which version on. Others take the protocol's
pictures too, but not in this form: WezTerm and Konsole then draw them wherever the cursor is."""


class Depth(Enum):
    """How many colours the terminal has."""

    TRUE = "16.7 million colours"
    INDEXED = "256 colours"
    BASIC = "16 colours"


class Abilities(msgspec.Struct, frozen=True):
    """What the terminal can show."""

    colours: Depth
    kitty: bool = False
    """It takes pictures by the kitty graphics protocol."""
    placeholders: bool = False
    """And shows them in place of placeholder characters, as is needed here."""
    shares_memory: bool = False
    """It reads pictures from this machine's memory: it runs here."""
    sixel: bool = False
    """It draws sixel graphics."""
    cell: tuple[int, int] | None = None
    """Width and height of a character cell in pixels, if known."""
    multiplexer: str = ""
    """`tmux` or `screen`, if inside one."""
    passthrough: bool | None = None
    """Whether tmux hands pictures on (`allow-passthrough`); None outside tmux."""
    name: str = ""
    """What it calls itself, as `kitty(0.41.1)`; empty if it does not say."""
    answered: bool = False
    """Whether it has answered anything at all."""


class Tmux(NamedTuple):
    """What tmux says of itself and the terminal its client runs in."""

    features: str
    """Comma-separated; the last is the terminal's TERM."""
    termtype: str
    """XTVERSION's answer of that terminal."""
    passthrough: bool


def ask(patience_s: float = _PATIENCE_S, environ: Mapping[str, str] = os.environ) -> Abilities:
    """Ask the terminal what it can show. Waits no longer than `patience_s`, and only if it says nothing.

    Where standard input or output is no terminal, or belongs to another job, nothing is asked.
    Not to be used while the screens are open: they read the answers themselves.
    """
    tmux = tell_tmux(environ)
    inquiry = inquire(tmux, environ)
    try:
        if _is_ours():
            with _unechoed(sys.stdin.fileno()):
                _converse(inquiry, patience_s)
        return abilities(inquiry, tmux, environ)
    finally:
        inquiry.close()


def inquire(tmux: Tmux | None, environ: Mapping[str, str] = os.environ) -> Inquiry:
    """The questions for this terminal."""
    return Inquiry(environ, passthrough=tmux is not None and tmux.passthrough, wants_cell=cell_size() is None)


def abilities(inquiry: Inquiry, tmux: Tmux | None, environ: Mapping[str, str] = os.environ) -> Abilities:
    """What follows from the answers so far."""
    name = inquiry.name or (tmux.termtype if tmux else "")
    sixel = SIXEL in (inquiry.attributes or ())
    if (
        tmux is not None
    ):  # built with sixel, tmux says yes for itself; it draws a text where its terminal has none
        sixel = sixel and "sixel" in tmux.features.split(",")
    return Abilities(
        colours=_colours(environ, tmux),
        kitty=DIRECT in inquiry.kitty,
        placeholders=DIRECT in inquiry.kitty and _has_placeholders(name),
        shares_memory=SHARED in inquiry.kitty,
        sixel=sixel,
        cell=cell_size() or inquiry.cell,
        multiplexer="tmux" if tmux is not None else "screen" if environ.get("STY") else "",
        passthrough=tmux.passthrough if tmux is not None else None,
        name=name,
        answered=inquiry.attributes is not None or bool(inquiry.kitty),
    )


def _has_placeholders(name: str) -> bool:
    """By what it calls itself: there is no question for it."""
    found = re.match(r"(kitty|ghostty)\D*(\d+)\.(\d+)", name)
    return found is not None and (int(found[2]), int(found[3])) >= _PLACEHOLDERS[found[1]]


def _is_ours() -> bool:
    """Whether there is a terminal to talk to, and this job may."""
    try:
        ends = sys.stdin.fileno(), sys.stdout.fileno()
        return all(os.isatty(end) for end in ends) and os.tcgetpgrp(ends[0]) == os.getpgrp()
    except (OSError, ValueError):  # closed, or replaced by something without a descriptor
        return False


@contextmanager
def _unechoed(descriptor: int) -> "Iterator[None]":
    """Answers come at once, not at the end of a line, and are not shown."""
    before = termios.tcgetattr(descriptor)
    changed = termios.tcgetattr(descriptor)
    changed[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(descriptor, termios.TCSANOW, changed)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)


def _converse(inquiry: Inquiry, patience_s: float) -> None:
    questions, source = inquiry.questions, sys.stdin.fileno()
    if not questions:
        return
    sys.stdout.flush()
    os.write(sys.stdout.fileno(), questions.encode())
    end, keys = time.monotonic() + patience_s, ""
    while not inquiry.is_done and select.select([source], [], [], max(0.0, end - time.monotonic()))[0]:
        keys += inquiry.take(os.read(source, 4096).decode("utf-8", "replace"))
    _give_back(keys + inquiry.release(), source)


def _give_back(keys: str, descriptor: int) -> None:
    """What was typed meanwhile belongs to whoever reads next. Newer kernels forbid that: then it is lost."""
    with suppress(OSError):
        for byte in keys.encode():
            fcntl.ioctl(descriptor, termios.TIOCSTI, bytes([byte]))


def colours(environ: Mapping[str, str] = os.environ) -> Depth:
    """How many colours can be used."""
    return _colours(environ, tell_tmux(environ))


def _colours(environ: Mapping[str, str], tmux: Tmux | None) -> Depth:
    term = environ.get("TERM", "")
    if tmux is not None and not tmux.features.endswith(","):  # else no client is attached
        return _of_tmux(tmux.features)
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


def tell_tmux(environ: Mapping[str, str] = os.environ) -> Tmux | None:
    """What tmux says; None outside it, or when it does not answer."""
    if "TMUX" not in environ:
        return None
    fields = ("client_termfeatures", "client_termname", "client_termtype", "version", "allow-passthrough")
    question = "\t".join(f"#{{{field}}}" for field in fields)
    pane = ["-t", environ["TMUX_PANE"]] if "TMUX_PANE" in environ else []
    try:
        answer = subprocess.run(
            ["tmux", "display-message", "-p", *pane, question],
            capture_output=True, text=True, timeout=1, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    told = answer.stdout.rstrip("\n").split("\t")
    if len(told) != len(fields):
        return None
    features, term, termtype, version, passthrough = told
    is_old = re.match(r"(2\.|3\.[0-2])", version) is not None  # before there was the option it was always on
    return Tmux(f"{features},{term}", termtype, passthrough in ("on", "all", "1", "2") or is_old)


def cell_size() -> tuple[int, int] | None:
    """Width and height of a cell in pixels, as the kernel was told by the terminal; None if it was not."""
    for descriptor in (1, 2, 0):
        with suppress(OSError):
            answer = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, b"\0" * 8)
            rows, columns, width, height = struct.unpack("HHHH", answer)
            if rows and columns and width >= columns and height >= rows:
                return width // columns, height // rows
    return None


def cell_aspect(cell: tuple[int, int] | None = None) -> float:
    """Width of a cell as a share of its height; a half where the terminal does not tell its pixels."""
    known = cell or cell_size()
    if known is None:
        return 0.5
    aspect = known[0] / known[1]
    return aspect if 0.3 < aspect < 0.8 else 0.5


def is_remote(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the user sits at another machine, where neither sound nor windows of this one arrive."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


def display(environ: Mapping[str, str] = os.environ) -> str | None:
    """The display on which windows can be opened, if there is one."""
    return environ.get("WAYLAND_DISPLAY") or environ.get("DISPLAY") or None
