"""Letting a scan go on when the screens are gone."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def scan_on(database: Path, config_file: Path, log_file: Path, roots: Sequence[str]) -> int:
    """Start `mediavault --headless` in a session of its own, which no hang-up reaches. Its process id."""
    config = ["--config", str(config_file)] if config_file.exists() else []
    command = [
        sys.executable, "-m", "mediavault_tui", *config, "--db", str(database), "--log-file", str(log_file),
        "scan", "--", *roots,
    ]  # fmt: skip
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True, cwd="/"
    ).pid
