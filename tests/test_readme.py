"""The README's words against the program: its tour is run, its tables are compared."""

import re
import shlex
from pathlib import Path

import pytest

from mediavault_tui.cli.main import COMMANDS
from mediavault_tui.ui.actions import ACTIONS, PLACES
from tests.builders import cli

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")


def tour() -> list[list[str]]:
    """The command lines of the five-minute tour, without the one that opens the screens."""
    part = re.search(r"## Five minutes\n(.*?)\n## ", TEXT, re.DOTALL)
    assert part, "the tour is gone"
    lines = [
        shlex.split(line, comments=True) for line in part[1].splitlines() if line.startswith("mediavault ")
    ]
    return [words[1:] for words in lines if words[-1] != "~/mv-demo" or {"demo", "scan"} & set(words)]


def test_the_tour_works_word_by_word(tmp_path: Path) -> None:
    home = str(tmp_path / "own" / "home")
    Path(home).mkdir(parents=True)
    assert len(tour()) >= 9
    for words in tour():
        done = cli(*(word.replace("~", home) for word in words), code=None)
        # The demo holds damaged files on purpose: a scan then asks for attention.
        assert done.returncode in (0, 1), (words, done.stderr.decode())
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"tui"}))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert re.search(rf"`(?:mediavault )?{name}\b", TEXT), name


@pytest.mark.parametrize("place", sorted(PLACES))
def test_the_keys_of_every_place_are_in_the_readme(place: str) -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
    shown = {(where.strip(), does.strip()) for where, does, _ in rows}
    for action in ACTIONS:
        if action.where == place and action.footer:
            assert (PLACES[place], action.help) in shown, action.id


def test_pictures_and_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        if "://" not in target:
            assert (README.parent / target).exists(), target
