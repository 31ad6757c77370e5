"""Hash: which files have the same content, asked as cheaply as the answer allows.

Same size → same sample of head, middle and tail → same hash of every byte. A file whose size nobody
shares is never opened.
"""

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from mediavault_tui.domain.events import Event, FileRotten, FileSkipped, Phase, Progress
from mediavault_tui.engine.vault import Vault
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services import content_hash, disks
from mediavault_tui.services.content_hash import Digest, Identity
from mediavault_tui.services.disks import Disk
from mediavault_tui.services.workers import available_cores
from mediavault_tui.store import stages
from mediavault_tui.store.roots import is_under
from mediavault_tui.store.stages import PendingFile

FILES_TOGETHER = 16  # handed to a thread at once: small files cost less to read than to hand over
BYTES_TOGETHER = 16 << 20
STORE_EVERY = 256

Hasher = Callable[[bytes, Identity, Callable[[], bool]], Digest]
Result = tuple[PendingFile, Digest | FileUnreadable]


async def hash_candidates(vault: Vault, roots: Sequence[bytes]) -> AsyncGenerator[Event, None]:
    """Sample, then fully hash, the files under `roots` that may be the same as another."""
    bytes_read = 0
    for ask, hasher, save in (
        (stages.need_sample, content_hash.sample, stages.save_samples),
        (stages.need_content, content_hash.content, stages.save_content),
    ):
        files = [file for file in await vault.read(ask) if is_under(file.path, roots)]
        done = 0
        yield Progress(Phase.HASH, 0, len(files), bytes_read)
        waiting: list[tuple[int, bytes]] = []
        async for results in _hash_each(vault, files, hasher):
            for file, digest in results:
                done += 1
                if isinstance(digest, FileUnreadable):
                    yield FileSkipped(Phase.HASH, file.path, digest.message)
                else:
                    bytes_read += digest.bytes_read
                    waiting.append((file.id, digest.value))
            if len(waiting) >= STORE_EVERY:
                await vault.write(save, waiting)
                waiting = []
            yield Progress(Phase.HASH, done, len(files), bytes_read)
        await vault.write(save, waiting)


async def verify_all(vault: Vault, roots: Sequence[bytes]) -> AsyncGenerator[Event, None]:
    """Read every byte of every file under `roots` and compare with what is stored; store what is not yet."""
    stored = {
        file: digest
        for file, digest in await vault.read(stages.all_with_content_hash)
        if is_under(file.path, roots)
    }
    done = bytes_read = 0
    yield Progress(Phase.HASH, 0, len(stored))
    async for results in _hash_each(vault, list(stored), content_hash.content):
        good = []
        for file, digest in results:
            done += 1
            if isinstance(digest, FileUnreadable):
                yield FileSkipped(Phase.HASH, file.path, digest.message)
                continue
            bytes_read += digest.bytes_read
            if stored[file] in (None, digest.value):
                good.append((file.id, digest.value))
            else:
                yield FileRotten(
                    file.path,
                    "its bytes differ from those hashed before, though size and time are the same (bit rot?);"
                    " compare it with a copy",
                )
        await vault.write(stages.save_content, good)
        yield Progress(Phase.HASH, done, len(stored), bytes_read)


async def _hash_each(
    vault: Vault, files: Sequence[PendingFile], hasher: Hasher
) -> AsyncIterator[list[Result]]:
    """Results as they come. Each device is read in inode order, by as many threads as it likes."""
    by_device: dict[int, list[PendingFile]] = defaultdict(list)
    for file in sorted(files, key=lambda file: (file.device, file.inode)):
        by_device[file.device].append(file)
    stop = threading.Event()

    def hash_portion(portion: Sequence[PendingFile]) -> list[Result]:
        results: list[Result] = []
        with contextlib.suppress(content_hash.Cancelled):
            for file in portion:
                try:
                    digest: Digest | FileUnreadable = hasher(file.path, Identity(*file[2:]), stop.is_set)
                except FileUnreadable as error:
                    digest = error
                results.append((file, digest))
        return results

    pools = [
        (ThreadPoolExecutor(_threads(vault, device, of_device[0].path), thread_name_prefix="hash"), of_device)
        for device, of_device in by_device.items()
    ]
    try:
        futures = [
            asyncio.wrap_future(pool.submit(hash_portion, portion))
            for pool, of_device in pools
            for portion in _portions(of_device)
        ]
        for future in asyncio.as_completed(futures):
            yield await future
    finally:
        stop.set()
        for pool, _ in pools:
            pool.shutdown(cancel_futures=True)


def _portions(files: Sequence[PendingFile]) -> Iterator[list[PendingFile]]:
    """A few files together: small ones cost less to read than to hand to a thread."""
    portion: list[PendingFile] = []
    for file in files:
        portion.append(file)
        if len(portion) == FILES_TOGETHER or sum(file.size for file in portion) > BYTES_TOGETHER:
            yield portion
            portion = []
    if portion:
        yield portion


def _threads(vault: Vault, device: int, path: bytes) -> int:
    """A rotating disk is read by one; several readers would only make its head travel."""
    wanted = vault.settings.scan.disk
    kind = disks.kind(device, path) if wanted == "auto" else Disk(wanted)
    return 1 if kind is Disk.ROTATING else max(2, available_cores())
