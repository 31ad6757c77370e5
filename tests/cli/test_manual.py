"""The man page and the shells' completion come from the command line itself."""

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from mediavault_tui.cli.main import COMMANDS, group
from tests.builders import command


def output_of(*arguments: str) -> str:
    result = CliRunner().invoke(group, arguments, prog_name="mediavault")
    assert result.exit_code == 0, result.output
    return result.output


def test_the_man_page_tells_of_every_command() -> None:
    page = output_of("manual")
    assert page.startswith(".TH MEDIAVAULT 1")
    for name in COMMANDS:
        assert f"\n.SS {name} [options]" in page, name
    assert "\\-\\-where" in page and "Examples:" in page


def test_the_shipped_man_page_is_the_one_that_is_made() -> None:
    """After a change of the command line: script/run manual > packaging/mediavault.1."""
    shipped = Path(__file__).parents[2] / "packaging" / "mediavault.1"
    assert output_of("manual") == shipped.read_text(encoding="ascii")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    text = output_of(name, "--help")
    assert "Example" in text and ("mediavault\n" if name == "tui" else f"mediavault {name}") in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(shell: str) -> None:
    assert "_MEDIAVAULT_COMPLETE" in output_of("completion", shell)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sta", "plain,stats"),
        ("--head", "plain,--headless"),
        ("/vol", "dir,/vol"),
        ("dupes --kind ", "plain,content"),
        ("--db x.db dup", "plain,dupes"),
        ("scan /vol", "file,"),
    ],
)
def test_words_complete(typed: str, offered: str) -> None:
    words = f"mediavault {typed}"
    asked = {
        **os.environ,
        "_MEDIAVAULT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    answer = subprocess.run(command(), env=asked, capture_output=True, check=False, text=True)
    assert any(line.startswith(offered) for line in answer.stdout.splitlines()), answer.stdout
