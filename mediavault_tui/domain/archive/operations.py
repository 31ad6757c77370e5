"""What can be done with one file, and what a file must still be for it to be done."""

from enum import StrEnum

import msgspec


class Op(StrEnum):
    """What a step does with a file."""

    ARCHIVE = "archive"
    """Move it into the archive."""
    MOVE = "move"
    """Move it to a folder of the user's choice."""
    HARDLINK = "hardlink"
    """Make its name another name of the copy that stays; its own bytes are freed."""
    REFLINK = "reflink"
    """Let it share its blocks with the copy that stays; it remains a file of its own."""
    OFFER = "offer"
    """Move a sidecar beside the copy that stays, under that copy's name."""


TAKES_AWAY = frozenset({Op.ARCHIVE, Op.MOVE, Op.HARDLINK})
"""After these the loser's bytes are no longer where the library looks for them."""
GIVES_UP = frozenset({Op.HARDLINK, Op.REFLINK})
"""After these the loser's own bytes are nowhere: only its equal with the copy that stays is safe."""


class Proof(msgspec.Struct, frozen=True):
    """What a file must still be for a step to be taken."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    links: int = 1
    sample: str = ""
    """xxh3-128 of head, middle and tail in hex; empty for sidecars."""

    @property
    def identity(self) -> tuple[int, int]:
        """The file itself, whatever its names."""
        return self.device, self.inode


class Keeper(msgspec.Struct, frozen=True):
    """A good copy that makes a step safe."""

    path: bytes
    proof: Proof
    holds: tuple[str, ...] = ()
    """What of the copy that goes only this one holds, in words; empty if others hold it too."""
