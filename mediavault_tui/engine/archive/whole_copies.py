"""Copies that are to answer for others: each must have been read from end to end since it last changed.

What the catalogue says of them holds; the rest is read there and then, unless nobody wants to wait for it.
Whoever writes into a file can set back its time, but not the time of its last change: where something was done to
it since it was read, be it only its name or rights, it is read again.
"""

import time
from collections.abc import AsyncGenerator, Iterable

from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.events import Event, FileChecked
from mediavault_tui.domain.text import printable
from mediavault_tui.domain.wholeness import Health, words
from mediavault_tui.engine.check import Target, check
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import checks

_Key = tuple[int, int, int, int]
_SAID = {
    Health.DAMAGED: "is damaged",
    Health.SUSPECT: "is probably damaged",
    Health.UNREADABLE: "cannot be read",
}


class WholeCopies:
    """What is known of the copies that stay, for one operation."""

    def __init__(
        self, vault: Vault, *, may_read: bool = True, keep: bool = True, newest_s: float | None = None
    ) -> None:
        """`may_read`: read what has not been read yet. `keep`: note in the catalogue what that finds. `newest_s`:
        what was read longer ago than so many seconds is read again, for disks forget without saying so.
        """
        self.vault = vault
        self.may_read = may_read
        self._keep = keep
        self._newest_s = newest_s
        self._read: dict[_Key, tuple[Health, str]] = {}
        """What was found by reading files in this operation."""

    async def read(self, files: Iterable[tuple[bytes, Proof]]) -> AsyncGenerator[Event, None]:
        """Read those of `files` that no check holds for, all together: events as of a check."""
        wanted = {_key(proof): (path, proof) for path, proof in files}
        waiting = [each for each in wanted.values() if self.may_read and await self._known(each[1]) is None]
        if not waiting:
            return
        targets = {path: await self._target(path, proof) for path, proof in waiting}
        async for event in check(self.vault, list(targets.values()), keep=self._keep):
            if isinstance(event, FileChecked):
                self._note(targets[event.path], event)
            yield event

    async def why_not(self, path: bytes, proof: Proof) -> str | None:
        """Why the file cannot answer for others, or None. Reads it where that is needed and allowed."""
        async for _ in self.read([(path, proof)]):
            pass
        found = await self._known(proof)
        if found is None:
            return (
                "the copy to keep has not been read from end to end since it last changed:"
                f" `mediavault check {printable(path)}`"
            )
        health, told = found
        return None if health is Health.WHOLE else f"the copy to keep {_SAID[health]}: {told}"

    def was_read(self, proof: Proof) -> bool:
        """Whether the file was read in this very operation."""
        return _key(proof) in self._read

    async def _known(self, proof: Proof) -> tuple[Health, str] | None:
        if _key(proof) in self._read:
            return self._read[_key(proof)]
        stored = await self.vault.read(checks.of_file, *_key(proof))
        if stored is None or stored.is_before(proof.ctime_ns):
            return None
        if self._newest_s is not None and not 0 <= time.time() - stored.at <= self._newest_s:
            return None
        return stored.status, stored.words

    async def _target(self, path: bytes, proof: Proof) -> Target:
        file_id = await self.vault.read(checks.number_of, *_key(proof))
        return Target(file_id, path, proof.size, proof.mtime_ns, proof.device, proof.inode)

    def _note(self, target: Target, event: FileChecked) -> None:
        key = target.device, target.inode, target.size, target.mtime_ns
        self._read[key] = event.found.status, words(event.found)


def _key(proof: Proof) -> _Key:
    return (*proof.identity, proof.size, proof.mtime_ns)
