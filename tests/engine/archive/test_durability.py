"""What survives a power cut: the order in which things reach the disk, seen from outside."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mediavault_tui.domain.events import Phase
from tests import builders
from tests.engine.archive.archive_library import LONG_AGO, Library

CALLS = "pwrite64,fdatasync,fsync,renameat2,unlink"


def test_the_intent_is_on_the_disk_before_the_act_and_the_act_before_its_outcome(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    library = Library(tmp_path)
    for name in (b"/A/Film.mkv", b"/B/Film.mkv"):
        builders.put(Path(os.fsdecode(library.root + name)), builders.video_bytes(), mtime=LONG_AGO)
    builders.run(
        library.database, Path(os.fsdecode(library.root)), phases=frozenset(Phase) - {Phase.FINGERPRINT}
    )
    config = tmp_path / "config.yaml"
    config.write_text(json.dumps({"archive": {"roots": [os.fsdecode(library.archive)]}}))
    plan = tmp_path / "plan.json"
    builders.cli("plan", "-o", plan, "--db", library.database, "--config", config)
    log = tmp_path / "trace"
    strace = ["strace", "-f", "-y", "-s", "0", "-o", log, "-e", f"trace={CALLS}"]
    result = subprocess.run(
        [*strace, *builders.command("apply", plan, "--yes", "--db", library.database, "--config", config)],
        capture_output=True,
        check=False,
    )
    if b"ptrace" in result.stderr and result.returncode:
        pytest.skip("tracing is not allowed here")
    assert result.returncode == 0, result.stderr
    order = [event for line in log.read_text(errors="replace").splitlines() if (event := told(line))]
    act = order.index("rename")
    assert order[act - 1] == "journal synced", "the intent may be lost although the file was moved"
    outcome = next(at for at in range(act, len(order)) if order[at] == "journal written")
    synced = order[act:outcome]
    assert synced.count("folder synced") >= 2, "the outcome may be there although the move was lost"
    assert "journal synced" in order[outcome:]


def told(line: str) -> str | None:
    """What a line of the trace means for durability."""
    if "-wal>" in line:
        return "journal synced" if re.search(r"f(data)?sync\(", line) else "journal written"
    if "renameat2(" in line and "Film.mkv" in line:
        return "rename"
    return "folder synced" if re.search(r"fsync\(\d+</[^>]*/(B|archive)[^>.]*>", line) else None
