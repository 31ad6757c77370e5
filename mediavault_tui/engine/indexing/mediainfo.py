"""Media info: what each file really holds."""

import time
from collections.abc import AsyncGenerator, Sequence

from mediavault_tui.domain import discs
from mediavault_tui.domain.events import Event, Phase
from mediavault_tui.domain.media import DISC_IMAGE, MEDIAINFO_VERSION, MediaInfo
from mediavault_tui.engine import worker_tasks
from mediavault_tui.engine.indexing import worker_stage
from mediavault_tui.engine.indexing.worker_stage import ReadingStage
from mediavault_tui.engine.vault import Vault
from mediavault_tui.store import change_counters, checks, stages
from mediavault_tui.store.database import Connection


def _save(transaction: Connection, file_id: int, info: object) -> None:
    assert isinstance(info, MediaInfo)
    stages.save_media(transaction, file_id, info)
    checks.reflect(transaction, file_id, int(time.time()))


def _not_examined(transaction: Connection, images: Sequence[int]) -> None:
    for file_id in images:
        stages.set_aside(transaction, "mediainfo", file_id, DISC_IMAGE)


async def read_media_info(vault: Vault, roots: Sequence[bytes]) -> AsyncGenerator[Event, None]:
    """Read the media info of every file under `roots` that has none. Disc images are listed, not examined."""
    await vault.write(stages.read_again, "mediainfo", change_counters.MEDIAINFO, MEDIAINFO_VERSION)
    images = [
        file.id for file in await worker_stage.pending(vault, "mediainfo", roots) if discs.is_image(file.path)
    ]
    if images:
        await vault.write(_not_examined, images)
    stage = ReadingStage(
        Phase.MEDIAINFO, "mediainfo", worker_tasks.media_info, _save, vault.settings.scan.mediainfo_timeout_s
    )
    async for event in worker_stage.run(vault, stage, roots):
        yield event
