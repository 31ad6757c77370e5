"""What `script/run` says on a machine that lacks something, by the package manager it finds there."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def said(folder: Path, manager: str | None, script: str) -> subprocess.CompletedProcess[str]:
    """Run `script` behind setup.sh on a machine with this package manager and no Python."""
    tools = folder / "bin"
    tools.mkdir()
    for name in ("id", "grep", "sh", "printf"):
        (tools / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    if manager:
        (tools / manager).write_text("#!/bin/sh\nexit 1\n")
        (tools / manager).chmod(0o755)
    command = f"set -eu; root={folder}; . {ROOT}/script/setup.sh; {script}"
    return subprocess.run(
        ["/bin/sh", "-c", command], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "apt-get install python3-venv libmpv2 ffmpeg"),
        ("dnf", "dnf install python3 mpv-libs ffmpeg-free"),
        ("pacman", "pacman -S python mpv ffmpeg"),
        ("apk", "apk add python3 mpv-libs ffmpeg"),
        ("brew", "brew install python3 mpv ffmpeg"),
        (None, "install python3 mpv ffmpeg"),
    ],
)
def test_the_command_is_that_of_the_system(manager: str | None, command: str, tmp_path: Path) -> None:
    done = said(tmp_path, manager, "how_to_install venv libmpv ffmpeg")
    assert (done.stdout.strip(), done.returncode) == (command, 0), done.stderr


def test_without_python_it_stops_and_says_what_to_install(tmp_path: Path) -> None:
    done = said(tmp_path, "apt-get", "set_up run")
    assert done.returncode == 3
    assert "needs Python 3.11 or newer, and here is none" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()
