"""What the terminal is asked about pictures, and its answers, taken out from between the keys.

Answers come on the same line as what is typed, whenever they come: over a slow connection long after the
program has started. So nobody waits for them; `Inquiry.take` gets everything that is read from the terminal
and returns what are keys. Sources: the kitty graphics protocol's page (queries, `a=q`), ECMA-48 and the
DEC and xterm control sequences (DA1, XTVERSION, XTWINOPS), tmux(1) (`allow-passthrough`).
"""

import os
import re
import secrets
import time
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress

SIXEL = 4
"""The attribute in an answer to DA1 that stands for sixel graphics."""
DIRECT, SHARED = 31, 32
"""Image ids of the questions whether the terminal takes pictures from the line, and from shared memory."""
_MUTE_TERMS = ("", "dumb", "linux", "vt100", "vt220", "cons25")
"""Do not know these questions, and some write them on the screen."""
_SHARED_MEMORY = "/dev/shm"
"""Where Linux keeps what shm_open(3) opens."""
_NAME = "mediavault-"
_FORGOTTEN_S = 60.0
"""What nobody has read from memory for so long was left there by a program that was killed."""
_LONGEST = 256
"""No answer is longer."""

_ANSWER = re.compile(
    r"\x1b_G(?P<kitty>[^\x1b]*)\x1b\\"
    r"|\x1bP>\|(?P<name>[^\x1b]*)\x1b\\"
    r"|\x1b\[\?(?P<attributes>[\d;]*)c"
    r"|\x1b\[6;(?P<height>\d+);(?P<width>\d+)t"
)
_BEGUN = re.compile(
    r"\x1b(?:_(?:G[^\x1b]*(?:\x1b)?)?|P(?:>(?:\|[^\x1b]*(?:\x1b)?)?)?|\[(?:\?[\d;]*|6(?:;\d*){0,2})?)?\Z"
)
_UNMISTAKABLE = ("\x1b_G", "\x1bP>", "\x1b[?", "\x1b[6;")
"""No key sends what begins like this."""


def through_tmux(sequence: str) -> str:
    """A sequence in the envelope that makes tmux hand it on to its own terminal."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


class Inquiry:
    """One round of questions and the answers so far. Close it in the end."""

    def __init__(
        self, environ: Mapping[str, str] = os.environ, *, passthrough: bool = False, wants_cell: bool = False
    ) -> None:
        """`passthrough`: inside a tmux that hands sequences on. `wants_cell`: also ask how large a cell is."""
        self.kitty: set[int] = set()
        """DIRECT and SHARED, as far as the terminal has said yes."""
        self.attributes: tuple[int, ...] | None = None
        """DA1; None while there is no answer."""
        self.name = ""
        """As the terminal calls itself (XTVERSION)."""
        self.cell: tuple[int, int] | None = None
        """Width and height of a cell in pixels, as far as it was asked."""
        self._held = ""
        self._is_mute = (
            environ.get("TERM", "") in _MUTE_TERMS or environ.get("TERM_PROGRAM") == "Apple_Terminal"
        )
        self._in_tmux = "TMUX" in environ
        self._has_pictures = not environ.get("TERM", "").startswith("screen") or self._in_tmux
        self._passthrough = passthrough
        self._wants_cell = wants_cell
        self._memory = ""

    @property
    def questions(self) -> str:
        """What to write to the terminal; nothing to one that would print it. The last is answered by all."""
        if self._is_mute:
            return ""
        asked = ""
        if self._has_pictures and (self._passthrough or not self._in_tmux):
            wrap = through_tmux if self._in_tmux else str
            asked = "".join(wrap(question) for question in self._about_kitty())
        name = "" if self._in_tmux else "\x1b[>q"
        return asked + name + self.question_of_cell + "\x1b[c"

    @property
    def question_of_cell(self) -> str:
        """What to write to learn how large a cell is; nothing where that is known otherwise."""
        return "\x1b[16t" if self._wants_cell and not self._is_mute else ""

    def _about_kitty(self) -> list[str]:
        """A picture of one pixel that is not shown: on the line, and in this machine's memory."""
        remove_forgotten()
        asked = [f"\x1b_Gi={DIRECT},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"]
        name = put_into_memory(b"\0\0\0")
        if name:
            self._memory = name
            asked.append(f"\x1b_Gi={SHARED},s=1,v=1,a=q,t=s,f=24;{b64encode(name.encode()).decode()}\x1b\\")
        return asked

    @property
    def is_done(self) -> bool:
        """Whether nothing more can be expected. tmux answers DA1 itself, before its terminal answers the rest."""
        return self._is_mute or (self.attributes is not None and not (self._in_tmux and self._passthrough))

    @property
    def is_holding(self) -> bool:
        """Whether something is kept back that may be the beginning of an answer."""
        return bool(self._held)

    def take(self, text: str) -> str:
        """Take the answers out of what was read; returns the keys, without what may be half an answer."""
        text, self._held = self._held + text, ""
        if "\x1b" not in text:
            return text
        keys = _ANSWER.sub(self._understand, text)
        begun = _BEGUN.search(keys)
        expects = self.attributes is None or self._passthrough  # else escape alone is the key
        if begun and len(begun[0]) <= _LONGEST and (len(begun[0]) > 1 or expects):
            keys, self._held = keys[: begun.start()], begun[0]
        return keys

    def release(self) -> str:
        """What was held back and got no end: keys, unless no key begins like that."""
        held, self._held = self._held, ""
        return "" if held.startswith(_UNMISTAKABLE) else held

    def _understand(self, found: "re.Match[str]") -> str:
        if found["kitty"] is not None:
            self._hear_kitty(found["kitty"])
        elif found["name"] is not None:
            self.name = found["name"]
        elif found["attributes"] is not None:
            self.attributes = tuple(int(number) for number in found["attributes"].split(";") if number)
        elif 0 < int(found["width"]) < 1000 and 0 < int(found["height"]) < 1000:
            self.cell = int(found["width"]), int(found["height"])
        return ""

    def _hear_kitty(self, answer: str) -> None:
        control, _, message = answer.partition(";")
        for number in (DIRECT, SHARED):
            if f"i={number}" in control.split(",") and message == "OK":
                self.kitty.add(number)

    def close(self) -> None:
        """Leave nothing in memory: a terminal that did not read it has not removed it either."""
        if self._memory:
            remove_from_memory(self._memory)


def put_into_memory(content: "bytes | memoryview") -> str:
    """Shared memory with this content, readable by this user only. Its name; empty where there is none."""
    name = f"{_NAME}{secrets.token_hex(8)}"
    try:
        descriptor = os.open(f"{_SHARED_MEMORY}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return ""
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as memory:
            if memory.write(content) == len(content):
                return name
    except OSError:  # full
        pass
    remove_from_memory(name)
    return ""


def remove_from_memory(name: str) -> None:
    """Remove shared memory, if it is still there."""
    with suppress(OSError):
        os.unlink(f"{_SHARED_MEMORY}/{name}")


def remove_forgotten() -> None:
    """Remove what earlier runs of this user could not: they were killed."""
    with suppress(OSError), os.scandir(_SHARED_MEMORY) as entries:
        for entry in entries:
            if not entry.name.startswith(_NAME):
                continue
            with suppress(OSError):  # another run has just removed it
                status = entry.stat(follow_symlinks=False)
                if status.st_uid == os.getuid() and time.time() - status.st_mtime > _FORGOTTEN_S:
                    remove_from_memory(entry.name)
