"""Running a job in a child under strace, which makes calls fail, or kills or stops the child there."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.crash_matrix.faults import CALLS
from benchmarks.crash_matrix.running import Job, run
from tests.engine.archive.archive_library import Library


def struck(
    library: Library, job: Job, fault: str | None, meanwhile: Callable[[], None] | None = None
) -> list[str]:
    """Run a job in a child under strace; returns the trace. `meanwhile` runs while the child is stopped."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            select.select([reading], [], [])
            run(library, job)
        os._exit(0)
    log = library.base + b".trace"
    inject = ["-e", f"inject={fault}"] if fault else []
    tracer = subprocess.Popen(
        ["strace", "-f", "-y", "-o", log, "-e", f"trace={CALLS}", *inject, "-p", str(child)],
        stderr=subprocess.PIPE,
    )
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    if b"attached" not in line:
        os.kill(child, signal.SIGKILL)
        raise SystemExit(f"skipped: tracing is not allowed here ({line.decode().strip()})")
    os.close(reading)
    os.write(writing, b".")
    try:
        if meanwhile is not None:
            _while_stopped(child, Path(os.fsdecode(log)), meanwhile)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.waitpid(child, 0)
    os.close(writing)
    tracer.communicate(timeout=60)
    return Path(os.fsdecode(log)).read_text(errors="replace").splitlines()


def _while_stopped(child: int, log: Path, meanwhile: Callable[[], None]) -> None:
    for _ in range(5000):
        with suppress(FileNotFoundError):
            text = log.read_text(errors="replace")
            if "stopped by SIGSTOP" in text:
                meanwhile()
                os.kill(child, signal.SIGCONT)
                return
            if "exited with" in text:
                return
        time.sleep(0.002)
    raise AssertionError("the child neither stopped nor ended")
