"""What a terminal is found to be able to do: real questions to a terminal that the test plays, and to a real tmux."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from faked import FakeTerminal

from mediavault_tui.services.terminal import capabilities
from mediavault_tui.services.terminal.capabilities import Abilities, Depth, Tmux
from mediavault_tui.services.terminal.queries import DIRECT, SHARED, Inquiry

ASK = (
    "import sys, msgspec; from mediavault_tui.services.terminal.capabilities import ask;"
    "open(sys.argv[1], 'wb').write(msgspec.json.encode(ask(*map(float, sys.argv[2:]))))"
)
PATIENT = "20"
"""Seconds: the machine may be busy, and the answer is what ends it."""


def asked(found: Path, seconds: str = PATIENT, **nature: object) -> Abilities:
    with FakeTerminal([sys.executable, "-c", ASK, str(found), seconds], **nature) as faked:
        assert faked.until(lambda: faked.process.poll() is not None, 60), faked.output
        assert faked.process.returncode == 0, faked.output
    return msgspec.json.decode(found.read_bytes(), type=Abilities)


def test_kitty_on_this_machine(tmp_path: Path) -> None:
    found = asked(tmp_path / "found", kitty=True, memory=Path("/dev/shm").is_dir(), name="kitty(0.41.1)")
    assert found == Abilities(
        Depth.TRUE, True, True, Path("/dev/shm").is_dir(), cell=(8, 16), name="kitty(0.41.1)", answered=True
    )


def test_kitty_on_another_machine_cannot_read_this_ones_memory(tmp_path: Path) -> None:
    found = asked(tmp_path / "found", kitty=True, name="ghostty 1.1.3")
    assert (found.kitty, found.placeholders, found.shares_memory) == (True, True, False)


def test_sixel_in_a_terminal_whose_kernel_knows_no_pixels(tmp_path: Path) -> None:
    found = asked(tmp_path / "found", sixel=True, tells_cell=False, cell=(9, 20))
    assert (found.kitty, found.sixel, found.cell) == (False, True, (9, 20))


def test_a_terminal_that_says_nothing_has_only_cells(tmp_path: Path) -> None:
    found = asked(tmp_path / "found", "0.2", mute=True, kitty=True, sixel=True)
    assert found == Abilities(Depth.TRUE, cell=(8, 16))


def test_nothing_is_asked_where_there_is_no_terminal(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path / "found")],
        stdin=subprocess.DEVNULL, capture_output=True, env={**os.environ, "TERM": "xterm"}, check=True,
    )  # fmt: skip
    assert done.stdout == b""
    assert not msgspec.json.decode((tmp_path / "found").read_bytes(), type=Abilities).answered


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("kitty(0.28.0)", True),
        ("kitty(0.41.1)", True),
        ("kitty(1.0.0)", True),
        ("kitty(0.27.1)", False),
        ("ghostty 1.0.1", True),
        ("WezTerm 20240203-110809-5046fc22", False),
        ("Konsole 24.12.0", False),
        ("kitty", False),
        ("", False),
    ],
)
def test_who_shows_pictures_in_placeholders(name: str, shows: bool) -> None:
    inquiry = Inquiry({})
    inquiry.kitty, inquiry.name, inquiry.attributes = {DIRECT, SHARED}, name, (62,)
    found = capabilities.abilities(inquiry, None, {"TERM": "xterm"})
    assert found.kitty
    assert found.placeholders is shows


def test_tmux_says_yes_to_sixel_for_itself_only() -> None:
    inquiry = Inquiry({})
    inquiry.attributes = (1, 2, 4)
    for features, can in (("256,RGB,sixel,xterm-256color", True), ("256,RGB,xterm-256color", False)):
        found = capabilities.abilities(inquiry, Tmux(features, "", False), {"TMUX": "x"})
        assert (found.sixel, found.multiplexer, found.passthrough) == (can, "tmux", False)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize("passthrough", ["on", "off"])
def test_through_a_real_tmux(tmp_path: Path, passthrough: str) -> None:
    found = tmp_path / "found"
    config = tmp_path / "tmux.conf"
    config.write_text(f"set -g allow-passthrough {passthrough}\nset -g default-terminal tmux-256color\n")
    inside = f'exec {sys.executable} -c "{ASK}" {found} {3 if passthrough == "on" else PATIENT}'
    server = ["tmux", "-L", f"mediavault-{os.getpid()}-{passthrough}"]
    command = [*server, "-f", str(config), "new-session", inside]
    try:
        with FakeTerminal(command, kitty=True, name="kitty(0.41.1)") as faked:
            assert faked.until(lambda: faked.process.poll() is not None, 60), faked.output
    finally:
        subprocess.run([*server, "kill-server"], capture_output=True, check=False)
    seen = msgspec.json.decode(found.read_bytes(), type=Abilities)
    assert (seen.multiplexer, seen.passthrough, seen.answered) == ("tmux", passthrough == "on", True)
    assert seen.kitty is (passthrough == "on")
    assert seen.name == "kitty(0.41.1)"  # tmux knows it from its own question
