"""Fingerprint: pictures along the whole runtime, of the files where they can matter."""

from collections.abc import AsyncGenerator, Sequence

from mediavault_tui.domain.content.fingerprint import FINGERPRINT_VERSION
from mediavault_tui.domain.events import Event, FileSkipped, Phase, Progress
from mediavault_tui.engine import worker_tasks
from mediavault_tui.engine.indexing import worker_stage
from mediavault_tui.engine.indexing.worker_stage import ReadingStage
from mediavault_tui.engine.matching import candidate_pairs
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import catalogue, change_counters, fingerprints
from mediavault_tui.store.database import Connection


def _save(transaction: Connection, file_id: int, value: object) -> None:
    assert isinstance(value, bytes)
    fingerprints.save(transaction, file_id, FINGERPRINT_VERSION, value)


async def read_fingerprints(vault: Vault, roots: Sequence[bytes]) -> AsyncGenerator[Event, None]:
    """Fingerprint the files under `roots` that need it, as `scan.fingerprint` says."""
    settings = vault.settings.scan
    await vault.write(fingerprints.forget_other_versions, FINGERPRINT_VERSION)
    if settings.fingerprint == "none":
        yield Progress(Phase.FINGERPRINT, 0, 0)
        return
    if await vault.read(change_counters.get, change_counters.FINGERPRINTED) == await vault.read(
        change_counters.get, change_counters.CHANGES
    ):
        yield Progress(Phase.FINGERPRINT, 0, 0)
        return
    wanted = await vault.read(fingerprints.with_pictures)
    if settings.fingerprint == "candidates" or (
        settings.fingerprint == "auto"
        and await vault.read(catalogue.count_present) > settings.fingerprint_all_up_to
    ):
        wanted &= await candidate_pairs.candidate_files(vault)
    stage = ReadingStage(
        Phase.FINGERPRINT, "fingerprint", worker_tasks.fingerprint, _save, settings.fingerprint_timeout_s
    )
    skipped = False
    async for event in worker_stage.run(vault, stage, roots, wanted.__contains__):
        skipped |= isinstance(event, FileSkipped)
        yield event
    if not skipped:
        await vault.write(_finish)


def _finish(transaction: Connection) -> None:
    change_counters.put(
        transaction, change_counters.FINGERPRINTED, change_counters.get(transaction, change_counters.CHANGES)
    )
