"""What the pictures of a file are coded with, in the word the file itself has for it."""

import asyncio
import os

from mediavault_tui.domain.media import MediaInfo
from mediavault_tui.domain.settings import Scan
from mediavault_tui.engine import worker_tasks
from mediavault_tui.engine.matching.timing import in_worker
from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services.file_times import modified_ns
from mediavault_tui.services.workers import Workers


async def codec_of(path: bytes) -> str | None:
    """Also where no decoder knows the codec; None where the file does not say, or cannot be read."""
    try:
        status = await asyncio.to_thread(os.stat, path)
        with Workers(1) as workers:
            info = await in_worker(
                workers,
                Scan().mediainfo_timeout_s,
                worker_tasks.media_info,
                path,
                status.st_size,
                modified_ns(status),
            )
    except (OSError, FileUnreadable):
        return None
    return info.video.codec if isinstance(info, MediaInfo) and info.video else None
